"""The shapes of requests and answers, as OpenAPI documents them."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from siea.domain.catalogo import Agregacion
from siea.domain.tiempo import ZONE_NAME, Resolucion
from siea.security.passwords import LARGO_MAXIMO
from siea.security.roles import Rol


class ErrorDeCampo(BaseModel):
    """Un campo que no se aceptó y por qué."""

    campo: str = Field(examples=["desde"])
    motivo: str = Field(examples=["debe ser un día AAAA-MM-DD, por ejemplo 2024-01-31."])


class Problema(BaseModel):
    """Documento de problema (RFC 9457)."""

    type: str = Field(description="Clase de problema; estable.", examples=["/problemas/peticion-no-valida"])
    title: str = Field(description="Qué pasó, en una frase.", examples=["La petición no es válida"])
    status: int = Field(examples=[422])
    detail: str = Field(description="Qué pasó en esta petición y qué hacer.")
    instance: str = Field(examples=["/api/v1/demanda"])
    errores: list[ErrorDeCampo]
    trace_id: str = Field(description="Cítelo al pedir ayuda.")


class ClaseDeProblema(BaseModel):
    """Qué significa una clase de problema y qué hacer."""

    type: str
    status: int
    title: str
    que_hacer: str


class Parcial(BaseModel):
    """Un periodo al que le faltan intervalos."""

    t: str = Field(examples=["2024-01-01"])
    valor_parcial: float | None = Field(description="Lo mismo, sobre los intervalos que sí están.")
    presentes: int
    esperados: int


class Meta(BaseModel):
    """Qué es la serie, de dónde sale y hasta cuándo es firme."""

    variable: str = Field(examples=["DemaSIN"])
    nombre: str
    unidad: str = Field(examples=["GWh"])
    resolucion: Resolucion
    agregacion: Agregacion
    zona_horaria: Literal["America/Bogota"] = Field(examples=[ZONE_NAME])
    fuente: str
    actualizado_en: datetime | None
    ultimo_dia_cerrado: date | None
    provisionales: list[date] = Field(description="Días (o primeros días de periodo) con valores parciales.")
    parciales: list[Parcial]
    version: Literal["vigente"] | None = Field(description="«vigente», o nulo cuando se pidió «as_of».")
    as_of: date | None
    licencia: str
    desde: str
    hasta: str
    decimales: int
    etiqueta: str | None = Field(examples=["histórico incorporado hasta 2025-12-31"])
    notas: list[str]


class Serie(BaseModel):
    """Una serie: pares [inicio del periodo, valor]; lo que falta es nulo, nunca ausente ni cero."""

    clave: str = Field(examples=["Sistema"])
    datos: list[tuple[str, float | None]] = Field(examples=[[["2024-01-01", 192.4], ["2024-01-02", None]]])


class RespuestaSerie(BaseModel):
    """La respuesta JSON de una serie."""

    meta: Meta
    series: list[Serie]


class VariableDisponible(BaseModel):
    """Una variable del catálogo y lo que hay cargado de ella."""

    codigo: str = Field(examples=["DemaSIN"])
    entidad: str = Field(examples=["Sistema"])
    nombre: str
    unidad: str
    resolucion: Resolucion
    agregacion: Agregacion
    fuente: str
    conjunto: str
    desde: date | None = Field(description="Primer día con datos; nulo si no hay.")
    hasta: date | None
    ultimo_dia_cerrado: date | None
    actualizado_en: datetime | None
    etiqueta: str | None
    decimales: int
    descripcion: str
    rezago_dias: int


class RespuestaVariables(BaseModel):
    """El catálogo."""

    datos: list[VariableDisponible]


class Filas(BaseModel):
    """Qué pasó con las filas de una carga."""

    recibidas: int
    guardadas: int
    iguales: int
    revisadas: int
    rechazadas: int


class CalidadDeCarga(BaseModel):
    """La calidad de una carga, de 0 a 100, y de cada dimensión."""

    carga_id: int
    variable: str
    entidad: str
    fuente: str
    desde: date
    hasta: date
    recibido_en: datetime
    puntaje: float | None
    dimensiones: dict[str, float | None] = Field(
        description="completitud, validez, oportunidad, unicidad, consistencia; nulo: no aplica."
    )
    filas: Filas
    etiqueta: str | None


class RespuestaCalidad(BaseModel):
    """Las cargas más recientes primero."""

    datos: list[CalidadDeCarga]


class SolicitudPrediccion(BaseModel):
    """Qué pronosticar."""

    model_config = ConfigDict(extra="forbid")

    horizonte_dias: Annotated[
        int, Field(ge=1, le=30, strict=True, description="Días que se pronostican.", examples=[7])
    ] = 7


class Intervalo(BaseModel):
    """Límites del intervalo de confianza, un valor por fecha."""

    level: float = Field(examples=[0.95])
    lower: list[float]
    upper: list[float]


class Banda(BaseModel):
    """Una banda de pronóstico, un valor por fecha."""

    nivel: float = Field(examples=[0.8])
    lower: list[float]
    upper: list[float]


class ErrorReciente(BaseModel):
    """Cuánto se ha equivocado el modelo con el mismo rezago de datos."""

    mape_pct: float
    origenes: int
    horizonte_dias: int


class RespuestaPrediccion(BaseModel):
    """El pronóstico diario de demanda."""

    variable: str = Field(examples=["DemaSIN"])
    unidad: str = Field(examples=["GWh"])
    fechas: list[date]
    forecast: list[float]
    confidence: Intervalo
    bandas: list[Banda]
    model_version: str = Field(examples=["prophet_v1"])
    dato_hasta: date = Field(description="Último día cerrado que el modelo vio.")
    generado_en: datetime
    error_reciente: ErrorReciente | None
    avisos: list[str]


Nombre = Annotated[
    str,
    Field(
        min_length=1,
        max_length=64,
        pattern=r"^[^\x00-\x1f\x7f]+$",
        description="Nombre de usuario.",
        examples=["analista"],
    ),
]
Clave = Annotated[str, Field(min_length=1, max_length=LARGO_MAXIMO, description="Clave.")]


class CambioDeClave(BaseModel):
    """Cambio de clave; también de la temporal."""

    model_config = ConfigDict(extra="forbid")

    usuario: Nombre
    clave: Clave
    clave_nueva: Annotated[
        str, Field(min_length=12, max_length=LARGO_MAXIMO, description="Al menos 12 caracteres.")
    ]


class RespuestaToken(BaseModel):
    """El token y cuánto dura."""

    access_token: str
    token_type: Literal["bearer"]
    expires_in: int = Field(description="Segundos de vida.", examples=[1800])
    rol: Rol
    usuario: str


class RespuestaYo(BaseModel):
    """Quién es el dueño del token."""

    usuario: str
    rol: Rol
    expira_en: datetime


class Dependencia(BaseModel):
    """El estado de una dependencia."""

    estado: Literal["ok", "degradado", "caido"]
    detalle: str | None
    latencia_ms: float | None = None
    ultimo_exito: datetime | None = None


class Preparado(BaseModel):
    """El estado del servicio y de cada dependencia."""

    estado: Literal["ok", "degradado", "caido"]
    version: str
    dependencias: dict[str, Dependencia]


class Vivo(BaseModel):
    """El proceso responde."""

    estado: Literal["ok"]
