"""Build the history that comes inside SIEA from the reference files beside the repository.

    python scripts/historico.py ../shared/data

Writes ``src/siea/ingest/historico``: one Parquet file a series (values in the unit of their source, local
times, nothing repaired, defects flagged) and ``historico.json``, which says where each comes from.
"""

import json
import sys
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from siea.domain.catalogo import variable
from siea.domain.tiempo import Resolucion

TARGET = Path(__file__).resolve().parents[1] / "src/siea/ingest/historico"
LABEL = "histórico incorporado hasta 2025-12-31"
CUT = "2026-01-01T00:00:00-05:00"
LAST = "2025-12-31"
XM = "XM S.A. E.S.P., publicado sin clave; la copia viene de "
NO_LICENCE = "el repositorio de la copia no declara licencia"
BOOKS = XM + "los libros anuales Demanda_Energia_SIN (mcml1225/colombia-energy-demand-forecast @3fee46d5)"
HOURLY_PRICE = (
    XM
    + "libros anuales hasta 2014 (jdvelasq/datalabs @23f99bf7), API 2015–2021 (JeisonJimenezA @62648d17) y "
    "API desde 2022 (chandro-dev/API_XM @3e716e28)"
)
SINERGOX = XM + "SINERGOX (camiloag07-afk/colombia-energy-market-analysis @b759d744)"
DISPATCH = XM + "agarcia9608/despacho-energia-colombia-con-R @e3c9a799"


@dataclass
class Series:
    """One series to write: columns inicio (text, local), valor, marca (text or null)."""

    codigo: str
    frame: pl.DataFrame
    unidad: str
    fuente: str
    licencia: str
    defectos: list[str] = field(default_factory=list)


def _csv(folder: Path, name: str) -> pl.DataFrame:
    return pl.read_csv(folder / "xm" / name, infer_schema_length=20_000)


def _column(frame: pl.DataFrame, time: str, value: str) -> pl.DataFrame:
    return frame.filter(pl.col(time).str.slice(0, 10) <= LAST).select(
        inicio=pl.col(time), valor=pl.col(value).cast(pl.Float64), marca=pl.lit(None, pl.String)
    )


def _flag(frame: pl.DataFrame, word: str, where: pl.Expr) -> pl.DataFrame:
    return frame.with_columns(marca=pl.when(where).then(pl.lit(word)).otherwise(pl.col("marca")))


def demand(folder: Path) -> list[Series]:
    """Daily SIN demand and its terms since 2000; hourly commercial demand of its last two years."""
    daily = _csv(folder, "demanda_sin_diaria_2000_2025.csv.gz")
    lost = "falta el 2015-12-31"
    empty = "celdas vacías (no publicado, no cero) en muchos días"
    terms = {
        "DemaSIN": ("demanda_sin_kwh", [lost]),
        "GeneDiaSIN": ("generacion_kwh", [lost]),
        "DemaNoAtenDiaSIN": ("demanda_no_atendida_kwh", [lost, empty]),
        "ExpoDiaSIN": ("exportaciones_kwh", [lost, empty]),
        "ImpoDiaSIN": ("importaciones_kwh", [lost, empty]),
    }
    found = [
        Series(code, _column(daily, "fecha", column), "kWh", BOOKS, NO_LICENCE, defects)
        for code, (column, defects) in terms.items()
    ]
    hourly = _csv(folder, "demanda_comercial_horaria_2017_2022.csv.gz")
    two_years = hourly.filter(pl.col("fecha_hora") >= "2020-09-01")
    source = XM + "jdvelasq/datalabs @23f99bf7"
    found.append(
        Series("DemaCome", _column(two_years, "fecha_hora", "demanda_comercial_kwh"), "kWh", source, "MIT")
    )
    return found


def spot_price(folder: Path) -> list[Series]:
    """Hourly spot price of the last two years; daily minimum, mean and maximum since 1995."""
    hourly = _csv(folder, "precio_bolsa_horario_1995_2025_unido.csv.gz").with_columns(
        dia=pl.col("fecha_hora").str.slice(0, 10), precio=pl.col("precio_bolsa_cop_kwh")
    )
    daily = hourly.group_by("dia", maintain_order=True).agg(
        horas=pl.col("precio").count(),
        minimo=pl.col("precio").min(),
        medio=pl.col("precio").mean().round(5),
        maximo=pl.col("precio").max(),
        ceros=(pl.col("precio") == 0).any(),
        libro=pl.col("fuente").str.starts_with("xm_xls").any(),
    )
    books = _csv(folder, "precio_bolsa_horario_1995_2021_xm_xls.csv.gz").drop_nulls("precio_bolsa_cop_kwh")
    versions = books.group_by("fecha", "hora").agg(pl.col("precio_bolsa_cop_kwh").n_unique().alias("n"))
    conflicting = set(versions.filter(pl.col("n") > 1)["fecha"])
    defects = [
        "sin dato los días con alguna hora vacía (1995-07-20; 2013-12-23, 25 y 29)",
        "horas en 0 en 1995 y 1996, marcadas «horas_en_cero»",
        "horas repetidas con valores distintos en los libros (vale la última), marcadas «horas_en_conflicto»",
        "los libros y la API difieren en 3,3 % de las horas comunes por su versión de liquidación",
    ]
    found = []
    for code, column in (
        ("PrecBolsMinDia", "minimo"),
        ("PrecBolsPromDia", "medio"),
        ("PrecBolsMaxDia", "maximo"),
    ):
        frame = daily.select(
            inicio="dia",
            valor=pl.when(pl.col("horas") == 24).then(pl.col(column)),
            marca=pl.when(pl.col("ceros"))
            .then(pl.lit("horas_en_cero"))
            .when(pl.col("libro") & pl.col("dia").is_in(list(conflicting)))
            .then(pl.lit("horas_en_conflicto")),
        )
        licence = "MIT los libros y desde 2022; 2015–2021, " + NO_LICENCE
        found.append(Series(code, frame, "COP/kWh", HOURLY_PRICE, licence, defects))
    api = _csv(folder, "precio_bolsa_horario_2022_2025_api.csv.gz").filter(
        pl.col("fecha_hora") >= "2024-01-01"
    )
    source = XM + "chandro-dev/API_XM @3e716e28"
    found.append(
        Series("PrecBolsNaci", _column(api, "fecha_hora", "precio_bolsa_cop_kwh"), "COP/kWh", source, "MIT")
    )
    return found


def scarcity_prices(folder: Path) -> list[Series]:
    """Daily weighted spot price and scarcity prices since 2021, each where it was in force."""
    prices = _csv(folder, "precios_bolsa_escasez_diarios_2021_2026.csv.gz")
    columns = {
        "PPPrecBolsNaci": "ppp_bolsa_diario",
        "PrecEsca": "precio_escasez",
        "PrecEscaAct": "precio_escasez_activacion",
        "PrecEscaPon": "precio_escasez_ponderado",
        "PrecEscaInf": "precio_escasez_inferior",
        "PrecEscaSup": "precio_escasez_superior",
    }
    found = []
    for code, column in columns.items():
        frame = _column(prices, "fecha", column).drop_nulls("valor")
        found.append(Series(code, frame, "COP/kWh", SINERGOX, NO_LICENCE))
    return found


def hydrology(folder: Path) -> list[Series]:
    """Daily reservoirs and inflows of the system."""
    system = _csv(folder, "sistema_diario_2015_2025_demanda_aportes_embalse_precio.csv.gz")
    reserves = _csv(folder, "reservas_sin_diarias_2021_2025.csv.gz")
    before = system.filter(pl.col("fecha") < "2021-01-01")
    source = f"hasta 2020, {DISPATCH}; desde 2021, {SINERGOX}"
    volume, capacity = (
        pl.concat([_column(before, "fecha", column), _column(reserves, "fecha", column)])
        for column in ("volumen_util_gwh", "capacidad_util_gwh")
    )
    low_days = [f"2017-01-{day}" for day in range(18, 23)] + ["2017-09-22"]
    capacity = _flag(capacity, "defecto_de_la_fuente", pl.col("inicio").is_in(low_days))
    mean = _column(system, "fecha", "aportes_media_historica_gwh")
    mean = _flag(mean, "defecto_de_la_fuente", pl.col("inicio").is_in(["2021-12-02", "2022-01-01"]))
    return [
        Series("VoluUtilDiarEner", volume, "GWh", source, NO_LICENCE),
        Series(
            "CapaUtilDiarEner", capacity, "GWh", source, NO_LICENCE,
            ["baja sin razón el 2017-01-18 a 22 y el 2017-09-22, marcada «defecto_de_la_fuente»"],
        ),
        Series("AporEner", _column(system, "fecha", "aportes_gwh"), "GWh", DISPATCH, NO_LICENCE),
        Series(
            "AporEnerMediHist", mean, "GWh", DISPATCH, NO_LICENCE,
            ["1 704,96 (2021-12-02) y 1 213,69 (2022-01-01): fuera de límites, van a cuarentena"],
        ),
    ]  # fmt: skip


def climate(folder: Path) -> list[Series]:
    """ONI by the centre month of its three."""
    oni = _csv(folder, "oni_mensual_1950_2026.csv.gz").select(
        inicio=pl.format("{}-{}-01", "anio", pl.col("mes").cast(pl.String).str.zfill(2)), oni="oni"
    )
    source = "NOAA CPC oni.ascii.txt (copia de agamemnon140/clima-sp @240063a6)"
    frame = _column(oni, "inicio", "oni")
    defects = ["periodo base reciente: no es comparable con tablas viejas"]
    return [Series("ONI", frame, "°C", source, "datos de NOAA, de dominio público", defects)]


def _plain(column: str) -> pl.Expr:
    """A name without accents, spaces or marks, to join two lists of plants."""

    def fold(name: str) -> str:
        letters = unicodedata.normalize("NFD", name.upper())
        return "".join(c for c in letters if c.isalnum() and c.isascii())

    return pl.col(column).map_elements(fold, return_dtype=pl.String)


def plants(folder: Path) -> pl.DataFrame:
    """Plants: codes of the operator's list of 2021, place and state of Paratec's of 2026 where names agree.

    A plant of Paratec that the list lacks has no code of the operator: its own is «PARATEC:» and its name.
    """
    number = pl.col("capacidad_efectiva").cast(pl.String).str.replace(",", ".").cast(pl.Float64)
    codes = (
        _csv(folder, "plantas_recursos_xm_2021_capacidad.csv.gz")
        .unique("submercado", keep="last", maintain_order=True)
        .select(
            codigo="submercado", nombre="nombre_recurso", tecnologia="tipo_generacion",
            combustible="combustible", capacidad_mw=number, agente="nombre_agente",
            estado=pl.col("estado").str.replace("OPERACIÓN", "OPERACION"), llave=_plain("nombre_recurso"),
        )
    )  # fmt: skip
    paratec = (
        pl.read_csv(folder / "geo/plantas_co_paratec_2026-10-20.csv", infer_schema_length=5000)
        .unique("nombre", keep="first", maintain_order=True)
        .with_columns(llave=_plain("nombre"))
    )
    origin = pl.when(pl.col("nombre_p").is_null()).then(pl.lit("xm 2021"))
    joined = codes.join(paratec.unique("llave", keep="first"), on="llave", how="left", suffix="_p")
    known = joined.select(
        "codigo", "nombre", "tecnologia", "combustible",
        capacidad_mw=pl.coalesce("mw_neto", "capacidad_mw"), departamento="departamento", latitud="lat",
        longitud="lon", agente=pl.coalesce("operador", "agente"), estado=pl.coalesce("estado_p", "estado"),
        fuente=origin.otherwise(pl.lit("xm 2021, paratec 2026-10")),
    )  # fmt: skip
    others = paratec.join(codes, on="llave", how="anti").select(
        codigo=pl.concat_str(pl.lit("PARATEC:"), "nombre"), nombre="nombre", tecnologia="tecnologia",
        combustible="combustible", capacidad_mw=pl.col("mw_neto").cast(pl.Float64),
        departamento="departamento", latitud="lat", longitud="lon", agente="operador", estado="estado",
        fuente=pl.lit("paratec 2026-10"),
    )  # fmt: skip
    return pl.concat([known, others], how="vertical_relaxed").sort("codigo")


def _write(series: Series) -> dict[str, object]:
    v = variable(series.codigo)
    moment = (
        pl.col("inicio").str.to_datetime("%Y-%m-%d %H:%M:%S")
        if v.resolucion is Resolucion.HORA
        else pl.col("inicio").str.to_date("%Y-%m-%d")
    )
    marks = pl.when(pl.col("marca").is_null()).then(pl.lit([], pl.List(pl.String)))
    frame = series.frame.select(
        variable=pl.lit(v.codigo), entidad_tipo=pl.lit(v.entidad), entidad=pl.lit(v.entidad),
        dimension=pl.lit(""), inicio=moment, valor="valor", version=pl.lit(""),
        marcas=marks.otherwise(pl.concat_list("marca")),
    ).sort("inicio")  # fmt: skip
    name = f"{v.codigo}.parquet"
    frame.write_parquet(TARGET / name, compression="zstd", compression_level=22, statistics=False)
    return {
        "variable": v.codigo, "entidad": v.entidad, "archivo": name, "unidad": series.unidad,
        "desde": str(frame["inicio"].min())[:10], "hasta": str(frame["inicio"].max())[:10],
        "filas": len(frame), "sin_valor": frame["valor"].null_count(), "fuente": series.fuente,
        "licencia": series.licencia,
        "defectos": series.defectos,
    }  # fmt: skip


def main(folder: Path) -> None:
    TARGET.mkdir(exist_ok=True)
    for old in TARGET.glob("*.parquet"):
        old.unlink()
    everything = (
        demand(folder) + spot_price(folder) + scarcity_prices(folder) + hydrology(folder) + climate(folder)
    )
    manifest = {
        "etiqueta": LABEL,
        "corte": CUT,
        "nota": "Valores como los publicó su fuente; nada se reparó, rellenó ni escaló. No se conoce la "
        "fecha en que se publicó cada uno: todos llevan como fecha de publicación el corte.",
        "series": [_write(series) for series in everything],
    }
    table = plants(folder)
    table.write_parquet(
        TARGET / "recursos.parquet", compression="zstd", compression_level=22, statistics=False
    )
    manifest["recursos"] = {
        "archivo": "recursos.parquet", "filas": len(table),
        "fuente": "XM, listado de recursos de febrero de 2021 (NNE-ISA/XM_API_to_data @d4ac9e0d) y PARATEC "
        "del 2026-10-20", "licencia": NO_LICENCE,
        "defectos": ["tres códigos repetidos en la lista (vale la última fila)",
                     "las plantas de PARATEC sin código de la lista llevan «PARATEC:» y su nombre"],
    }  # fmt: skip
    (TARGET / "historico.json").write_text(
        json.dumps(manifest, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
    )
    size = sum(path.stat().st_size for path in TARGET.iterdir())
    print(f"{len(everything)} series y {len(table)} plantas, {size / 1e6:.2f} MB en {TARGET}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
