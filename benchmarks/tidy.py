"""A month of hourly demand by market: asked, tidied into long rows, ours beside pydataxm.

`python -m benchmarks.tidy --par PYTHON` (an interpreter with `benchmarks/pares/requirements.lock`). Both ask
the same local server, a process of its own, in turn, and must give the same rows and the same energy. The
server's time is left out by counting the CPU time of each client; wall time is told beside it.
"""

import argparse
import asyncio
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

# One thread, as the peer has: waiting threads of Polars would count as time of the client.
os.environ.setdefault("POLARS_MAX_THREADS", "1")

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
TURN = 6
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


async def _ours(source: XmSource) -> pl.DataFrame:
    frames = []
    for request in await source.requests(MARKETS, FIRST, LAST):
        answer = await source.fetch(request)
        bronze = source.parse(request, answer)
        frames.append(normalize(bronze.frame, MARKETS, request.unidad, utc_now())[0])
    return pl.concat(frames)


async def _turn(source: XmSource) -> list[tuple[float, float]]:
    """CPU and wall seconds of each of TURN tries; the first one warms up, as the peer's does."""
    found = []
    for _ in range(TURN):
        wall, cpu = time.perf_counter(), time.process_time()
        await _ours(source)
        found.append((time.process_time() - cpu, time.perf_counter() - wall))
    return found


async def _measure(base: str, peer: list[str], rounds: int) -> dict[str, float]:
    """Both in turn; neither counts its start, nor the catalogue that it reads once."""
    ours: list[tuple[float, float]] = []
    peers: list[dict[str, float]] = []
    async with HttpClient(per_minute=100_000) as http:
        source = XmSource(http, base)
        for _ in range(rounds):
            ours += (await _turn(source))[1:]
            told = await asyncio.to_thread(subprocess.run, peer, check=True, capture_output=True, text=True)
            peers += [json.loads(line) for line in told.stdout.splitlines()[1:]]
        frame = await _ours(source)
    assert all(one["filas"] == len(frame) for one in peers), (peers[0], len(frame))
    assert abs(peers[0]["gwh"] - frame["valor"].sum()) < 1e-6, (peers[0], frame["valor"].sum())
    cpu_ours, wall_ours = (statistics.median(column) for column in zip(*ours, strict=True))
    cpu_peer = statistics.median(one["cpu_s"] for one in peers)
    wall_peer = statistics.median(one["pared_s"] for one in peers)
    return {
        "filas": len(frame),
        "nuestro_cpu_s": round(cpu_ours, 4),
        "pydataxm_cpu_s": round(cpu_peer, 4),
        "ratio_cpu": round(cpu_peer / cpu_ours, 1),
        "nuestro_pared_s": round(wall_ours, 4),
        "pydataxm_pared_s": round(wall_peer, 4),
        "ratio_pared": round(wall_peer / wall_ours, 1),
    }


def main() -> None:
    """Measure and print one JSON document."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--par", required=True, help="Python interpreter that has pydataxm")
    parser.add_argument("--rondas", type=int, default=5)
    args = parser.parse_args()
    with _server() as base:
        peer = [args.par, str(PEER), base, str(FIRST), str(LAST), str(TURN)]
        print(json.dumps(asyncio.run(_measure(base, peer, args.rondas)), indent=2))


if __name__ == "__main__":
    main()
