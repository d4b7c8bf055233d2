"""`siea personal`: a sealed copy is listed without opening it, and opened only with a reason on record."""

import json
import os
import stat
import subprocess
import sys
from datetime import UTC, date, datetime

from siea.runtime import open_runtime
from siea.settings import Settings
from siea.store.repositories import AuditoriaRepository

BODY = b"mercado-NIU-mes-ano\n160-9988776655-5-2024\n"


def run(home, *words):
    return subprocess.run(
        [sys.executable, "-m", "siea", "personal", *map(str, words)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env=os.environ | {"SIEA_HOME": str(home)},
    )


async def test_a_copy_is_read_into_a_file_of_ones_own_and_the_reason_stays(tmp_path):
    home, out = tmp_path / "casa", tmp_path / "copia.txt"
    async with open_runtime(Settings(home=home)) as opened:
        day = date(2024, 5, 1)
        kept = opened.lake.put_raw(
            BODY, source="sui", dataset="tc1", variable="SUI_Usuarios", entity="Mercado", first=day, last=day,
            received_at=datetime(2024, 7, 1, tzinfo=UTC), personal=True,
        )  # fmt: skip
        listed = run(home, "list", "--json")
        assert [one["ruta"] for one in json.loads(listed.stdout)] == [kept.path]
        assert "9988776655" not in listed.stdout

        refused = run(home, "read", kept.path, "--motivo", " ", "--salida", out)
        assert (refused.returncode, out.exists()) == (2, False)
        read = run(home, "read", kept.path, "--motivo", "petición 12", "--salida", out)
        assert read.returncode == 0, read.stderr
        assert out.read_bytes() == BODY
        assert stat.S_IMODE(out.stat().st_mode) == 0o600
        assert run(home, "read", kept.path, "--motivo", "otra", "--salida", out).returncode == 2
        absent = run(home, "read", "raw/sui/nada", "--motivo", "x", "--salida", tmp_path / "nada")
        assert (absent.returncode, "No hay copia" in absent.stderr) == (2, True)

        async with opened.sessions() as session:
            trail = [
                (one.recurso, one.resultado, one.detalle["motivo"])
                for one in await AuditoriaRepository(session).ultimos()
            ]
    assert sorted(trail) == [("raw/sui/nada", "error", "x"), (kept.path, "ok", "petición 12")]
