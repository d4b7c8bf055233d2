"""What is known of each set of each source: when it last answered, what went wrong since, how fresh it is."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from siea.ingest import avisos
from siea.ingest.avisos import Aviso
from siea.ingest.errors import SourceError

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


async def known_mark(engine: AsyncEngine, fuente: str, conjunto: str) -> str | None:
    """The change marker that the set had when it was last loaded whole; None when it never was."""
    async with engine.connect() as conn:
        found: str | None = await conn.scalar(
            text("SELECT marca FROM estado_fuentes WHERE fuente = :fuente AND conjunto = :conjunto"),
            {"fuente": fuente, "conjunto": conjunto},
        )
    return found
