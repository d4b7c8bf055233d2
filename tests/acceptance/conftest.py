"""A whole SIEA, started as a newcomer starts it: `siea up` as a process of its own, in an empty folder."""

import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import psutil
import pytest

ROOT = Path(__file__).resolve().parents[2]
SIEA = [sys.executable, "-m", "siea"]
PASSWORD = re.compile(r"clave de un solo uso «([^»]+)»")
READY_SECONDS = 180


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@dataclass
class Installation:
    """The folder of an installation and the ways to run commands in it."""

    home: Path
    port: int
    settings: dict[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def env(self) -> dict[str, str]:
        own = {"SIEA_HOME": str(self.home), "SIEA_PORT": str(self.port), "SIEA_REQUESTS_PER_MINUTE": "100000"}
        return os.environ | own | self.settings

    def run(self, *words: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run `siea` *words* to its end."""
        done = subprocess.run(
            [*SIEA, *words], env=self.env, cwd=ROOT, capture_output=True, text=True, timeout=240, check=False
        )
        if check:
            assert done.returncode == 0, done.stderr
        return done

    def up(self, *words: str) -> "Up":
        """Start `siea up`, its output in a file of the folder."""
        self.home.mkdir(parents=True, exist_ok=True)
        log = self.home / "salida.txt"
        with log.open("w") as output:
            process = subprocess.Popen(
                [*SIEA, "up", *words], env=self.env, cwd=ROOT, stdout=output, stderr=subprocess.STDOUT
            )
        return Up(self, psutil.Process(process.pid), process, log)

    def servers(self) -> list[psutil.Process]:
        """Processes of the embedded servers of this home that are alive."""
        found = []
        for process in psutil.process_iter(["name", "cmdline", "cwd"]):
            with suppress(psutil.Error):
                told = " ".join([*(process.info["cmdline"] or []), process.info["cwd"] or ""])
                if str(self.home) in told and ("postgres" in told or "valkey" in told):
                    found.append(process)
        return found


@dataclass
class Up:
    """A running `siea up`."""

    installation: Installation
    process: psutil.Process
    popen: subprocess.Popen[bytes]
    log: Path

    def wait_ready(self) -> "Up":
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline:
            assert self.popen.poll() is None, self.text
            with suppress(httpx.TransportError):
                if httpx.get(f"{self.installation.url}/health/ready").status_code == 200:
                    return self
            time.sleep(0.1)
        raise AssertionError(f"not ready after {READY_SECONDS} s:\n{self.text}")

    @property
    def text(self) -> str:
        return self.log.read_text()

    @property
    def password(self) -> str:
        found = PASSWORD.search(self.text)
        assert found, self.text
        return found.group(1)

    def stop(self) -> int:
        """Ctrl-C, and wait for the end."""
        self.popen.send_signal(signal.SIGINT)
        return self.popen.wait(30)


@contextmanager
def fresh_installation() -> Iterator[Installation]:
    """An empty folder outside pytest's own, whose parents pytest closes to other users at each start."""
    with tempfile.TemporaryDirectory(prefix="siea-") as folder:
        yield Installation(Path(folder) / "var", free_port())


@pytest.fixture
def installation() -> Iterator[Installation]:
    """An installation of this test alone, not started."""
    with fresh_installation() as made:
        yield made


@pytest.fixture(scope="session")
def up() -> Iterator[Up]:
    """One installation on the built-in history for the tests that only look at it."""
    with fresh_installation() as made:
        started = made.up("--sin-xm")
        try:
            yield started.wait_ready()
        finally:
            if started.popen.poll() is None:
                started.stop()


@pytest.fixture(scope="session")
def entered(up: Up) -> dict[str, str]:
    """Credentials of the administrator after the first entry."""
    own = {"usuario": "admin", "clave_nueva": "energía limpia para todos"}
    answer = httpx.post(f"{up.installation.url}/api/v1/auth/clave", json=own | {"clave": up.password})
    assert answer.status_code == 200, answer.text
    return {"usuario": "admin", "clave": own["clave_nueva"]}


@pytest.fixture(scope="session")
def client(up: Up, entered: dict[str, str]) -> Iterator[httpx.Client]:
    """A client with the administrator's token."""
    form = {"username": entered["usuario"], "password": entered["clave"]}
    answer = httpx.post(f"{up.installation.url}/api/v1/auth/token", data=form)
    assert answer.status_code == 200, answer.text
    bearer = {"Authorization": f"Bearer {answer.json()['access_token']}"}
    with httpx.Client(base_url=up.installation.url, headers=bearer, timeout=30) as opened:
        yield opened
