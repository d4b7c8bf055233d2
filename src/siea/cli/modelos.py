"""`siea train`, `siea backtest`, `siea predict`: the life of a model from the console."""

import asyncio
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date, timedelta

import click
import polars as pl

from siea.cli.admin import ACTOR
from siea.cli.base import Comando, CommandError, Dia, json_option, print_json, print_table, run_async
from siea.cli.progreso import Advance, bar
from siea.cli.session import runtime, settings
from siea.forecast.answer import Forecast
from siea.forecast.backtest import CALIBRATION_ORIGINS, Plan, run_backtest, with_causal_bands
from siea.forecast.errors import ForecastError
from siea.forecast.history import read_history, settled_state
from siea.forecast.metrics import Scores, score, weekly_naive_error
from siea.forecast.service import ForecastService
from siea.forecast.strategies import STRATEGIES
from siea.forecast.training import Trained
from siea.forecast.training import train as train_model
from siea.runtime import Runtime

LATE_DAYS = 7
# What each word of the command line forecasts.
_VARIABLES = {"demanda": "DemaSIN"}

_que = click.argument("que", type=click.Choice(list(_VARIABLES)), default="demanda")


@contextmanager
def _told() -> Iterator[None]:
    """What a forecast refuses is told in its own Spanish words."""
    try:
        yield
    except ForecastError as error:
        raise CommandError(str(error)) from error


@click.command(cls=Comando)
@_que
@click.option(
    "--si-atrasado",
    is_flag=True,
    help=f"Solo si no hay modelo, o si desde su último día se han cerrado {LATE_DAYS} días o más.",
)
@json_option
def train(que: str, si_atrasado: bool, como_json: bool) -> None:
    """Entrena con los días cerrados y promueve la estrategia con menor error.

    Los días provisionales nunca entrenan.
    """
    variable = _VARIABLES[que]

    async def work(advance: Advance) -> Trained | None:
        async with runtime(settings()) as opened:
            if si_atrasado and not await _late(opened, variable):
                return None
            return await train_model(opened.sessions, opened.models, variable, opened.clock(), advance)

    with _told(), bar("Entrenamiento", quiet=como_json) as tell:
        made = run_async(work(lambda done, total: tell(done, total, "orígenes")))
    if made is None:
        if como_json:
            print_json(None)
        return
    if como_json:
        print_json(asdict(made))
    else:
        click.echo(f"{made.model_version} entrenado con {made.dias} días hasta el {made.ultimo_dia}.")
        _print_scores(made.puntajes)


@click.command(cls=Comando)
@_que
@click.option("--desde", type=Dia(), required=True, help="Primer origen, incluido.")
@click.option("--hasta", type=Dia(), required=True, help="Último origen, incluido.")
@click.option("--paso", type=click.IntRange(1, 366), default=7, help="Días entre orígenes (7).")
@click.option("--rezago", type=click.IntRange(1, 60), default=3, help="Días sin publicar en el origen (3).")
@click.option("--dias", type=click.IntRange(1, 30), default=7, help="Días pronosticados (7).")
@json_option
def backtest(que: str, desde: date, hasta: date, *, como_json: bool, **plan: int) -> None:
    """Pronostica días pasados con lo que entonces se sabía y mide el error.

    Las bandas se calibran solo con errores ya publicados en cada origen.
    """

    async def read() -> pl.DataFrame:
        async with runtime(settings()) as opened, opened.sessions() as session:
            return await read_history(session, _VARIABLES[que])

    if desde > hasta:
        raise CommandError(f"El rango está al revés: {desde} es posterior a {hasta}.", 2)
    with _told(), bar("Orígenes", quiet=como_json) as tell:
        history = run_async(read())
        step, lag, horizon = plan["paso"], plan["rezago"], plan["dias"]
        # The origins before the first one asked for calibrate its bands; they are not scored.
        earlier = desde - timedelta(days=step * CALIBRATION_ORIGINS)
        found = run_backtest(
            history,
            STRATEGIES,
            Plan(earlier, hasta, paso=step, horizonte=horizon, rezago=lag),
            progress=lambda done, total: tell(done, total, ""),
            workers=os.cpu_count() or 1,
        )
        banded = with_causal_bands(found, desde)
        scale = weekly_naive_error(history, desde)
        scores = {str(name): score(rows, scale) for (name,), rows in banded.group_by("estrategia")}
    if como_json:
        told = {name: asdict(found) for name, found in sorted(scores.items())}
        print_json({"desde": desde, "hasta": hasta, **plan, "estrategias": told})
    else:
        _print_scores(scores)


@click.command(cls=Comando)
@_que
@click.option("--dias", type=click.IntRange(1, 30), default=7, show_default=True, help="Días pronosticados.")
@json_option
def predict(que: str, dias: int, como_json: bool) -> None:
    """Pronostica los próximos días con el modelo vigente, con bandas del 80 % y del 95 %."""

    async def work() -> Forecast:
        async with runtime(settings()) as opened:
            service = ForecastService(opened.models, opened.sessions, opened.cache)
            return await service.predict(_VARIABLES[que], dias, ACTOR, opened.clock())

    with _told():
        made = run_async(work())
    if como_json:
        print_json(asdict(made))
        return
    inner, outer = made.bandas
    columns = [made.fechas, made.forecast, inner.lower, inner.upper, outer.lower, outer.upper]
    print_table(
        ["día", f"{made.variable} {made.unidad}", "inf 80", "sup 80", "inf 95", "sup 95"],
        zip(*columns, strict=True),
    )
    click.echo(f"{made.model_version}, datos hasta el {made.dato_hasta}.")
    if made.error_reciente:
        error = made.error_reciente
        click.echo(f"Error medio reciente: {_two(error.mape_pct)} % en {error.origenes} orígenes.")
    for notice in made.avisos:
        click.echo(notice)


async def _late(opened: Runtime, variable: str) -> bool:
    """Whether enough days have been settled since the last one that the model in service saw."""
    if not await asyncio.to_thread(opened.models.has_champion, variable):
        return True
    champion = await asyncio.to_thread(opened.models.champion, variable)
    async with opened.sessions() as session:
        _, settled = await settled_state(session, variable)
    return (settled - champion.meta.ultimo_dia).days >= LATE_DAYS


def _print_scores(scores: dict[str, Scores]) -> None:
    columns = {
        "mape_pct": "MAPE %",
        "mape_especiales_pct": "especiales %",
        "mase": "MASE",
        "pinball_gwh": "pinball GWh",
        "cobertura_80_pct": "dentro del 80 %",
        "cobertura_95_pct": "dentro del 95 %",
        "errados_mas_5_pct": "errados > 5 %",
    }
    rows = [
        [name, found.origenes, *(_two(getattr(found, field)) for field in columns)]
        for name, found in sorted(scores.items(), key=lambda item: item[1].mape_pct or 0)
    ]
    print_table(["estrategia", "orígenes", *columns.values()], rows)


def _two(value: float | None) -> str | None:
    return None if value is None else f"{value:.2f}".replace(".", ",")
