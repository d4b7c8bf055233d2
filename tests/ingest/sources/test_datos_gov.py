"""datos.gov.co: pages that neither repeat nor skip, columns that come and go, and the traps of each set."""

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.standins.socrata import SocrataStandIn

from siea.domain.catalogo import variable
from siea.ingest import registros
from siea.ingest.errors import ContractViolationError, UpstreamError
from siea.ingest.http import HttpClient
from siea.ingest.sources.registry import Clase, fuente
from siea.ingest.sources.socrata import Question, Socrata

TRM = variable("TRM", "Pais")
FUENTE = fuente("datos_gov")
TARIFF = {"a_o": "2025", "periodo": "Enero", "operador_de_red": "ENEL Bogotá - Cundinamarca",
          "nivel": "Nivel 1 (Propiedad OR)", "cu_total": "810.46", "costo_compra_gm_i": "372.46",
          "cargo_transporte_stn_tm": "56.03", "cargo_transporte_sdl_dn_m": "280.91",
          "margen_comercializaci_n_cvm": "24.86", "costo_g_t_p_rdidas_prn_m": "72.49",
          "restricciones_rm": "3.71",
          "cot": "0.00", "cfm_j_fact": "9.81"}  # fmt: skip
ZNI = {"id_dpto": "91", "dpto": "AMAZONAS", "id_mpio": "91001", "mpio": "LETICIA", "id_localidad": "91001001",
       "localidad": "Leticia", "anio": "2024", "mes": "5", "energia_activa": "12.5", "energia_reactiva": "1",
       "potencia_maxima": "900", "prom_diario_horas": "24"}  # fmt: skip


def trm(value: str, first: str, last: str) -> dict[str, str]:
    return {"valor": value, "unidad": "COP", "vigenciadesde": f"{first}T00:00:00.000",
            "vigenciahasta": f"{last}T00:00:00.000"}  # fmt: skip


@pytest.fixture
def portal() -> SocrataStandIn:
    found = SocrataStandIn()
    found.sets = {
        "32sa-8pi3": [trm("4000.10", "2024-10-03", "2024-10-03"), trm("4010.20", "2024-10-04", "2024-10-04"),
                      trm("4020.30", "2024-10-05", "2024-10-07")],
        "ytme-6qnu": [TARIFF, {**TARIFF, "periodo": "Febrero", "cu_total": "820.00"}],
        "3ebi-d83g": [ZNI],
    }  # fmt: skip
    return found


@pytest.fixture
def source(opened, portal):
    return opened("datos_gov", portal)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(count=st.integers(0, 23), size=st.integers(1, 8))
async def test_every_row_comes_once_whatever_the_page_and_the_order_of_the_portal(clock, count, size):
    """IF-01."""
    with SocrataStandIn() as portal:
        portal.sets["x"] = [{"n": str(n)} for n in range(count)]
        async with HttpClient(per_minute=100_000, clock=clock) as http:
            found = await Socrata(http, portal.url, page=size).rows(Question("x"))
    assert [row["n"] for row in found.filas] == [str(n) for n in range(count)]
    assert all(r.query["$order"] == ":id" for r in portal.requests if "$offset" in r.query)


async def test_a_list_that_ends_in_a_line_break_ends(clock):
    """B2-SC-03: what the answer says decides, not its bytes."""
    with SocrataStandIn() as portal:
        portal.sets["x"] = [{"n": "1"}, {"n": "2"}]
        portal.tail = b"\n"
        async with HttpClient(per_minute=100_000, clock=clock) as http:
            found = await Socrata(http, portal.url, page=1).rows(Question("x"))
        assert (len(found.filas), found.paginas) == (2, 3)
        portal.stuck = True
        async with HttpClient(per_minute=100_000, clock=clock) as http:
            with pytest.raises(ContractViolationError, match="repite una página"):
                await Socrata(http, portal.url, page=1).rows(Question("x"))


async def test_rows_that_change_while_they_are_read_are_read_again(clock):
    with SocrataStandIn() as portal:
        portal.sets["x"] = [{"n": "1"}, {"n": "2"}, {"n": "3"}]
        portal.growing = True
        async with HttpClient(per_minute=100_000, clock=clock) as http:
            found = await Socrata(http, portal.url, page=10).rows(Question("x"))
    assert len(found.filas) == 4


async def test_a_portal_that_asks_to_wait_is_obeyed_and_a_token_is_sent_when_there_is_one(clock, portal):
    portal.fail("too_many", retry_after=0)
    with portal:
        async with HttpClient(per_minute=100_000, backoff_s=0.01, clock=clock) as http:
            asked = Socrata(http, portal.url, token="secreto")
            assert len((await asked.rows(Question("32sa-8pi3"))).filas) == 3
    assert {r.headers.get("x-app-token") for r in portal.requests} == {"secreto"}


async def test_the_words_of_the_portal_reach_the_person(source):
    with pytest.raises(UpstreamError, match="Cannot find view"):
        await source.portal.rows(Question("no-existe"))


async def test_fridays_rate_rules_the_weekend_and_the_holiday(load, source, rows):
    (report,) = await load(source, date(2024, 10, 3), date(2024, 10, 7), TRM)
    assert (report.rechazadas, report.guardadas) == (0, 5)
    assert [v for (v,) in await rows("SELECT valor FROM observaciones ORDER BY fecha")] == [
        4000.10, 4010.20, 4020.30, 4020.30, 4020.30,
    ]  # fmt: skip


async def test_only_the_days_asked_for_come_out_of_a_row_that_covers_more(load, source, rows):
    (report,) = await load(source, date(2024, 10, 6), date(2024, 10, 6), TRM)
    assert (report.recibidas, report.rechazadas) == (1, 0)


async def test_a_tariff_is_of_its_month_operator_and_level(load, source, rows):
    (report,) = await load(source, date(2025, 1, 1), date(2025, 2, 28), variable("CU_Total", "OperadorRed"))
    assert report.rechazadas == 0
    told = (
        "SELECT (fecha AT TIME ZONE 'America/Bogota')::date, entidad, dimension, valor"
        " FROM observaciones ORDER BY 1"
    )
    assert await rows(told) == [
        (date(2025, 1, 1), "ENEL Bogotá - Cundinamarca", "Nivel 1 (Propiedad OR)", 810.46),
        (date(2025, 2, 1), "ENEL Bogotá - Cundinamarca", "Nivel 1 (Propiedad OR)", 820.0),
    ]


async def test_a_cell_that_the_portal_leaves_out_is_a_gap_and_the_column_stays(load, source, portal, rows):
    """B2-SC-02."""
    portal.columns["ytme-6qnu"] = [*TARIFF, "columna_nueva"]
    portal.sets["ytme-6qnu"] = [
        {k: v for k, v in TARIFF.items() if k != "cu_total"},
        {**TARIFF, "periodo": "Febrero"},
    ]
    await load(source, date(2025, 1, 1), date(2025, 2, 28), variable("CU_Total", "OperadorRed"))
    assert [v for (v,) in await rows("SELECT valor FROM observaciones ORDER BY fecha")] == [None, 810.46]


async def test_a_column_that_the_set_no_longer_has_is_named(load, source, portal):
    portal.columns["32sa-8pi3"] = ["valor", "unidad", "vigenciadesde"]
    (report,) = await load(source, date(2024, 10, 3), date(2024, 10, 7), TRM)
    assert (report.estado, report.codigo) == ("fallida", "contract_violation")
    assert "vigenciahasta" in report.error


async def test_hours_a_hundred_times_too_large_wait_in_quarantine_as_they_came(load, source, portal, rows):
    portal.sets["3ebi-d83g"] = [ZNI, {**ZNI, "mes": "6", "prom_diario_horas": "776"}]
    (report,) = await load(source, date(2024, 5, 1), date(2024, 6, 30), variable("ZNI_Horas", "Localidad"))
    assert (report.guardadas, report.rechazadas) == (1, 1)
    assert await rows("SELECT fila->>'valor' FROM cuarentena") == [("776.0",)]


async def test_one_code_with_two_names_is_two_localities_and_accents_do_not_make_another(
    load, source, portal, rows
):
    portal.sets["3ebi-d83g"] = [
        ZNI,
        {**ZNI, "localidad": "San José"},
        {**ZNI, "mes": "6", "localidad": "SAN JOSE"},
    ]
    energy = variable("ZNI_EnergiaActiva", "Localidad")
    (report,) = await load(source, date(2024, 5, 1), date(2024, 6, 30), energy)
    assert report.rechazadas == 0
    names = "SELECT entidad, count(*) FROM observaciones GROUP BY 1 ORDER BY 1"
    assert await rows(names) == [("91001001 leticia", 1), ("91001001 san jose", 2)]


async def test_rain_is_the_mean_of_the_stations_of_a_department_joined_by_the_portal(
    load, source, portal, rows
):
    portal.sets["s54a-sgyg"] = [
        {"codigoestacion": station, "fechaobservacion": f"2024-10-01T{hour:02d}:00:00.000",
         "valorobservado": "2", "departamento": place, "municipio": "X"}
        for station, place in (("A", "ANTIOQUIA"), ("B", "ANTIOQUIA"), ("C", "AMAZONAS")) for hour in (5, 6)
    ]  # fmt: skip
    await load(source, date(2024, 10, 1), date(2024, 10, 1), variable("IDEAM_Lluvia", "Departamento"))
    assert await rows("SELECT entidad, valor FROM observaciones") == [("ANTIOQUIA", 4.0)]
    asked = next(r.query for r in portal.requests if "$group" in r.query)
    assert "departamento in (" in asked["$where"]
    assert "fechaobservacion between" in asked["$where"]


async def test_lists_keep_the_zeros_of_their_codes_and_every_declared_column(
    engine, lake, source, portal, clock, rows
):
    portal.columns["gdxc-w37w"] = ["cod_dpto", "dpto", "cod_mpio", "nom_mpio"]
    portal.sets["gdxc-w37w"] = [{"cod_dpto": "5", "cod_mpio": "5001", "nom_mpio": "MEDELLÍN"}]
    declared = FUENTE.conjunto("municipios")
    report = await registros.sync(engine, lake, source, declared, clock=clock)
    assert report.guardadas == 1
    assert await rows("SELECT codigo, atributos ? 'dpto' FROM entidades") == [("05001", True)]
    before = len(portal.requests)
    await registros.sync(engine, lake, source, declared, clock=clock)
    assert [r.path for r in portal.requests[before:]] == ["/api/views/gdxc-w37w.json"]


async def test_costs_of_a_company_are_told_apart_by_place_and_technology(load, source, portal, rows):
    row = {"id_empresa": "48907", "fecha_inicio": "2023-01-01T00:00:00.000", "departamento": "BOLÍVAR",
           "municipio": "CARTAGENA", "tipo_tecnologia": "1", "gm": "897.77",
           "dm": "29.08", "cm": "52.6"}  # fmt: skip
    portal.sets["5cvc-m38t"] = [row, {**row, "tipo_tecnologia": "10", "gm": "900"}]
    cost = variable("ZNI_CostoGeneracion", "Empresa")
    (report,) = await load(source, date(2023, 1, 1), date(2023, 6, 30), cost)
    assert report.rechazadas == 0
    assert await rows("SELECT entidad, dimension, valor FROM observaciones ORDER BY 2") == [
        ("48907", "cartagena/1", 897.77),
        ("48907", "cartagena/10", 900.0),
    ]


@pytest.mark.parametrize("kind", ["html", "truncated", "empty_object", "garbage", "server", "forbidden"])
async def test_an_answer_that_is_none_loads_nothing(load, source, portal, rows, kind):
    portal.fail(kind, times=0, path="/resource/")
    (report,) = await load(source, date(2024, 10, 3), date(2024, 10, 7), TRM)
    assert report.estado == "fallida"
    assert await rows("SELECT count(*) FROM observaciones") == [(0,)]


def test_every_series_of_the_portal_is_in_the_catalogue_under_its_set():
    from siea.domain.catalogo import variables
    from siea.ingest.sources.datos_gov_tablas import SERIES

    places = {(*key, s.conjunto) for s in SERIES for key in s.variables}
    assert places == {(v.codigo, v.entidad, v.conjunto) for v in variables() if v.fuente == "datos_gov"}
    assert all(c.forma for c in FUENTE.conjuntos if c.clase is Clase.SERIES)
