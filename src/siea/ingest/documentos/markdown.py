"""Markdown with front matter, as a document."""

from datetime import date

from siea.ingest.errors import ContractViolationError
from siea.ingest.sources.registry import Documento

_STATES = {"vigente", "modificada", "derogada", "proyecto", "desconocido"}


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
