"""datos.gov.co: one generic client, and the data sets as data (``datos_gov_tablas``)."""

from collections.abc import AsyncIterator
from datetime import date

import orjson

from siea.domain.catalogo import Variable
from siea.domain.tiempo import chunks, period_start
from siea.ingest.errors import ContractViolationError
from siea.ingest.http import HttpClient
from siea.ingest.sources import completo
from siea.ingest.sources.datos_gov_tablas import LISTAS, SERIES, Serie
from siea.ingest.sources.registry import (
    Answer,
    Bronze,
    Clase,
    Conjunto,
    Entidad,
    Entorno,
    Fuente,
    Request,
)
from siea.ingest.sources.socrata import ROW_ID, Question, Row, Rows, Socrata


class DatosGov:
    """Implements ``Source`` and ``RecordSource`` for the open-data portal of the state."""

    name = "datos_gov"
    etiqueta: str | None = None

    def __init__(self, http: HttpClient, base_url: str) -> None:
        self.portal = Socrata(http, base_url)

    def configurar(self, entorno: Entorno) -> None:
        """The optional token: without it, calls share the portal's public allowance."""
        self.portal.token = entorno.tokens.get(self.name)

    async def requests(self, variable: Variable, first: date, last: date) -> list[Request]:
        """Ranges of the set that has the variable. Raises ContractViolationError on one that none has."""
        of = _of(variable)
        return [
            Request(
                self.name,
                variable,
                start,
                end,
                {"id": of.id, "desde": start.isoformat(), "hasta": end.isoformat()},
                variable.unidad_fuente,
            )
            for start, end in chunks(period_start(first, variable.resolucion), last, of.max_dias)
        ]

    async def fetch(self, request: Request) -> Answer:
        """All rows of the range, its pages joined in one array. Raises as the client does."""
        of = _of(request.variable)
        await self._check_columns(of.id, of.columnas)
        variable = request.variable
        found = await self.portal.rows(
            of.question(variable.codigo, variable.entidad, request.first, request.last)
        )
        return _joined(found)

    def parse(self, request: Request, answer: Answer) -> Bronze:
        """One value for each period, entity and dimension of the rows; new columns are told in the notes."""
        variable, of = request.variable, _of(request.variable)
        column = of.variables[variable.codigo, variable.entidad]
        values: list[completo.Value] = []
        unknown: set[str] = set()
        for row in _rows(answer):
            unknown |= row.keys() - of.columnas - {ROW_ID, column, "dia"}
            told = row.get(column)  # the portal leaves empty cells out of a row
            for day in of.periodos(row):
                if period_start(request.first, variable.resolucion) <= day <= request.last:
                    value = None if told is None else str(told)
                    values.append((of.entidad(row), of.dimension(row), day.isoformat(), value, ()))
        notes = [f"columna nueva en {of.id}: {name}" for name in sorted(unknown)]
        return Bronze(completo.to_bronze(variable.entidad, values), tuple(notes))

    async def pages(self, conjunto: str) -> AsyncIterator[Answer]:
        """The whole list, its pages joined."""
        of = LISTAS[conjunto]
        await self._check_columns(of.id, of.columnas)
        yield _joined(await self.portal.rows(Question(of.id)))

    def records(self, conjunto: str, answer: Answer) -> list[Entidad]:
        """Entries of a list; every declared column is there, null where the portal left it out."""
        of = LISTAS[conjunto]
        return [
            Entidad(
                of.tipo,
                of.codigo(row),
                of.nombre(row),
                dict.fromkeys(sorted(of.columnas)) | {k: v for k, v in row.items() if k != ROW_ID},
            )
            for row in _rows(answer)
        ]

    async def marca(self, conjunto: str) -> str | None:
        """When the portal says that the rows last changed; that is not the last period with data."""
        updated, _ = await self.portal.metadata(_dataset(conjunto))
        return updated

    async def sample(self, conjunto: str) -> frozenset[str]:
        """Columns that the metadata of the set tell: rows leave empty ones out."""
        _, columns = await self.portal.metadata(_dataset(conjunto))
        return columns

    async def _check_columns(self, dataset: str, declared: frozenset[str]) -> None:
        _, columns = await self.portal.metadata(dataset)
        lost = sorted(declared - columns)
        if lost:
            raise ContractViolationError(f"El conjunto {dataset} ya no tiene: {', '.join(lost)}.")


def _joined(found: Rows) -> Answer:
    return Answer(orjson.dumps(found.filas), found.received_at, "json", found.filas)


def _rows(answer: Answer) -> list[Row]:
    rows: list[Row] = answer.document if answer.document is not None else orjson.loads(answer.body)
    return rows


def _of(variable: Variable) -> Serie:
    found = next((s for s in SERIES if (variable.codigo, variable.entidad) in s.variables), None)
    if found is None:
        raise ContractViolationError(f"datos.gov.co no da {variable.codigo} por {variable.entidad}.")
    return found


def _dataset(conjunto: str) -> str:
    if conjunto in LISTAS:
        return LISTAS[conjunto].id
    return next(s.id for s in SERIES if s.conjunto == conjunto)


FUENTE = Fuente(
    nombre="datos_gov",
    titulo="Datos Abiertos Colombia (datos.gov.co)",
    base="https://www.datos.gov.co",
    licencia="CC BY-SA 4.0, salvo que el conjunto diga otra",
    por_minuto=60,
    conjuntos=(
        *(
            Conjunto(s.conjunto, Clase.SERIES, s.descripcion, s.frecuencia, s.rezago_dias, s.columnas)
            for s in SERIES
        ),
        *(
            Conjunto(name, Clase.ENTIDADES, one.descripcion, "eventual", 30, one.columnas)
            for name, one in LISTAS.items()
        ),
    ),
    abrir=DatosGov,
)
