"""Run every benchmark and write what was measured to `benchmarks/resultados`: `make bench`."""

import argparse
import datetime
import platform
import subprocess
import sys
from pathlib import Path

from benchmarks.comun import ROOT

RESULTS = Path(__file__).parent / "resultados"


def main() -> None:
    """Run them one after the other, each as a process of its own, so that none warms another up."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--par", required=True, help="Python interpreter with benchmarks/pares/requirements.lock"
    )
    parser.add_argument("--minutos", default="10", help="minutes of mixed load for the memory of the API")
    args = parser.parse_args()
    runs = {
        "tidy": ["benchmarks.tidy", "--par", args.par],
        "carga": ["benchmarks.carga"],
        "importar": ["benchmarks.importar"],
        "simem": ["benchmarks.simem"],
        "api": ["benchmarks.api", "--minutos", args.minutos],
        "pronostico": ["benchmarks.pronostico"],
    }
    for name, module in runs.items():
        print(f"== {name}", flush=True)
        told = subprocess.run(
            [sys.executable, "-m", *module], cwd=ROOT, check=True, capture_output=True, text=True
        ).stdout
        print(told)
        when = f"{datetime.datetime.now(datetime.UTC):%Y-%m-%d}"
        machine = f"{platform.machine()}, Python {platform.python_version()}"
        (RESULTS / f"{name}.md").write_text(
            f"# {name}\n\nMeasured {when} on {machine}, 2 cores, shared and noisy: the ratios carry over.\n\n"
            f"```json\n{told.strip()}\n```\n"
        )


if __name__ == "__main__":
    main()
