"""What is known of each set of each source: when it last answered, what went wrong since, how fresh it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from siea.domain.catalogo import variable
from siea.ingest import avisos, frescura
from siea.ingest.avisos import Aviso
from siea.ingest.batch import RECHAZADA
from siea.ingest.context import known
from siea.ingest.errors import SourceError
from siea.ingest.report import LoadReport

_SUCCESS = text(
    "INSERT INTO estado_fuentes AS e (fuente, conjunto, marca, consultado_en, ultimo_exito, ultima_fecha)"
    " VALUES (:fuente, :conjunto, :marca, :ahora, :ahora, :ultima)"
    " ON CONFLICT (fuente, conjunto) DO UPDATE SET marca = coalesce(excluded.marca, e.marca),"
    " consultado_en = excluded.consultado_en, ultimo_exito = excluded.ultimo_exito, ultimo_error = NULL,"
    " fallos_seguidos = 0, ultima_fecha = greatest(e.ultima_fecha, excluded.ultima_fecha)"
)
_FAILURE = text(
    "INSERT INTO estado_fuentes AS e (fuente, conjunto, consultado_en, ultimo_error, fallos_seguidos)"
    " VALUES (:fuente, :conjunto, :ahora, :error, 1)"
    " ON CONFLICT (fuente, conjunto) DO UPDATE SET consultado_en = excluded.consultado_en,"
    " ultimo_error = excluded.ultimo_error, fallos_seguidos = e.fallos_seguidos + 1"
)
_STILL_FAILING = text(
    "SELECT EXISTS (SELECT FROM estado_fuentes WHERE fuente = :fuente AND ultimo_error IS NOT NULL)"
)


@dataclass(frozen=True, slots=True)
class Consulta:
    """How asking for one set went. ``marca`` is its change marker, ``ultima_fecha`` its newest day."""

    fuente: str
    conjunto: str
    error: SourceError | None = None
    marca: str | None = None
    ultima_fecha: date | None = None


async def note(engine: AsyncEngine, consulta: Consulta, now: datetime) -> None:
    """Write down how it went. A source that fails has one open alert until all its sets answer again."""
    async with engine.begin() as conn:
        await _write(conn, consulta, now)
        cause = f"fuente:{consulta.fuente}"
        if consulta.error is not None:
            await avisos.tell(
                conn,
                Aviso(
                    "fuente",
                    "media",
                    f"La fuente «{consulta.fuente}» no entrega «{consulta.conjunto}»: {consulta.error}",
                    cause,
                    {"conjunto": consulta.conjunto, "codigo": consulta.error.codigo},
                ),
                now,
            )
        elif not await conn.scalar(_STILL_FAILING, {"fuente": consulta.fuente}):
            await avisos.settle(conn, cause, now)


async def _write(conn: AsyncConnection, consulta: Consulta, now: datetime) -> None:
    given: dict[str, object] = {"fuente": consulta.fuente, "conjunto": consulta.conjunto, "ahora": now}
    if consulta.error is not None:
        await conn.execute(_FAILURE, given | {"error": str(consulta.error)})
    else:
        await conn.execute(_SUCCESS, given | {"marca": consulta.marca, "ultima": consulta.ultima_fecha})


async def note_freshness(engine: AsyncEngine, reports: Sequence[LoadReport], now: datetime) -> None:
    """Alert where the source gave days that are not stored (their rows were rejected); one a variable."""
    newest: dict[tuple[str, str], date] = {}
    for report in reports:
        # a batch rejected whole has its own alert
        if report.ultimo_dia_fuente is not None and report.estado != RECHAZADA:
            key = (report.variable, report.entidad)
            newest[key] = max(newest.get(key, report.ultimo_dia_fuente), report.ultimo_dia_fuente)
    for (codigo, entidad), theirs in newest.items():
        of = variable(codigo, entidad)
        ours = (await known(engine, of)).last
        found = frescura.judge(now, of.rezago_dias, ours, theirs)
        cause = f"frescura:{codigo}:{entidad}"
        async with engine.begin() as conn:
            if found.accion is not frescura.Accion.ACTUAR:
                await avisos.settle(conn, cause, now)
                continue
            title = (
                f"«{of.nombre}» va {found.dias_tras_fuente} días detrás de su fuente (que llega a {theirs}): "
                "las filas de esos días están en cuarentena"
            )
            detail = {"nuestro": str(ours), "fuente": theirs.isoformat()}
            await avisos.tell(conn, Aviso("frescura", "alta", title, cause, detail), now)


async def known_mark(engine: AsyncEngine, fuente: str, conjunto: str) -> str | None:
    """The change marker that the set had when it was last loaded whole; None when it never was."""
    async with engine.connect() as conn:
        found: str | None = await conn.scalar(
            text("SELECT marca FROM estado_fuentes WHERE fuente = :fuente AND conjunto = :conjunto"),
            {"fuente": fuente, "conjunto": conjunto},
        )
    return found
