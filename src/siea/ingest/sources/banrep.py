"""Banco de la República: the policy rate, as SDMX-ML 2.1 over REST (``endPeriod`` is exclusive)."""

import re
import xml.etree.ElementTree as ET
from datetime import date

from siea.domain.catalogo import Variable
from siea.ingest.errors import BadBodyError, ContractViolationError
from siea.ingest.http import HttpClient
from siea.ingest.sources import completo
from siea.ingest.sources.completo import Value
from siea.ingest.sources.registry import Answer, Bronze, Clase, Conjunto, Fuente, Request

_FLOW = "/nsi-jax-ws/rest/data/ESTAT,DF_CBR_MONTHLY_HIST,1.0/all/ALL/"
_FIRST = date(2000, 1, 1)
_PERIOD = re.compile(r"\d{4}-\d{2}$")
_PROVISIONAL = {"P", "E"}  # SDMX: provisional, estimated; «A» is a normal value


class BanRep:
    """Implements ``Source`` for the monthly series of the central bank."""

    name = "banrep"
    etiqueta: str | None = None

    def __init__(self, http: HttpClient, base_url: str) -> None:
        self._http = http
        self._url = base_url.rstrip("/") + _FLOW

    async def requests(self, variable: Variable, first: date, last: date) -> list[Request]:
        """The whole history in one answer."""
        now = self._http.now()
        asked = {
            "startPeriod": str(_FIRST.year),
            "endPeriod": str(now.year + 1),
            "dimensionAtObservation": "TIME_PERIOD",
            "detail": "full",
        }
        return completo.whole(self.name, variable, _FIRST, now, asked)

    async def fetch(self, request: Request) -> Answer:
        """The SDMX document."""
        got = await completo.get(self._http, self._url, **request.peticion)
        return Answer(got.body, got.received_at, "xml")

    def parse(self, request: Request, answer: Answer) -> Bronze:
        """One value a month. Raises BadBodyError (no XML, or one with a DTD) or ContractViolationError."""
        return Bronze(completo.to_bronze(request.variable.entidad, _observations(answer.body)))

    async def sample(self, conjunto: str) -> frozenset[str]:
        """Names of the elements of the document."""
        got = await completo.get(self._http, self._url, startPeriod=str(self._http.now().year - 1))
        return frozenset(_local(element.tag) for element in _tree(got.body).iter())


def _tree(body: bytes) -> ET.Element:
    # Neither a declaration of entities anywhere, nor an encoding in which it would not be seen.
    if b"<!DOCTYPE" in body or b"\0" in body:
        raise BadBodyError("La respuesta del Banco de la República trae un DTD: no se lee.")
    try:
        return ET.fromstring(body)  # noqa: S314 - no DTD, so no entity of anybody's making
    except ET.ParseError as error:
        raise BadBodyError(f"La respuesta del Banco de la República no es XML completo ({error}).") from None


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def _observations(body: bytes) -> list[Value]:
    found: list[Value] = []
    for element in _tree(body).iter():
        if _local(element.tag) != "Obs":
            continue
        told = {_local(child.tag): child.get("value") for child in element}
        period = told.get("ObsDimension") or ""
        if not _PERIOD.match(period):
            raise ContractViolationError(f"El periodo «{period}» de una observación no es AAAA-MM.")
        provisional = any(
            e.get("id") == "OBS_STATUS" and e.get("value") in _PROVISIONAL for e in element.iter()
        )
        flags = ("provisional_fuente",) if provisional else ()
        found.append(("Colombia", "", f"{period}-01", told.get("ObsValue"), flags))
    if not found:
        raise ContractViolationError("La respuesta del Banco de la República no trae observaciones.")
    return found


FUENTE = Fuente(
    nombre="banrep",
    titulo="Banco de la República",
    base="https://totoro.banrep.gov.co",
    licencia="Banco de la República; cite la fuente",
    por_minuto=10,
    conjuntos=(
        Conjunto(
            "tasa_intervencion",
            Clase.SERIES,
            "Tasa de intervención de política monetaria, promedio del mes",
            "mensual",
            35,
            frozenset({"Obs", "ObsDimension", "ObsValue"}),
        ),
    ),
    abrir=BanRep,
)
