"""`siea etl import`: a folder of files, whatever their names."""

import resource
import time
from pathlib import Path

import click

from siea.cli.base import (
    PARTLY_FAILED,
    Comando,
    CommandError,
    json_option,
    print_json,
    print_table,
    run_async,
)
from siea.cli.progreso import bar
from siea.cli.session import runtime, settings
from siea.ingest.archivos import FileReport, import_folder
from siea.ingest.archivos.carpeta import DESCONOCIDO, FALLIDO, tables_of
from siea.ingest.report import SIN_CAMBIOS
from siea.telemetry import logs

_FAILED = (DESCONOCIDO, FALLIDO)


@click.command("import", cls=Comando)
@click.argument("carpeta", type=click.Path(path_type=Path))
@json_option
def importar(carpeta: Path, como_json: bool) -> None:
    """Carga una carpeta de archivos (CSV, CSV.GZ, Parquet); cada uno se reconoce por sus columnas.

    Repetirlo no cambia nada. Un archivo que no se reconoce o está dañado se dice, y los demás siguen.
    """
    if not carpeta.is_dir():
        raise CommandError(f"No existe la carpeta {carpeta}.", 2)
    if not tables_of(carpeta):
        raise CommandError(f"En {carpeta} no hay archivos .csv, .csv.gz ni .parquet.", 2)
    chosen = settings()
    logs.setup("ERROR" if como_json else chosen.log_level, chosen.log_format)

    async def work() -> list[FileReport]:
        async with runtime(chosen) as opened:
            with bar(carpeta.name, quiet=como_json) as tell:
                return await import_folder(
                    opened.engine, opened.lake, carpeta, clock=opened.clock, progress=tell
                )

    started = time.perf_counter()
    reports = run_async(work())
    seconds = time.perf_counter() - started
    if como_json:
        print_json(
            {
                "segundos": round(seconds, 2),
                "memoria_mib": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
                "archivos": reports,
            }
        )
    else:
        _show(reports, seconds)
    if any(report.estado in _FAILED for report in reports):
        raise SystemExit(PARTLY_FAILED)


def _show(reports: list[FileReport], seconds: float) -> None:
    headers = ("archivo", "receta", "variable", "estado", "recibidas", "guardadas", "revisadas", "rechazadas",
               "calidad")  # fmt: skip
    rows: list[list[object]] = []
    for report in reports:
        if report.estado in _FAILED:
            click.echo(f"{report.archivo}: {report.error}", err=True)
        if report.entidades:
            told = report.entidades
            rows.append(
                [report.archivo, report.receta, "(lista)", told.estado, told.recibidas, told.guardadas,
                 told.revisadas]
            )  # fmt: skip
        rows += [
            [report.archivo, report.receta, f"{part.variable} {part.entidad}", part.estado, part.recibidas,
             part.guardadas, part.revisadas, part.rechazadas, part.calidad]
            for part in report.partes
        ]  # fmt: skip
    print_table(headers, [row + [""] * (len(headers) - len(row)) for row in rows])
    parts = [part for report in reports for part in report.partes]
    new = sum(part.guardadas + part.revisadas for part in parts)
    unchanged = sum(report.estado == SIN_CAMBIOS for report in reports)
    click.echo(
        f"{len(reports)} archivos en {seconds:.1f} s: {new} valores nuevos o revisados, "
        f"{sum(part.rechazadas for part in parts)} en cuarentena, {unchanged} archivos sin cambios."
    )
