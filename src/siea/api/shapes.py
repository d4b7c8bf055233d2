"""Rows of the database as the answers tell them."""

from typing import Any

from siea.api.series import local_iso, source_name
from siea.domain.catalogo import Variable
from siea.domain.tiempo import local_date
from siea.store.models import EstadoVariable
from siea.store.repositories import CalidadCarga


def variable_row(variable: Variable, state: EstadoVariable | None) -> dict[str, Any]:
    """One row of the catalogue; see :class:`siea.api.schemas.VariableDisponible`."""
    first = state.primera_fecha if state else None
    last = state.ultima_fecha if state else None
    return {
        "codigo": variable.codigo,
        "entidad": variable.entidad,
        "nombre": variable.nombre,
        "unidad": variable.unidad,
        "resolucion": variable.resolucion,
        "agregacion": variable.agregacion,
        "fuente": source_name(variable.fuente),
        "conjunto": variable.conjunto,
        "desde": local_date(first) if first else None,
        "hasta": local_date(last) if last else None,
        "ultimo_dia_cerrado": state.ultimo_dia_cerrado if state else None,
        "actualizado_en": local_iso(state.actualizado_en) if state else None,
        "etiqueta": state.etiqueta if state else None,
        "decimales": variable.decimales,
        "descripcion": variable.descripcion,
        "rezago_dias": variable.rezago_dias,
    }


def quality_row(batch: CalidadCarga) -> dict[str, Any]:
    """One batch; see :class:`siea.api.schemas.CalidadDeCarga`."""
    carga = batch.carga
    return {
        "carga_id": carga.id,
        "variable": carga.variable,
        "entidad": carga.entidad_tipo,
        "fuente": carga.fuente,
        "desde": carga.desde,
        "hasta": carga.hasta,
        "recibido_en": local_iso(carga.recibido_en),
        "puntaje": carga.calidad,
        "dimensiones": batch.dimensiones,
        "filas": {
            "recibidas": carga.filas_recibidas,
            "guardadas": carga.filas_guardadas,
            "iguales": carga.filas_iguales,
            "revisadas": carga.filas_revisadas,
            "rechazadas": carga.filas_rechazadas,
        },
        "etiqueta": carga.etiqueta,
    }
