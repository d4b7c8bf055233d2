"""Latency and memory of the served API: `python -m benchmarks.api [--minutos N]`.

Every answer is asked for with another range or without the cache's help where the row says «sin caché».
"""

import argparse
import itertools
import json
import statistics
import time
from collections.abc import Callable
from datetime import date, timedelta

import httpx

from benchmarks.comun import Served, percentile, served

YEAR = {"variable": "DemaCome", "resolucion": "hora"}
FIRST = date(2020, 9, 1)


def _latency(ask: Callable[[], httpx.Response], count: int) -> dict[str, float]:
    for _ in range(5):
        ask().raise_for_status()
    times = []
    for _ in range(count):
        start = time.perf_counter()
        ask().raise_for_status()
        times.append((time.perf_counter() - start) * 1000)
    return {
        "p50_ms": round(statistics.median(times), 1),
        "p95_ms": round(percentile(times, 95), 1),
        "consultas": count,
    }


def _year(client: httpx.Client, fmt: str, *, moving: bool) -> Callable[[], httpx.Response]:
    """A year of hours; *moving*, each time another year, so that no cache can answer."""
    shifts = itertools.cycle(range(360)) if moving else itertools.repeat(0)

    def ask() -> httpx.Response:
        first = FIRST + timedelta(days=next(shifts))
        days = {"desde": str(first), "hasta": str(first + timedelta(days=364))}
        return client.get("/api/v1/demanda", params=YEAR | days | {"formato": fmt})

    return ask


def _predict(client: httpx.Client) -> Callable[[], httpx.Response]:
    return lambda: client.post("/api/v1/predict/demanda", json={"horizonte_dias": 7})


def memory(target: Served, minutes: float) -> dict[str, float]:
    """Mixed load for *minutes*; resident memory of the server early and at the end."""
    asks = [
        _year(target.client, "json", moving=True),
        _year(target.client, "parquet", moving=True),
        _predict(target.client),
        lambda: target.client.get("/api/v1/precios", params={"resolucion": "dia"}),
        lambda: target.client.get("/api/v1/variables"),
        lambda: target.client.get("/api/v1/demanda", params={"desde": "2024-13-01"}),
    ]
    samples: list[tuple[float, float]] = []
    begin = time.monotonic()
    done = 0
    while (elapsed := time.monotonic() - begin) < minutes * 60:
        asks[done % len(asks)]()
        done += 1
        if done % 50 == 0:
            samples.append((elapsed, target.process.memory_info().rss / 2**20))
    early = [mib for at, mib in samples if at > minutes * 6][:20]
    late = [mib for _, mib in samples][-20:]
    return {
        "minutos": minutes,
        "consultas": done,
        "mib_al_inicio": round(statistics.median(early), 1),
        "mib_al_final": round(statistics.median(late), 1),
    }


def main() -> None:
    """Measure and print one JSON document."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutos", type=float, default=1.0, help="minutes of mixed load for the memory row")
    parser.add_argument("--consultas", type=int, default=200)
    args = parser.parse_args()
    with served() as target:
        client = target.client
        found = {
            "predict_demanda_7_dias": _latency(_predict(client), args.consultas),
            "anio_horario_json_sin_cache": _latency(_year(client, "json", moving=True), args.consultas),
            "anio_horario_json_con_cache": _latency(_year(client, "json", moving=False), args.consultas),
            "anio_horario_parquet_sin_cache": _latency(_year(client, "parquet", moving=True), args.consultas),
            "memoria": memory(target, args.minutos),
        }
    print(json.dumps(found, indent=2))


if __name__ == "__main__":
    main()
