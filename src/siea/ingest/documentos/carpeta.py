"""A folder of Markdown files with front matter, each a document."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from siea.ingest.errors import ContractViolationError
from siea.ingest.sources.registry import Documento

_STATES = {"vigente", "modificada", "derogada", "proyecto", "desconocido"}


def read_folder(folder: Path) -> Iterator[Documento]:
    """Every ``*.md`` of *folder* by name.

    Raises ContractViolationError, naming the file, on one without front matter.
    """
    for path in sorted(folder.glob("*.md")):
        yield read_document(path.read_text(encoding="utf-8"), path.name)


def read_document(body: str, name: str) -> Documento:
    """One document. Raises ContractViolationError."""
    head, _, text = body.removeprefix("---\n").partition("\n---\n")
    pairs = (line.partition(":") for line in head.splitlines())
    told = {key.strip(): value.strip().strip('"') for key, _, value in pairs}
    if not body.startswith("---\n") or "id" not in told or "title" not in told:
        raise ContractViolationError(f"«{name}» no empieza por los datos del documento (id, title…).")
    year = told.get("year", "")
    state = told.get("status", "vigente")
    return Documento(
        clave=told["id"],
        tipo=told.get("kind", "documento"),
        numero=told.get("number", ""),
        anio=int(year) if year.isdigit() else None,
        fecha=_day(told.get("date", "")),
        titulo=told["title"],
        emisor=told.get("issuer", ""),
        url=told.get("source_url", ""),
        estado=state if state in _STATES else "desconocido",
        texto=text.strip(),
        licencia=told.get("license", ""),
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
