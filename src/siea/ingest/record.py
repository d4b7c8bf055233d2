"""What a load writes down beside the values: the batch, its quality, its alert, the state of the variable."""

from datetime import datetime
from importlib.metadata import version

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from siea.domain.catalogo import Variable
from siea.domain.tiempo import ZONE_NAME, Resolucion
from siea.ingest import avisos
from siea.ingest.avisos import Aviso
from siea.ingest.batch import RECHAZADA, Batch, Loaded, Receipt
from siea.ingest.quality import ALERT_BELOW, Score
from siea.store.facts import FactTable

_RELEASE = version("siea")

_SAME_REQUEST = text(
    "SELECT sha256, estado, codigo_version FROM cargas WHERE fuente = :fuente AND conjunto = :conjunto"
    " AND variable = :variable AND entidad_tipo = :entidad_tipo"
    " AND peticion - 'vuelta' = cast(:peticion AS jsonb) ORDER BY id DESC"
)
_OPEN = text(
    "INSERT INTO cargas (id, fuente, conjunto, variable, entidad_tipo, peticion, origen, sha256, recibido_en,"
    " codigo_version, desde, hasta, estado, etiqueta)"
    " SELECT coalesce(max(id), 0) + 1, :fuente, :conjunto, :variable, :entidad_tipo,"
    " cast(:peticion AS jsonb), :origen, :sha256, :recibido_en, :codigo_version, :desde, :hasta, 'abierta',"
    " :etiqueta FROM cargas RETURNING id"
)
_CLOSE = text(
    "UPDATE cargas SET filas_recibidas = :recibidas, filas_guardadas = :guardadas, filas_iguales = :iguales,"
    " filas_revisadas = :revisadas, filas_rechazadas = :rechazadas, calidad = :calidad, estado = :estado,"
    " terminado_en = :ahora WHERE id = :id"
)
_QUALITY = text(
    "INSERT INTO calidad (carga_id, dimension, puntaje, detalle)"
    " VALUES (:carga_id, :dimension, :puntaje, cast(:detalle AS jsonb))"
)
# A label stays while the last value is of a labelled batch: newer data take it off.
_STATE = text(
    "INSERT INTO estado_variables AS e (variable, entidad_tipo, ultima_carga_id, primera_fecha, ultima_fecha,"
    " ultimo_dia_cerrado, actualizado_en, etiqueta)"
    " VALUES (:variable, :entidad_tipo, :carga_id, :primera, :ultima, :cerrado, :ahora, :etiqueta)"
    " ON CONFLICT (variable, entidad_tipo) DO UPDATE SET"
    " ultima_carga_id = CASE WHEN :cambia THEN excluded.ultima_carga_id ELSE e.ultima_carga_id END,"
    " primera_fecha = least(e.primera_fecha, excluded.primera_fecha),"
    " ultima_fecha = greatest(e.ultima_fecha, excluded.ultima_fecha),"
    " ultimo_dia_cerrado = coalesce(excluded.ultimo_dia_cerrado, e.ultimo_dia_cerrado),"
    " actualizado_en = excluded.actualizado_en,"
    " etiqueta = CASE WHEN e.ultima_fecha IS NULL OR excluded.ultima_fecha >= e.ultima_fecha"
    " THEN excluded.etiqueta ELSE e.etiqueta END"
)
# Days looked back for the last one that is settled; one before them has been settled long ago.
_SETTLED_WINDOW, _OF_LONG_PERIODS = "40 days", "3 years"
_HIGH_BELOW = 70.0
# Last day of the last period, of those longer than a day.
_LAST_DAY = {
    Resolucion.SEMANA: "max(dia) + 6",
    Resolucion.MES: "(max(dia) + interval '1 month - 1 day')::date",
    Resolucion.TRIMESTRE: "(max(dia) + interval '3 months - 1 day')::date",
    Resolucion.ANIO: "(max(dia) + interval '1 year - 1 day')::date",
}


def _request(receipt: Receipt, round_: int) -> str:
    told = dict(receipt.peticion) | ({"vuelta": round_} if round_ > 1 else {})
    return orjson.dumps(told, option=orjson.OPT_SORT_KEYS).decode()


def _of(receipt: Receipt) -> dict[str, object]:
    return {
        "fuente": receipt.fuente,
        "conjunto": receipt.conjunto,
        "variable": receipt.variable,
        "entidad_tipo": receipt.entidad_tipo,
    }


async def round_of(conn: AsyncConnection, receipt: Receipt) -> int | None:
    """Which time this answer comes to its request; None when the last answer loaded for it is this very one.

    An answer that returns after another one counts again; so does one that an older release rejected whole.
    """
    before = (await conn.execute(_SAME_REQUEST, _of(receipt) | {"peticion": _request(receipt, 1)})).all()
    if before and before[0].sha256 == receipt.sha256:
        rejected_by_another_release = before[0].estado == RECHAZADA and before[0].codigo_version != _RELEASE
        if not rejected_by_another_release:
            return None
    return 1 + len([row for row in before if row.sha256 == receipt.sha256])


async def open_batch(conn: AsyncConnection, receipt: Receipt, round_: int) -> int:
    """Write the batch down and return its number, the next without gaps (under the lock of the load)."""
    found = await conn.execute(
        _OPEN,
        _of(receipt)
        | {
            "peticion": _request(receipt, round_),
            "origen": receipt.origen,
            "sha256": receipt.sha256,
            "recibido_en": receipt.received_at,
            "codigo_version": _RELEASE,
            "desde": receipt.first,
            "hasta": receipt.last,
            "etiqueta": receipt.etiqueta,
        },
    )
    number: int = found.scalar_one()
    return number


async def close_batch(
    conn: AsyncConnection, score: Score, estado: str, loaded: Loaded, now: datetime
) -> None:
    """Complete the record of the batch with what was counted, and keep its score by dimension."""
    await conn.execute(
        _CLOSE,
        {
            "id": loaded.carga_id,
            "recibidas": loaded.recibidas,
            "guardadas": loaded.guardadas,
            "iguales": loaded.iguales,
            "revisadas": loaded.revisadas,
            "rechazadas": loaded.rechazadas,
            "calidad": score.total,
            "estado": estado,
            "ahora": now,
        },
    )
    if not score.dimensiones:
        return
    await conn.execute(
        _QUALITY,
        [
            {
                "carga_id": loaded.carga_id,
                "dimension": name,
                "puntaje": None if found.puntaje is None else round(found.puntaje, 2),
                "detalle": orjson.dumps(found.detalle).decode(),
            }
            for name, found in score.dimensiones.items()
        ],
    )


async def tell_quality(conn: AsyncConnection, batch: Batch, carga_id: int, now: datetime) -> None:
    """An alert for a score below 90, one open at a time for a variable; a good score resolves it."""
    total = batch.score.total
    if total is None:
        return
    variable = batch.identity.variable
    cause = f"calidad:{variable.codigo}:{variable.entidad}"
    if total >= ALERT_BELOW:
        await avisos.settle(conn, cause, now)
        return
    title = _title(variable, batch, total)
    aviso = Aviso("calidad", _severity(batch, total), title, cause, _detail(batch), carga_id)
    await avisos.tell(conn, aviso, now)


def _severity(batch: Batch, total: float) -> str:
    """Nobody can mend what a source published years ago: that is worth knowing, not worth a call."""
    if batch.identity.etiqueta:
        return "baja"
    return "media" if total >= _HIGH_BELOW else "alta"


def _title(variable: Variable, batch: Batch, total: float) -> str:
    score = f"{total:.1f}".replace(".", ",")
    return (
        f"Calidad {score} de 100 en «{variable.nombre}», días {batch.identity.first} a {batch.identity.last}"
    )


def _detail(batch: Batch) -> dict[str, object]:
    score: Score = batch.score
    return {
        "puntaje": score.total,
        "dimensiones": {name: found.puntaje for name, found in score.dimensiones.items()},
        "dias_faltantes": [day.isoformat() for day in score.dias_faltantes[:60]],
        "estado": batch.estado,
    }


async def keep_state(
    conn: AsyncConnection, fact: FactTable, batch: Batch, loaded: Loaded, now: datetime
) -> None:
    """Bring up to date what is known of the variable: first and last value, last settled day, last change."""
    known = batch.frame.drop_nulls("valor")["fecha"]
    variable = batch.identity.variable
    await conn.execute(
        _STATE,
        {
            "variable": variable.codigo,
            "entidad_tipo": variable.entidad,
            "carga_id": loaded.carga_id,
            "primera": known.min(),
            "ultima": known.max(),
            "cerrado": await _last_settled_day(conn, fact, variable),
            "ahora": now,
            "etiqueta": batch.identity.etiqueta,
            "cambia": loaded.changed,
        },
    )


async def _last_settled_day(conn: AsyncConnection, fact: FactTable, variable: Variable) -> object:
    """Last local day with all its hours and none provisional; of a longer period, its last day."""
    kind = " AND entidad_tipo = :entidad_tipo" if fact.entity_column else ""
    given = {"variable": variable.codigo, "horas": 24 if variable.resolucion is Resolucion.HORA else 1}
    day = f"(fecha AT TIME ZONE '{ZONE_NAME}')::date"
    return await conn.scalar(
        text(
            f"SELECT {_LAST_DAY.get(variable.resolucion, 'max(dia)')} FROM ("  # noqa: S608 - names of our own tables and columns
            f" SELECT {day} AS dia FROM {fact.name} WHERE variable = :variable{kind} AND fecha >= ("
            f" SELECT max(fecha) FROM {fact.name} WHERE variable = :variable{kind})"
            f" - interval '{_OF_LONG_PERIODS if variable.resolucion in _LAST_DAY else _SETTLED_WINDOW}'"
            f" GROUP BY 1 HAVING NOT bool_or(provisional)"
            f" AND count(DISTINCT fecha) FILTER (WHERE {fact.value_column} IS NOT NULL) = :horas) AS cerrados"
        ),
        given | ({"entidad_tipo": variable.entidad} if kind else {}),
    )
