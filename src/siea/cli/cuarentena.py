"""`siea quarantine`: the rows that no load let through, explained and decided upon."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict

import click

from siea.cli.admin import ACTOR
from siea.cli.base import Comando, CommandError, Grupo, json_option, print_json, print_table, run_async
from siea.cli.session import runtime, settings
from siea.ingest import cuarentena
from siea.ingest.cuarentena import QuarantineError
from siea.ingest.decisiones import Decision
from siea.runtime import Runtime
from siea.security import audit
from siea.security.audit import Accion, Resultado

_Work = Callable[[Runtime], Awaitable[dict[str, object]]]


@click.group(cls=Grupo)
def quarantine() -> None:
    """Las filas que no pasaron las pruebas: verlas, entenderlas y decidir."""


@quarantine.command("list", cls=Comando)
@click.option("--variable", "codigo", help="Solo las de esta variable.")
@click.option("--limite", type=click.IntRange(1, 10_000), default=50, show_default=True, help="Cuántas.")
@json_option
def list_(codigo: str | None, limite: int, como_json: bool) -> None:
    """Muestra las filas retenidas, las más recientes primero."""

    async def read() -> list[dict[str, object]]:
        async with runtime(settings()) as opened:
            found = await cuarentena.rows(opened.engine, variable=codigo, limite=limite)
            return [dict(row._mapping) for row in found]

    rows = run_async(read())
    if como_json:
        print_json(rows)
    elif not rows:
        click.echo("No hay filas en cuarentena.")
    else:
        shown = ("id", "variable", "entidad_tipo", "motivo", "origen")
        print_table(shown, [[row[name] for name in shown] for row in rows])


@quarantine.command(cls=Comando)
@json_option
def explain(como_json: bool) -> None:
    """Cuenta las filas retenidas por variable y motivo, con un ejemplo de cada uno."""

    async def read() -> list[dict[str, object]]:
        async with runtime(settings()) as opened:
            return [dict(row._mapping) for row in await cuarentena.summary(opened.engine)]

    rows = run_async(read())
    if como_json:
        print_json(rows)
    elif not rows:
        click.echo("No hay filas en cuarentena.")
    else:
        print_table(list(rows[0]), [list(row.values()) for row in rows])


_ids = click.argument("ids", nargs=-1, required=True, type=click.IntRange(1))
_note = click.option("--nota", required=True, help="Por qué; queda en el registro.")


@quarantine.command(cls=Comando)
@_ids
@_note
@json_option
def release(ids: Sequence[int], nota: str, como_json: bool) -> None:
    """Acepta filas: se cargan como un lote propio, con la marca «liberado»."""

    async def work(opened: Runtime) -> dict[str, object]:
        done = await cuarentena.release(opened.engine, ids, Decision(ACTOR, nota), clock=opened.clock)
        return asdict(done)

    _decide(work, ids, nota, "liberar", como_json)


@quarantine.command(cls=Comando)
@_ids
@_note
@json_option
def discard(ids: Sequence[int], nota: str, como_json: bool) -> None:
    """Aparta filas para siempre; siguen en el registro."""

    async def work(opened: Runtime) -> dict[str, object]:
        count = await cuarentena.discard(opened.engine, ids, Decision(ACTOR, nota), opened.clock())
        return {"descartadas": count}

    _decide(work, ids, nota, "descartar", como_json)


def _decide(work: _Work, ids: Sequence[int], nota: str, act: str, como_json: bool) -> None:
    async def audited() -> dict[str, object]:
        async with runtime(settings()) as opened:
            try:
                done = await work(opened)
            except QuarantineError as error:
                raise CommandError(str(error), 2) from error
            async with opened.sessions.begin() as session:
                await audit.record(
                    session,
                    Accion.CUARENTENA,
                    Resultado.OK,
                    actor=ACTOR,
                    recurso=f"cuarentena/{act}",
                    detalle={"ids": list(ids), "nota": nota},
                )
            return done

    done = run_async(audited())
    if como_json:
        print_json(done)
    else:
        click.echo(", ".join(f"{name.replace('_', ' ')}: {value}" for name, value in done.items()))
