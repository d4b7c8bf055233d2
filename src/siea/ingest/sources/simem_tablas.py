"""The data sets of SIMEM that are read: ids, columns, and which variable each column or code is."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Campo:
    """Where a variable is: a value of ``CodigoVariable`` in a long set, the name of a column in a wide one.

    ``solo`` and ``sin`` name a beginning of the entity's code that its rows must, or must not, have.
    """

    campo: str
    solo: str = ""
    sin: str = ""


@dataclass(frozen=True, slots=True)
class Tabla:
    """One data set of series. ``variables``: (code, entity kind) of the catalogue → its place."""

    id: str
    conjunto: str
    descripcion: str
    tiempo: str
    variables: Mapping[tuple[str, str], Campo]
    entidad: str | None = None
    dimension: str | None = None
    larga: bool = True
    versionada: bool = True
    max_dias: int = 31
    frecuencia: str = "diaria"
    rezago_dias: int = 3

    @property
    def columnas(self) -> set[str]:
        """Columns that the code reads."""
        places = {"CodigoVariable", "Valor"} if self.larga else {c.campo for c in self.variables.values()}
        return {
            self.tiempo,
            *places,
            *([self.entidad] if self.entidad else []),
            *([self.dimension] if self.dimension else []),
            *(["Version"] if self.versionada else []),
        }


@dataclass(frozen=True, slots=True)
class Lista:
    """One catalogue: columns of the code (joined by «/») and of the name."""

    id: str
    tipo: str
    codigo: tuple[str, ...]
    nombre: str
    descripcion: str


_SISTEMA, _AGENTE, _RECURSO = "Sistema", "Agente", "Recurso"
_AGGREGATE = "AGREGADO"

SERIES = (
    Tabla(
        "14fabb",
        "demanda_real",
        "Demanda real por agente y tipo de mercado, con todas sus versiones",
        "FechaHora",
        {("SIMEM_DdaReal", _AGENTE): Campo("DdaReal")},
        entidad="CodigoSICAgente",
        dimension="TipoMercado",
    ),
    Tabla(
        "EC6945",
        "precio_bolsa",
        "Precio de bolsa horario nacional, internacional y TIE, con todas sus versiones",
        "FechaHora",
        {(f"SIMEM_{code}", _SISTEMA): Campo(code) for code in ("PB_Nal", "PB_Int", "PB_Tie")},
    ),
    Tabla(
        "96D56E",
        "precio_ponderado",
        "Precio de bolsa ponderado con compras y con generación real",
        "Fecha",
        {(f"SIMEM_{code}", _SISTEMA): Campo(code) for code in ("PPBO", "PPBOGReal")},
    ),
    Tabla(
        "055A4D",
        "generacion_real",
        "Generación real por planta, con todas sus versiones",
        "FechaHora",
        {("SIMEM_GReal", _RECURSO): Campo("GReal")},
        entidad="CodigoPlanta",
    ),
    Tabla(
        "E055B4",
        "generacion_programada",
        "Generación programada en el despacho, por planta",
        "FechaHora",
        {("SIMEM_GProgDesp", _RECURSO): Campo("GProgDespacho")},
        entidad="CodigoPlanta",
        rezago_dias=1,
    ),
    Tabla(
        "E17D25",
        "generacion_estimada",
        "Generación real estimada y programada por planta y día",
        "Fecha",
        {("SIMEM_GRealEst", _RECURSO): Campo("GeneracionRealEstimada")},
        entidad="CodigoPlanta",
        larga=False,
        versionada=False,
        rezago_dias=2,
    ),
    Tabla(
        "BA1C55",
        "aportes_energia",
        "Aportes hídricos en energía por serie hidrológica, y el total del país aparte",
        "Fecha",
        {
            ("SIMEM_AportesEnergia", "SerieHidrologica"): Campo("AportesHidricosEnergia", sin="Colombia"),
            ("SIMEM_AportesEnergia", "Total"): Campo("AportesHidricosEnergia", solo="Colombia"),
            ("SIMEM_MediaHistorica", "SerieHidrologica"): Campo("MediaHistoricaEnergia", sin="Colombia"),
            ("SIMEM_MediaHistorica", "Total"): Campo("MediaHistoricaEnergia", solo="Colombia"),
        },
        entidad="CodigoSerieHidrologica",
        larga=False,
        versionada=False,
        rezago_dias=2,
    ),
    Tabla(
        "c51127",
        "reservas_energia",
        "Reservas hidráulicas en energía por embalse; los agregados van aparte",
        "Fecha",
        {
            ("SIMEM_VolumenUtil", "Embalse"): Campo("VolumenUtilDiarioEnergia", sin=_AGGREGATE),
            ("SIMEM_VolumenUtil", "AgregadoEmbalse"): Campo("VolumenUtilDiarioEnergia", solo=_AGGREGATE),
            ("SIMEM_CapacidadUtil", "Embalse"): Campo("CapacidadUtilEnergia", sin=_AGGREGATE),
            ("SIMEM_CapacidadUtil", "AgregadoEmbalse"): Campo("CapacidadUtilEnergia", solo=_AGGREGATE),
            ("SIMEM_Vertimientos", "Embalse"): Campo("VertimientosEnergia", sin=_AGGREGATE),
        },
        entidad="CodigoEmbalse",
        larga=False,
        versionada=False,
        rezago_dias=2,
    ),
    Tabla(
        "d0d746",
        "perdidas",
        "Pérdidas del STN asignadas a cada agente, con todas sus versiones",
        "FechaHora",
        {
            ("SIMEM_PerdidasEnergia", _AGENTE): Campo("PerdidasEnergia"),
            ("SIMEM_PerdidasRegulada", _AGENTE): Campo("PerdidasDemandaRegulada"),
            ("SIMEM_PerdidasNoRegulada", _AGENTE): Campo("PerdidasDemandaNoRegulada"),
        },
        entidad="CodigoSICAgente",
        larga=False,
    ),
    Tabla(
        "b38efc",
        "enficc",
        "Energía firme del cargo por confiabilidad verificada, por planta",
        "Fecha",
        {("SIMEM_ENFICC", _RECURSO): Campo("ENFICCVerificada")},
        entidad="CodigoPlanta",
        larga=False,
        versionada=False,
        frecuencia="anual",
        rezago_dias=30,
    ),
)
LISTAS = {
    "catalogo": Lista(
        "e007fb", "simem_conjunto", ("idDataset",), "nombreConjuntoDatos", "Catálogo de conjuntos de SIMEM"
    ),
    "inventario": Lista(
        "a5a6c4",
        "simem_variable",
        ("IdDataset", "CodigoVariable"),
        "NombreVariable",
        "Inventario de variables",
    ),
    "calendario_versiones": Lista(
        "24914F",
        "version_liquidacion",
        ("Version", "FechaInicio"),
        "Version",
        "Calendario de versiones de liquidación: qué días cubre cada una y cuándo se publicó",
    ),
    "plantas": Lista(
        "0BFC9D", "simem_planta", ("CodigoPlanta",), "NombrePlanta", "Parámetros técnicos de las plantas"
    ),
    "unidades": Lista(
        "670221", "simem_unidad", ("CodigoUnidadGeneracion",), "NombreUnidad", "Unidades de generación"
    ),
}
