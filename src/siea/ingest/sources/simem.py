"""SIMEM, the market's public data: sets by id, every settlement version of a value at once, large answers.

Answers go to a file while they come and are read from it piece by piece; ``simem_wire`` knows their shape.
"""

import tempfile
from collections.abc import AsyncIterator, Mapping
from datetime import date, timedelta
from pathlib import Path

import polars as pl

from siea.domain.catalogo import Variable
from siea.domain.tiempo import chunks, local_date
from siea.ingest.errors import ContractViolationError, SourceError
from siea.ingest.http import HttpClient
from siea.ingest.sources import simem_wire
from siea.ingest.sources.registry import Answer, Bronze, Clase, Conjunto, Entidad, Fuente, Request
from siea.ingest.sources.simem_tablas import LISTAS, SERIES, Lista, Tabla
from siea.telemetry.logs import get_logger

log = get_logger(__name__)

_NEW = "/backend-files/api/datos-publicos"
_OLD = "/backend-files/api/PublicData"
_DETAIL = "/backend-files/api/detalle-datos-publicos"
_CALENDAR = "calendario_versiones"
# Sets are published within days; a sample of this age exists for all of them.
_SAMPLE_AGE_DAYS = 40


class Simem:
    """Implements ``Source`` and ``RecordSource`` for SIMEM."""

    name = "simem"
    etiqueta: str | None = None

    def __init__(self, http: HttpClient, base_url: str) -> None:
        self._http = http
        self._base = base_url.rstrip("/")
        self._folder = tempfile.TemporaryDirectory(prefix="siea-simem-")
        self._files = 0
        self._calendar: pl.DataFrame | None = None

    async def requests(self, variable: Variable, first: date, last: date) -> list[Request]:
        """Cut the days as the set's granularity allows.

        Raises ContractViolationError on a variable that SIMEM does not give.
        """
        table = _table(variable)
        if table.versionada:
            await self._read_calendar()
        return [
            Request(
                self.name,
                variable,
                start,
                end,
                {"datasetId": table.id, "startDate": start.isoformat(), "endDate": end.isoformat()},
                variable.unidad_fuente,
            )
            for start, end in chunks(first, last, table.max_dias)
        ]

    async def fetch(self, request: Request) -> Answer:
        """One range of one set, in a file. Raises UpstreamError with what SIMEM says when it refuses."""
        return await self._get(request.peticion)

    async def _get(self, asked: Mapping[str, str]) -> Answer:
        params = {name: asked[name] for name in ("startDate", "endDate", "datasetId") if name in asked}
        self._files += 1
        to = Path(self._folder.name) / f"{self._files}.json"
        got = await self._http.download("POST", self._base + _NEW, to, params=params)
        if got.status in {404, 405}:
            got = await self._http.download("GET", self._base + _OLD, to, params=params)
        if got.status >= 400:
            raise simem_wire.refusal(to.read_bytes(), got.status)
        return Answer(b"", got.received_at, "json", archivo=to)

    def parse(self, request: Request, answer: Answer) -> Bronze:
        """Rows of the variable with all their versions.

        Raises UpstreamError, BadBodyError (cut short) or ContractViolationError (another unit, no column).
        """
        try:
            with simem_wire.opened(answer) as stream:
                bronze = simem_wire.read_series(stream, _table(request.variable), request.variable)
        finally:
            if answer.archivo is not None:
                answer.archivo.unlink(missing_ok=True)  # its bytes are in the lake
        if self._calendar is not None and len(bronze.frame):
            return Bronze(simem_wire.dated(bronze.frame, self._calendar), bronze.notas)
        return bronze

    async def pages(self, conjunto: str) -> AsyncIterator[Answer]:
        """A catalogue in one answer."""
        yield await self._get({"datasetId": LISTAS[conjunto].id, **_any_days()})

    def records(self, conjunto: str, answer: Answer) -> list[Entidad]:
        """Entries of a catalogue."""
        with simem_wire.opened(answer) as stream:
            return [_entity(LISTAS[conjunto], record) for record in simem_wire.records(stream)]

    async def marca(self, conjunto: str) -> str | None:
        """When SIMEM says that the set was last updated."""
        dataset = (
            LISTAS[conjunto].id
            if conjunto in LISTAS
            else next(t.id for t in SERIES if t.conjunto == conjunto)
        )
        answer = await self._http.request("GET", self._base + _DETAIL, params={"datasetId": dataset})
        result = answer.document.get("result") if isinstance(answer.document, dict) else None
        metadata = result.get("metadata") if isinstance(result, dict) else None
        told = metadata.get("lastUpdate") if isinstance(metadata, dict) else None
        return str(told) if told else None

    async def sample(self, conjunto: str) -> frozenset[str]:
        """Columns of the first record of a few days of the set."""
        if conjunto in LISTAS:
            asked = {"datasetId": LISTAS[conjunto].id, **_any_days()}
        else:
            table = next(t for t in SERIES if t.conjunto == conjunto)
            day = (local_date(self._http.now()) - timedelta(days=_SAMPLE_AGE_DAYS)).isoformat()
            asked = {"datasetId": table.id, "startDate": day, "endDate": day}
        with simem_wire.opened(await self._get(asked)) as stream:
            first = next(iter(simem_wire.records(stream)), None)
        if first is None:
            raise ContractViolationError(
                f"SIMEM no dio ningún registro de «{conjunto}»: no se puede comparar."
            )
        return frozenset(first)

    async def _read_calendar(self) -> None:
        """When each version was published, once; without it a value counts as published when it came."""
        if self._calendar is not None:
            return
        try:
            answer = await self._get({"datasetId": LISTAS[_CALENDAR].id, **_any_days()})
            with simem_wire.opened(answer) as stream:
                self._calendar = simem_wire.read_calendar(stream)
        except SourceError as error:
            log.warning("calendario_de_versiones_no_leido", motivo=str(error))


def _any_days() -> dict[str, str]:
    """Catalogues take a range and do not heed it."""
    return {"startDate": "1995-01-01", "endDate": "2100-12-31"}


def _table(variable: Variable) -> Tabla:
    found = next((t for t in SERIES if (variable.codigo, variable.entidad) in t.variables), None)
    if found is None:
        raise ContractViolationError(f"SIMEM no da {variable.codigo} por {variable.entidad}.")
    return found


def _entity(lista: Lista, record: Mapping[str, object]) -> Entidad:
    code = "/".join(str(record.get(name) or "").strip() for name in lista.codigo)
    if not code.strip("/"):
        raise ContractViolationError(f"Un registro de «{lista.tipo}» de SIMEM no trae {lista.codigo}.")
    name = str(record.get(lista.nombre) or code).strip()
    return Entidad(lista.tipo, code, name, {k: v for k, v in record.items() if v is not None})


FUENTE = Fuente(
    nombre="simem",
    titulo="SIMEM, información del mercado de energía mayorista",
    base="https://www.simem.co",
    licencia="Datos abiertos del mercado; cite «SIMEM – XM S.A. E.S.P.»",
    por_minuto=60,
    conjuntos=(
        *(
            Conjunto(
                t.conjunto, Clase.SERIES, t.descripcion, t.frecuencia, t.rezago_dias, frozenset(t.columnas)
            )
            for t in SERIES
        ),
        *(
            Conjunto(
                name, Clase.ENTIDADES, one.descripcion, "diaria", 1, frozenset({*one.codigo, one.nombre})
            )
            for name, one in LISTAS.items()
        ),
    ),
    abrir=Simem,
)
