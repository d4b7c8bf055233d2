"""`siea etl`: bring data in, repair a range, and see how far each variable has come."""

from collections.abc import Callable, Coroutine, Sequence
from datetime import date
from typing import Any

import click

from siea.cli.base import (
    PARTLY_FAILED,
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
from siea.cli.importar import importar
from siea.cli.progreso import bar
from siea.cli.session import runtime, settings, xm
from siea.domain.catalogo import Variable, variables
from siea.domain.tiempo import local_date
from siea.ingest import pipeline
from siea.ingest.errors import SourceError
from siea.ingest.history import load_history
from siea.ingest.report import FALLIDA, SIN_CAMBIOS, LoadReport
from siea.ingest.sources.xm import XmSource
from siea.runtime import Runtime
from siea.store.repositories import CalidadRepository, VariablesRepository
from siea.telemetry import logs

_SHOWN = (
    "variable", "entidad", "desde", "hasta", "estado", "guardadas", "revisadas", "rechazadas", "calidad",
)  # fmt: skip


@click.group(cls=Grupo)
def etl() -> None:
    """Trae datos del operador, con cada versión, y los revisa."""


def _chosen(codes: Sequence[str]) -> list[Variable]:
    live = [v for v in variables() if v.fuente == "xm"]
    unknown = sorted(set(codes) - {v.codigo for v in live})
    if unknown:
        known = ", ".join(sorted({v.codigo for v in live}))
        raise CommandError(f"No se trae del operador: {', '.join(unknown)}. Se traen: {known}.", 2)
    return [v for v in live if (v.codigo in codes if codes else v.al_dia)]


_variable_option = click.option(
    "--variable",
    "codes",
    multiple=True,
    help="Código del catálogo; puede repetirse. Sin ella, las que se mantienen al día.",
)


etl.add_command(importar)


@etl.command("run", cls=Comando)
@_variable_option
@click.option("--breve", is_flag=True, help="Una línea, y ninguna barra de avance.")
@json_option
def run_(codes: tuple[str, ...], breve: bool, como_json: bool) -> None:
    """Trae lo que falta hasta ayer y repasa los días recientes, que el operador revisa."""
    chosen = _chosen(codes)

    async def work(opened: Runtime, source: XmSource, tell: pipeline.Progress) -> list[LoadReport]:
        return await pipeline.run(
            opened.engine, opened.lake, source, chosen, clock=opened.clock, progress=tell
        )

    _report(run_async(_with_xm(work, quiet=breve or como_json)), brief=breve, as_json=como_json)


@etl.command(cls=Comando)
@click.option("--desde", type=Dia(), required=True, help="Primer día, incluido.")
@click.option("--hasta", type=Dia(), required=True, help="Último día, incluido.")
@_variable_option
@json_option
def backfill(desde: date, hasta: date, codes: tuple[str, ...], como_json: bool) -> None:
    """Trae de nuevo un rango; repetirlo no cambia nada."""
    chosen = _chosen(codes)
    if desde > hasta:
        raise CommandError(f"El rango está al revés: {desde} es posterior a {hasta}.", 2)

    async def work(opened: Runtime, source: XmSource, tell: pipeline.Progress) -> list[LoadReport]:
        today = local_date(opened.clock())
        if hasta > today:
            raise CommandError(f"Todavía no hay datos de {hasta}: hoy es {today}.", 2)
        return await pipeline.backfill(
            opened.engine,
            opened.lake,
            source,
            chosen,
            first=desde,
            last=hasta,
            clock=opened.clock,
            progress=tell,
        )

    _report(run_async(_with_xm(work, quiet=como_json)), brief=False, as_json=como_json)


@etl.command(cls=Comando)
@json_option
def status(como_json: bool) -> None:
    """Muestra cada variable: hasta cuándo hay datos, el último día cerrado y su calidad."""

    async def read() -> list[dict[str, object]]:
        async with runtime(settings()) as opened, opened.sessions() as session:
            scores = {
                (item.carga.variable, item.carga.entidad_tipo): item.carga.calidad
                for item in reversed(await CalidadRepository(session).por_carga(limite=1000))
            }
            return [
                {
                    "variable": state.variable,
                    "entidad": state.entidad_tipo,
                    "desde": state.primera_fecha and local_date(state.primera_fecha),
                    "hasta": state.ultima_fecha and local_date(state.ultima_fecha),
                    "ultimo_dia_cerrado": state.ultimo_dia_cerrado,
                    "actualizado_en": state.actualizado_en,
                    "calidad": scores.get((state.variable, state.entidad_tipo)),
                    "origen": state.etiqueta,
                }
                for state in await VariablesRepository(session).estado()
            ]

    rows = run_async(read())
    if como_json:
        print_json(rows)
    elif not rows:
        click.echo("No hay datos cargados. «siea up» carga el histórico y «siea etl run» pide los nuevos.")
    else:
        print_table([name.replace("_", " ") for name in rows[0]], [list(row.values()) for row in rows])


async def load_builtin(opened: Runtime) -> None:
    """Load what is missing of the built-in history, saying so when there is something to do."""
    with bar("Histórico incorporado", quiet=False) as tell:
        reports = await load_history(opened.engine, opened.lake, clock=opened.clock, progress=tell)
    failed = [report for report in reports if report.estado == FALLIDA]
    if failed:
        raise CommandError(f"No se pudo cargar el histórico incorporado: {failed[0].error}")


Work = Callable[[Runtime, XmSource, pipeline.Progress], Coroutine[Any, Any, list[LoadReport]]]


async def _with_xm(work: Work, *, quiet: bool) -> list[LoadReport]:
    """Run *work* once the operator is known to answer; otherwise say so at once."""
    chosen = settings()
    logs.setup("ERROR" if quiet else chosen.log_level, chosen.log_format)
    async with runtime(chosen) as opened, xm(opened) as source:
        try:
            await source.probe(chosen.xm_probe_timeout_s)
        except SourceError as error:
            raise CommandError(
                f"El operador (XM) no da datos ahora: {error} Lo guardado sigue disponible.", SOURCE_AWAY
            ) from error
        with bar("XM", quiet=quiet) as tell:
            return await work(opened, source, tell)


def _report(reports: list[LoadReport], *, brief: bool, as_json: bool) -> None:
    failed = [report for report in reports if report.estado == FALLIDA]
    if as_json:
        print_json(reports)
    elif brief:
        new = sum(report.guardadas + report.revisadas for report in reports)
        click.echo(f"XM: {new} filas nuevas o revisadas, {len(failed)} consultas fallidas.")
    else:
        changed = [report for report in reports if report.estado != SIN_CAMBIOS]
        print_table(_SHOWN, [[getattr(report, name) for name in _SHOWN] for report in changed])
        click.echo(f"{len(reports) - len(changed)} consultas sin cambios.")
        for report in failed:
            click.echo(f"{report.variable} {report.desde} a {report.hasta}: {report.error}", err=True)
    if failed:
        raise SystemExit(PARTLY_FAILED)
