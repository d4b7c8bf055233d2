"""Freshness: our delay is ours to mend, the source's is told (B2-FR-01)."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siea.ingest.frescura import Accion, Estado, judge

DAY = date(2024, 10, 1)


def test_the_map_that_stood_still(shared):
    lines = (shared / "cases/cases.jsonl").read_text("utf-8").splitlines()
    case = next(one for line in lines if (one := json.loads(line))["id"] == "B2-FR-01")
    now = datetime.fromisoformat(case["input"]["now"])
    found = [
        judge(
            now,
            case["input"]["normal_lag_days"],
            *(date.fromisoformat(one[k]) for k in ("ours", "source_latest")),
        )
        for one in case["input"]["cases"]
    ]
    assert [f.estado for f in found] == case["expected"]["status"]
    assert [f.accion for f in found] == case["expected"]["alert"]
    assert [f.dias_tras_fuente for f in found] == case["expected"]["lag_days_vs_source"]


@given(ours=st.integers(0, 30), theirs=st.integers(0, 30), lag=st.integers(0, 10))
def test_we_are_to_blame_exactly_when_the_source_has_more(ours, theirs, lag):
    now = datetime(2024, 11, 1, 15, tzinfo=UTC)
    found = judge(now, lag, now.date() - timedelta(days=ours), now.date() - timedelta(days=theirs))
    assert (found.estado is Estado.ATRASADA) == (theirs < ours)
    assert (found.accion is Accion.ACTUAR) == (found.dias_tras_fuente > 0)


@pytest.mark.parametrize(("ours", "theirs"), [(None, None), (None, DAY)])
def test_nothing_stored_is_never_fresh(ours, theirs):
    assert judge(datetime(2024, 10, 2, 15, tzinfo=UTC), 2, ours, theirs).estado is not Estado.AL_DIA


async def test_days_that_the_source_has_and_we_rejected_raise_one_alert_that_closes_when_they_come(
    xm, fill, rows, clock
):
    xm.edit = lambda metric, day, found: [
        {**e, "Values": {k: "99000000" if k.startswith("Hour") else v for k, v in e["Values"].items()}}
        if day > DAY else e for e in found
    ]  # fmt: skip
    for _ in range(2):
        await fill(DAY, DAY + timedelta(days=2), "DemaReal")
    told = "SELECT severidad, titulo, resuelta_en IS NULL FROM alertas WHERE tipo = 'frescura'"
    ((severity, title, is_open),) = await rows(told)
    assert (severity, is_open) == ("alta", True)
    assert "2 días" in title
    xm.edit = None
    clock.pass_days(1)
    await fill(DAY, DAY + timedelta(days=2), "DemaReal")
    assert [row[2] for row in await rows(told)] == [False]
