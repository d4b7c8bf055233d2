"""XM, the market operator: SINERGOX's API (no key, no login, JSON over POST)."""

import csv
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from typing import Any

import orjson

from siea.domain.catalogo import Variable, variables
from siea.domain.tiempo import chunks
from siea.ingest.errors import ContractViolationError, SourceError
from siea.ingest.http import HttpAnswer, HttpClient
from siea.ingest.sources import xm_wire
from siea.ingest.sources.registry import Answer, Bronze, Clase, Conjunto, Entidad, Fuente, Request
from siea.telemetry.logs import get_logger

log = get_logger(__name__)

# The catalogue says 31 for hourly and daily metrics and 731 for monthly ones; a day less is always accepted.
MOST_DAYS = {"hourly": 30, "daily": 30}
# The operator labels these «%» and sends fractions (0.785).
FRACTIONS = frozenset({"PorcVoluUtilDiar", "PorcApor"})
# set → (list of the operator, entity to ask for, kind of what it lists)
LISTS = {
    "recursos": ("ListadoRecursos", "Sistema", "recurso"),
    "agentes": ("ListadoAgentes", "Sistema", "agente"),
    "embalses": ("ListadoEmbalses", "Sistema", "embalse"),
    "rios": ("ListadoRios", "Sistema", "rio"),
    "autogeneradores": ("ListadoAGPE", "Agente", "autogenerador"),
}


@dataclass(frozen=True, slots=True)
class Metrica:
    """One metric of one kind of entity, as the operator's own catalogue describes it.

    ``ruta`` is the path without its slash, ``entidad`` is spelled as it must be sent.
    """

    metrica: str
    entidad: str
    ruta: str
    max_dias: int
    unidad: str
    filtro: str


Metricas = Mapping[tuple[str, str], Metrica]


def metricas_incluidas() -> Metricas:
    """The copy of the operator's catalogue that comes with SIEA (2026-08-20)."""
    text = files("siea.ingest.sources").joinpath("xm_metricas.csv").read_text(encoding="utf-8")
    rows = [
        Metrica(**{**raw, "max_dias": int(raw["max_dias"])})  # type: ignore[arg-type]  # text but for that one
        for raw in csv.DictReader(text.splitlines())
    ]
    return {(row.metrica, row.entidad): row for row in rows}


def metrica(record: Mapping[str, Any]) -> Metrica:
    """Read one record of ``ListadoMetricas``.

    The path «list» that it prints for lists answers 404: it is «lists». Fractions labelled % get their name.
    """
    ruta = str(record["Url"]).rstrip("/").rpartition("/")[2]
    unidad = str(record.get("MetricUnits") or "")
    code = str(record["MetricId"])
    return Metrica(
        metrica=code,
        entidad=str(record["Entity"]),
        ruta="lists" if ruta == "list" else ruta,
        max_dias=int(record["MaxDays"]),
        unidad="fraccion" if code in FRACTIONS else unidad,
        filtro="" if str(record.get("Filter") or "").lower() == "no aplica" else str(record["Filter"]),
    )


class XmSource:
    """Implements ``Source`` for XM. The catalogue is asked for once and, failing that, the copy is used."""

    name = "xm"
    etiqueta: str | None = None

    def __init__(self, http: HttpClient, base_url: str) -> None:
        self._http = http
        self._base_url = base_url.rstrip("/")
        self._metricas: Metricas | None = None

    async def probe(self, timeout_s: float) -> None:
        """Ask for the shortest list once, without retries; raises the SourceError that explains why not."""
        answer = await self._post("lists", {"MetricId": "ListadoRios"}, timeout_s=timeout_s, tries=1)
        xm_wire.read_list(answer.document)

    async def metricas(self) -> Metricas:
        """The operator's catalogue of metrics, by (metric, entity)."""
        if self._metricas is None:
            try:
                records = await self.lista("ListadoMetricas", tries=1)
                live = [metrica(record) for record in records]
                self._metricas = {(row.metrica, row.entidad): row for row in live} or metricas_incluidas()
            except (SourceError, KeyError, ValueError) as error:
                log.warning("catalogo_de_xm_no_leido", motivo=str(error), se_usa="copia incluida")
                self._metricas = metricas_incluidas()
        return self._metricas

    async def lista(
        self, metric: str, entity: str | None = None, *, tries: int | None = None
    ) -> list[dict[str, Any]]:
        """Records of one of the operator's lists (``ListadoRecursos``, ``ListadoAgentes``…), keys as sent."""
        payload = {"MetricId": metric} | ({"Entity": entity} if entity else {})
        return xm_wire.read_list((await self._post("lists", payload, tries=tries)).document)

    async def pages(self, conjunto: str) -> AsyncIterator[Answer]:
        """The list of that name, in one answer."""
        metric, entity, _ = LISTS[conjunto]
        answer = await self._post("lists", {"MetricId": metric, "Entity": entity})
        yield Answer(answer.body, answer.received_at, "json", answer.document)

    def records(self, conjunto: str, answer: Answer) -> list[Entidad]:
        """Entities of a list. Raises ContractViolationError when one has no code."""
        kind = LISTS[conjunto][2]
        document = answer.document if answer.document is not None else orjson.loads(answer.body)
        return [_entity(kind, record) for record in xm_wire.read_list(document)]

    async def sample(self, conjunto: str) -> frozenset[str]:
        """Names in a list; of a set of series, metrics of it that the operator's catalogue has."""
        if conjunto in LISTS:
            metric, entity, _ = LISTS[conjunto]
            return frozenset(set().union(*(record.keys() for record in await self.lista(metric, entity))))
        seen = {f"{record['MetricId']}/{record['Entity']}" for record in await self.lista("ListadoMetricas")}
        other_sets = {f"{v.codigo}/{v.entidad}" for v in variables() if v.conjunto != conjunto}
        return frozenset(seen - other_sets)

    async def requests(self, variable: Variable, first: date, last: date) -> list[Request]:
        """Cut the days into ranges that the operator accepts.

        Raises ContractViolationError when the operator's catalogue lacks the metric or gives it another unit.
        """
        found = (await self.metricas()).get((variable.codigo, variable.entidad))
        if found is None:
            raise ContractViolationError(
                f"El catálogo de XM no tiene {variable.codigo} por {variable.entidad}."
            )
        if found.unidad != variable.unidad_fuente:
            raise ContractViolationError(
                f"XM dice que {variable.codigo} viene en «{found.unidad}» y el catálogo de SIEA espera "
                f"«{variable.unidad_fuente}»: no se carga para no cambiar la escala."
            )
        most = min(found.max_dias, MOST_DAYS.get(found.ruta, found.max_dias - 1))
        return [self._request(variable, found, start, end) for start, end in chunks(first, last, most)]

    def _request(self, variable: Variable, found: Metrica, first: date, last: date) -> Request:
        payload = {
            "MetricId": found.metrica,
            "StartDate": first.isoformat(),
            "EndDate": last.isoformat(),
            "Entity": found.entidad,
        }
        return Request(
            self.name, variable, first, last, {"ruta": found.ruta, **payload}, variable.unidad_fuente
        )

    async def fetch(self, request: Request) -> Answer:
        """Ask for one range. Raises the typed SourceError of whatever went wrong."""
        payload = {k: v for k, v in request.peticion.items() if k != "ruta"}
        answer = await self._post(request.peticion["ruta"], payload)
        return Answer(answer.body, answer.received_at, "json", answer.document)

    def parse(self, request: Request, answer: Answer) -> Bronze:
        """Tidy the answer. Raises UpstreamError (a refusal with HTTP 200) or ContractViolationError."""
        document = answer.document if answer.document is not None else orjson.loads(answer.body)
        return xm_wire.read_series(document, request.peticion["ruta"], request.peticion["Entity"])

    async def _post(
        self,
        path: str,
        payload: Mapping[str, Any],
        *,
        timeout_s: float | None = None,
        tries: int | None = None,
    ) -> HttpAnswer:
        answer = await self._http.request(
            "POST", f"{self._base_url}/{path}", json=payload, timeout_s=timeout_s, tries=tries
        )
        if answer.status >= 400:
            raise xm_wire.refusal(answer.document, answer.body) or ContractViolationError(
                f"XM respondió HTTP {answer.status} en /{path} sin explicar por qué.", body=answer.body
            )
        return answer


def _entity(kind: str, record: Mapping[str, Any]) -> Entidad:
    named = {key.lower(): value for key, value in record.items()}
    code = str(named.get("code") or named.get("name") or "").strip()
    if not code:
        raise ContractViolationError(
            f"Un registro de la lista «{kind}» de XM no trae código: {dict(record)}."
        )
    attributes = {key: value for key, value in record.items() if key.lower() not in {"code", "name"}}
    return Entidad(kind, code, str(named.get("name") or code).strip(), attributes)


def _series_sets() -> list[Conjunto]:
    """One set for each of the catalogue's; what is expected of each are its metrics."""
    expected: dict[str, set[str]] = {}
    for v in variables():
        if v.fuente == "xm":
            expected.setdefault(v.conjunto, set()).add(f"{v.codigo}/{v.entidad}")
    return [
        Conjunto(
            name,
            Clase.SERIES,
            f"Métricas de {name} del catálogo del operador",
            "diaria",
            3,
            frozenset(metrics),
        )
        for name, metrics in expected.items()
    ]


_LIST_FIELDS = {
    "recursos": {
        "Code",
        "Name",
        "Type",
        "Disp",
        "RecType",
        "CompanyCode",
        "EnerSource",
        "OperStartdate",
        "State",
    },
    "agentes": {"Code", "Name", "Activity", "OperStartdate", "State"},
    "embalses": {"Code", "Name", "HydroRegion"},
    "rios": {"Name", "HydroRegion"},
    "autogeneradores": {"Code", "Name"},
}

FUENTE = Fuente(
    nombre="xm",
    titulo="XM, operador del mercado (API SINERGOX)",
    base="https://servapibi.xm.com.co",
    licencia="Publicado abiertamente por XM S.A. E.S.P., que no declara una licencia; cite la fuente",
    por_minuto=100,
    conjuntos=(
        *_series_sets(),
        *(
            Conjunto(
                name, Clase.ENTIDADES, f"Lista {LISTS[name][0]} del operador", "diaria", 1, frozenset(fields)
            )
            for name, fields in _LIST_FIELDS.items()
        ),
    ),
    abrir=XmSource,
)
