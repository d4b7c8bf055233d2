"""What the benchmarks share: timing by turns, percentiles, and a SIEA of their own to ask."""

import contextlib
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil

ROOT = Path(__file__).resolve().parents[1]


def percentile(values: Sequence[float], percent: float) -> float:
    """The *percent* percentile of *values* by the nearest rank."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, round(percent / 100 * (len(ordered) - 1)))]


def by_turns(ours: Callable[[], object], peer: Callable[[], object], rounds: int = 7) -> dict[str, float]:
    """Time both in turn, so that a machine that slows down slows both; seconds and the median ratio.

    ``ratio`` is peer ÷ ours: above 1, ours is faster.
    """
    ours()
    peer()
    pairs = []
    for _ in range(rounds):
        a = _seconds(ours)
        b = _seconds(peer)
        pairs.append((a, b))
    return {
        "nuestro_s": statistics.median(a for a, _ in pairs),
        "par_s": statistics.median(b for _, b in pairs),
        "ratio": statistics.median(b / a for a, b in pairs),
    }


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


@dataclass(frozen=True)
class Served:
    """A SIEA that answers: a client with a token, and its process."""

    client: httpx.Client
    process: psutil.Process


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextlib.contextmanager
def served() -> Iterator[Served]:
    """`siea up` on the built-in history in a folder of its own, without limits on the caller."""
    with tempfile.TemporaryDirectory(prefix="siea-medir-") as home:
        port = free_port()
        env = os.environ | {
            "SIEA_HOME": home,
            "SIEA_PORT": str(port),
            "SIEA_REQUESTS_PER_MINUTE": "100000000",
        }
        command = [sys.executable, "-m", "siea"]
        with subprocess.Popen(
            [*command, "up", "--sin-xm"], env=env, cwd=ROOT, stdout=subprocess.DEVNULL
        ) as up:
            try:
                base = f"http://127.0.0.1:{port}"
                _until_ready(base, up)
                token = subprocess.run(
                    [*command, "token", "--rol", "analista", "--minutos", "600"],
                    env=env,
                    cwd=ROOT,
                    check=True,
                    capture_output=True,
                    text=True,
                ).stdout.strip()
                with httpx.Client(
                    base_url=base, headers={"Authorization": f"Bearer {token}"}, timeout=60
                ) as client:
                    yield Served(client, psutil.Process(up.pid))
            finally:
                up.terminate()


def _until_ready(base: str, up: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 300
    while time.monotonic() < deadline and up.poll() is None:
        with contextlib.suppress(httpx.TransportError):
            if httpx.get(f"{base}/health/ready").status_code == 200:
                return
        time.sleep(0.3)
    raise RuntimeError("siea up did not become ready")
