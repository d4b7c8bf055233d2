"""Each kind of file is known by its columns, in any order and with others among them, and read by them."""

import polars as pl
import pytest

from siea.domain.catalogo import variable
from siea.ingest.archivos.receta import points, to_bronze
from siea.ingest.archivos.recetas import RECETAS, recipe_for
from siea.ingest.sources.registry import BRONZE

HOURS = ",".join(f"Values_Hour{n:02d}" for n in range(1, 25))
RISING = ",".join(str(n) for n in range(1, 25))
# recipe: (header, one row, its values: variable, entity, dimension, day, hour, value, version)
FILES = {
    "demanda_sin_diaria": (
        "fecha,demanda_sin_kwh,generacion_kwh,demanda_no_atendida_kwh,exportaciones_kwh,importaciones_kwh",
        "2024-05-01,200,205,1,6,0",
        [
            ("DemaSIN", "Sistema", "", "2024-05-01", None, "200", ""),
            ("GeneDiaSIN", "Sistema", "", "2024-05-01", None, "205", ""),
            ("DemaNoAtenDiaSIN", "Sistema", "", "2024-05-01", None, "1", ""),
            ("ExpoDiaSIN", "Sistema", "", "2024-05-01", None, "6", ""),
            ("ImpoDiaSIN", "Sistema", "", "2024-05-01", None, "0", ""),
        ],
    ),
    "demanda_comercial_horaria": (
        "fecha_hora,demanda_comercial_kwh",
        "2024-05-01 23:00:00,7.5",
        [("DemaCome", "Sistema", "", "2024-05-01", 24, "7.5", "")],
    ),
    "demanda_real_c1b851": (
        "fecha_hora,demanda_real_gwh",
        "2024-05-01T00:00,7.5",
        [("DemaRealC1B851", "Sistema", "", "2024-05-01", 1, "7.5", "")],
    ),
    "demanda_por_mercado": (
        f"Id,Values_code,Values_MarketType,{HOURS},Date",
        f"MercadoComercializacion,ANTIOQUIA ,REGULADO,{RISING},2024-05-01",
        [
            ("DemaCome/MercadoComercializacion", "ANTIOQUIA", "REGULADO", "2024-05-01", n, str(n), "")
            for n in range(1, 25)
        ],
    ),
    "demanda_por_subarea": (
        "fecha_hora,SubAntioquia,SubBoyaca-Casanare,SubPutumayo,archivo",
        "2024-05-01 00:00:00,-867259.8,-230263.7,0.0,uno.csv",
        [
            ("DemaSubarea/Subarea", "Antioquia", "", "2024-05-01", 1, "867259.8", ""),
            ("DemaSubarea/Subarea", "Boyaca-Casanare", "", "2024-05-01", 1, "230263.7", ""),
            ("DemaSubarea/Subarea", "Putumayo", "", "2024-05-01", 1, "0.0", ""),
        ],
    ),
    "demanda_por_operador": (
        "fecha,or_codigo,version,hora,demanda_kwh",
        "2024-05-01,CDSD,TX3,0,5",
        [("DemaOrHora/OR", "CDSD", "", "2024-05-01", 1, "5", "TX3")],
    ),
    "precio_bolsa_libros": (
        "fecha,hora,precio_bolsa_cop_kwh,version",
        "2004-05-01,23,80.1,",
        [("PrecBolsNaciLibro", "Sistema", "", "2004-05-01", 24, "80.1", "")],
    ),
    "precio_bolsa_horario": (
        "fecha_hora,precio_bolsa_cop_kwh,fuente",
        "2024-05-01 05:00:00,,api",
        [("PrecBolsNaci", "Sistema", "", "2024-05-01", 6, None, "")],
    ),
    "precios_diarios": (
        "fecha,precio_min,ppp_bolsa_diario,precio_escasez,precio_escasez_inferior",
        "2024-05-01,100,200,900,",
        [
            ("PrecBolsMinPublDia", "Sistema", "", "2024-05-01", None, "100", ""),
            ("PPPrecBolsNaci", "Sistema", "", "2024-05-01", None, "200", ""),
            ("PrecEsca", "Sistema", "", "2024-05-01", None, "900", ""),
            ("PrecEscaInf", "Sistema", "", "2024-05-01", None, None, ""),
        ],
    ),
    "sistema_diario": (
        "fecha,tipo_dia,demanda_gwh,aportes_gwh,aportes_pct,volumen_util_gwh,capacidad_util_gwh,precio_bolsa_max",
        "2024-05-01,Normal,200,90,0.62,7000,16000,223",
        [
            ("DemaOper", "Sistema", "", "2024-05-01", None, "200", ""),
            ("AporOper", "Sistema", "", "2024-05-01", None, "90", ""),
            ("VoluUtilOper", "Sistema", "", "2024-05-01", None, "7000", ""),
            ("CapaUtilOper", "Sistema", "", "2024-05-01", None, "16000", ""),
            ("PorcAporOper", "Sistema", "", "2024-05-01", None, "0.62", ""),
            ("PrecBolsMaxOper", "Sistema", "", "2024-05-01", None, "223", ""),
        ],
    ),
    "reservas_diarias": (
        "fecha,capacidad_util_gwh,volumen_util_gwh",
        "2024-05-01,16000,7000",
        [
            ("CapaUtilDiarEner", "Sistema", "", "2024-05-01", None, "16000", ""),
            ("VoluUtilDiarEner", "Sistema", "", "2024-05-01", None, "7000", ""),
        ],
    ),
    "despacho_por_combustible": (
        "fecha,combustible,despacho_gwh",
        "2024-05-01,AGUA,79.47",
        [("GeneProgCombustible/Combustible", "AGUA", "", "2024-05-01", None, "79.47", "")],
    ),
    "aportes_por_rio": (
        "fecha,region,rio,aportes_caudal_m3s,aportes_energia_kwh,aportes_pct",
        "2024-05-01,ANTIOQUIA,NARE,18.5,3924500,65.08",
        [
            ("AporCaudal/Rio", "NARE", "", "2024-05-01", None, "18.5", ""),
            ("AporEner/Rio", "NARE", "", "2024-05-01", None, "3924500", ""),
            ("PorcApor/Rio", "NARE", "", "2024-05-01", None, "65.08", ""),
        ],
    ),
    "volumen_por_embalse": (
        "fecha,embalse,volumen_util_fraccion,archivo",
        "2024-05-01,PENOL,0.4,uno.csv",
        [("PorcVoluUtilDiar/Embalse", "PENOL", "", "2024-05-01", None, "0.4", "")],
    ),
    "consumo_de_combustible": (
        "fecha,recurso,codigo_agente,combustible,consumo_combustible_mbtu",
        "2024-05-01,TEBSA,TBSG,GAS,10.5",
        [("ConsCombustibleDia/Recurso", "TEBSA", "GAS", "2024-05-01", None, "10.5", "")],
    ),
    "temperatura_por_mercado": (
        "Values_code,Date,Temperatura",
        "TULUA,2024-05-01,20.2",
        [("TempMercado/MercadoComercializacion", "TULUA", "", "2024-05-01", None, "20.2", "")],
    ),
    "oni": ("anio,mes,oni", "2024,5,0.24", [("ONI", "Pacifico", "", "2024-05-01", None, "0.24", "")]),
    "demanda_mensual_por_agente": (
        "month,agent_code,agent_name,demanda_comercial_kwh",
        "2024-05-01,EPMC,EPM,9e8",
        [("DemaComeMes/Agente", "EPMC", "", "2024-05-01", None, "9e8", "")],
    ),
    "demanda_mensual_por_operador": (
        "month,operator,demanda_comercial_kwh,demand_twh",
        "2024-05-01,Air-e,7e8,0.7",
        [("DemaComeMes/OperadorRed", "Air-e", "", "2024-05-01", None, "7e8", "")],
    ),
    "posicion_contractual": (
        "fecha,agente,demanda,respaldo,ventas,expuesto",
        "2024-05-31,BCCC,1,2,0,-1",
        [
            ("PosiDemanda/Agente", "BCCC", "", "2024-05-31", None, "1", ""),
            ("PosiRespaldo/Agente", "BCCC", "", "2024-05-31", None, "2", ""),
            ("PosiVentas/Agente", "BCCC", "", "2024-05-31", None, "0", ""),
            ("PosiExpuesto/Agente", "BCCC", "", "2024-05-31", None, "-1", ""),
        ],
    ),
}


def table(header: str, *rows: str) -> pl.DataFrame:
    names = header.split(",")
    cells = [[cell or None for cell in row.split(",")] for row in rows]
    return pl.DataFrame(cells, schema=dict.fromkeys(names, pl.String), orient="row")


def read(frame: pl.DataFrame) -> list[tuple[object, ...]]:
    """Every value of every variable of a file, hours one by one."""
    recipe = recipe_for(frame.columns)
    assert recipe is not None
    found = []
    for column in recipe.values_in(frame):
        name = (
            column.codigo
            if column.entidad in {"Sistema", "Pacifico"}
            else f"{column.codigo}/{column.entidad}"
        )
        bronze = to_bronze(frame, recipe, column)
        assert bronze.schema == BRONZE
        for row in bronze.iter_rows(named=True):
            assert row["entidad_tipo"] == column.entidad
            for place, value in enumerate(row["valores"]):
                hour = None if row["hora"] is None else row["hora"] + place
                found.append(
                    (name, row["entidad"], row["dimension"], row["dia"], hour, value, row["version"])
                )
    return found


def hours(header: str, *rows: str) -> list[object]:
    return [row[4] for row in read(table(header, *rows))]


@pytest.mark.parametrize("name", FILES)
def test_a_file_is_known_by_its_columns_and_each_value_goes_to_its_variable(name):
    header, row, expected = FILES[name]
    frame = table(header, row)
    assert recipe_for(frame.columns).nombre == name
    assert sorted(read(frame), key=str) == sorted(expected, key=str)


@pytest.mark.parametrize("name", FILES)
def test_neither_the_order_of_the_columns_nor_others_among_them_matter(name):
    header, row, expected = FILES[name]
    frame = table(header, row)
    other = frame.select(reversed(frame.columns)).with_columns(nota=pl.lit("x"))
    assert recipe_for(other.columns).nombre == name
    assert sorted(read(other), key=str) == sorted(expected, key=str)
    assert any("nota" in told for told in recipe_for(other.columns).remarks(other))


def test_every_recipe_of_series_is_tried_above():
    assert {recipe.nombre for recipe in RECETAS if recipe.columnas} == set(FILES)


def test_every_recipe_gives_units_that_its_variables_can_take():
    for recipe in RECETAS:
        for column in recipe.columnas:
            assert variable(column.codigo, column.entidad) is column.variable


def test_columns_of_nobody_have_no_recipe():
    assert recipe_for(["fecha", "valor"]) is None
    assert recipe_for(["SubAntioquia", "SubValle"]) is None


def test_an_hour_begins_at_its_first_minute_and_nowhere_else():
    at = "fecha_hora,demanda_real_gwh"
    assert hours(at, "2024-05-01 07:00:00,1", "2024-05-01 07:30:00,1", "2024-05-01,1", ",1") == [
        8,
        *[None] * 3,
    ]


def test_hours_of_1_to_24_are_not_taken_for_0_to_23():
    header = "fecha,hora,precio_bolsa_cop_kwh"
    assert hours(header, "2024-05-01,0,9", "2024-05-01,23,9") == [1, 24]
    assert hours(header, "2024-05-01,1,9", "2024-05-01,24,9") == [1, 24]
    frame = table(header, "2024-05-01,24,9")
    assert "las horas vienen de 1 a 24" in recipe_for(frame.columns).remarks(frame)


def test_demand_written_as_positive_keeps_its_sign():
    header, _, _ = FILES["demanda_por_subarea"]
    rows = read(table(header, "2024-05-01 00:00:00,867259.8,230263.7,-5,uno.csv"))
    assert [row[5] for row in rows] == ["867259.8", "230263.7", "-5"]


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        (["1,20", "22,3", "1.234,56", None, "n.d."], ["1.20", "22.3", "1234.56", None, "n.d."]),
        (["0,02", "1.234", "12.500", "980", "-3,5"], ["0.02", "1234", "12500", "980", "-3.5"]),
        (["1.234", "0.5"], ["1.234", "0.5"]),
        # thousands by commas: nothing is guessed, the value is rejected later
        (["1,234.5", "0,5"], ["1,234.5", "0,5"]),
        # a cell that is no number is refused alone, not its whole column
        (["1,20", "22,3", "1.234,56", "12.34,56"], ["1.20", "22.3", "1234.56", "12.34,56"]),
        # «1,234» alone may be either number
        (["1,234", "12,500"], ["1,234", "12,500"]),
        ([None, None], [None, None]),
    ],
)
def test_decimal_commas_are_judged_over_the_whole_column(column, expected):
    """NL-02, NL-03 and their mirror."""
    assert points(pl.Series("v", column, pl.String)).to_list() == expected
