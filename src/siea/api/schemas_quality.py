"""Answers about the quality of the data: days, findings, quarantine, revisions, sources."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field


class CalidadDeDia(BaseModel):
    """El puntaje de un día local de una variable."""

    variable: str = Field(examples=["DemaReal"])
    entidad: str = Field(examples=["Sistema"])
    dia: date
    puntaje: float = Field(ge=0, le=100)
    esperados: int = Field(description="Valores que el día debería tener.")
    presentes: int
    provisional: bool
    dudosos: int = Field(description="Valores con alguna marca de duda.")
    carga_id: int


class RespuestaCalidadDias(BaseModel):
    """Los días, del más antiguo al más reciente."""

    datos: list[CalidadDeDia]


class Hallazgo(BaseModel):
    """Un defecto que el juez de calidad encontró en los datos."""

    id: int
    regla: str = Field(examples=["dia_parcial"])
    severidad: Literal["baja", "media", "alta"]
    variable: str
    entidad_tipo: str
    entidad: str
    dimension: str
    desde: date | None
    hasta: date | None
    cuantos: int
    mensaje: str
    detalle: dict[str, Any]
    creado_en: datetime
    resuelto_en: datetime | None


class RespuestaHallazgos(BaseModel):
    """Los hallazgos, los más graves y recientes primero."""

    datos: list[Hallazgo]


class FilaEnCuarentena(BaseModel):
    """Una fila rechazada, como llegó, y por qué."""

    id: int
    variable: str
    entidad_tipo: str
    fuente: str
    carga_id: int
    origen: str = Field(description="Respuesta original en el lago de datos.")
    fila: dict[str, Any]
    motivo: str
    estado: Literal["retenida", "liberada", "corregida", "descartada"]
    creado_en: datetime
    decidida_por: str | None
    decidida_en: datetime | None
    nota: str | None


class RespuestaCuarentena(BaseModel):
    """Las filas, las más recientes primero."""

    datos: list[FilaEnCuarentena]


Nota = Annotated[
    str,
    Field(min_length=3, max_length=500, pattern=r"^[^\x00]+$", description="Por qué; queda en el registro."),
]


class DecisionDeCuarentena(BaseModel):
    """Qué filas, y por qué."""

    model_config = ConfigDict(extra="forbid")

    ids: list[Annotated[int, Field(ge=1, le=2**63 - 1, strict=True)]] = Field(
        min_length=1, max_length=1000, examples=[[1, 2]]
    )
    nota: Nota


class RespuestaLiberacion(BaseModel):
    """Qué se hizo con las filas."""

    decididas: int
    carga_id: int | None
    guardadas: int
    revisadas: int


class CambioDeValor(BaseModel):
    """Un valor que no es el mismo al final de los dos días."""

    entidad: str
    dimension: str
    fecha: datetime
    antes: float | None
    despues: float | None
    version_antes: str | None
    version_despues: str | None


class RespuestaCambios(BaseModel):
    """Qué cambió entre dos días en lo que se sabía de una variable."""

    variable: str
    entidad_tipo: str
    unidad: str
    conocido_el: tuple[date, date]
    cuantos: int
    suma_antes: float | None
    suma_despues: float | None
    datos: list[CambioDeValor]


class MovimientoDeVersion(BaseModel):
    """Cuánto movió a la variable el paso de una versión de liquidación a la siguiente."""

    de: str = Field(examples=["TX1"])
    a: str = Field(examples=["TX2"])
    valores: int
    iguales: int
    medio_abs_pct: float | None
    neto_pct: float | None
    mayor_abs: float


class RespuestaMovimientos(BaseModel):
    """Los pasos entre versiones, en su orden."""

    variable: str
    entidad_tipo: str
    unidad: str
    desde: date
    hasta: date
    datos: list[MovimientoDeVersion]


class ConjuntoDeFuente(BaseModel):
    """Un conjunto de una fuente y cómo fue la última consulta."""

    fuente: str
    titulo: str
    conjunto: str
    clase: Literal["series", "entidades", "documentos", "noticias"]
    descripcion: str
    frecuencia: str
    rezago_dias: int
    licencia: str
    consultado_en: datetime | None
    ultimo_exito: datetime | None
    ultimo_error: str | None
    fallos_seguidos: int


class RespuestaFuentes(BaseModel):
    """Cada conjunto de cada fuente."""

    datos: list[ConjuntoDeFuente]
