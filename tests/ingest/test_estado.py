"""A source that fails: the others go on, one alert is open while it lasts, and it recovers without help."""

from datetime import date

DAY, WEEK = date(2024, 10, 1), date(2024, 10, 7)
ALERTS = "SELECT causa, resuelta_en IS NULL FROM alertas WHERE tipo = 'fuente' ORDER BY id"


async def test_an_hour_of_failures_is_one_alert_that_closes_by_itself(xm, fill, rows, clock):
    xm.fail("server", times=0, metric="DemaReal")
    for _ in range(4):
        await fill(DAY, WEEK, "DemaReal", "DemaSIN")
    assert await rows(ALERTS) == [("fuente:xm", True)]
    ((failures, error),) = await rows("SELECT fallos_seguidos, ultimo_error FROM estado_fuentes")
    assert failures == 4
    assert "falló" in error
    assert await rows("SELECT count(*) FROM demanda_nacional WHERE variable = 'DemaSIN'") == [(7,)]
    xm.heal()
    await fill(DAY, WEEK, "DemaReal")
    assert await rows(ALERTS) == [("fuente:xm", False)]
    assert await rows("SELECT fallos_seguidos, ultimo_error FROM estado_fuentes") == [(0, None)]
    assert await rows(
        "SELECT count(*), count(DISTINCT fecha) FROM demanda_nacional WHERE variable = 'DemaReal'"
    ) == [(168, 168)]


async def test_the_alert_stays_while_another_set_of_the_source_still_fails(xm, fill, rows):
    xm.fail("forbidden", times=0, metric="PrecBolsNaci")
    await fill(DAY, WEEK, "PrecBolsNaci")
    await fill(DAY, WEEK, "DemaReal")
    assert await rows(ALERTS) == [("fuente:xm", True)]
    xm.heal()
    await fill(DAY, WEEK, "PrecBolsNaci")
    assert await rows(ALERTS) == [("fuente:xm", False)]
