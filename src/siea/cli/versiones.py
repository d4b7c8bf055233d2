"""`siea versions`: how the data changed, and which versions the operator publishes when."""

from dataclasses import asdict
from datetime import date

import click

from siea.cli.base import (
    SOURCE_AWAY,
    Comando,
    CommandError,
    Dia,
    Grupo,
    json_option,
    print_json,
    print_table,
    run_async,
)
from siea.cli.session import opened_source, runtime, settings
from siea.domain.catalogo import UnknownVariableError, Variable, variable, variables
from siea.ingest.errors import SourceError
from siea.ingest.sources.registry import fuente
from siea.ingest.versiones_liquidacion import read_calendar, sync_calendar
from siea.store.repositories import RevisionesRepository

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
