"""Memory to read a month of SIMEM's largest set, beside the whole body as Python objects.

`python -m benchmarks.simem [--mb 27]`: a month of hourly demand by agent with its versions (about 27 MB, as
the service sends) and another four times as large are served by the stand-in over HTTP. Each is asked for and
turned into rows in a process of its own: ours (download to a file, read as a stream) and the peer (the body
in memory, ``json.loads``, a Polars frame). ``mib`` is the peak over what the process needed before asking;
both must give the same number of values and the same energy.
"""

import argparse
import asyncio
import json
import subprocess
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

import httpx
import polars as pl

from benchmarks.comun import ROOT
from siea.domain.catalogo import variable
from siea.ingest.http import HttpClient
from siea.ingest.sources.registry import Request
from siea.ingest.sources.simem import FUENTE

FIRST = date(2026, 5, 1)
DAYS = 31
VERSIONS = ("TX2", "TXR", "TXF", "TX3")
TIMES = 4
DEMAND = variable("SIMEM_DdaReal", "Agente")


def write_month(to: Path, megabytes: float) -> int:
    """Write a month of *megabytes* as the new endpoint sends it, by hour as it does; how many records."""
    written = records = 0
    agents = max(1, round(megabytes * 1e6 / (DAYS * 24 * len(VERSIONS) * 2 * 203)))
    with to.open("w", encoding="utf-8") as out:
        out.write("[")
        for hour in range(DAYS * 24):
            instant = f"{FIRST + timedelta(days=hour // 24)}T{hour % 24:02d}:00:00"
            for agent in range(agents):
                for market in ("Regulado", "No Regulado"):
                    for n, version in enumerate(VERSIONS):
                        value = 40_000 + 97.13 * agent + 13.7 * (hour % 24) + n
                        written += out.write(
                            f'{"," if records else ""}{{"CodigoVariable":"DdaReal","FechaHora":"{instant}",'
                            f'"CodigoSICAgente":"A{agent:03d}","TipoMercado":"{market}","Version":"{version}",'
                            f'"Valor":{value:.4f},"UnidadMedida":"kWh","CodigoDuracion":"PT1H"}}'
                        )
                        records += 1
        out.write("]")
    return records


def peak_mib() -> float:
    """Most memory that this process ever held, in MiB."""
    told = Path("/proc/self/status").read_text()
    return int(told.partition("VmHWM:")[2].split()[0]) / 1024


async def _ours(base: str) -> tuple[int, float]:
    async with HttpClient(per_minute=1000) as http:
        source = FUENTE.abrir(http, base)
        last = FIRST + timedelta(days=DAYS - 1)
        asked = {"datasetId": "14fabb", "startDate": f"{FIRST}", "endDate": f"{last}"}
        request = Request("simem", DEMAND, FIRST, last, asked, "kWh")
        bronze = source.parse(request, await source.fetch(request))
    energy = bronze.frame["valores"].explode().cast(pl.Float64).sum()
    return bronze.cuantos, energy


def _peer(base: str) -> tuple[int, float]:
    params = {"datasetId": "14fabb", "startDate": f"{FIRST}", "endDate": "2026-05-31"}
    answer = httpx.post(f"{base}/backend-files/api/datos-publicos", params=params, json=[], timeout=300)
    frame = pl.DataFrame(json.loads(answer.content))
    return len(frame), frame["Valor"].sum()


def child(who: str, base: str) -> None:
    """One turn in this process: what it read, seconds and memory, as one line of JSON."""
    before, begun = peak_mib(), time.perf_counter()
    count, energy = asyncio.run(_ours(base)) if who == "nuestro" else _peer(base)
    seconds = time.perf_counter() - begun
    print(json.dumps({"valores": count, "kwh": energy, "mib": peak_mib() - before, "s": seconds}))


def _turn(who: str, base: str) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.simem", "--turno", who, "--base", base]
    told = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    found: dict[str, float] = json.loads(told.splitlines()[-1])
    return found


def measure(megabytes: float) -> dict[str, object]:
    """Both on both sizes; memory in MiB, and as ratios that carry over."""
    from tests.standins.simem import SimemStandIn

    report: dict[str, object] = {}
    peaks: dict[str, list[float]] = {"nuestro": [], "par": []}
    with tempfile.TemporaryDirectory(prefix="siea-medir-") as folder, SimemStandIn() as simem:
        for size in (megabytes, TIMES * megabytes):
            file = Path(folder) / "mes.json"
            records = write_month(file, size)
            simem.raw["14fabb"] = file.read_bytes()
            turns = {who: _turn(who, simem.url) for who in peaks}
            ours, peer = turns["nuestro"], turns["par"]
            assert ours["valores"] == peer["valores"] == records, (ours, peer, records)
            assert abs(ours["kwh"] - peer["kwh"]) < 1e-6 * peer["kwh"], (ours, peer)
            for who, turn in turns.items():
                peaks[who].append(turn["mib"])
            report[f"{len(simem.raw['14fabb']) / 1e6:.0f}_mb"] = {
                "valores": records,
                "nuestro_mib": round(ours["mib"], 1),
                "par_mib": round(peer["mib"], 1),
                "ratio_memoria": round(peer["mib"] / ours["mib"], 1),
                "nuestro_s": round(ours["s"], 2),
                "par_s": round(peer["s"], 2),
            }
    growth = {who: (big - small) / ((TIMES - 1) * megabytes) for who, (small, big) in peaks.items()}
    report["mib_por_mb_de_mas"] = {who: round(value, 2) for who, value in growth.items()}
    report["ratio_crecimiento"] = round(growth["par"] / growth["nuestro"], 1)
    return report


def main() -> None:
    """Measure and print one JSON document."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mb", type=float, default=27.0)
    parser.add_argument("--turno", choices=["nuestro", "par"], help=argparse.SUPPRESS)
    parser.add_argument("--base", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.turno:
        child(args.turno, args.base)
    else:
        print(json.dumps(measure(args.mb), indent=2))


if __name__ == "__main__":
    main()
