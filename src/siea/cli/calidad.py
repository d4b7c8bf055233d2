"""`siea quality`: what is wrong with the data."""

from dataclasses import asdict

import click

from siea.cli.base import Comando, Grupo, json_option, print_json, print_table, run_async
from siea.cli.progreso import bar
from siea.cli.session import runtime, settings
from siea.ingest.juicio.juez import Juicio, judge
from siea.store.repositories import HallazgosRepository


@click.group(cls=Grupo)
def quality() -> None:
    """El juez de calidad: qué está mal en los datos guardados. Nunca cambia un valor."""


@quality.command("judge", cls=Comando)
@click.option("--breve", is_flag=True, help="Una línea, y ninguna barra de avance.")
@json_option
def judge_(breve: bool, como_json: bool) -> None:
    """Juzga todo lo cargado y pone al día los hallazgos."""

    async def work() -> Juicio:
        async with runtime(settings()) as opened:
            with bar("Juicio", quiet=breve or como_json) as tell:
                return await judge(opened.engine, clock=opened.clock, tell=tell)

    found = run_async(work())
    if como_json:
        print_json(found)
        return
    if not breve:
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
