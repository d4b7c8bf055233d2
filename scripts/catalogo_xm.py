"""Add to ``domain/variables/xm.csv`` the metrics of the operator's catalogue that it lacks.

python scripts/catalogo_xm.py ../shared/data/xm/xm_listado_metricas_2026-08-20.csv

Rows that are there are left as they are, so one corrected by hand stays so. What the operator's catalogue
does not tell (how values join, bounds, lag) follows from the unit, the entity and the kind of metric.
"""

import csv
import re
import sys
from pathlib import Path

from siea.domain.units import UNITS
from siea.ingest.sources.xm import Metrica, metrica

TARGET = Path(__file__).resolve().parents[1] / "src/siea/domain/variables/xm.csv"

STORED = {"kWh": "GWh", "kW": "MW", "m3": "hm3", "fraccion": "%"}
RESOLUTION = {"hourly": "hora", "daily": "dia", "monthly": "mes"}
# The first that matches decides. (pattern of the code, set of data)
SETS = (
    (r"Dema(OR|Real|Come|SIN|MaxPot|NoAten)|EscDem|ExcedenteAGPE|DDV", "demanda"),
    (r"Gene|Dispo|CapEfecNeta|Desv|Irr|Temp|IndRec", "generacion"),
    (r"Perdidas", "perdidas"),
    (r"Apor|Volu|VolTurb|Vert|Capa|PorcVolu|DescMasa", "hidrologia"),
    (r"Impo|Expo|SnTIE", "intercambios"),
    (r"ConsComb|Emisiones|factorEmision", "emisiones"),
    (r"ENFICC|ObligEner|PrecCargConf|RemuReal|CERE|CEE", "confiabilidad"),
    (r"Rest|Reco|CostRec|RentasCong|EjecGarant|RespComer|CompNetArran", "restricciones"),
    (r"Cargo|Carg|FAER|FAZNI|PRONE|PrecFAZNI", "cargos"),
    (r"Prec|MaxPrec|Delta|CostMarg|PPP|MC$", "precios"),
    (r".", "transacciones"),
)
LAST = r"Volu|Capa|CapEfec|PorcVolu|PrecEsca|PrecCargConf|Cargo|Carg"
SIGNED = r"Desv|Reco|Perdidas|Delta|Sn|Rest|Rentas|Ejec|Temp|Resp|CostRec"
# Kept up to date without being asked for: what the country is watched by. The rest comes on request.
WATCHED = r"(Gene|DemaCome|AporEner|VoluUtilDiarEner|PorcVoluUtilDiar|AporCaudal)$"


def _set(code: str) -> str:
    return next(name for pattern, name in SETS if re.match(pattern, code))


def _table(m: Metrica, unit: str) -> str:
    if m.unidad == "COP/kWh" and m.entidad == "Sistema":
        return "precios"
    if m.entidad == "Sistema" and unit == "GWh" and re.match(r"Dema(Real|Come|SIN)", m.metrica):
        return "demanda_nacional"
    for pattern, table in (
        (r"Gene", "generacion"),
        (r"Perdidas", "perdidas"),
        (r"AporEner", "aportes"),
        (r"(Volu|Capa)UtilDiarEner", "embalses"),
        (r"DemaOR", "demanda_or"),
    ):
        if re.match(pattern, m.metrica):
            return table
    return "observaciones"


def _joins(code: str, unit: str) -> str:
    if re.match(LAST, code):
        return "ultimo"
    if re.match(r"DemaMaxPot|IndRec", code):
        return "maximo"
    return (
        "promedio"
        if unit in {"COP/kWh", "USD/kWh", "%", "m3/s", "MW", "gCO2e/kWh", "W/m2", "°C", ""}
        else "suma"
    )


def _bounds(m: Metrica, unit: str) -> tuple[float, float]:
    national, hourly = m.entidad == "Sistema", m.ruta == "hourly"
    top = {
        "GWh": (60 if national else 15) if hourly else 60_000,
        "MW": 60_000 if national else 6_000,
        "hm3": 30_000,
        "COP": 1e14,
        "COP/kWh": 20_000,
        "USD/kWh": 1,
        "%": 10_000,
        "m3/s": 20_000,
        "MBTU": 1e6,
        "TonCO2": 1e5,
        "TonCH4": 1e4,
        "TonN2O": 1e4,
        "gCO2e/kWh": 1e9,
        "#": 1,
        "W/m2": 1_600,
        "°C": 100,
        "": 1e6,
    }[unit]
    signed = re.match(SIGNED, m.metrica) or unit in {"COP", "COP/kWh"}
    return (-top if signed else 0.0), top


def _lag(m: Metrica) -> int:
    if m.ruta == "monthly":
        return 45
    if re.match(r"GeneProg|PrecOfer|DispoDeclarada|MaxPrec|CostMarg", m.metrica):
        return 1
    return 2 if _set(m.metrica) == "hidrologia" or m.metrica.startswith("DemaNoAten") else 3


def _row(m: Metrica, raw: dict[str, str]) -> dict[str, object]:
    unit = STORED.get(m.unidad, m.unidad)
    if m.unidad not in UNITS or unit not in UNITS:
        raise SystemExit(f"unit {m.unidad!r} of {m.metrica} is not in siea.domain.units")
    low, high = _bounds(m, unit)
    partial = re.match(r"Dema(Real|Come|OR)|Gene(Idea)?$", m.metrica) and unit == "GWh"
    name = re.sub(r"\s+", " ", raw["MetricName"]).strip()
    return {
        "codigo": m.metrica,
        "entidad": m.entidad,
        "nombre": name[0].upper() + name[1:],
        "conjunto": _set(m.metrica),
        "tabla": _table(m, unit),
        "fuente": "xm",
        "unidad_fuente": m.unidad,
        "unidad": unit,
        "resolucion": RESOLUTION[m.ruta],
        "agregacion": _joins(m.metrica, unit),
        "rezago_dias": _lag(m),
        "minimo": f"{low:g}",
        "maximo": f"{high:g}",
        "banda_provisional": "0.6" if partial else "",
        "decimales": 3 if unit in {"GWh", "USD/kWh"} and m.entidad != "Sistema" else 1,
        "descripcion": f"Métrica {m.metrica} del catálogo del operador, por {m.entidad}",
        "al_dia": "si" if re.match(WATCHED, m.metrica) else "no",
    }


def main(source: Path) -> None:
    """Write the rows that are missing, after those that are there."""
    with TARGET.open(encoding="utf-8", newline="") as lines:
        kept = [{"al_dia": "si"} | row for row in csv.DictReader(lines)]
    there = {(row["codigo"], row["entidad"]) for row in kept}
    with source.open(encoding="utf-8-sig", newline="") as lines:
        listed = [(metrica(raw), raw) for raw in csv.DictReader(lines)]
    added = [
        _row(m, raw)
        for m, raw in sorted(listed, key=lambda pair: (pair[0].metrica, pair[0].entidad))
        if m.ruta != "lists" and (m.metrica, m.entidad) not in there
    ]
    with TARGET.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, list(added[0] if added else kept[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows([*kept, *added])
    print(f"{len(added)} variables nuevas, {len(kept)} que ya estaban")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
