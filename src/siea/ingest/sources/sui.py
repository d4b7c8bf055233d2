"""SUI, the information system of public utilities: its factory of reports, slow, a ZIP behind an HTML page.

TC1 lists customers: their numbers (NIU) are personal data. The answer is kept encrypted, a pseudonym takes
the place of each number before anything else is done, and what goes on is how many customers a market has.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal

import polars as pl

from siea.domain.catalogo import Variable
from siea.domain.tiempo import Resolucion, local_date, period_start
from siea.ingest.errors import ContractViolationError
from siea.ingest.http import HttpAnswer, HttpClient
from siea.ingest.sources import completo, sui_lectura, sui_valores
from siea.ingest.sources.registry import Answer, Bronze, Clase, Conjunto, Entorno, Fuente, Request
from siea.ingest.sources.sui_reportes import CONSOLIDADO, EMPRESAS, REPORTES, TC1, Reporte
from siea.ingest.transform.anonymize import guard_silver, pseudonymize

_PATH = "/fabricaReportes/reporte"
# The factory takes minutes; a report larger than this is none of a company and a month.
TIMEOUT_S = 500.0
MOST_BYTES = 400 * 1024 * 1024
_KEY = "anonimato"
# An answer that holds several variables is asked for once, while it is this fresh.
_FRESH, _REMEMBERED = timedelta(minutes=30), 36
_SMALL_COMPANY, _SAMPLE_AGE_DAYS = "1737", 420


class Sui:
    """Implements ``Source`` for the reports of ``REPORTES``."""

    name = "sui"
    etiqueta: str | None = None

    def __init__(self, http: HttpClient, base_url: str) -> None:
        self._http = http
        self._url = base_url.rstrip("/") + _PATH
        self._key: bytes | None = None
        self._recent: dict[tuple[tuple[str, str], ...], Answer] = {}

    def configurar(self, entorno: Entorno) -> None:
        """The key of the pseudonyms."""
        self._key = entorno.llave(_KEY)

    async def requests(self, variable: Variable, first: date, last: date) -> list[Request]:
        """One question a period, and a company where the report takes no more.

        Periods that are not published yet are not asked for; when none of the range is, the newest one is.
        """
        report = REPORTES[variable.conjunto]
        published = local_date(self._http.now()) - timedelta(days=report.rezago_dias)
        newest = period_start(published, variable.resolucion)
        periods = [day for day in _periods(first, last, variable.resolucion) if day <= newest] or [newest]
        return [
            Request(
                self.name,
                variable,
                day,
                _next(day, variable.resolucion) - timedelta(days=1),
                _question(report, day, company),
                variable.unidad_fuente,
                personal=report.personal,
            )
            for day in periods
            for company in (EMPRESAS if report.por_empresa else [None])
        ]

    async def fetch(self, request: Request) -> Answer:
        """The report: the ZIP that the page points at, or the text itself.

        Raises as the client does, and ContractViolationError when the page has no link of this host.
        """
        asked = tuple(sorted(request.peticion.items()))
        known = self._recent.get(asked)
        if known is not None and self._http.now() - known.received_at <= _FRESH:
            return known
        answer = await self._get(request.peticion)
        if not request.personal:  # personal data stay in memory no longer than they are read
            self._recent = dict([*self._recent.items(), (asked, answer)][-_REMEMBERED:])
        return answer

    def parse(self, request: Request, answer: Answer) -> Bronze:
        """Values of the period by company and stratum (or market); small counts of people are hidden.

        Raises BadBodyError (no report), ContractViolationError (another shape) or IdentifierLeftError.
        """
        if answer.extension == "html":
            return Bronze(completo.to_bronze("", []), ("el SUI dice que no hay datos del periodo",))
        report = REPORTES[request.variable.conjunto]
        content = sui_lectura.unpacked(answer.body, MOST_BYTES)
        if request.variable.conjunto == TC1:
            bronze = self._customers(request, content)
        elif request.variable.conjunto == CONSOLIDADO:
            bronze = sui_valores.consolidated(request, content)
        else:
            bronze = sui_valores.one_figure(request, report, content)
        return Bronze(guard_silver(bronze.frame), bronze.notas) if report.personal else bronze

    async def sample(self, conjunto: str) -> frozenset[str]:
        """Names of the columns of a report of a year ago, of a small company where one is to be named."""
        report = REPORTES[conjunto]
        day = period_start(
            local_date(self._http.now()) - timedelta(days=_SAMPLE_AGE_DAYS),
            Resolucion.ANIO if report.anual else Resolucion.MES,
        )
        got = await self._get(_question(report, day, _SMALL_COMPANY if report.por_empresa else None))
        if got.extension == "html":
            raise ContractViolationError(f"El SUI no dio datos de «{conjunto}»: no se puede comparar.")
        return frozenset(sui_lectura.header_of(sui_lectura.unpacked(got.body, MOST_BYTES)))

    async def _get(self, asked: Mapping[str, str]) -> Answer:
        page = await self._ask(self._url, asked)
        if not sui_lectura.is_page(page.body):
            return Answer(page.body, page.received_at, "zip" if page.body.startswith(b"PK") else "csv")
        if sui_lectura.says_nothing(page.body):
            return Answer(page.body, page.received_at, "html")
        got = await self._ask(sui_lectura.link_of(page.body, self._url), None)
        return Answer(got.body, got.received_at, "zip")

    async def _ask(self, url: str, params: Mapping[str, str] | None) -> HttpAnswer:
        got = await self._http.request(
            "GET", url, params=params, headers=completo.AGENT, expect="bytes", timeout_s=TIMEOUT_S
        )
        if got.status >= 400:
            raise completo.absent(url, got)
        return got

    def _customers(self, request: Request, content: bytes) -> Bronze:
        if self._key is None:
            raise ContractViolationError("Sin la llave de los seudónimos no se lee ningún dato personal.")
        lines = sui_lectura.customers(content, REPORTES[TC1].columnas)
        month = (pl.col("anio").cast(pl.Int32) == request.first.year) & (
            pl.col("mes").cast(pl.Int32) == request.first.month
        )
        if not lines.select(month.all()).item():
            raise ContractViolationError("El TC1 del SUI trae líneas de otro mes.")
        people = pseudonymize(lines.select("mercado", "niu"), {"niu": "niu"}, self._key)
        counts = people.group_by("mercado").agg(pl.col("niu").n_unique())
        company = request.peticion[f"{REPORTES[TC1].id}.comercializador"]
        told = {(company, market): Decimal(count) for market, count in counts.iter_rows()}
        return sui_valores.bronze(request, sui_valores.Sumas(told), hidden=sui_valores.small(told))


def _question(report: Reporte, day: date, company: str | None) -> dict[str, str]:
    """The parameters as they are sent: filters carry the name of the report."""
    filters = dict(report.filtros) | {"agno": str(day.year)}
    if not report.anual:
        filters["periodo"] = str(day.month)
    if company is not None:
        filters["comercializador"] = company
    return {
        "idreporte": report.id,
        "integration_masterreport": report.id,
        "formatting_chosenformat": report.formato,
        "sizeChooser": "-1",
        **{f"{report.id}.{name}": value for name, value in filters.items()},
    }


def _periods(first: date, last: date, resolution: Resolucion) -> list[date]:
    """First days of the periods that the days *first* to *last* touch."""
    found = []
    day = period_start(first, resolution)
    while day <= last:
        found.append(day)
        day = _next(day, resolution)
    return found


def _next(day: date, resolution: Resolucion) -> date:
    """First day of the period after that of *day*."""
    longest = 366 if resolution is Resolucion.ANIO else 31
    return period_start(period_start(day, resolution) + timedelta(days=longest), resolution)


FUENTE = Fuente(
    nombre="sui",
    titulo="SUI, Superintendencia de Servicios Públicos",
    base="http://reportes.sui.gov.co",
    licencia="Información pública (Ley 142 de 1994, art. 53)",
    por_minuto=10,
    conjuntos=tuple(
        Conjunto(
            name,
            Clase.SERIES,
            one.descripcion,
            "anual" if one.anual else "mensual",
            one.rezago_dias,
            one.forma,
            personal=one.personal,
        )
        for name, one in REPORTES.items()
    ),
    abrir=Sui,
)
