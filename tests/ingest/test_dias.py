"""The score of a local day: what it lacks, what is provisional, what is doubtful."""

from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from siea.domain.tiempo import Resolucion, hour_start
from siea.ingest.dias import scores
from siea.ingest.transform.frames import SILVER

DAY = date(2024, 3, 5)


def day(offset: int, values: list[float | None], *, provisional: bool = False, marks: tuple[str, ...] = ()):
    return pl.DataFrame(
        {
            "variable": "DemaReal",
            "entidad_tipo": "Sistema",
            "entidad": "Sistema",
            "dimension": "",
            "fecha": [hour_start(DAY + timedelta(days=offset), n + 1) for n in range(len(values))],
            "valor": values,
            "version": "",
            "publicado_en": datetime(2024, 4, 1, tzinfo=UTC),
            "provisional": provisional,
            "marcas": [list(marks)] * len(values),
        },
        schema=SILVER,
    )


def test_a_whole_settled_day_scores_100():
    assert scores(day(0, [8.0] * 24), Resolucion.HORA)["puntaje"].to_list() == [100.0]


def test_hour_24_belongs_to_its_own_local_day():
    assert scores(day(0, [8.0] * 24), Resolucion.HORA)["dia"].to_list() == [DAY]


@given(missing=st.integers(0, 24))
def test_each_missing_hour_costs_its_share_whether_null_or_absent(missing):
    usual = [day(n, [8.0] * 24) for n in range(1, 5)]
    nulls = scores(pl.concat([day(0, [8.0] * (24 - missing) + [None] * missing), *usual]), Resolucion.HORA)
    assert nulls["puntaje"][0] == pytest.approx(100 * (24 - missing) / 24, abs=0.01)
    if missing < 24:
        absent = scores(pl.concat([day(0, [8.0] * (24 - missing)), *usual]), Resolucion.HORA)
        assert absent["puntaje"][0] == nulls["puntaje"][0]


def test_a_provisional_day_loses_half_and_a_doubtful_one_a_part():
    found = scores(
        pl.concat([day(0, [8.0] * 24, provisional=True), day(1, [8.0] * 24, marks=("atipico",))]),
        Resolucion.HORA,
    )
    assert found["puntaje"].to_list() == [50.0, 80.0]


def test_several_versions_of_an_hour_count_once():
    both = pl.concat([day(0, [8.0] * 24), day(0, [8.1] * 24).with_columns(version=pl.lit("TX2"))])
    assert scores(both, Resolucion.HORA).select("esperados", "presentes").rows() == [(24, 24)]


async def test_days_are_kept_with_the_load_and_replaced_by_a_later_one(fill, rows, xm, clock):
    xm.edit = lambda metric, at, found: [
        {**e, "Values": {**e["Values"], "Hour03": ""}} if at == DAY else e for e in found
    ]
    await fill(DAY, DAY + timedelta(days=2), "DemaReal")
    before = await rows("SELECT puntaje FROM calidad_dias ORDER BY dia")
    assert [round(p, 1) for (p,) in before] == [95.8, 100.0, 100.0]
    xm.edit = None
    clock.pass_days(1)
    await fill(DAY, DAY + timedelta(days=2), "DemaReal")
    assert await rows("SELECT puntaje FROM calidad_dias ORDER BY dia") == [(100.0,)] * 3
