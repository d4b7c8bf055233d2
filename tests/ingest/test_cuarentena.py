"""Rejected rows: seen with their reasons, released or discarded by a person, or mended by the source."""

from datetime import date

import pytest

from siea.ingest import cuarentena
from siea.ingest.cuarentena import QuarantineError
from siea.ingest.decisiones import Decision

DAY = date(2024, 10, 1)
WHY = Decision("ana", "el operador lo confirmó por teléfono")


def with_hour(xm, text: str, hour: str = "Hour05") -> None:
    """From now on the operator says *text* of that hour of the day."""
    xm.edit = lambda metric, day, found: [
        {**e, "Values": {**e["Values"], hour: text}} if day == DAY else e for e in found
    ]


@pytest.fixture
async def held(xm, fill, engine):
    """One value of 99 GWh in an hour, which the catalogue's bounds refuse."""
    with_hour(xm, "99000000.00000")
    await fill(DAY, DAY, "DemaReal")
    (row,) = await cuarentena.rows(engine)
    return row


async def test_a_held_row_tells_its_reason_its_value_and_the_raw_file(held):
    assert "fuera de los límites" in held.motivo
    assert held.fila["valor"] == 99.0
    assert held.origen.startswith("raw/xm/demanda/")
    assert (held.estado, held.decidida_por) == ("retenida", None)


async def test_reasons_are_counted_by_kind_not_by_figure(xm, fill, engine):
    xm.edit = lambda metric, day, found: [
        {**e, "Values": {**e["Values"], "Hour05": "99000000", "Hour06": "88000000"}} for e in found
    ]
    await fill(DAY, DAY, "DemaReal")
    (kind,) = await cuarentena.summary(engine)
    assert (kind.variable, kind.filas) == ("DemaReal", 2)


async def test_a_released_row_is_loaded_flagged_and_its_batch_says_who_and_why(held, engine, clock, rows):
    done = await cuarentena.release(engine, [held.id], WHY, clock=clock)
    assert (done.liberadas, done.guardadas + done.revisadas) == (1, 1)
    assert await rows("SELECT demanda_gwh, marcas FROM demanda_nacional WHERE demanda_gwh > 90") == [
        (99.0, ["liberado"])
    ]
    ((source, request),) = await rows("SELECT fuente, peticion FROM cargas ORDER BY id DESC LIMIT 1")
    assert (source, request["quien"], request["nota"]) == ("cuarentena", "ana", WHY.nota)
    assert await rows("SELECT estado, decidida_por, nota FROM cuarentena") == [("liberada", "ana", WHY.nota)]


async def test_a_row_is_decided_once(held, engine, clock):
    assert await cuarentena.discard(engine, [held.id], WHY, clock()) == 1
    assert await cuarentena.discard(engine, [held.id], WHY, clock()) == 0
    with pytest.raises(QuarantineError, match="ya está descartada"):
        await cuarentena.release(engine, [held.id], WHY, clock=clock)


@pytest.mark.parametrize("note", ["", "   "])
async def test_a_decision_without_a_reason_is_refused(held, engine, clock, note):
    with pytest.raises(QuarantineError, match="por qué"):
        await cuarentena.release(engine, [held.id], Decision("ana", note), clock=clock)
    assert [row.estado for row in await cuarentena.rows(engine)] == ["retenida"]


async def test_a_row_that_could_not_be_read_is_mended_at_the_source_not_here(xm, fill, engine, clock):
    with_hour(xm, "doce")
    await fill(DAY, DAY, "DemaReal")
    (row,) = await cuarentena.rows(engine)
    with pytest.raises(QuarantineError, match="«doce» no es un número"):
        await cuarentena.release(engine, [row.id], WHY, clock=clock)


async def test_numbers_that_are_not_there_are_named(engine, clock):
    with pytest.raises(QuarantineError, match=r"\[7\]"):
        await cuarentena.release(engine, [7], WHY, clock=clock)


async def test_when_the_source_publishes_it_right_the_row_is_mended_by_itself(held, xm, fill, engine, clock):
    xm.edit = None
    clock.pass_days(1)
    await fill(DAY, DAY, "DemaReal")
    assert await cuarentena.rows(engine) == []
    (row,) = await cuarentena.rows(engine, estado="corregida")
    assert (row.id, row.decidida_por) == (held.id, "siea")


async def test_the_rest_of_the_batch_went_on(held, rows):
    assert await rows("SELECT count(demanda_gwh) FROM demanda_nacional") == [(23,)]
