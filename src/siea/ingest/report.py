"""What the pipeline tells of each range of days: for people, for programs, and for Prometheus."""

from dataclasses import dataclass
from datetime import date

from siea.domain.catalogo import Variable
from siea.ingest.batch import Batch, Identity, Loaded
from siea.ingest.errors import SourceError
from siea.ingest.transform.provisional import Judgement
from siea.telemetry import metrics
from siea.telemetry.logs import get_logger

log = get_logger(__name__)

SIN_CAMBIOS = "sin_cambios"
FALLIDA = "fallida"


@dataclass(frozen=True, slots=True)
class LoadReport:
    """What happened with one range of days of one variable.

    ``estado``: cargada, incompleta (days that are due are not there), sin_datos, sin_cambios (the same answer
    as last time), rechazada (all of it in quarantine), fallida. ``error`` is a Spanish sentence, ``codigo``
    its kind for programs, ``reintentar`` whether asking later may help.
    """

    variable: str
    entidad: str
    desde: date
    hasta: date
    estado: str
    carga_id: int | None = None
    recibidas: int = 0
    guardadas: int = 0
    iguales: int = 0
    revisadas: int = 0
    rechazadas: int = 0
    calidad: float | None = None
    dias_faltantes: tuple[date, ...] = ()
    dias_provisionales: tuple[date, ...] = ()
    ultimo_dia_fuente: date | None = None
    notas: tuple[str, ...] = ()
    error: str | None = None
    codigo: str | None = None
    reintentar: bool = False


def unchanged(identity: Identity) -> LoadReport:
    """The source said the same as last time."""
    variable = identity.variable
    return LoadReport(variable.codigo, variable.entidad, identity.first, identity.last, SIN_CAMBIOS)


def failed(source: str, variable: Variable, first: date, last: date, *, error: SourceError) -> LoadReport:
    """The source gave nothing that can be used."""
    metrics.FAILURES.labels(source, error.codigo).inc()
    log.error("carga_fallida", variable=variable.codigo, desde=first, hasta=last, motivo=str(error))
    return LoadReport(
        variable.codigo,
        variable.entidad,
        first,
        last,
        FALLIDA,
        error=str(error),
        codigo=error.codigo,
        reintentar=error.retry,
    )


def loaded(
    batch: Batch,
    written: Loaded,
    judgement: Judgement,
    notas: tuple[str, ...],
    newest: date | None = None,
) -> LoadReport:
    """What the database did with a batch; counted in Prometheus too."""
    identity, quality = batch.identity, batch.score.total
    variable = identity.variable
    labels = (variable.codigo, variable.entidad)
    metrics.LOADED_ROWS.labels(*labels, "guardadas").inc(written.guardadas)
    metrics.LOADED_ROWS.labels(*labels, "iguales").inc(written.iguales)
    metrics.LOADED_ROWS.labels(*labels, "revisadas").inc(written.revisadas)
    metrics.LOADED_ROWS.labels(*labels, "rechazadas").inc(written.rechazadas)
    return LoadReport(
        variable.codigo,
        variable.entidad,
        identity.first,
        identity.last,
        batch.estado,
        carga_id=written.carga_id,
        recibidas=written.recibidas,
        guardadas=written.guardadas,
        iguales=written.iguales,
        revisadas=written.revisadas,
        rechazadas=written.rechazadas,
        calidad=quality,
        dias_faltantes=batch.score.dias_faltantes,
        dias_provisionales=tuple(sorted(judgement.provisionales)),
        ultimo_dia_fuente=newest,
        notas=notas,
        error=batch.motivo,
        codigo="unknown_version" if batch.motivo else None,
    )
