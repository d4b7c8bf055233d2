"""The tables. Their definition in SQL is the migrations; a test keeps both equal."""

from siea.store.models.base import Base
from siea.store.models.cargas import Agregado, Calidad, Carga, Cuarentena, EstadoVariable
from siea.store.models.fuentes import (
    CalidadDia,
    Documento,
    Entidad,
    EntidadHistoria,
    EstadoFuente,
    Fragmento,
    Hallazgo,
    Noticia,
    VersionLiquidacion,
)
from siea.store.models.hechos import (
    Aporte,
    DemandaNacional,
    DemandaOr,
    Embalse,
    Generacion,
    Observacion,
    Perdida,
    Precio,
    Revision,
)
from siea.store.models.operacion import (
    Alerta,
    Auditoria,
    Pronostico,
    Recurso,
    Usuario,
    VariableCatalogo,
)

__all__ = [
    "Agregado",
    "Alerta",
    "Aporte",
    "Auditoria",
    "Base",
    "Calidad",
    "CalidadDia",
    "Carga",
    "Cuarentena",
    "DemandaNacional",
    "DemandaOr",
    "Documento",
    "Embalse",
    "Entidad",
    "EntidadHistoria",
    "EstadoFuente",
    "EstadoVariable",
    "Fragmento",
    "Generacion",
    "Hallazgo",
    "Noticia",
    "Observacion",
    "Perdida",
    "Precio",
    "Pronostico",
    "Recurso",
    "Revision",
    "Usuario",
    "VariableCatalogo",
    "VersionLiquidacion",
]
