"""`siea etl import`: one command for a folder, a report a file, and an exit code that tells."""

import json
import os
import subprocess
import sys

import pytest


def run(home, *words):
    return subprocess.run(
        [sys.executable, "-m", "siea", "etl", "import", *map(str, words)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env=os.environ | {"SIEA_HOME": str(home)},
    )


@pytest.mark.lento
def test_a_folder_is_told_file_by_file_and_the_second_time_nothing_changes(tmp_path):
    home, folder = tmp_path / "casa", tmp_path / "datos"
    (folder / "dentro").mkdir(parents=True)
    (folder / "precios.csv").write_text("fecha_hora,precio_bolsa_cop_kwh\n2024-05-01 00:00:00,100.5\n")
    (folder / "dentro" / "oni.csv").write_text("anio,mes,oni\n2024,5,0.24\n")
    done = run(home, folder, "--json")
    assert done.returncode == 0, done.stderr
    told = {report["archivo"]: report for report in json.loads(done.stdout)["archivos"]}
    assert set(told) == {"precios.csv", "dentro/oni.csv"}
    price = told["precios.csv"]
    assert (price["estado"], price["receta"], price["filas"]) == ("cargado", "precio_bolsa_horario", 1)
    (part,) = price["partes"]
    assert (part["variable"], part["recibidas"], part["guardadas"]) == ("PrecBolsNaci", 1, 1)

    (folder / "roto.parquet").write_bytes(b"PAR1 no es Parquet")
    again = run(home, folder, "--json")
    assert again.returncode == 4
    states = {report["archivo"]: report["estado"] for report in json.loads(again.stdout)["archivos"]}
    assert states == {
        "precios.csv": "sin_cambios",
        "dentro/oni.csv": "sin_cambios",
        "roto.parquet": "fallido",
    }

    people = run(home, folder)
    assert people.returncode == 4
    assert "roto.parquet: no es una tabla legible" in people.stderr
    assert "2 archivos sin cambios" in people.stdout


def test_a_folder_that_is_not_there_or_has_no_files_is_told_in_spanish(tmp_path):
    for words, sentence in (
        ([tmp_path / "nada"], "No existe la carpeta"),
        ([tmp_path], "no hay archivos"),
        ([], "Falta el valor de"),
    ):
        done = run(tmp_path / "casa", *words)
        assert done.returncode == 2
        assert sentence in done.stderr
        assert "Traceback" not in done.stderr
