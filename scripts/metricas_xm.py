"""Write the built-in copy of XM's catalogue of metrics from a downloaded ``ListadoMetricas``.

python scripts/metricas_xm.py ../shared/data/xm/xm_listado_metricas_2026-08-20.csv
"""

import csv
import sys
from dataclasses import asdict, fields
from pathlib import Path

from siea.ingest.sources.xm import Metrica, metrica

TARGET = Path(__file__).resolve().parents[1] / "src/siea/ingest/sources/xm_metricas.csv"


def main(source: Path) -> None:
    with source.open(encoding="utf-8-sig", newline="") as lines:
        rows = sorted((metrica(raw) for raw in csv.DictReader(lines)), key=lambda r: (r.metrica, r.entidad))
    with TARGET.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, [f.name for f in fields(Metrica)], lineterminator="\n")
        writer.writeheader()
        writer.writerows(asdict(row) for row in rows)
    print(f"{len(rows)} métricas en {TARGET}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
