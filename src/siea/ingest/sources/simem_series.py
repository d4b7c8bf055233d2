"""Records of a set of series as bronze rows: every settlement version, consecutive hours in one row.

A month of one set is hundreds of thousands of records. They pass through in blocks, so that what is held is a
small part of what the same records are as Python objects.
"""

from typing import IO, Any

import polars as pl

from siea.domain.catalogo import SISTEMA, Variable
from siea.domain.tiempo import Resolucion
from siea.ingest.errors import ContractViolationError
from siea.ingest.sources.registry import BRONZE, Bronze
from siea.ingest.sources.simem_tablas import CODE, LONG, VALUE, Tabla, campo
from siea.ingest.sources.simem_wire import Record, local_instant, records

# Records held as Python objects, and as columns before their hours are joined (some days of the largest set).
_BLOCK, _SPAN = 20_000, 100_000
_PUBLISHED, _UNIT, _DURATION = "FechaPublicacion", "UnidadMedida", "CodigoDuracion"
_KEY = ("entidad", "dimension", "version", "publicado_en", "dia")
_COLUMNS: dict[str, Any] = {**dict.fromkeys(_KEY, pl.Categorical), "hora": pl.Int16, "valor": pl.String}
# What ``CodigoDuracion`` may say (ISO 8601) of the values of a variable.
_DURATIONS = {
    Resolucion.HORA: {"PT1H", "PT60M"},
    Resolucion.DIA: {"P1D", "PT24H"},
    Resolucion.MES: {"P1M"},
    Resolucion.ANIO: {"P1Y"},
}


def read_series(stream: IO[bytes], table: Tabla, variable: Variable) -> Bronze:
    """Rows of *variable* in an answer of *table*. Codes of versions are not judged here.

    Raises as ``records``, and ContractViolationError on a column that is missing, another unit or duration.
    """
    reader = _Reader(table, variable)
    for record in records(stream):
        reader.take(record)
    return reader.finish()


class _Reader:
    """Takes records one by one; ``finish`` gives their rows."""

    def __init__(self, table: Tabla, variable: Variable) -> None:
        self._table = table
        self._variable = variable
        self._campo = campo(variable)
        self._hourly = variable.resolucion is Resolucion.HORA
        self._apart = bool(table.aparte) and variable.entidad == table.aparte_tipo
        self._keys = frozenset(table.keys) | ({CODE} if table.forma == LONG else set())
        self._rows: list[tuple[str | int | None, ...]] = []
        self._blocks = [pl.DataFrame(schema=_COLUMNS)]
        self._packed: list[pl.DataFrame] = []
        self._others: set[str] = set()
        self._matching = 0
        self._has_value = False

    def take(self, record: Record) -> None:
        table = self._table
        lost = self._keys - record.keys()
        if lost:
            raise self._lacking(lost)
        code = record.get(CODE)
        if code is None:
            column = self._campo
        elif code == self._campo:
            column = VALUE
        else:
            self._others.add(str(code))
            return
        self._matching += 1
        # an absent key is a gap, unless no record has it
        self._has_value = self._has_value or column in record
        if table.aparte and table.is_apart(record) is not self._apart:
            return
        self._check(record, _UNIT, {self._variable.unidad_fuente})
        self._check(record, _DURATION, _DURATIONS[self._variable.resolucion])
        self._rows.append(self._row(record, record.get(column)))
        if len(self._rows) >= _BLOCK:
            self._flush()

    def finish(self) -> Bronze:
        if self._matching and not self._has_value:
            raise self._lacking({VALUE if self._table.forma == LONG else self._campo})
        self._flush()
        self._pack()
        unused = self._others - self._table.campos
        notes = [f"código de variable sin usar en {self._table.id}: {code}" for code in sorted(unused)]
        return Bronze(pl.concat(self._packed), tuple(notes))

    def _row(self, record: Record, value: Any) -> tuple[str | int | None, ...]:
        table = self._table
        instant = str(record[table.tiempo])
        entity = str(record[table.entidad] or "").strip() if table.entidad else SISTEMA
        published = record.get(_PUBLISHED)
        return (
            entity or (table.aparte.strip("*") if self._apart else ""),
            str(record[table.dimension] or "").strip() if table.dimension else "",
            str(record.get(table.version or "Version") or "").strip(),
            _publication(str(published)) if published else None,
            instant[:10],
            _hour(instant) if self._hourly else None,
            None if value is None else str(value),
        )

    def _check(self, record: Record, column: str, expected: set[str]) -> None:
        told = record.get(column)
        if told is not None and str(told).strip() not in expected:
            raise ContractViolationError(
                f"SIMEM dice «{told}» en {column} de {self._campo} ({self._table.id}) y el catálogo de SIEA "
                f"espera «{'» o «'.join(sorted(expected))}»: no se carga para no cambiar la escala."
            )

    def _lacking(self, columns: set[str] | frozenset[str]) -> ContractViolationError:
        return ContractViolationError(
            f"Los registros del conjunto {self._table.id} de SIMEM no traen {', '.join(sorted(columns))}."
        )

    def _flush(self) -> None:
        self._blocks.append(pl.DataFrame(self._rows, schema=_COLUMNS, orient="row"))
        self._rows = []
        if sum(map(len, self._blocks)) >= _SPAN:
            self._pack()

    def _pack(self) -> None:
        """Join the hours of what waits in columns."""
        frame = pl.concat(self._blocks)
        self._blocks = [frame.clear()]
        if self._hourly:
            frame = frame.sort(*_KEY, "hora")
            same = pl.all_horizontal(pl.col(name).eq_missing(pl.col(name).shift()) for name in _KEY)
            follows = (pl.col("hora") == pl.col("hora").shift() + 1).fill_null(False)
            run = (~(same & follows)).cum_sum()
        else:
            run = pl.int_range(pl.len())
        rows = frame.group_by(run.alias("_tramo"), maintain_order=True).agg(
            *(pl.col(name).first() for name in (*_KEY, "hora")), pl.col("valor").alias("valores")
        )
        told = rows.select(
            pl.lit(self._variable.entidad).alias("entidad_tipo"),
            *(pl.col(name).cast(pl.String) for name in _KEY),
            "hora",
            "valores",
            pl.lit([], pl.List(pl.String)).alias("marcas"),
        )
        self._packed.append(told.select(list(BRONZE)))


def _hour(instant: str) -> int | None:
    """The operator's hour 1…24 of a clock time on the hour; an hour is named by its start."""
    whole = instant[13:19] in {":00", ":00:00"} and not instant[19:].strip(".0")
    return int(instant[11:13]) + 1 if whole and instant[11:13].isdigit() else None


def _publication(text: str) -> str | None:
    """As ``publicado_en`` is written; None when it is no time."""
    found = local_instant(text)
    return found.strftime("%Y-%m-%dT%H:%M:%S%z") if found else None
