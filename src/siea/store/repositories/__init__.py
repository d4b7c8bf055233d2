"""Queries, one class a subject. Each takes the session; the caller commits."""

from siea.store.repositories.auditoria import AuditoriaRepository
from siea.store.repositories.calidad import CalidadDiasRepository, FuentesRepository, HallazgosRepository
from siea.store.repositories.cargas import (
    CalidadCarga,
    CalidadRepository,
    CargasRepository,
    VariablesRepository,
)
from siea.store.repositories.pronosticos import PronosticosRepository
from siea.store.repositories.puntos import Punto, ResolutionError, Serie
from siea.store.repositories.revisiones import Cambio, Cambios, Movimiento, RevisionesRepository
from siea.store.repositories.series import DemandaRepository, PreciosRepository, SeriesRepository
from siea.store.repositories.usuarios import UsuariosRepository

__all__ = [
    "AuditoriaRepository",
    "CalidadCarga",
    "CalidadDiasRepository",
    "CalidadRepository",
    "Cambio",
    "Cambios",
    "CargasRepository",
    "DemandaRepository",
    "FuentesRepository",
    "HallazgosRepository",
    "Movimiento",
    "PreciosRepository",
    "PronosticosRepository",
    "Punto",
    "ResolutionError",
    "RevisionesRepository",
    "Serie",
    "SeriesRepository",
    "UsuariosRepository",
    "VariablesRepository",
]
