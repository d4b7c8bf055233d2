"""SUI, the information system of public utilities: its factory of reports, slow, a ZIP behind an HTML page.

TC1 lists customers: their numbers (NIU) are personal data. The answer is kept encrypted, a pseudonym takes
the place of each number before anything else is done, and what goes on is how many customers a market has.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from datetime import date, timedelta
from urllib.parse import urljoin

import polars as pl

from siea.domain.catalogo import Variable, variables
from siea.domain.tiempo import period_start
from siea.ingest.errors import BadBodyError, ContractViolationError
from siea.ingest.http import HttpClient
from siea.ingest.sources import completo
from siea.ingest.sources.registry import (
    BRONZE,
    Answer,
    Bronze,
    Clase,
    Conjunto,
    Entorno,
    Fuente,
    Request,
)
from siea.ingest.transform.anonymize import guard, pseudonymize, suppress_small_cells

_PATH = "/fabricaReportes/reporte"
_TC1 = "ele_com_133"
_ENTRY = "info"
_LINK = re.compile(rb"<a[^>]+href=[\"']?([^\"' >]+)", re.IGNORECASE)
# The factory takes minutes; a body larger than this is no report of a company and a month.
TIMEOUT_S = 500.0
MOST_BYTES = 400 * 1024 * 1024
_KEY = "anonimato"
# Code of the retailer → name, as the factory's form lists them.
EMPRESAS = {
    "597": "Enel Colombia", "564": "EPM", "48307": "Air-e", "48305": "Caribemar (Afinia)",
    "536": "Celsia Colombia",
    "502": "CHEC", "520": "CEDENAR", "604": "CENS", "23442": "CEO", "524": "ESSA", "1032": "Electrocaquetá",
    "1014": "Electrohuila", "600": "EMSA", "599": "Enelar", "500": "EBSA", "3370": "Enerca", "523": "EDEQ",
    "2371": "EEBP", "2016": "EEP Putumayo", "1846": "Emevasi", "3076": "Energuaviare", "2073": "EEP Pereira",
    "694": "Emeesa", "2438": "Emcali", "1737": "Ruitoque",
}  # fmt: skip


class Sui:
    """Implements ``Source`` for the validated TC1 (customers by market)."""

    name = "sui"
    etiqueta: str | None = None

    def __init__(self, http: HttpClient, base_url: str) -> None:
        self._http = http
        self._url = base_url.rstrip("/") + _PATH
        self._key: bytes | None = None

    def configurar(self, entorno: Entorno) -> None:
        """The key of the pseudonyms."""
        self._key = entorno.llave(_KEY)

    async def requests(self, variable: Variable, first: date, last: date) -> list[Request]:
        """One question a month and company: the factory gives no more at once."""
        months = []
        month = period_start(first, variable.resolucion)
        while month <= last:
            months.append(month)
            month = period_start(month + timedelta(days=32), variable.resolucion)
        return [
            Request(
                self.name,
                variable,
                month,
                month,
                _asked(month, code),
                variable.unidad_fuente,
                personal=True,
            )
            for month in months
            for code in EMPRESAS
        ]

    async def fetch(self, request: Request) -> Answer:
        """The ZIP that the page points at. Raises ContractViolationError when the page has no link."""
        asked = request.peticion
        params = {
            "idreporte": asked["idreporte"],
            "integration_masterreport": asked["idreporte"],
            "formatting_chosenformat": "RAW",
            "sizeChooser": "-1",
            **{
                f"{asked['idreporte']}.{name}": asked[name] for name in ("agno", "periodo", "comercializador")
            },
        }
        page = await self._http.request("GET", self._url, params=params, expect="bytes", timeout_s=TIMEOUT_S)
        found = _LINK.search(page.body) if page.status < 400 else None
        if found is None:
            raise ContractViolationError("La página del SUI no trae el enlace del reporte.")
        link = urljoin(self._url, found[1].decode("ascii", "replace"))
        got = await self._http.request("GET", link, expect="bytes", timeout_s=TIMEOUT_S)
        if got.status >= 400:
            raise completo.absent(link, got)
        return Answer(got.body, got.received_at, "zip")

    def parse(self, request: Request, answer: Answer) -> Bronze:
        """How many customers each market has in the month; markets with fewer than five are hidden.

        Raises BadBodyError (no ZIP), ContractViolationError (another shape), or IdentifierLeftError.
        """
        if self._key is None:
            raise ContractViolationError("Sin la llave de los seudónimos no se lee ningún dato personal.")
        company = request.peticion["comercializador"]
        columns = {"mercado": pl.String, "niu": pl.String}
        rows = pl.DataFrame(list(_customers(answer.body)), schema=columns, orient="row")
        people = pseudonymize(rows, {"niu": "niu"}, self._key)
        counts = (
            people.group_by("mercado")
            .agg(pl.col("niu").n_unique().cast(pl.Int64).alias("n"))
            .sort("mercado")
            .with_columns(marcas=pl.lit([], pl.List(pl.String)))
        )
        hidden = suppress_small_cells(counts, "n", [])
        frame = hidden.select(
            pl.lit(request.variable.entidad).alias("entidad_tipo"),
            pl.lit(company).alias("entidad"),
            pl.col("mercado").alias("dimension"),
            pl.lit(request.first.isoformat()).alias("dia"),
            pl.lit(None, pl.Int16).alias("hora"),
            pl.concat_list(pl.col("n").cast(pl.String)).alias("valores"),
            pl.lit("").alias("version"),
            pl.lit(None, pl.String).alias("publicado_en"),
            "marcas",
        ).match_to_schema(pl.Schema(BRONZE))
        return Bronze(guard(frame))

    async def sample(self, conjunto: str) -> frozenset[str]:
        """Names of the columns of a small company's report of some months ago."""
        day = self._http.now().date() - timedelta(days=180)
        variable = next(v for v in variables() if v.fuente == self.name)
        asked = Request(self.name, variable, day, day, _asked(day, "1737"), "usuarios", personal=True)
        got = await self.fetch(asked)
        return frozenset(name.strip() for name in next(_lines(got.body)).split("-"))


def _asked(month: date, company: str) -> dict[str, str]:
    told = {"idreporte": _TC1, "agno": str(month.year), "periodo": str(month.month)}
    return told | {"comercializador": company}


def _lines(body: bytes) -> Iterator[str]:
    """Lines of the entry ``info`` of the ZIP, the header first; never quoted in an error."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(body))
        entry = archive.getinfo(_ENTRY)
    except zipfile.BadZipFile:
        raise BadBodyError("El SUI no entregó un archivo ZIP legible.") from None
    except KeyError:
        raise ContractViolationError(f"El ZIP del SUI no trae la entrada «{_ENTRY}».") from None
    if entry.file_size > MOST_BYTES:
        raise ContractViolationError("El ZIP del SUI dice contener más de lo que puede ser un reporte.")
    with archive.open(entry) as stream:
        for line in io.TextIOWrapper(stream, "utf-8", errors="replace"):
            if line.strip():
                yield line.rstrip("\r\n")


def _customers(body: bytes) -> Iterator[tuple[str, str]]:
    """(market, NIU) of each line; a market's name may hold hyphens, so fields are counted from the end."""
    lines = _lines(body)
    header = [name.strip().lower() for name in next(lines, "").split("-")]
    if header != ["mercado", "niu", "mes", "año"]:
        raise ContractViolationError("El TC1 del SUI no trae las columnas mercado, NIU, mes y año.")
    for number, line in enumerate(lines, 2):
        fields = line.rsplit("-", 3)
        if len(fields) != 4 or not fields[1].strip():
            raise ContractViolationError(f"La línea {number} del TC1 no tiene cuatro campos.")
        yield fields[0].strip(), fields[1].strip()


FUENTE = Fuente(
    nombre="sui",
    titulo="SUI, Superintendencia de Servicios Públicos",
    base="http://reportes.sui.gov.co",
    licencia="Información pública (Ley 142 de 1994, art. 53)",
    por_minuto=10,
    conjuntos=(
        Conjunto(
            "tc1",
            Clase.SERIES,
            "Usuarios por comercializador y mercado (TC1 validado): conteos, con celdas pequeñas ocultas",
            "mensual",
            60,
            frozenset({"mercado", "NIU", "mes", "año"}),
            personal=True,
        ),
    ),
    abrir=Sui,
)
