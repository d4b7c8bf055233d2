"""`siea quality`, `siea quarantine` and `siea versions`: how good the data are, and how they changed."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict
from datetime import date

import click

from siea.cli.admin import ACTOR
from siea.cli.base import Comando, CommandError, Dia, Grupo, json_option, print_json, print_table, run_async
from siea.cli.progreso import bar
from siea.cli.session import opened_source, runtime, settings
from siea.domain.catalogo import UnknownVariableError, Variable, variable, variables
from siea.ingest import cuarentena
from siea.ingest.cuarentena import QuarantineError
from siea.ingest.decisiones import Decision
from siea.ingest.errors import SourceError
from siea.ingest.juicio.juez import Juicio, judge
from siea.ingest.sources.registry import fuente
from siea.ingest.versiones_liquidacion import read_calendar, sync_calendar
from siea.runtime import Runtime
from siea.security import audit
from siea.security.audit import Accion, Resultado
from siea.store.repositories import HallazgosRepository, RevisionesRepository

SOURCE_AWAY = 3
_Work = Callable[[Runtime], Awaitable[dict[str, object]]]

_code = click.option("--variable", "codigo", required=True, help="Código del catálogo.")
_kind = click.option("--entidad", help="Clase de entidad; sin ella, la del sistema.")
_first = click.option("--desde", type=Dia(), required=True, help="Primer día de los valores, incluido.")
_last = click.option("--hasta", type=Dia(), required=True, help="Último día, incluido.")


def _variable(codigo: str, entidad: str | None) -> Variable:
    try:
        return variable(codigo, entidad)
    except UnknownVariableError:
        kinds = sorted(v.entidad for v in variables() if v.codigo == codigo)
        told = f"se publica por: {', '.join(kinds)}" if kinds else "no está en «siea diccionario»"
        raise CommandError(f"{codigo} {told}.", 2) from None


@click.group(cls=Grupo)
def quality() -> None:
    """El juez de calidad: qué está mal en los datos guardados. Nunca cambia un valor."""


@quality.command("judge", cls=Comando)
@json_option
def judge_(como_json: bool) -> None:
    """Juzga todo lo cargado y pone al día los hallazgos."""

    async def work() -> Juicio:
        async with runtime(settings()) as opened:
            with bar("Juicio", quiet=como_json) as tell:
                return await judge(opened.engine, clock=opened.clock, tell=tell)

    found = run_async(work())
    if como_json:
        print_json(found)
        return
    _show_findings([asdict(one) for one in found.hallazgos])
    click.echo(
        f"{len(found.hallazgos)} hallazgos: {found.nuevos} nuevos; {found.resueltos} de antes ya no están."
    )


@quality.command(cls=Comando)
@click.option("--variable", "codigo", help="Solo los de esta variable.")
@click.option("--regla", help="Solo los de esta regla.")
@click.option("--limite", type=click.IntRange(1, 10_000), default=100, show_default=True, help="Cuántos.")
@json_option
def findings(codigo: str | None, regla: str | None, limite: int, como_json: bool) -> None:
    """Muestra los hallazgos abiertos, los más graves primero."""

    async def read() -> list[dict[str, object]]:
        async with runtime(settings()) as opened, opened.sessions() as session:
            rows = await HallazgosRepository(session).hallazgos(codigo, regla, limite=limite)
            return [
                {column.key: getattr(row, column.key) for column in row.__table__.columns} for row in rows
            ]

    rows = run_async(read())
    if como_json:
        print_json(rows)
    elif not rows:
        click.echo("No hay hallazgos abiertos. «siea quality judge» juzga lo cargado.")
    else:
        _show_findings(rows)


def _show_findings(rows: list[dict[str, object]]) -> None:
    shown = ("severidad", "regla", "variable", "entidad_tipo", "mensaje")
    print_table(shown, [[row[name] for name in shown] for row in rows])


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


@click.group(cls=Grupo)
def versions() -> None:
    """Lo que cambió en los datos, y cuánto movió cada versión de liquidación."""


@versions.command(cls=Comando)
@_code
@_kind
@_first
@_last
@click.option("--entre", type=Dia(), required=True, help="Lo que se sabía al terminar este día…")
@click.option("--y", "second", type=Dia(), required=True, help="… y lo que se sabía al terminar este.")
@click.option("--limite", type=click.IntRange(1, 100_000), default=200, show_default=True, help="Cuántos.")
@json_option
def changes(
    *,
    codigo: str,
    entidad: str | None,
    desde: date,
    hasta: date,
    entre: date,
    second: date,
    limite: int,
    como_json: bool,
) -> None:
    """Qué cambió entre dos días, por ejemplo entre el 1 y el 15."""
    asked = _variable(codigo, entidad)

    async def read() -> dict[str, object]:
        async with runtime(settings()) as opened, opened.sessions() as session:
            found = await RevisionesRepository(session).cambios(
                asked, entre, second, desde=desde, hasta=hasta, limite=limite
            )
            return asdict(found)

    told = run_async(read())
    rows = told["filas"]
    assert isinstance(rows, list)
    if como_json:
        print_json(told)
        return
    if rows:
        print_table(list(rows[0]), [list(row.values()) for row in rows])
    click.echo(
        f"{told['cuantos']} valores cambiaron de {codigo} ({asked.unidad}); sumaban {told['suma_antes']} y "
        f"suman {told['suma_despues']}."
    )


@versions.command(cls=Comando)
@_code
@_kind
@_first
@_last
@json_option
def report(codigo: str, entidad: str | None, desde: date, hasta: date, como_json: bool) -> None:
    """Cuánto movió a la variable cada paso de una versión a la siguiente."""
    asked = _variable(codigo, entidad)

    async def read() -> list[dict[str, object]]:
        async with runtime(settings()) as opened, opened.sessions() as session:
            found = await RevisionesRepository(session).movimientos(asked, desde, hasta)
            return [asdict(step) for step in found]

    rows = run_async(read())
    if como_json:
        print_json(rows)
    elif not rows:
        click.echo("Ningún valor de esos días tiene más de una versión.")
    else:
        print_table([name.replace("_", " ") for name in rows[0]], [list(row.values()) for row in rows])


@versions.command(cls=Comando)
@click.option("--actualizar", is_flag=True, help="Pregunta antes a SIMEM.")
@json_option
def calendar(actualizar: bool, como_json: bool) -> None:
    """Cuándo se publicó cada versión de liquidación, y qué días cubre."""

    async def read() -> list[dict[str, object]]:
        async with runtime(settings()) as opened:
            if actualizar:
                async with opened_source(opened, fuente("simem")) as simem:
                    try:
                        await sync_calendar(opened.engine, simem)
                    except SourceError as error:
                        raise CommandError(
                            f"SIMEM no da el calendario ahora: {error}", SOURCE_AWAY
                        ) from error
            return (await read_calendar(opened.engine)).to_dicts()

    rows = run_async(read())
    if como_json:
        print_json(rows)
    elif not rows:
        click.echo("Todavía no hay calendario: «siea versions calendar --actualizar» lo pide a SIMEM.")
    else:
        print_table([name.replace("_", " ") for name in rows[0]], [list(row.values()) for row in rows])
