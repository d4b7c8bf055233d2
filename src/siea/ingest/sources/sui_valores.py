"""Rows of SUI's reports → one figure a company and stratum, with what is too small to be told hidden."""

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field
from decimal import Decimal

import polars as pl

from siea.domain.numeros import plain
from siea.ingest.errors import ContractViolationError
from siea.ingest.sources import completo, sui_lectura
from siea.ingest.sources.registry import Bronze, Request
from siea.ingest.sources.sui_reportes import (
    CONSOLIDADO,
    ESTRATOS,
    MAGNITUDES,
    REPORTES,
    SUSCRIPTORES,
    Reporte,
    codigo_de,
)
from siea.ingest.transform.anonymize import SUPPRESSED, suppress_small_cells

ILEGIBLE = "ilegible"

Cell = tuple[str, str]
"""(company, stratum or market)."""


@dataclass(frozen=True, slots=True)
class Sumas:
    """Sum of each cell (None: nobody told a figure), the cells with a figure that is none, remarks."""

    celdas: Mapping[Cell, Decimal | None]
    ilegibles: frozenset[Cell] = frozenset()
    notas: tuple[str, ...] = field(default=())


def consolidated(request: Request, content: bytes) -> Bronze:
    """One magnitude of the consolidated report, its municipalities added up.

    A cell with few customers is hidden in every magnitude: the consumption of one customer is personal.
    Raises ContractViolationError on a report of another period, or that does not count the customers.
    """
    table = sui_lectura.table(content, REPORTES[CONSOLIDADO].columnas)
    asked = {"ano": request.first.year, "periodo": request.first.month}
    if any(table.cola.get(name) not in {None, "", str(value)} for name, value in asked.items()):
        raise ContractViolationError(f"El reporte del SUI es de otro periodo que {request.first:%Y-%m}.")
    wanted = MAGNITUDES[request.variable.codigo]
    values = _of(table.filas, wanted)
    people = values if wanted == SUSCRIPTORES else _of(table.filas, SUSCRIPTORES)
    if table.filas and not people.celdas:
        raise ContractViolationError("El reporte del SUI no dice cuántos suscriptores hay: no se publica.")
    return bronze(request, values, hidden=small(people.celdas))


def one_figure(request: Request, report: Reporte, content: bytes) -> Bronze:
    """A report of one figure a row, by company and what else it tells apart."""
    table = sui_lectura.table(content, report.columnas)
    found = _sums((row["empresa"], row["dimension"], row["valor"]) for row in table.filas)
    return bronze(request, found, hidden=small(found.celdas) if report.conteo else frozenset())


def small(people: Mapping[Cell, Decimal | None]) -> frozenset[Cell]:
    """Cells that are not told: few people, and those from which few people could be computed."""
    rows: list[tuple[str, str, float | None, list[str]]] = [
        (company, name, None if count is None else float(count), [])
        for (company, name), count in sorted(people.items())
    ]
    schema = {
        "entidad": pl.String(),
        "dimension": pl.String(),
        "n": pl.Float64(),
        "marcas": pl.List(pl.String()),
    }
    found = suppress_small_cells(pl.DataFrame(rows, schema=schema, orient="row"), "n", ["entidad"])
    hidden = found.filter(pl.col("marcas").list.contains(SUPPRESSED))
    return frozenset(hidden.select("entidad", "dimension").iter_rows())


def bronze(request: Request, found: Sumas, *, hidden: Set[Cell]) -> Bronze:
    """The cells as values of the period of *request*."""
    values: list[completo.Value] = []
    for (company, name), total in sorted(found.celdas.items(), key=lambda item: item[0]):
        marks = [ILEGIBLE] if (company, name) in found.ilegibles else []
        marks += [SUPPRESSED] if (company, name) in hidden else []
        told = None if marks or total is None else format(total, "f")
        values.append((company, name, request.first.isoformat(), told, tuple(marks)))
    return Bronze(completo.to_bronze(request.variable.entidad, values), found.notas)


def _of(rows: Iterable[Mapping[str, str]], magnitude: str) -> Sumas:
    return _sums(
        (row["empresa"], name, row[name])
        for row in rows
        if plain(row["magnitud"]) == magnitude
        for name in ESTRATOS
    )


def _sums(figures: Iterable[tuple[str, str, str]]) -> Sumas:
    """Figures added by company and name; a company that the table of codes lacks goes by its own name."""
    totals: dict[Cell, Decimal | None] = {}
    unreadable: set[Cell] = set()
    unknown: set[str] = set()
    for company, name, text in figures:
        own = " ".join(company.split())
        code = codigo_de(own)
        if code is None:
            unknown.add(own)
        cell = (code or own, " ".join(name.split()))
        before = totals.setdefault(cell, None)
        try:
            told = sui_lectura.number(text)
        except ValueError:
            unreadable.add(cell)
            continue
        if told is not None:
            totals[cell] = (before or Decimal(0)) + Decimal(told)
    notes = [f"empresa sin código en la tabla: {name}" for name in sorted(unknown)]
    if unreadable:
        notes.append(f"{len(unreadable)} celdas con una cifra que no se entiende: quedan vacías")
    return Sumas(totals, frozenset(unreadable), tuple(notes))
