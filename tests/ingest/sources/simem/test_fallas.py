"""What goes wrong with SIMEM: each fault is told by its kind, and nothing of it is loaded."""

import json
from datetime import date

import pytest
from tests.standins.simem import NEW, OLD

from siea.domain.catalogo import variable
from siea.ingest.errors import ContractViolationError, RangeTooLongError, UpstreamError

DAY = date(2024, 5, 1)


async def test_a_version_that_nobody_knows_is_named_and_the_batch_waits_in_quarantine(
    simem, load, rows, price
):
    simem.versions = ("TX1", "TXZ")
    (report,) = await load(price)
    assert (report.estado, report.codigo) == ("rechazada", "unknown_version")
    assert "TXZ" in report.error
    assert await rows("SELECT count(*) FROM precios") == [(0,)]


@pytest.mark.parametrize(("column", "value"), [("UnidadMedida", "MWh"), ("CodigoDuracion", "PT15M")])
async def test_another_unit_or_another_duration_is_refused_whole(simem, load, column, value, demand):
    simem.instead["14fabb"] = [
        {"CodigoVariable": "DdaReal", "FechaHora": "2024-05-01T00:00:00", "CodigoSICAgente": "CHVC",
         "TipoMercado": "Regulado", "Version": "TX2", "Valor": 1, column: value}
    ]  # fmt: skip
    (report,) = await load(demand)
    assert (report.estado, report.codigo) == ("fallida", "contract_violation")
    assert value in report.error


@pytest.mark.parametrize("column", ["Valor", "CodigoVariable", "Version", "FechaHora"])
async def test_a_column_that_is_gone_is_named(simem, load, column, demand):
    simem.without_key = column
    (report,) = await load(demand)
    assert report.codigo == "contract_violation"
    assert column in report.error


async def test_the_words_of_a_refusal_reach_the_person(source, simem, price):
    (request,) = await source.requests(price, DAY, DAY)
    for changed, kind, words in (
        ({"datasetId": "000000"}, UpstreamError, "conjunto de datos indicado no existe"),
        ({"datasetId": ""}, UpstreamError, "datasetId field is required"),
        ({"startDate": "2024-01-01"}, RangeTooLongError, "supera los 31 días"),
    ):
        asked = type(request)("simem", price, DAY, DAY, {**request.peticion, **changed}, "COP/kWh")
        with pytest.raises(kind, match=words):
            source.parse(asked, await source.fetch(asked))
    simem.only_old = simem.no_success = True
    with pytest.raises(UpstreamError, match="No se pudo completar la consulta"):
        source.parse(request, await source.fetch(request))


@pytest.mark.parametrize("odd", [b"{}", b"<html>mantenimiento</html>", b'{"records": []}', b""])
async def test_an_answer_of_the_new_endpoint_that_is_none_of_its_own_is_asked_of_the_old(
    simem, odd, parsed, asked_of, price
):
    simem.raw["ec6945"] = odd
    bronze = await parsed(price)
    assert bronze.cuantos == 24 * 5
    assert [r.path for r in asked_of("ec6945")] == [NEW, OLD]


@pytest.mark.parametrize("tail", [b', {"CodigoVariable": "DdaReal", "Fec', b"", b"]<html>"])
async def test_a_stream_that_ends_early_is_never_a_short_month(simem, load, rows, tail, demand):
    whole = simem.long([DAY], "DdaReal", "kWh", 1.0, CodigoSICAgente="CHVC", TipoMercado="Regulado")
    simem.raw["14fabb"] = json.dumps(whole).encode().removesuffix(b"]") + tail
    (report,) = await load(demand)
    assert (report.estado, report.codigo) == ("fallida", "bad_body")
    assert await rows("SELECT count(*) FROM observaciones") == [(0,)]


@pytest.mark.parametrize(
    ("kind", "code"),
    [("truncated", "bad_body"), ("html", "bad_body"), ("garbage", "bad_body"),
     ("empty_object", "contract_violation"), ("server", "server_fault"), ("forbidden", "blocked"),
     ("cut_connection", "unreachable")],
)  # fmt: skip
async def test_an_answer_that_is_none_is_told_by_its_kind_and_nothing_of_it_is_loaded(
    simem, load, rows, kind, code, price
):
    simem.fail(kind, times=0)
    (report,) = await load(price)
    assert (report.estado, report.codigo) == ("fallida", code)
    assert await rows("SELECT count(*) FROM precios") == [(0,)]
    simem.heal()
    (report,) = await load(price)
    assert report.estado == "cargada"


async def test_a_variable_that_simem_does_not_give_is_refused(source):
    with pytest.raises(ContractViolationError, match="SIMEM no da DemaReal"):
        await source.requests(variable("DemaReal"), DAY, DAY)


async def test_a_time_that_is_not_on_the_hour_or_no_time_goes_to_quarantine(simem, load, rows, demand):
    simem.instead["14fabb"] = [
        {"CodigoVariable": "DdaReal", "FechaHora": instant, "CodigoSICAgente": "CHVC",
         "TipoMercado": "Regulado", "Version": "TX2", "Valor": 1}
        for instant in ("2024-05-01 00:00:00", "2024-05-01 01:30:00", "ayer", "2024-05-01T24:00:00")
    ]  # fmt: skip
    (report,) = await load(demand)
    assert (report.guardadas, report.rechazadas) == (1, 3)
    assert await rows("SELECT count(*) FROM cuarentena") == [(3,)]
