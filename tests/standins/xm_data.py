"""What the stand-in XM publishes: real files of ../shared where they are, else a small year of our own."""

import csv
import gzip
import json
import math
from collections.abc import Iterable
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

SHARED = Path(__file__).resolve().parents[3] / "shared"
KINDS = {
    "hourly": "HourlyEntities",
    "daily": "DailyEntities",
    "monthly": "MonthlyEntities",
    "lists": "ListEntities",
}
MARKETS = (("ANTIOQUIA", "REGULADO"), ("ANTIOQUIA", "NO REGULADO"), ("CARIBE SOL", "REGULADO"))

Entity = dict[str, Any]


def text(value: float) -> str:
    """A number as the operator writes it."""
    return f"{value:.5f}"


def hourly(
    values: Iterable[float | str | None], code: str = "Sistema", kind: str = "Sistema", **extra: str
) -> Entity:
    """An hourly entity; an hour that is None is left out."""
    hours = {
        f"Hour{n:02d}": v if isinstance(v, str) else text(v) for n, v in enumerate(values, 1) if v is not None
    }
    return {"Id": kind, "Values": {"code": code, **extra, **hours}}


def _rows(name: str) -> list[dict[str, str]]:
    with gzip.open(SHARED / "data/xm" / name, "rt", encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def _by_day(rows: list[dict[str, str]], column: str) -> dict[str, list[float | None]]:
    days: dict[str, list[float | None]] = {}
    for row in rows:
        day, hour = row["fecha_hora"].split(" ")
        values = days.setdefault(day, [None] * 24)
        values[int(hour[:2])] = float(row[column]) if row[column] else None
    return days


@lru_cache(maxsize=1)
def _real() -> dict[tuple[str, str], dict[str, list[Entity]]]:
    """Real series by (metric, entity) and day; empty without ../shared."""
    if not SHARED.is_dir():
        return {}
    found: dict[tuple[str, str], dict[str, list[Entity]]] = {}
    captured = json.loads(
        (SHARED / "data/api/xm_hourly_DemaReal_Sistema_2025-01-01.REAL.json").read_text("utf-8")
    )
    found["DemaReal", "Sistema"] = {item["Date"]: item["HourlyEntities"] for item in captured["Items"]}
    for metric, name, column in (
        ("DemaCome", "demanda_comercial_horaria_2017_2022.csv.gz", "demanda_comercial_kwh"),
        ("PrecBolsNaci", "precio_bolsa_horario_2022_2025_api.csv.gz", "precio_bolsa_cop_kwh"),
    ):
        days = _by_day(_rows(name), column)
        found[metric, "Sistema"] = {day: [hourly(values)] for day, values in days.items()}
    found["DemaCome", "MercadoComercializacion"] = _markets()
    found["DemaSIN", "Sistema"] = {
        row["fecha"]: [{"Id": "Sistema", "Value": text(float(row["demanda_sin_kwh"]))}]
        for row in _rows("demanda_sin_diaria_2000_2025.csv.gz")
        if row["demanda_sin_kwh"]
    }
    prices = _rows("precios_bolsa_escasez_diarios_2021_2026.csv.gz")
    for metric, column in (("PPPrecBolsNaci", "ppp_bolsa_diario"), ("PrecEsca", "precio_escasez")):
        found[metric, "Sistema"] = {
            row["fecha"]: [{"Id": "Sistema", "Value": text(float(row[column]))}]
            for row in prices
            if row[column]
        }
    return found


def _markets() -> dict[str, list[Entity]]:
    days: dict[str, list[Entity]] = {}
    for row in _rows("demanda_comercial_por_mercado_horaria_2024_60d_formato_pydataxm.csv.gz"):
        cells = (row[f"Values_Hour{n:02d}"] for n in range(1, 25))
        entity = hourly(
            (float(cell) if cell else None for cell in cells),
            row["Values_code"],
            "MercadoComercializacion",
            MarketType=row["Values_MarketType"],
        )
        days.setdefault(row["Date"], []).append(entity)
    return days


def made(metric: str, entity: str, day: date) -> list[Entity]:
    """A plausible figure of our own for any day: a weekly and a daily wave."""
    level = 1.0 - 0.12 * (day.weekday() >= 5) + 0.01 * math.sin(day.toordinal() / 9)
    wave = [level * (1 + 0.15 * math.sin((hour - 9) * math.pi / 12)) for hour in range(24)]
    if metric in {"DemaReal", "DemaCome"} and entity == "Sistema":
        return [hourly(9.2e6 * w for w in wave)]
    if metric == "DemaCome":
        return [
            hourly((4e5 * (n + 1) * w for w in wave), code, entity, MarketType=market)
            for n, (code, market) in enumerate(MARKETS)
        ]
    if metric == "PrecBolsNaci":
        return [hourly(300 * w for w in wave)]
    value = {"DemaSIN": 2.2e8, "AporEner": 2e8, "VoluUtilDiarEner": 1.2e10}.get(
        metric, _usual(metric, entity)
    )
    codes = ["Sistema"] if entity == "Sistema" else ["UNO", "DOS"]
    if _path(metric, entity) == "hourly":
        extra = {"Combustible": "GAS"} if entity == "RecursoComb" else {}
        return [hourly((value * w for w in wave), code, entity, **extra) for code in codes]
    if entity == "Sistema":
        return [{"Id": entity, "Value": text(value * level)}]
    return [{"Id": entity, "Name": code, "Value": text(value * level)} for code in codes]


@lru_cache(maxsize=1)
def _described() -> dict[tuple[str, str], dict[str, Any]]:
    return {(row["MetricId"], row["Entity"]): row for row in catalogue()}


def _path(metric: str, entity: str) -> str:
    found = _described().get((metric, entity))
    return str(found["Url"]).rpartition("/")[2] if found else "daily"


def _usual(metric: str, entity: str) -> float:
    """A figure within reason for the unit that the catalogue tells."""
    found = _described().get((metric, entity))
    unit = str(found["MetricUnits"]) if found else ""
    return {
        "kWh": 1e6,
        "kW": 1e5,
        "m3": 1e7,
        "COP": 1e8,
        "%": 0.6,
        "USD/kWh": 0.02,
        "#": 0.5,
        "°C": 25.0,
    }.get(unit, 350.0)


def listed(metric: str) -> list[dict[str, str]]:
    """Records of the other lists, with their documented fields."""
    real = SHARED / "data/api" / f"xm_lists_{metric}_first10.REBUILT.json"
    if real.is_file():
        document = json.loads(real.read_text("utf-8"))
        return [e["Values"] for item in document["Items"] for e in item["ListEntities"]]
    state = {"OperStartdate": "1994-01-01", "State": "OPERACION"}
    return {
        "ListadoRecursos": [
            {"Code": "CHVR", "Name": "CHIVOR", "Type": "HIDRAULICA", "Disp": "DESPACHADO CENTRALMENTE",
             "RecType": "NORMAL", "CompanyCode": "CHVG", "EnerSource": "AGUA", **state},
            {"Code": "TSJ1", "Name": "TASAJERO 1", "Type": "TERMICA", "Disp": "DESPACHADO CENTRALMENTE",
             "RecType": "NORMAL", "CompanyCode": "TSJG", "EnerSource": "CARBON", **state},
        ],
        "ListadoAgentes": [{"Code": "EPMG", "Name": "UN GENERADOR", "Activity": "GENERACIÓN", **state}],
        "ListadoEmbalses": [{"Code": "PENOL", "Name": "PEÑOL", "HydroRegion": "ANTIOQUIA"}],
        "ListadoRios": [{"Name": "NARE", "HydroRegion": "ANTIOQUIA"}],
        "ListadoAGPE": [{"Code": "AGP1", "Name": "UN AUTOGENERADOR"}],
    }.get(metric, [])  # fmt: skip


def entities(metric: str, entity: str, day: date) -> list[Entity]:
    """What is published of *day*: real where there is any of the series, else of our own."""
    real = _real().get((metric, entity))
    if real is not None and day.isoformat() in real:
        return real[day.isoformat()]
    return made(metric, entity, day)


def days(first: date, last: date) -> list[date]:
    """Both ends included."""
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


@lru_cache(maxsize=1)
def catalogue() -> list[dict[str, Any]]:
    """Records of ListadoMetricas."""
    real = SHARED / "data/api/xm_lists_ListadoMetricas_2026-08-20.REBUILT.json"
    if real.is_file():
        document = json.loads(real.read_text("utf-8"))
        return [e["Values"] for item in document["Items"] for e in item["ListEntities"]]
    own = [
        ("DemaReal", "Sistema", "hourly", "kWh"),
        ("DemaCome", "Sistema", "hourly", "kWh"),
        ("DemaCome", "MercadoComercializacion", "hourly", "kWh"),
        ("DemaSIN", "Sistema", "daily", "kWh"),
        ("PrecBolsNaci", "Sistema", "hourly", "COP/kWh"),
        ("PPPrecBolsNaci", "Sistema", "daily", "COP/kWh"),
        ("PrecEsca", "Sistema", "daily", "COP/kWh"),
        ("PrecEscaAct", "Sistema", "daily", "COP/kWh"),
        ("PorcVoluUtilDiar", "Sistema", "daily", "%"),
        ("CEE", "Sistema", "monthly", "COP/kWh"),
        ("ListadoRios", "Sistema", "list", ""),
    ]
    return [
        {
            "MetricId": metric,
            "MetricName": metric,
            "Entity": entity,
            "MaxDays": 31 if path in {"hourly", "daily"} else 731,
            "Type": KINDS.get(path, "ListsEntities"),
            "Url": f"https://servapibi.xm.com.co/{path}",
            "Filter": "No aplica",
            "MetricUnits": unit,
            "MetricDescription": "",
        }
        for metric, entity, path, unit in own
    ]
