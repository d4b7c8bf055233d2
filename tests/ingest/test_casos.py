"""Faults of ingestion that people met elsewhere, with their mirrors: hours, encodings, categories."""

from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from siea.domain.catalogo import variable
from siea.domain.tiempo import Resolucion
from siea.ingest.archivos.receta import to_bronze
from siea.ingest.archivos.recetas import recipe_for
from siea.ingest.sources import xm_wire
from siea.ingest.transform.clean import clean
from siea.ingest.transform.frames import SILVER
from siea.ingest.transform.normalize import normalize
from siea.store.facts import FACTS, Entity
from siea.store.repositories import SeriesRepository

DAY = date(2024, 5, 10)
NOW = datetime(2024, 6, 1, tzinfo=UTC)
REAL = variable("DemaReal")


def hours(values: dict[str, object]) -> list[float | None]:
    """What the operator's hours become, hour by hour of the day."""
    document = {"Items": [{"Date": DAY.isoformat(), "HourlyEntities": [
        {"Id": "Sistema", "Values": {"code": "Sistema", **values}}]}]}  # fmt: skip
    bronze = xm_wire.read_series(document, "hourly", "Sistema").frame
    silver, _ = normalize(bronze, REAL, "GWh", NOW)
    return silver.sort("fecha")["valor"].to_list()


def test_hours_named_by_their_end_and_by_their_start_describe_the_same_intervals():
    """TL-04: the convention is a property of the file; after it, both tell of 06:00–07:00."""
    begins = pl.DataFrame({"fecha": [str(DAY)] * 24, "hora": [str(n) for n in range(24)],
                           "precio_bolsa_cop_kwh": [str(n) for n in range(24)], "version": [None] * 24},
                          schema_overrides={"version": pl.String})  # fmt: skip
    ends = begins.with_columns(hora=pl.Series([str(n) for n in range(1, 25)]))
    recipe = recipe_for(begins.columns)
    (column,) = recipe.columnas
    one, other = (to_bronze(table, recipe, column) for table in (begins, ends))
    frames = [getattr(found, "frame", found) for found in (one, other)]
    assert frames[0]["hora"].to_list() == frames[1]["hora"].to_list() == list(range(1, 25))


@given(present=st.sets(st.integers(1, 24), min_size=1))
def test_an_hour_that_is_left_out_is_a_gap_at_its_own_place_and_never_the_hour_before(present):
    """B2-GP-01, B2-GP-03: the operator declares no «only what changes», so nothing is carried forward."""
    found = hours({f"Hour{n:02d}": str(n) for n in present})
    assert found == [float(n) if n in present else None for n in range(1, 25)]


def test_blank_null_and_absent_are_unknown_and_a_printed_zero_is_zero():
    """NZ-01."""
    told = {"Hour10": "1.473396", "Hour11": "", "Hour12": None, "Hour13": "1.783243", "Hour14": "0"}
    assert hours(told)[9:14] == [1.473396, None, None, 1.783243, 0.0]


@pytest.mark.parametrize(
    ("mw", "kept", "flag"),
    [(-0.08, 0.0, "recortado("), (-50.0, None, "negativo("), (0.0, 0.0, None), (77.0, 0.077, None)],
)
def test_a_plant_at_rest_costs_its_own_value_and_no_other(mw, kept, flag):
    """PP-01: solar at −0.08 MW by night does not darken wind."""
    plant = variable("Gene", "Recurso")
    values = [mw / 1000, 7.73351, 3.359257]
    rows = pl.DataFrame(
        {"variable": "Gene", "entidad_tipo": "Recurso", "entidad": ["SOL", "VIENTO", "OTRA"], "dimension": "",
         "fecha": datetime(2024, 5, 10, 7, tzinfo=UTC), "valor": values, "version": "", "publicado_en": NOW,
         "provisional": False, "marcas": [[]] * 3},
        schema=SILVER,
    )  # fmt: skip
    found = clean(rows, plant)
    assert found["valor"].to_list() == [kept, *values[1:]]
    marks = found["marcas"][0].to_list()
    assert [m.startswith(flag) for m in marks] == [True] if flag else marks == []
    assert found["marcas"][1].to_list() == []


async def test_a_category_that_a_day_leaves_out_is_not_reported_neither_zero_nor_an_error(xm, fill, session):
    """B2-SC-01: Carbón did not run on the second day; its series is there, with a gap."""
    fuels = ("ConsCombustibleMBTU", "Combustible")

    def without(metric, day, found):
        return [e for e in found if not (day > DAY and e["Values"]["code"] == "DOS")]

    xm.edit = without
    (report,) = await fill(DAY, DAY + timedelta(days=1), fuels)
    assert report.rechazadas == 0
    repository = SeriesRepository(session, FACTS["observaciones"])
    two = await repository.serie(
        fuels[0], DAY, DAY + timedelta(days=1), Resolucion.DIA, entity=Entity(fuels[1], "DOS")
    )
    assert [value is None for value in two.valor] == [False, True]
