"""SIMEM, the market's public data: sets by id, every settlement version of a value at once, large answers.

Answers of series go to a file while they come and are read from it piece by piece. The new endpoint is asked
first, and the old one where the new one does not know the path or answers in a form that is not its own.
"""

import tempfile
from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import date, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import polars as pl

from siea.domain.catalogo import Variable
from siea.domain.tiempo import chunks, local_date, period_start
from siea.ingest.errors import BadBodyError, ContractViolationError, SourceError
from siea.ingest.http import Downloaded, HttpClient
from siea.ingest.sources import simem_calendario, simem_wire
from siea.ingest.sources.registry import Answer, Bronze, Clase, Conjunto, Entidad, Fuente, Request
from siea.ingest.sources.simem_series import read_series
from siea.ingest.sources.simem_tablas import CODE, LISTAS, LONG, MOST_DAYS, SERIES, Lista, Tabla, campo
from siea.telemetry.logs import get_logger

log = get_logger(__name__)

_NEW = "/backend-files/api/datos-publicos"
_OLD = "/backend-files/api/PublicData"
_DETAIL = "/backend-files/api/detalle-datos-publicos"
_CALENDAR, _DAILY_CALENDAR = "calendario_versiones", "7a30a3"
_FIRST_MONTH = date(2021, 1, 1)  # SIMEM keeps versions from here on
# The months that the calendar lacks are recent: the daily one is asked for these days at most.
_DAILY_DAYS = 92
# Sets are published within days; a sample of this age exists for all of them.
_SAMPLE_AGE_DAYS = 40
_WHOLE_PERIOD_DAYS = {"mensual": 62, "anual": 731}
_TIMEOUT_S = 600.0  # a month of the largest set is about 27 MB


class Simem:
    """Implements ``Source`` and ``RecordSource`` for SIMEM."""

    name = "simem"
    etiqueta: str | None = None

    def __init__(self, http: HttpClient, base_url: str) -> None:
        self._http = http
        self._base = base_url.rstrip("/")
        self._folder = tempfile.TemporaryDirectory(prefix="siea-simem-")
        self._numbers = count(1)
        self._calendar: pl.DataFrame | None = None
        self._calendar_asked = False

    async def requests(self, variable: Variable, first: date, last: date) -> list[Request]:
        """Cut the days as the set's granularity allows; a month or year is asked for from its first day.

        Raises ContractViolationError on a variable that SIMEM does not give.
        """
        table = SERIES.get(variable.conjunto)
        if table is None or campo(variable) not in table.campos:
            raise ContractViolationError(f"SIMEM no da {variable.codigo} por {variable.entidad}.")
        if table.version and not self._calendar_asked:
            await self._try_calendar()
        only = {"filtro": campo(variable)} if table.forma == LONG and len(table.campos) > 1 else {}
        return [
            Request(
                self.name,
                variable,
                start,
                end,
                _question(table.id, start, end) | only,
                variable.unidad_fuente,
            )
            for start, end in chunks(
                period_start(first, variable.resolucion), last, MOST_DAYS[table.granularidad]
            )
        ]

    async def fetch(self, request: Request) -> Answer:
        """One range of one set, in a file. Raises UpstreamError with what SIMEM says when it refuses."""
        return await self._get(request.peticion)

    def parse(self, request: Request, answer: Answer) -> Bronze:
        """Rows of the variable with all their versions, each with the instant at which it was published.

        The file of the answer, whose bytes are in the lake, is removed. Raises UpstreamError, BadBodyError
        (cut short) or ContractViolationError (another unit, no column).
        """
        try:
            with simem_wire.opened(answer) as stream:
                bronze = read_series(stream, SERIES[request.variable.conjunto], request.variable)
        finally:
            _discard(answer)
        if self._calendar is None:
            return bronze
        return Bronze(simem_calendario.dated(bronze.frame, self._calendar), bronze.notas)

    async def pages(self, conjunto: str) -> AsyncIterator[Answer]:
        """A list, in as many answers as its dates need."""
        for asked in self._questions(LISTAS[conjunto]):
            yield await self._small(asked)

    def records(self, conjunto: str, answer: Answer) -> list[Entidad]:
        """Entries of a list; of several of one code, the newest. Raises as ``parse``."""
        lista = LISTAS[conjunto]
        with simem_wire.opened(answer) as stream:
            found = list(simem_wire.records(stream, success_counts=False, numbers_as_text=False))
        found.sort(key=lambda r: (str(r.get("Fecha") or ""), str(r.get("FechaPublicacion") or "")))
        return list({e.codigo: e for e in (_entity(lista, record) for record in found)}.values())

    async def calendario(self) -> pl.DataFrame:
        """When each settlement version was published (``simem_calendario.CALENDARIO``), as SIMEM says now.

        Days that the monthly calendar does not reach yet come from the daily one. Raises SourceError.
        """
        records: list[simem_wire.Record] = []
        for asked in self._questions(LISTAS[_CALENDAR]):
            records += await self._records(asked)
        known = simem_calendario.read_calendar(records)["hasta"].max()
        today = local_date(self._http.now())
        first = today - timedelta(days=_DAILY_DAYS)
        if isinstance(known, date):
            first = max(first, known + timedelta(days=1))
        for start, end in chunks(first, today, MOST_DAYS["diaria"]):
            records += await self._records(_question(_DAILY_CALENDAR, start, end))
        return simem_calendario.read_calendar(records)

    async def marca(self, conjunto: str) -> str | None:
        """When SIMEM says that the set was last updated."""
        params = {"datasetId": (LISTAS.get(conjunto) or SERIES[conjunto]).id}
        answer = await self._http.request("GET", self._base + _DETAIL, params=params)
        told: Any = answer.document
        for name in ("result", "metadata", "lastUpdate"):
            told = told.get(name) if isinstance(told, dict) else None
        return str(told) if told else None

    async def sample(self, conjunto: str) -> frozenset[str]:
        """Columns of the first record of a few days of the set, or of a period of it."""
        listed = LISTAS.get(conjunto)
        today = local_date(self._http.now())
        if listed is not None:
            most = MOST_DAYS.get(listed.granularidad, 1)
            asked = _question(listed.id, today - timedelta(days=most - 1), today)
        else:
            table = SERIES[conjunto]
            day = today - timedelta(days=_SAMPLE_AGE_DAYS)
            before = timedelta(days=_WHOLE_PERIOD_DAYS.get(table.granularidad, 0))
            asked = _question(table.id, day - before, day)
        answer = await self._get(asked)
        try:
            with simem_wire.opened(answer) as stream:
                first = next(simem_wire.records(stream, success_counts=listed is None), None)
        finally:
            _discard(answer)
        if first is None:
            raise ContractViolationError(
                f"SIMEM no dio ningún registro de «{conjunto}»: no se puede comparar."
            )
        return frozenset(first)

    def _questions(self, lista: Lista) -> Iterator[dict[str, str]]:
        """What to ask so that the list comes whole: catalogues take no dates."""
        today = local_date(self._http.now())
        if not lista.granularidad:
            yield _question(lista.id, _FIRST_MONTH, today)
            return
        most = MOST_DAYS[lista.granularidad]
        first = _FIRST_MONTH if lista.granularidad == "mensual" else today - timedelta(days=most - 1)
        for start, end in chunks(first, today, most):
            yield _question(lista.id, start, end)

    async def _try_calendar(self) -> None:
        """Read the calendar once; without it a value counts as published when it came."""
        self._calendar_asked = True
        try:
            self._calendar = await self.calendario()
        except SourceError as error:
            log.warning("calendario_de_versiones_no_leido", motivo=str(error))

    async def _records(self, asked: Mapping[str, str]) -> list[simem_wire.Record]:
        with simem_wire.opened(await self._small(asked)) as stream:
            return list(simem_wire.records(stream, success_counts=False))

    async def _small(self, asked: Mapping[str, str]) -> Answer:
        """An answer in memory."""
        answer = await self._get(asked)
        try:
            with simem_wire.opened(answer) as stream:
                return Answer(stream.read(), answer.received_at, "json")
        finally:
            _discard(answer)

    async def _get(self, asked: Mapping[str, str]) -> Answer:
        """Ask the new endpoint; the old one when that path is gone or answers in no form of its own."""
        params = {name: asked[name] for name in ("startDate", "endDate", "datasetId")}
        filters, old_filters = [], {}
        if "filtro" in asked:
            filters = [{"Fd": CODE, "Op": "eq", "Vl": asked["filtro"], "Lg": "and"}]
            old_filters = {"columnDestinyName": CODE, "values": asked["filtro"]}
        to = Path(self._folder.name) / f"{next(self._numbers)}.json"
        try:
            got = await self._http.download(
                "POST", self._base + _NEW, to, params=params, json=filters, timeout_s=_TIMEOUT_S
            )
            error = _trouble(got)
            if got.status in {404, 405, 415} or isinstance(error, ContractViolationError | BadBodyError):
                log.warning("simem_por_la_direccion_anterior", conjunto=asked["datasetId"], motivo=str(error))
                got = await self._http.download(
                    "GET", self._base + _OLD, to, params=params | old_filters, timeout_s=_TIMEOUT_S
                )
                error = _trouble(got)
            if got.status >= 400:
                error = error or ContractViolationError(f"SIMEM respondió HTTP {got.status}.")
                error.body = to.read_bytes()
                raise error
        except SourceError:
            to.unlink(missing_ok=True)
            raise
        return Answer(b"", got.received_at, "json", archivo=to)


def _trouble(got: Downloaded) -> SourceError | None:
    with got.path.open("rb") as stream:
        return simem_wire.trouble(stream, success_counts=False)


def _discard(answer: Answer) -> None:
    if answer.archivo is not None:
        answer.archivo.unlink(missing_ok=True)


def _question(dataset: str, first: date, last: date) -> dict[str, str]:
    return {"datasetId": dataset, "startDate": first.isoformat(), "endDate": last.isoformat()}


def _entity(lista: Lista, record: Mapping[str, Any]) -> Entidad:
    told = {name.lower(): value for name, value in record.items()}  # SIMEM writes «idDataset» and «IdDataset»
    parts = [str(told.get(name.lower()) or "").strip() for name in lista.codigo]
    # of a time its day: the two endpoints write the rest in different forms
    code = "/".join(p[:10] if n.startswith("Fecha") else p for n, p in zip(lista.codigo, parts, strict=True))
    if not code.strip("/"):
        raise ContractViolationError(
            f"Un registro de «{lista.tipo}» de SIMEM no trae {', '.join(lista.codigo)}."
        )
    name = str(told.get(lista.nombre.lower()) or code).strip()
    left_out = {column.lower() for column in lista.sin}
    kept = {k: v for k, v in record.items() if v is not None and k.lower() not in left_out}
    return Entidad(lista.tipo, code, name, kept)


def _set_of(table: Tabla) -> Conjunto:
    return Conjunto(
        table.conjunto,
        Clase.SERIES,
        table.descripcion,
        table.granularidad,
        table.rezago_dias,
        table.columnas,
    )


FUENTE = Fuente(
    nombre="simem",
    titulo="SIMEM, información del mercado de energía mayorista",
    base="https://www.simem.co",
    licencia="Datos abiertos del mercado; cite «SIMEM – XM S.A. E.S.P.»",
    por_minuto=60,
    conjuntos=(
        *(_set_of(table) for table in SERIES.values()),
        *(
            Conjunto(
                name, Clase.ENTIDADES, one.descripcion, "diaria", 1, frozenset({*one.codigo, one.nombre})
            )
            for name, one in LISTAS.items()
        ),
    ),
    abrir=Simem,
)
