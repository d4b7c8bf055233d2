"""A stand-in for SIMEM: both endpoints, the metadata, the version calendar, its errors."""

import json
from datetime import date, timedelta
from typing import Any

from tests.standins.base import Reply, StandIn, json_reply

VERSIONS = ("TX1", "TX2", "TXR", "TXF", "TX3")
NEW, OLD, DETAIL = (
    "/backend-files/api/datos-publicos",
    "/backend-files/api/PublicData",
    "detalle-datos-publicos",
)


def days(first: str, last: str) -> list[date]:
    start, end = date.fromisoformat(first), date.fromisoformat(last)
    return [start + timedelta(days=n) for n in range((end - start).days + 1)]


class SimemStandIn(StandIn):
    """``only_old``: there is no new endpoint; ``add``: set id → records in place of the usual.

    ``updated``: what the metadata say; ``versions``: those that an hour has; ``unit``: of the demand.
    """

    def __init__(self) -> None:
        super().__init__()
        self.only_old = False
        self.versions: tuple[str, ...] = VERSIONS
        self.add: dict[str, list[dict[str, Any]]] = {}
        self.unit = "kWh"
        self.updated = "2026-08-20T06:00:00"

    def good(self, method: str, path: str, query: dict[str, str], body: bytes) -> Reply:
        dataset = query.get("datasetId", "").lower()
        if not dataset:
            problem = {"type": "https://tools.ietf.org/html/rfc9110#section-15.5.1", "status": 400,
                       "title": "One or more validation errors occurred.",
                       "errors": {"datasetId": ["The datasetId field is required."]}}  # fmt: skip
            return json_reply(problem, 400)
        if path.endswith(DETAIL):
            return json_reply({"parameters": {"idDataset": dataset},
                               "result": {"metadata": {"lastUpdate": self.updated}}})  # fmt: skip
        new = path == NEW and method == "POST"
        if path == NEW and self.only_old:
            return Reply(404, b"<html>404</html>", "text/html")
        found = self.records(dataset, query["startDate"], query["endDate"], new=new)
        if found is None:
            return json_reply({"status": False, "message": "Error: El conjunto de datos indicado no existe"})
        if new:
            return Reply(200, json.dumps(found, ensure_ascii=False).encode())
        result = {
            "idDataset": dataset,
            "metadata": {"lastUpdate": self.updated},
            "records": found,
            "columns": None,
        }
        return json_reply({"parameters": {"idDataset": dataset}, "success": True, "result": result})

    def records(self, dataset: str, first: str, last: str, *, new: bool) -> list[dict[str, Any]] | None:
        """Records of a set; None when there is no such set."""
        if dataset in self.add:
            return self.add[dataset]
        if dataset == "24914f":
            return calendar()
        if dataset in {"e007fb", "a5a6c4", "0bfc9d", "670221"}:
            return CATALOGUES[dataset]
        between = "T" if new else " "
        span = days(first, last)
        match dataset:
            case "14fabb":
                return [
                    {"CodigoVariable": "DdaReal", "FechaHora": f"{day}{between}{hour:02d}:00:00",
                     "CodigoSICAgente": agent, "TipoMercado": market, "Version": version,
                     "Valor": round(60000 + 100 * hour + n, 4), "UnidadMedida": self.unit}
                    for day in span for hour in range(24)
                    for agent, market in (("CHVC", "No Regulado"), ("EPMC", "Regulado"))
                    for n, version in enumerate(self.versions)
                ]  # fmt: skip
            case "ec6945":
                return [
                    {"CodigoVariable": code, "FechaHora": f"{day}{between}{hour:02d}:00:00",
                     "UnidadMedida": "COP/kWh", "Version": version, "Valor": 200.5 + hour + n}
                    for day in span for hour in range(24) for code in ("PB_Nal", "PB_Int", "PB_Tie")
                    for n, version in enumerate(self.versions)
                ]  # fmt: skip
            case "ba1c55":
                rows = [
                    ("NARE", "ANTIOQUIA", 5.0e6),
                    ("GUAVIO", "ORIENTE", 7.0e6),
                    ("Colombia", "Colombia", 1.2e7),
                ]
                return [
                    {"Fecha": f"{day}", "CodigoSerieHidrologica": code, "RegionHidrologica": region,
                     "AportesHidricosEnergia": value, "MediaHistoricaEnergia": value, "CodigoDuracion": "P1D"}
                    for day in span for code, region, value in rows
                ]  # fmt: skip
            case "c51127":
                return [
                    {"Fecha": f"{day}", "CodigoEmbalse": code, "VolumenUtilDiarioEnergia": value,
                     "CapacidadUtilEnergia": 2 * value, "VertimientosEnergia": 0, "CodigoDuracion": "P1D"}
                    for day in span
                    for code, value in (("PENOL", 3e9), ("GUAVIO", 2e9), ("AGREGADO_BOGOTA", 5e9))
                ]  # fmt: skip
            case "b38efc":
                return [
                    {"Fecha": f"{day}", "CodigoPlanta": "CHVR", "ENFICCVerificada": 1.0e7,
                     "FechaPublicacion": published}
                    for day in span for published in ("2024-01-05", "2024-02-05")
                ]  # fmt: skip
        return None


def calendar() -> list[dict[str, Any]]:
    """Each version of each month of 2024 and when it was published, weeks and months later."""
    found = []
    for month in range(1, 13):
        first = date(2024, month, 1)
        last = (date(2024, month + 1, 1) if month < 12 else date(2025, 1, 1)) - timedelta(days=1)
        for n, version in enumerate(VERSIONS):
            found.append(
                {"Version": version, "FechaInicio": f"{first}T00:00:00", "FechaFin": f"{last}T00:00:00",
                 "FechaPublicacion": f"{last + timedelta(days=5 + 20 * n)}T00:00:00",
                 "esMaximaVersion": version == "TX3"}
            )  # fmt: skip
    return found


CATALOGUES: dict[str, list[dict[str, Any]]] = {
    "e007fb": [{"idDataset": "14fabb", "nombreConjuntoDatos": "Demanda real nacional"}],
    "a5a6c4": [{"IdDataset": "14fabb", "CodigoVariable": "DdaReal", "NombreVariable": "Demanda real"}],
    "0bfc9d": [{"CodigoPlanta": "CHVR", "NombrePlanta": "CHIVOR", "CapEfectivaNeta": 1000000}],
    "670221": [{"CodigoUnidadGeneracion": "CHV1", "NombreUnidad": "CHIVOR 1", "CodigoPlanta": "CHVR"}],
}
