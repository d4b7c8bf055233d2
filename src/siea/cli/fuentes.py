"""`siea source`: the publishers, one by one."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import click
from sqlalchemy import text

from siea.cli.base import (
    PARTLY_FAILED,
    Comando,
    CommandError,
    Dia,
    Grupo,
    json_option,
    print_json,
    print_table,
    run_async,
)
from siea.cli.progreso import bar
from siea.cli.session import opened_source, runtime, settings
from siea.domain.catalogo import variables
from siea.domain.tiempo import local_date
from siea.ingest import pipeline, registros
from siea.ingest.errors import SourceError
from siea.ingest.registros import RecordReport
from siea.ingest.report import FALLIDA, LoadReport
from siea.ingest.sources.registry import NOMBRES, Clase, Conjunto, Fuente, fuente
from siea.runtime import Runtime

_SHOWN = ("conjunto", "estado", "recibidas", "guardadas", "revisadas", "rechazadas", "error")


@click.group(cls=Grupo)
def source() -> None:
    """Las fuentes de datos: qué da cada una, traerla, y comprobar si cambió de forma."""


@source.command("list", cls=Comando)
@json_option
def list_(como_json: bool) -> None:
    """Muestra cada fuente con sus conjuntos y cómo fue la última consulta."""

    async def read() -> dict[tuple[str, str], Any]:
        async with runtime(settings()) as opened, opened.engine.connect() as conn:
            rows = await conn.execute(text("SELECT * FROM estado_fuentes"))
            return {(row.fuente, row.conjunto): row for row in rows}

    known = run_async(read())
    rows: list[dict[str, object]] = []
    for name in NOMBRES:
        declared = fuente(name)
        for conjunto in declared.conjuntos:
            state = known.get((name, conjunto.nombre))
            rows.append(
                {
                    "fuente": name,
                    "conjunto": conjunto.nombre,
                    "clase": str(conjunto.clase),
                    "frecuencia": conjunto.frecuencia,
                    "rezago_dias": conjunto.rezago_dias,
                    "ultimo_exito": state and state.ultimo_exito,
                    "ultimo_error": state and state.ultimo_error,
                    "descripcion": conjunto.descripcion,
                    "licencia": declared.licencia,
                }
            )
    if como_json:
        print_json(rows)
    else:
        shown = ("fuente", "conjunto", "clase", "frecuencia", "rezago_dias", "ultimo_exito", "ultimo_error")
        print_table(
            [name.replace("_", " ") for name in shown], [[row[name] for name in shown] for row in rows]
        )


def _named(nombre: str) -> Fuente:
    try:
        return fuente(nombre)
    except KeyError:
        raise CommandError(f"No existe la fuente «{nombre}». Existen: {', '.join(NOMBRES)}.", 2) from None


def _sets(declared: Fuente, wanted: Sequence[str]) -> list[Conjunto]:
    names = [c.nombre for c in declared.conjuntos]
    unknown = sorted(set(wanted) - set(names))
    if unknown:
        raise CommandError(f"{declared.titulo} no tiene {', '.join(unknown)}. Tiene: {', '.join(names)}.", 2)
    return [c for c in declared.conjuntos if not wanted or c.nombre in wanted]


@source.command(cls=Comando)
@click.argument("nombre")
@click.option("--conjunto", "sets", multiple=True, help="Solo este conjunto; puede repetirse.")
@click.option("--desde", type=Dia(), help="Primer día de las series; sin él, desde donde quedaron.")
@click.option("--hasta", type=Dia(), help="Último día de las series; sin él, ayer.")
@json_option
def run(nombre: str, sets: tuple[str, ...], desde: date | None, hasta: date | None, como_json: bool) -> None:
    """Trae lo que hay de una fuente; repetirlo no cambia nada."""
    declared = _named(nombre)
    chosen = _sets(declared, sets)
    if desde and hasta and desde > hasta:
        raise CommandError(f"El rango está al revés: {desde} es posterior a {hasta}.", 2)

    async def work() -> list[RecordReport | LoadReport]:
        found: list[RecordReport | LoadReport] = []
        async with runtime(settings()) as opened, opened_source(opened, declared) as asked:
            with bar(declared.titulo, quiet=como_json) as tell:
                for conjunto in chosen:
                    if conjunto.clase is Clase.SERIES:
                        found += await _series(opened, asked, conjunto, desde=desde, hasta=hasta, tell=tell)
                    else:
                        found.append(await _records(opened, asked, conjunto, tell))
        return found

    reports = run_async(work())
    if como_json:
        print_json(reports)
    else:
        print_table(_SHOWN, [[_cell(report, name) for name in _SHOWN] for report in reports])
    if any(report.estado == FALLIDA for report in reports):
        raise SystemExit(PARTLY_FAILED)


def _cell(report: RecordReport | LoadReport, name: str) -> object:
    if name == "conjunto" and isinstance(report, LoadReport):
        return f"{report.variable} {report.entidad} {report.desde} a {report.hasta}"
    return getattr(report, name, None)


async def _series(
    opened: Runtime,
    asked: Any,
    conjunto: Conjunto,
    *,
    desde: date | None,
    hasta: date | None,
    tell: pipeline.Progress,
) -> list[LoadReport]:
    chosen = [v for v in variables() if v.fuente == asked.name and v.conjunto == conjunto.nombre]
    if desde is None and hasta is None:
        return await pipeline.run(
            opened.engine, opened.lake, asked, chosen, clock=opened.clock, progress=tell
        )
    today = local_date(opened.clock())
    return await pipeline.backfill(
        opened.engine,
        opened.lake,
        asked,
        chosen,
        first=desde or today,
        last=hasta or today,
        clock=opened.clock,
        progress=tell,
    )


async def _records(opened: Runtime, asked: Any, conjunto: Conjunto, tell: pipeline.Progress) -> RecordReport:
    return await registros.sync(
        opened.engine,
        opened.lake,
        asked,
        conjunto,
        clock=opened.clock,
        tell=lambda done, what: tell(done, done, what),
    )


@source.command(cls=Comando)
@click.argument("nombre")
@json_option
def check(nombre: str, como_json: bool) -> None:
    """Compara la forma de lo que la fuente responde hoy con la que SIEA espera, y dice qué cambió."""
    declared = _named(nombre)

    async def look() -> list[dict[str, object]]:
        async with runtime(settings()) as opened, opened_source(opened, declared) as asked:
            return [await _compare(asked, conjunto) for conjunto in declared.conjuntos]

    rows = run_async(look())
    if como_json:
        print_json(rows)
    else:
        print_table(list(rows[0]), [[_shown(value) for value in row.values()] for row in rows])
    if any(row["estado"] not in {"igual", "campos nuevos"} for row in rows):
        raise SystemExit(PARTLY_FAILED)


def _shown(value: object) -> object:
    return ", ".join(map(str, value)) if isinstance(value, list) else value


async def _compare(asked: Any, conjunto: Conjunto) -> dict[str, object]:
    try:
        seen: frozenset[str] = await asked.sample(conjunto.nombre)
    except SourceError as error:
        return {"conjunto": conjunto.nombre, "estado": str(error), "ya_no_viene": [], "nuevo": []}
    lost, new = sorted(conjunto.forma - seen), sorted(seen - conjunto.forma)
    estado = "cambió" if lost else "campos nuevos" if new else "igual"
    return {"conjunto": conjunto.nombre, "estado": estado, "ya_no_viene": lost, "nuevo": new}
