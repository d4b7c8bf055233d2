"""A stand-in for SIMEM: both endpoints, metadata, calendars of versions, filters, limits, refusals."""

import json
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import Any

from tests.standins.base import Reply, StandIn, json_reply

NEW, OLD = "/backend-files/api/datos-publicos", "/backend-files/api/PublicData"
DETAIL = "/backend-files/api/detalle-datos-publicos"
# In the order in which they are published: the adjustments TX3… come after TXF.
VERSIONS = ("TX1", "TX2", "TXR", "TXF", "TX3")
AGENTS = (("CHVC", "No Regulado"), ("CHVC", "Regulado"), ("EPMC", "Regulado"))
MONTHS = 48
CATALOGUES = {"e007fb", "a5a6c4"}
LIMITS = {"24914f": 731, "cf0167": 731, "8decca": 731, "306c67": 1827}
UNKNOWN = {"status": False, "message": "Error: El conjunto de datos indicado no existe"}
NO_ID = {
    "type": "https://tools.ietf.org/html/rfc9110#section-15.5.1",
    "title": "One or more validation errors occurred.",
    "status": 400,
    "errors": {"datasetId": ["The datasetId field is required."]},
}
Record = dict[str, Any]


class SimemStandIn(StandIn):
    """``only_old``: there is no new endpoint. ``versions``: those that each hour has. ``instead``: set id →
    records in place of the usual. ``unit``: of the demand. ``updated``: what the metadata say. ``cap``: most
    records in one answer. ``without_key``: a column that no record has. ``no_success``: the old endpoint says
    false. ``calendar_until``: months after this day are in the daily calendar only. ``raw``: set id → body of
    the new endpoint. ``gone``: sets that do not exist.
    """

    def __init__(self) -> None:
        super().__init__()
        self.only_old = False
        self.versions: tuple[str, ...] = VERSIONS
        self.instead: dict[str, list[Record]] = {}
        self.raw: dict[str, bytes] = {}
        self.gone: set[str] = set()
        self.unit = "kWh"
        self.updated = "2026-08-20T06:00:00"
        self.cap: int | None = None
        self.without_key: str | None = None
        self.no_success = False
        self.calendar_until = date(2024, 12, 31)

    def good(self, method: str, path: str, query: dict[str, str], body: bytes) -> Reply:
        dataset = query.get("datasetId", "").lower()
        if path == NEW and self.only_old:
            return Reply(404, b"<html>404</html>", "text/html")
        if not dataset:
            return json_reply(NO_ID, 400)
        if path == DETAIL:
            metadata = {"granularity": "Horaria", "periodicity": "Diaria", "lastUpdate": self.updated}
            return json_reply({"parameters": {"idDataset": dataset}, "result": {"metadata": metadata}})
        new = path == NEW and method == "POST"
        if new and dataset in self.raw:
            return Reply(200, self.raw[dataset])
        first, last = (date.fromisoformat(query[name]) for name in ("startDate", "endDate"))
        most = LIMITS.get(dataset, 31)
        if dataset not in CATALOGUES and (last - first).days > most:
            told = f"El rango de fechas supera los {most} días permitidos"
            return json_reply({"status": False, "message": told})
        found = self._records(dataset, first, last, new=new)
        if found is None:
            return json_reply(UNKNOWN)
        wanted = filters(body) if new else old_filters(query)
        kept = [record for record in found if all(test(record) for test in wanted)]
        if dataset in MAKERS and dataset not in CATALOGUES:
            kept = kept[: self.cap]
        if new:
            return Reply(200, json.dumps(kept, ensure_ascii=False).encode())
        success = dataset not in CATALOGUES and not self.no_success
        return json_reply(
            {
                "parameters": {"idDataset": dataset, "startDate": str(first), "endDate": str(last)},
                "success": success,
                "message": None if success else "No se pudo completar la consulta",
                "result": {
                    "idDataset": dataset,
                    "name": dataset,
                    "metadata": {"lastUpdate": self.updated},
                    "records": kept,
                    "variables": [],
                    "columns": None,
                    "tags": [],
                },
            }
        )

    def _records(self, dataset: str, first: date, last: date, *, new: bool) -> list[Record] | None:
        days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
        if dataset in self.gone:
            return None
        if dataset in self.instead:
            found: Iterable[Record] = self.instead[dataset]
        elif dataset == "24914f":
            until = min(last, self.calendar_until)
            found = [e for e in calendar() if f"{first}" <= e["FechaInicio"][:10] <= f"{until}"]
        elif dataset == "7a30a3":
            found = [e for e in calendar() if e["FechaInicio"][:10] > f"{self.calendar_until}"]
        elif dataset in MAKERS:
            found = MAKERS[dataset](self, days)
        else:
            return None
        return [self._written(record, new=new) for record in found]

    def _written(self, record: Record, *, new: bool) -> Record:
        """The two endpoints write times in two forms."""
        kept = {name: value for name, value in record.items() if name != self.without_key}
        if not new and "FechaHora" in kept:
            kept["FechaHora"] = kept["FechaHora"].replace("T", " ")
        return kept

    def long(self, days: list[date], code: str, unit: str, value: float, **names: str) -> list[Record]:
        """Hourly records of a liquidation set, all versions of an hour together."""
        return [
            {"CodigoVariable": code, "FechaHora": f"{day}T{hour:02d}:00:00", **names, "Version": version,
             "Valor": round(value + 100 * hour + n, 4), "UnidadMedida": unit, "CodigoDuracion": "PT1H"}
            for day in days for hour in range(24) for n, version in enumerate(self.versions)
        ]  # fmt: skip


def filters(body: bytes) -> list[Callable[[Record], bool]]:
    """The filters of a body, as the new endpoint understands them; every one must hold."""
    tests: dict[str, Callable[[str, str], bool]] = {
        "eq": lambda a, b: a == b, "neq": lambda a, b: a != b, "in": lambda a, b: a in b.split(","),
        "ct": lambda a, b: b in a,
    }  # fmt: skip
    asked = json.loads(body) if body else []
    return [lambda r, f=f: tests[f["Op"]](str(r.get(f["Fd"])), f["Vl"]) for f in asked]


def old_filters(query: dict[str, str]) -> list[Callable[[Record], bool]]:
    column = query.get("columnDestinyName")
    return [lambda r: str(r.get(column)) in query["values"].split(",")] if column else []


def calendar() -> list[Record]:
    """Each version of each month of 2021 to 2024 and when it was published, weeks and months later."""
    found = []
    for n in range(MONTHS):
        first = date(2021 + n // 12, n % 12 + 1, 1)
        last = date(2021 + (n + 1) // 12, (n + 1) % 12 + 1, 1) - timedelta(days=1)
        found += [
            {"Version": version, "FechaInicio": f"{first}T00:00:00", "FechaFin": f"{last}T00:00:00",
             "FechaPublicacion": f"{last + timedelta(days=5 + 20 * n)}T00:00:00",
             "esMaximaVersion": version == VERSIONS[-1]}
            for n, version in enumerate(VERSIONS)
        ]  # fmt: skip
    return found


def wide(days: list[date], code: str, entities: dict[str, float], **columns: float) -> list[Record]:
    """Daily records of a wide set: each of *columns* is that factor of the entity's value."""
    return [
        {"FechaPublicacion": f"{day + timedelta(days=1)}", "Fecha": f"{day}", code: name,
         "RegionHidrologica": "Colombia" if name == "Colombia" else "Centro", "CodigoDuracion": "P1D",
         **{column: factor * value for column, factor in columns.items()}}
        for day in days for name, value in entities.items()
    ]  # fmt: skip


def _of_the_charge(days: list[date]) -> list[Record]:
    """Each year of the charge that begins on one of the days, published twice."""
    return [
        {"FechaPublicacion": published, "FechaInicioCargo": f"{day}",
         "FechaFinCargo": f"{day.year + 1}-11-30", "CodigoPlanta": "CHVR", "CodigoSICAgente": "CHVG",
         "Tecnologia": "HIDRAULICA", "OEF": value}
        for day in days if (day.month, day.day) == (12, 1)
        for published, value in ((f"{day.year}-09-01", 4.0e9), (f"{day.year}-06-01", 3.9e9))
    ]  # fmt: skip


MAKERS: dict[str, Callable[[SimemStandIn, list[date]], list[Record]]] = {
    "14fabb": lambda s, d: [
        r for agent, market in AGENTS
        for r in s.long(d, "DdaReal", s.unit, 60_000, CodigoSICAgente=agent, TipoMercado=market)
    ],
    "ec6945": lambda s, d: [
        r for n, code in enumerate(("PB_Nal", "PB_Int", "PB_Tie"))
        for r in s.long(d, code, "COP/kWh", 200.5 + 1000 * n)
    ],
    "055a4d": lambda s, d: s.long(d, "GReal", "kWh", 9e5, CodigoPlanta="CHVR", CodigoSICAgente="CHVG"),
    "d0d746": lambda s, d: [
        {**{k: v for k, v in r.items() if k in {"FechaHora", "Version", "CodigoSICAgente"}},
         "PerdidasEnergia": r["Valor"], "PerdidasDemandaRegulada": 10.0, "PerdidasDemandaNoRegulada": 5.0}
        for r in s.long(d, "", "", 15.0, CodigoSICAgente="CHVC")
    ],
    "96d56e": lambda s, d: [
        {"CodigoVariable": code, "Fecha": f"{day}", "Version": version, "Valor": 300.0 + n,
         "UnidadMedida": "COP/kWh", "CodigoDuracion": "P1D"}
        for day in d for code in ("PPBO", "PPBOGReal", "PB_Tie_Ponderado")
        for n, version in enumerate(s.versions)
    ],
    "ae3f23": lambda s, d: [
        {"FechaPublicacion": f"{day}", "Fecha": f"{day}", "CodigoVariable": "PE", "Valor": 780.5,
         "UnidadMedida": "COP/kWh"} for day in d
    ],
    "ba1c55": lambda s, d: wide(
        d, "CodigoSerieHidrologica", {"NARE": 5e6, "GUAVIO": 7e6, "Colombia": 1.2e7},
        AportesHidricosEnergia=1, PromedioAcumuladoEnergia=1, MediaHistoricaEnergia=2),
    "c51127": lambda s, d: wide(
        d, "CodigoEmbalse", {"PENOL": 3e9, "GUAVIO": 2e9, "AGREGADO_SIN": 5e9},
        VolumenUtilDiarioEnergia=1, CapacidadUtilEnergia=2, VolumenTotalEnergia=3, VertimientosEnergia=0,
        MinimoOperativoSuperior=0.2, MinimoOperativoInferior=0.1),
    "1d3ef8": lambda s, d: wide(d, "CodigoEmbalse", {"PENOL": 0.785}, VolumenUtilPorcentaje=1),
    "b38efc": lambda s, d: [
        {"FechaPublicacion": published, "Fecha": f"{day}", "CodigoPlanta": "CHVR", "ENFICCVerificada": value}
        for day in d for published, value in (("2024-02-05", 1.1e7), ("2024-01-05", 1.0e7))
    ],
    "cf0167": lambda s, d: [
        {"CodigoVariable": "Vlr_Rest_conAlivio", "FechaInicio": f"{day}", "CodigoSICAgente": "CHVC",
         "Version": "TXF", "Valor": 1.5e9, "UnidadMedida": "COP", "CodigoDuracion": "P1M"}
        for day in d if day.day == 1
    ],
    "306c67": lambda s, d: _of_the_charge(d),
    "e007fb": lambda s, d: [{"idDataset": "14fabb", "nombreConjuntoDatos": "Demanda real nacional",
                             "fechaActualizacion": s.updated}],
    "a5a6c4": lambda s, d: [{"idDataset": "14fabb", "nombreDataset": "Demanda real nacional",
                             "codigoVariable": "DdaReal", "nombreVariable": "Demanda real"}],
    "0bfc9d": lambda s, d: [
        {"Fecha": f"{day}", "FechaPublicacion": f"{day}", "CodigoPlanta": "CHVR", "NombrePlanta": "CHIVOR",
         "CapEfectivaNeta": 1000000.5 + (day == d[-1])} for day in reversed(d)
    ],
    "7f18b1": lambda s, d: [{"Fecha": f"{d[-1]}", "CodigoPlanta": "NUEV", "NombrePlanta": "NUEVA"}],
    "670221": lambda s, d: [
        {"Fecha": f"{d[-1]}", "CodigoUnidadGeneracion": "CHV1", "NombreUnidad": "CHIVOR 1"}
    ],
}  # fmt: skip
