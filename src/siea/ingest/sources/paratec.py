"""PARATEC, the operator's technical parameters: whole lists, one GET each, ``{"header": …, "data": […]}``.

No record has a market code: lists join by the name (``clave_nombre``). Keys are read as the service spells
them. Units are not stated by the service; by convention MW, kV, A, km and Mm3.
"""

import hashlib
import re
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Mapping
from typing import Any

import orjson

from siea.domain.numeros import plain
from siea.ingest.errors import BadBodyError, ContractViolationError, SourceError
from siea.ingest.http import HttpClient
from siea.ingest.sources import completo
from siea.ingest.sources.paratec_listas import LISTAS, Lista
from siea.ingest.sources.registry import Answer, Clase, Conjunto, Entidad, Fuente

ATRIBUCION = "Información proporcionada por XM S.A. E.S.P. – PARATEC"
# The islands and the sea around them too: what falls outside is no place of the Colombian system.
LATITUD, LONGITUD = (-4.3, 13.6), (-82.0, -66.8)
_NOT_A_NAME = re.compile(r"[^a-z0-9]+")
_FIRST_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")
# Keys that tell apart records of one name.
_IDS = ("elementId", "elementMRID", "reservoirMRID", "mRID", "id")
_TIMEOUT_S = 300.0


class Paratec:
    """Implements ``RecordSource`` for the lists of technical parameters."""

    name = "paratec"

    def __init__(self, http: HttpClient, base_url: str) -> None:
        self._http = http
        self._base = base_url.rstrip("/")

    async def pages(self, conjunto: str) -> AsyncIterator[Answer]:
        """The whole list in one answer. Raises ContractViolationError on a 4xx."""
        yield await self._get(LISTAS[conjunto])

    def records(self, conjunto: str, answer: Answer) -> list[Entidad]:
        """Entries of a list; what is odd about one is told in ``marcas`` of its attributes.

        The code is the name as it joins with other lists, followed by the record's own id where a name
        repeats. Raises BadBodyError, or ContractViolationError when a documented key is in no record.
        """
        lista = LISTAS[conjunto]
        found = _records(lista, answer)
        lost = sorted(lista.forma - frozenset().union(*found)) if found else []
        if lost:
            raise ContractViolationError(
                f"Ningún registro de «{conjunto}» de PARATEC trae: {', '.join(lost)}."
            )
        named = [(_name(lista, record), record) for record in found]
        keys = [clave_nombre(name) for name, _ in named]
        repeated = {key for key, times in Counter(keys).items() if times > 1}
        return [
            Entidad(
                lista.tipo,
                f"{key}/{_id(record)}" if key in repeated else key,
                name,
                _attributes(lista, record),
            )
            for key, (name, record) in zip(keys, named, strict=True)
        ]

    async def marca(self, conjunto: str) -> str | None:
        """The entity tag or date of the list, where the service tells one; it does not promise to."""
        url = self._base + LISTAS[conjunto].ruta
        try:
            answer = await self._http.request("HEAD", url, headers=completo.AGENT, expect="bytes", tries=1)
        except SourceError:
            return None
        told = answer.headers.get("etag") or answer.headers.get("last-modified")
        return told if answer.status < 400 else None

    async def sample(self, conjunto: str) -> frozenset[str]:
        """Keys of the records of the list: the service gives no part of one."""
        lista = LISTAS[conjunto]
        return frozenset().union(*_records(lista, await self._get(lista)))

    async def _get(self, lista: Lista) -> Answer:
        url = self._base + lista.ruta
        got = await self._http.request("GET", url, headers=completo.AGENT, timeout_s=_TIMEOUT_S)
        if got.status >= 400:
            raise completo.absent(url, got)
        return Answer(got.body, got.received_at, "json", got.document)


def clave_nombre(name: str) -> str:
    """*name* in the form in which lists that have no code in common are joined.

    >>> clave_nombre("  La  Guaca (Zipaquirá) "), clave_nombre("EL PEÑOL-GUATAPE")
    ('LA GUACA ZIPAQUIRA', 'EL PENOL GUATAPE')
    """
    return _NOT_A_NAME.sub(" ", plain(name)).strip().upper()


def _records(lista: Lista, answer: Answer) -> list[Mapping[str, Any]]:
    """Records of an answer as flat objects; those of the map have their ``geometry`` among their keys."""
    try:
        document = answer.document if answer.document is not None else orjson.loads(answer.body)
    except orjson.JSONDecodeError:
        raise BadBodyError("La respuesta de PARATEC no es JSON.") from None
    data = document.get("data", document) if isinstance(document, dict) else document
    if isinstance(data, dict) and lista.mapa:
        data = data.get("features")
    if not isinstance(data, list) or not all(isinstance(record, dict) for record in data):
        raise ContractViolationError("La respuesta de PARATEC no trae la lista «data».")
    if not lista.mapa:
        return data
    if not all(isinstance(record.get("properties"), dict) for record in data):
        raise ContractViolationError("Un trazado de PARATEC no trae «properties».")
    return [{**record["properties"], "geometry": record.get("geometry")} for record in data]


def _name(lista: Lista, record: Mapping[str, Any]) -> str:
    name = record.get(lista.nombre)
    if not isinstance(name, str) or not name.strip():
        raise ContractViolationError(f"Un registro de PARATEC no trae «{lista.nombre}».")
    return " ".join(name.split())


def _id(record: Mapping[str, Any]) -> str:
    """What tells a record from another of its name: its own id, else all that it says."""
    told = next((record[name] for name in _IDS if record.get(name) not in (None, "")), None)
    if told is not None:
        return str(told)
    return hashlib.sha256(orjson.dumps(record, option=orjson.OPT_SORT_KEYS)).hexdigest()[:12]


def _attributes(lista: Lista, record: Mapping[str, Any]) -> dict[str, Any]:
    """What the record says, with its marks and attribution; the length of a line goes by its right name."""
    found = {key: value for key, value in record.items() if key != lista.nombre}
    marks = []
    if lista.mapa:
        # The service calls the length of a line «longitude»: nobody may take it for a coordinate.
        found["longitud_km"] = found.pop("longitude", None)
        volts = _FIRST_NUMBER.search(str(found.get("energy") or ""))
        found["kv"] = float(volts[0].replace(",", ".")) if volts else None
        marks = _place_marks(_vertices(found.get("geometry")))
    elif lista.lugar:
        latitude, longitude = (record.get(name) for name in lista.lugar)
        marks = _place_marks([(longitude, latitude)])
    if plain(str(record.get("isReservoirAggregate") or "")) in {"si", "s", "true"}:
        marks.append("agregado")  # its volume is the sum of others: not to be added to them
    return found | {"marcas": marks, "atribucion": ATRIBUCION}


def _vertices(geometry: Any) -> list[tuple[Any, Any]]:
    """Every (longitude, latitude) of a geometry, however deep they lie."""
    found: list[tuple[Any, Any]] = []
    waiting = [geometry.get("coordinates")] if isinstance(geometry, dict) else []
    while waiting:
        node = waiting.pop()
        if isinstance(node, list) and len(node) >= 2 and not isinstance(node[0], list):
            found.append((node[0], node[1]))
        elif isinstance(node, list):
            waiting.extend(node)
    return found


def _place_marks(places: Iterable[tuple[Any, Any]]) -> list[str]:
    known = [(_degrees(east), _degrees(north)) for east, north in places]
    if not known or any(east is None or north is None for east, north in known):
        return ["sin_coordenadas"]
    inside = all(
        LONGITUD[0] <= east <= LONGITUD[1] and LATITUD[0] <= north <= LATITUD[1]
        for east, north in known
        if east is not None and north is not None
    )
    return [] if inside else ["coordenadas_fuera_de_colombia"]


def _degrees(value: Any) -> float | None:
    """A coordinate, which some records write as text with a comma; None for what is none."""
    try:
        return float(str(value).replace(",", "."))
    except ValueError:
        return None


FUENTE = Fuente(
    nombre="paratec",
    titulo="XM, Parámetros técnicos del SIN (PARATEC)",
    base="https://paratecbackend.xm.com.co",
    licencia=ATRIBUCION,
    por_minuto=20,
    conjuntos=tuple(
        Conjunto(name, Clase.ENTIDADES, one.descripcion, "eventual", 30, one.forma)
        for name, one in LISTAS.items()
    ),
    abrir=Paratec,
)
