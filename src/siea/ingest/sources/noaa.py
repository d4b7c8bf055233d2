"""NOAA's Climate Prediction Center: ONI and RONI (the official one since 2026), each a file of columns."""

import re
from datetime import date

from siea.domain.catalogo import Variable
from siea.ingest.errors import ContractViolationError
from siea.ingest.http import HttpClient
from siea.ingest.sources import completo
from siea.ingest.sources.registry import Answer, Bronze, Clase, Conjunto, Fuente, Request

_FOLDER = "/data/indices/"
_FILES = {"ONI_NOAA": "oni.ascii.txt", "RONI": "RONI.ascii.txt"}
_SETS = {"oni": "ONI_NOAA", "roni": "RONI"}
# The season of three months is named by its middle one, and the year is that of the middle month.
_SEASONS = ("DJF", "JFM", "FMA", "MAM", "AMJ", "MJJ", "JJA", "JAS", "ASO", "SON", "OND", "NDJ")
_NOTHING = -99.0  # «-99.9», «-999.90»: whatever lies there is no anomaly
_YEAR = re.compile(r"\d{4}$")
_FIRST = date(1950, 1, 1)


class Noaa:
    """Implements ``Source`` for the two indices of El Niño."""

    name = "noaa"
    etiqueta: str | None = None

    def __init__(self, http: HttpClient, base_url: str) -> None:
        self._http = http
        self._base = base_url.rstrip("/") + _FOLDER

    async def requests(self, variable: Variable, first: date, last: date) -> list[Request]:
        """The whole file, whatever days are asked for: its last months are revised."""
        asked = {"archivo": _FILES[variable.codigo]}
        return completo.whole(self.name, variable, _FIRST, self._http.now(), asked)

    async def fetch(self, request: Request) -> Answer:
        """The text of one index."""
        got = await completo.get(self._http, self._base + request.peticion["archivo"])
        return Answer(got.body, got.received_at, "txt")

    def parse(self, request: Request, answer: Answer) -> Bronze:
        """One value a month: the anomaly of the season centred on it. Raises ContractViolationError."""
        lines = completo.text_of(answer).splitlines()
        header = _header(lines)
        if "SEAS" not in header or "YR" not in header or "ANOM" not in header:
            raise ContractViolationError(f"El índice no trae SEAS, YR y ANOM: «{' '.join(header)[:80]}».")
        season, year, anomaly = (header.index(name) for name in ("SEAS", "YR", "ANOM"))
        values = []
        for line in lines[1:]:
            cells = line.split()
            if not cells:
                continue
            known = len(cells) == len(header) and cells[season] in _SEASONS
            if not known or not _YEAR.match(cells[year]):
                raise ContractViolationError(f"El índice trae una línea que no se entiende: «{line[:60]}».")
            month = f"{cells[year]}-{_SEASONS.index(cells[season]) + 1:02d}-01"
            told = None if _is_nothing(cells[anomaly]) else cells[anomaly]
            values.append(("Nino34", "", month, told, ()))
        return Bronze(completo.to_bronze(request.variable.entidad, values))

    async def sample(self, conjunto: str) -> frozenset[str]:
        """Names of the columns."""
        got = await completo.get(self._http, self._base + _FILES[_SETS[conjunto]])
        return frozenset(_header(completo.text_of(Answer(got.body, got.received_at, "txt")).splitlines()))


def _header(lines: list[str]) -> list[str]:
    return lines[0].split() if lines else []


def _is_nothing(text: str) -> bool:
    try:
        return float(text) <= _NOTHING
    except ValueError:
        return False  # no number at all: its row is rejected later, by name


def _set(name: str, told: str, columns: set[str]) -> Conjunto:
    return Conjunto(name, Clase.SERIES, told, "mensual", 35, frozenset(columns))


FUENTE = Fuente(
    nombre="noaa",
    titulo="NOAA, Centro de Predicción Climática",
    base="https://www.cpc.ncep.noaa.gov",
    licencia="Dominio público de los Estados Unidos",
    por_minuto=10,
    conjuntos=(
        _set("oni", "Índice oceánico de El Niño (ONI)", {"SEAS", "YR", "ANOM"}),
        _set("roni", "Índice oceánico relativo (RONI), oficial desde 2026", {"SEAS", "YR", "ANOM"}),
    ),
    abrir=Noaa,
)
