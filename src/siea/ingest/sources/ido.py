"""IDO, the operator's daily report of operation: one answer a day and section, out about six in the morning.

Sections are data (``SECCIONES``). Subtotals ride among the records and beside them: none is read, so that
nothing is added twice. The service may choose another day than the one asked for: that one is never stored
under the asked one.
"""

import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import orjson

from siea.domain.catalogo import Variable
from siea.domain.numeros import plain
from siea.domain.tiempo import days_between, local_date
from siea.ingest.errors import BadBodyError, ContractViolationError, UpstreamError
from siea.ingest.http import HttpClient
from siea.ingest.sources import completo
from siea.ingest.sources.registry import Answer, Bronze, Clase, Conjunto, Fuente, Request

_PATH = "/ArchivoIdo/ObtenerArchivosPorDia"
_PREFIX = "IDO_"
_DAY = re.compile(r"(?<!\d)(20\d{2})-?(\d{2})-?(\d{2})(?!\d)")
_SUBTOTAL = re.compile(r"(sub\W?)?total(es)?\b")
_MESSAGES = ("mensaje", "message", "error", "detalle")
# A report of this age is out for sure.
_SAMPLE_AGE_DAYS = 3


@dataclass(frozen=True, slots=True)
class Seccion:
    """Where the records of a section lie: ``grupos`` leads from the payload to the lists of records.

    Each step is a key whose value is an object or a list of them. The name of the object at depth ``nivel``,
    under ``etiqueta``, is the dimension; where ``etiqueta`` is empty it is the first key followed.
    """

    carpeta: str
    archivo: str
    caminos: tuple[tuple[str, ...], ...]
    etiqueta: str
    entidad: str
    campos: frozenset[str]
    descripcion: str


SECCIONES = {
    "generacion": Seccion(
        "Ido_Generacion",
        "generacion",
        (("items", "elemento", "contenido"),),
        "nombre",
        "nombrerecurso",
        frozenset({"gendesp", "genened", "genprodesp"}),
        "Generación diaria de cada recurso en el informe de operación",
    ),
    "disponibilidad": Seccion(
        "Ido_Disponibilidad",
        "disponibilidad",
        (("categoriasdisponibilidad", "registrodisponibilidad"),),
        "tipogen",
        "nombrerecurso",
        frozenset({"capacidadefectiva", "disponibilidad"}),
        "Disponibilidad de cada recurso en el informe de operación",
    ),
    "intercambios": Seccion(
        "Ido_Intercambios",
        "intercambios",
        (("exportaciones", "intercambios"), ("importaciones", "intercambios")),
        "",
        "pais",
        frozenset({"programada", "real"}),
        "Exportaciones e importaciones por país en el informe de operación",
    ),
}


class Ido:
    """Implements ``Source`` for the daily report."""

    name = "ido"
    etiqueta: str | None = None

    def __init__(self, http: HttpClient, base_url: str) -> None:
        self._http = http
        self._url = base_url.rstrip("/") + _PATH

    async def requests(self, variable: Variable, first: date, last: date) -> list[Request]:
        """One question a day. Raises ContractViolationError on a variable that no section has."""
        section = SECCIONES.get(variable.conjunto)
        if section is None or _field(variable) not in section.campos:
            raise ContractViolationError(f"El IDO no da {variable.codigo} por {variable.entidad}.")
        return [
            Request(self.name, variable, day, day, _question(section, day), variable.unidad_fuente)
            for day in days_between(first, last)
        ]

    async def fetch(self, request: Request) -> Answer:
        """The section of one day. Raises as the client does, and ContractViolationError on a 4xx."""
        return await self._get(request.peticion)

    def parse(self, request: Request, answer: Answer) -> Bronze:
        """One value for each resource (or country) of the day asked for.

        Nothing, with a remark, when the day is not published or the report is of another day. Raises
        UpstreamError with what the service says, or ContractViolationError.
        """
        document, asked = _document(answer), request.first
        section, field = SECCIONES[request.variable.conjunto], _field(request.variable)
        if document.get("ok") is not True:
            return _nothing(request, _refusal(document, asked))
        told = _days_of(document)
        if not told:
            raise ContractViolationError("El informe del IDO no dice de qué día es.")
        if told != {asked}:
            others = ", ".join(sorted(day.isoformat() for day in told - {asked}))
            return _nothing(
                request, f"el IDO dio el informe de {others} y se pidió el de {asked}: no se guarda"
            )
        values: list[completo.Value] = []
        subtotals, known = _beside(document.get("payload")), False
        for dimension, record in _records(document.get("payload"), section):
            name = _name(record.get(section.entidad))
            if not name:
                raise ContractViolationError(f"Un registro del IDO no trae «{section.entidad}».")
            if _SUBTOTAL.match(plain(name)) or plain(name) == plain(dimension):
                subtotals += 1
                continue
            known = known or field in record
            values.append((name, dimension, asked.isoformat(), _text(record.get(field)), ()))
        if values and not known:
            raise ContractViolationError(f"Ningún registro del IDO trae «{field}».")
        notes = (f"{subtotals} subtotales fuera: no se suman a los recursos",) if subtotals else ()
        return Bronze(completo.to_bronze(request.variable.entidad, values), notes)

    async def sample(self, conjunto: str) -> frozenset[str]:
        """Keys of the report of some days ago and of its first record."""
        section = SECCIONES[conjunto]
        day = local_date(self._http.now()) - timedelta(days=_SAMPLE_AGE_DAYS)
        document = _document(await self._get(_question(section, day)))
        if document.get("ok") is not True:
            raise UpstreamError(f"El IDO no dio el informe de {day}.", detail=_refusal(document, day))
        _, first = next(_records(document.get("payload"), section), ("", {}))
        return frozenset(document) | frozenset(first)

    async def _get(self, asked: Mapping[str, Any]) -> Answer:
        got = await self._http.request("GET", self._url, params=asked, headers=completo.AGENT)
        if got.status >= 400:
            raise completo.absent(self._url, got)
        return Answer(got.body, got.received_at, "json", got.document)


def _question(section: Seccion, day: date) -> dict[str, str]:
    return {"fecha": day.isoformat(), "carpeta": section.carpeta, "archivo": section.archivo}


def _field(variable: Variable) -> str:
    return variable.codigo.removeprefix(_PREFIX)


def _document(answer: Answer) -> dict[str, Any]:
    """The answer as an object. Raises BadBodyError or ContractViolationError."""
    try:
        document = answer.document if answer.document is not None else orjson.loads(answer.body)
    except orjson.JSONDecodeError:
        raise BadBodyError("La respuesta del IDO no es JSON.") from None
    if not isinstance(document, dict) or "ok" not in document:
        raise ContractViolationError("La respuesta del IDO no trae «ok»: es otra forma de respuesta.")
    return document


def _refusal(document: Mapping[str, Any], day: date) -> str:
    """What to say of a report that is not there. Raises UpstreamError when the service gives a reason."""
    detail = next((document[name] for name in _MESSAGES if isinstance(document.get(name), str)), "").strip()
    if detail:
        raise UpstreamError(f"El IDO responde: «{detail}».", detail=detail)
    return f"el IDO aún no tiene el informe de {day}"


def _days_of(document: Mapping[str, Any]) -> set[date]:
    """Days that the report names: its date, and that in the name of the file that was chosen."""
    chosen = document.get("elegido")
    named = [chosen.get("nombre"), chosen.get("fecha")] if isinstance(chosen, dict) else [chosen]
    texts = [document.get("fecha"), *named]
    found = set()
    for text in texts:
        match = _DAY.search(text) if isinstance(text, str) else None
        if match:
            try:
                found.add(date(*map(int, match.groups())))
            except ValueError:
                raise ContractViolationError(f"«{match[0]}» no es una fecha del IDO.") from None
    return found


def _records(payload: Any, section: Seccion) -> Iterator[tuple[str, dict[str, Any]]]:
    """(dimension, record) of every path of the section. Raises ContractViolationError."""
    for path in section.caminos:
        if not isinstance(payload, dict) or path[0] not in payload:
            raise ContractViolationError(f"El informe del IDO no trae «payload.{path[0]}».")
        yield from _down(payload, path, section.etiqueta, "" if section.etiqueta else path[0])


def _down(
    node: dict[str, Any], path: tuple[str, ...], label: str, dimension: str
) -> Iterator[tuple[str, dict[str, Any]]]:
    if label and isinstance(node.get(label), str):
        dimension = _name(node[label])
    if not path:
        yield dimension, node
        return
    below = node.get(path[0])
    for item in below if isinstance(below, list) else [below] if below is not None else []:
        if not isinstance(item, dict):
            raise ContractViolationError(f"«{path[0]}» del IDO no trae registros.")
        yield from _down(item, path[1:], label, dimension)


def _beside(node: Any) -> int:
    """How many subtotals stand beside the records, in keys of their own."""
    if isinstance(node, list):
        return sum(map(_beside, node))
    if not isinstance(node, dict):
        return 0
    return sum(key.lower().startswith("subtotal") or _beside(below) for key, below in node.items())


def _name(text: Any) -> str:
    """A name as people read it: «Autogeneraci&oacute;n» comes escaped, now and then twice."""
    return " ".join(html.unescape(html.unescape(text)).split()) if isinstance(text, str) else ""


def _text(value: Any) -> str | None:
    return value if value is None or isinstance(value, str) else repr(value)


def _nothing(request: Request, why: str) -> Bronze:
    return Bronze(completo.to_bronze(request.variable.entidad, []), (why,))


FUENTE = Fuente(
    nombre="ido",
    titulo="XM, Informe Diario de Operación",
    base="https://ido.xm.com.co",
    licencia="Información pública de XM S.A. E.S.P.",
    por_minuto=30,
    conjuntos=tuple(
        Conjunto(
            name,
            Clase.SERIES,
            one.descripcion,
            "diaria",
            1,
            frozenset({"ok", "fecha", "elegido", "payload", one.entidad, *one.campos}),
        )
        for name, one in SECCIONES.items()
    ),
    abrir=Ido,
)
