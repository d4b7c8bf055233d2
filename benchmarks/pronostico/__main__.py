"""`python -m benchmarks.pronostico`: JSON on standard output, the same as a table on standard error.

By default the 52 Mondays of 2025 on the built-in daily demand; `--datos` takes another CSV (`fecha,valor` in
GWh). Models are fitted anew at every origin on what was published by then; bands are calibrated on the errors
known by then, so the run begins a year before the first origin that counts.
"""

import argparse
import io
import json
import os
import resource
import sys
import time
from dataclasses import asdict
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl

from benchmarks.pronostico.ingenuo import WeeklyNaive
from siea.domain.catalogo import variable
from siea.domain.units import factor
from siea.forecast.backtest import CALIBRATION_ORIGINS, Plan, run_backtest, with_causal_bands
from siea.forecast.metrics import score, weekly_naive_error
from siea.forecast.strategies import HISTORY_SCHEMA, STRATEGIES
from siea.ingest.sources.historico import read, series

VARIABLE = variable("DemaSIN")


def main() -> None:
    """Run the back-test and tell it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--desde", type=date.fromisoformat, default=date(2025, 1, 6), help="first origin scored"
    )
    parser.add_argument("--hasta", type=date.fromisoformat, default=date(2025, 12, 29), help="last origin")
    parser.add_argument(
        "--datos", type=Path, help="CSV with fecha and valor (GWh) instead of the built-in history"
    )
    args = parser.parse_args()
    history = from_csv(args.datos) if args.datos else built_in()
    told = measure(history, args.desde, args.hasta)
    print(json.dumps(told, ensure_ascii=False, indent=1))
    print(table(told), file=sys.stderr)


def built_in() -> pl.DataFrame:
    """The daily demand that comes inside SIEA, GWh."""
    found = next(one for one in series() if one.variable == VARIABLE)
    scale = factor(found.unidad, VARIABLE.unidad)
    raw = pl.read_parquet(io.BytesIO(read(found.archivo)))
    return _history(raw.select(fecha="inicio", valor=pl.col("valor") * scale))


def from_csv(path: Path) -> pl.DataFrame:
    """Daily values of a file, GWh."""
    return _history(pl.read_csv(path, try_parse_dates=True).select("fecha", "valor"))


def _history(days: pl.DataFrame) -> pl.DataFrame:
    return days.with_columns(provisional=pl.lit(value=False)).cast(HISTORY_SCHEMA)  # type: ignore[arg-type]  # Polars types its own schema narrowly


def measure(history: pl.DataFrame, first: date, last: date) -> dict[str, Any]:
    """Scores of each strategy over the origins *first* to *last*, and whether the bar is met."""
    plan = Plan(first - timedelta(weeks=CALIBRATION_ORIGINS), last, rezago=VARIABLE.rezago_dias)
    strategies = STRATEGIES | {WeeklyNaive.nombre: WeeklyNaive}
    began, used = time.perf_counter(), _cpu_seconds()
    backtest = run_backtest(history, strategies, plan, workers=os.cpu_count() or 1)
    spent = {"pared_s": time.perf_counter() - began, "cpu_s": _cpu_seconds() - used}
    banded = with_causal_bands(backtest, first)
    scale = weekly_naive_error(history, first)
    scores = {
        name: {key: _short(value) for key, value in asdict(score(rows, scale)).items()}
        for name in strategies
        if (rows := banded.filter(pl.col("estrategia") == name)).height
    }
    prophet, naive = scores["prophet"], scores["naive_estacional"]
    return {
        "plan": {
            "desde": str(first),
            "hasta": str(last),
            "paso": plan.paso,
            "horizonte": plan.horizonte,
            "rezago": plan.rezago,
        },
        "estrategias": scores,
        "razon_mape_prophet_sobre_naive_estacional": _short(prophet["mape_pct"] / naive["mape_pct"]),
        "cumple": {
            "prophet_mejor_que_naive_estacional": prophet["mape_pct"] < naive["mape_pct"],
            "banda_95_cubre_92_98": 92.0 <= prophet["cobertura_95_pct"] <= 98.0,
        },
        "tiempo": {key: round(value, 1) for key, value in spent.items()},
    }


def table(told: dict[str, Any]) -> str:
    """The scores as a Markdown table."""
    columns = {
        "mape_pct": "MAPE %",
        "mape_especiales_pct": "special days",
        "mase": "MASE",
        "pinball_gwh": "pinball GWh",
        "cobertura_80_pct": "C80",
        "cobertura_95_pct": "C95",
        "cobertura_95_especiales_pct": "C95 special",
        "errados_mas_5_pct": "off by > 5 %",
    }
    lines = ["| strategy | " + " | ".join(columns.values()) + " |", "| --- " * (len(columns) + 1) + "|"]
    lines += [
        f"| {name} | " + " | ".join(f"{scores[key]:.2f}" for key in columns) + " |"
        for name, scores in told["estrategias"].items()
    ]
    return "\n".join(lines)


def _cpu_seconds() -> float:
    """CPU of this process and of the fits it started."""
    both = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in both)


def _short(value: Any) -> Any:
    return round(value, 3) if isinstance(value, float) else value


if __name__ == "__main__":
    main()
