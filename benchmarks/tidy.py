"""A month of hourly demand by market: asked, tidied into long rows, ours beside pydataxm.

`python -m benchmarks.tidy --par PYTHON` (an interpreter with `benchmarks/pares/requirements.lock`). Both ask the
same local server, a process of its own, in turn, and must give the same rows and the same energy. The server's
time is left out by counting the CPU time of each client; wall time is told beside it.
"""

import argparse
import asyncio
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import httpx
import polars as pl

from benchmarks.comun import ROOT, free_port
from siea.domain.catalogo import variable
from siea.domain.tiempo import utc_now
from siea.ingest.http import HttpClient
from siea.ingest.sources.xm import XmSource
from siea.ingest.transform.normalize import normalize

FIRST, LAST = date(2024, 9, 1), date(2024, 9, 30)
MARKETS = variable("DemaCome", "MercadoComercializacion")
PEER = Path(__file__).parent / "pares" / "tidy_pydataxm.py"


@contextmanager
def _server() -> Iterator[str]:
    port = free_port()
    command = [sys.executable, "-m", "tests.standins.xm", "--port", str(port)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL) as server:
        base = f"http://127.0.0.1:{port}"
        try:
            for _ in range(100):
                try:
                    httpx.post(f"{base}/lists", json={"MetricId": "ListadoMetricas"})
                    break
                except httpx.TransportError:
                    time.sleep(0.1)
            yield base
        finally:
            server.terminate()


async def _ours(base: str) -> pl.DataFrame:
    async with HttpClient(per_minute=100_000) as http:
        source = XmSource(http, base)
        frames = []
        for request in await source.requests(MARKETS, FIRST, LAST):
            answer = await source.fetch(request)
            bronze = source.parse(request, answer)
            frames.append(normalize(bronze.frame, MARKETS, request.unidad, utc_now())[0])
        return pl.concat(frames)


def main() -> None:
    """Measure and print one JSON document."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--par", required=True, help="Python interpreter that has pydataxm")
    parser.add_argument("--rondas", type=int, default=7)
    args = parser.parse_args()
    ours: list[tuple[float, float]] = []
    peers: list[dict[str, float]] = []
    with _server() as base:
        command = [args.par, str(PEER), base, str(FIRST), str(LAST), "1"]
        asyncio.run(_ours(base))
        for _ in range(args.rondas):
            wall, cpu = time.perf_counter(), time.process_time()
            frame = asyncio.run(_ours(base))
            ours.append((time.process_time() - cpu, time.perf_counter() - wall))
            told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
            peers.append(json.loads(told.splitlines()[-1]))
    assert all(peer["filas"] == len(frame) for peer in peers), (peers[0], len(frame))
    assert abs(peers[0]["gwh"] - frame["valor"].sum()) < 1e-6, (peers[0], frame["valor"].sum())
    cpu_ours, wall_ours = (statistics.median(column) for column in zip(*ours, strict=True))
    cpu_peer = statistics.median(peer["cpu_s"] for peer in peers)
    wall_peer = statistics.median(peer["pared_s"] for peer in peers)
    print(
        json.dumps(
            {
                "filas": len(frame),
                "nuestro_cpu_s": round(cpu_ours, 4),
                "pydataxm_cpu_s": round(cpu_peer, 4),
                "ratio_cpu": round(cpu_peer / cpu_ours, 1),
                "nuestro_pared_s": round(wall_ours, 4),
                "pydataxm_pared_s": round(wall_peer, 4),
                "ratio_pared": round(wall_peer / wall_ours, 1),
            },
            indent=2,
        )
    )


if __name__ == "__main__":
    main()
