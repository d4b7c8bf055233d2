"""`siea doctor`: what is configured, what answers, what is missing, and what that means."""

import asyncio
import os
import shutil
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal

import click
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from siea.cli.base import Comando, CommandError, json_option, print_json, run_async
from siea.cli.session import runtime, settings, xm
from siea.domain.tiempo import local_date
from siea.ingest.errors import SourceError
from siea.runtime import Runtime
from siea.settings import Settings
from siea.store.niveles import level
from siea.store.repositories import UsuariosRepository, VariablesRepository

Estado = Literal["ok", "aviso", "falla"]
_MARKS: dict[Estado, str] = {"ok": "bien ", "aviso": "aviso", "falla": "FALLA"}
_LITTLE_DISK = 2 * 2**30
_OLD_DAYS = 10


@dataclass(frozen=True, slots=True)
class Hallazgo:
    """What was found of one thing; ``significa`` says what follows from it, and what to do."""

    que: str
    estado: Estado
    detalle: str
    significa: str = ""


@click.command(cls=Comando)
@json_option
def doctor(como_json: bool) -> None:
    """Dice qué está configurado, qué responde, qué falta y qué significa."""
    found = run_async(_examine(settings()))
    if como_json:
        print_json(found)
    else:
        for item in found:
            click.echo(f"{_MARKS[item.estado]}  {item.que}: {item.detalle}")
            if item.significa:
                click.echo(f"       {item.significa}")
    if any(item.estado == "falla" for item in found):
        raise SystemExit(1)


async def _examine(chosen: Settings) -> list[Hallazgo]:
    found = [_python(), _home(chosen), _panel(chosen)]
    try:
        async with runtime(chosen) as opened:
            checks = (_database, _redis, _data, _model, _people, _operator)
            found += [await _guarded(check, opened) for check in checks]
    except (CommandError, SQLAlchemyError, OSError) as error:
        told = str(error) if isinstance(error, CommandError) else f"no responde ({type(error).__name__})"
        means = "Sin base de datos SIEA no puede servir nada; revise SIEA_DATABASE_URL y SIEA_REDIS_URL."
        found.append(Hallazgo("servidores", "falla", told, means))
    return found


async def _guarded(check: Callable[[Runtime], Awaitable[Hallazgo]], opened: Runtime) -> Hallazgo:
    try:
        return await check(opened)
    except Exception as error:  # whatever a part does, the others are still examined
        return Hallazgo(check.__name__.strip("_"), "falla", f"{type(error).__name__}: {error}")


def _python() -> Hallazgo:
    return Hallazgo("Python", "ok", f"{sys.version.split()[0]} en {sys.prefix}")


def _home(chosen: Settings) -> Hallazgo:
    home = chosen.home.resolve()
    where = home if home.exists() else home.parent
    if not os.access(where, os.W_OK):
        return Hallazgo("carpeta", "falla", f"{home} no se puede escribir", "Elija otra con SIEA_HOME.")
    free = shutil.disk_usage(where).free
    told = f"{home}, {free / 2**30:.1f} GiB libres"
    if free < _LITTLE_DISK:
        return Hallazgo("carpeta", "aviso", told, "Con el disco lleno las cargas se detienen sin dañar nada.")
    return Hallazgo("carpeta", "ok", told)


def _panel(chosen: Settings) -> Hallazgo:
    if (chosen.dashboard_dir / "index.html").is_file():
        return Hallazgo("panel", "ok", f"construido en {chosen.dashboard_dir}")
    return Hallazgo("panel", "aviso", "no está construido", "La API funciona; «make run» construye el panel.")


async def _database(opened: Runtime) -> Hallazgo:
    async with opened.engine.connect() as conn:
        version = await conn.scalar(text("SHOW server_version"))
        found = await conn.run_sync(level)
    where = "propia (SIEA_DATABASE_URL)" if opened.settings.database_url else "incorporada"
    return Hallazgo("PostgreSQL", "ok", f"{version}, {where}, nivel de series «{found}»")


async def _redis(opened: Runtime) -> Hallazgo:
    info = await opened.redis.info("server")
    where = "propio (SIEA_REDIS_URL)" if opened.settings.redis_url else "incorporado"
    return Hallazgo("Redis", "ok", f"{info.get('valkey_version', info['redis_version'])}, {where}")


async def _data(opened: Runtime) -> Hallazgo:
    async with opened.sessions() as session:
        state = await VariablesRepository(session).estado_de("DemaSIN")
    if state is None or state.ultimo_dia_cerrado is None:
        return Hallazgo("datos", "falla", "no hay demanda cargada", "«siea up» carga el histórico.")
    age = (local_date(opened.clock()) - state.ultimo_dia_cerrado).days
    told = f"demanda del SIN cerrada al {state.ultimo_dia_cerrado} (hace {age} días)"
    if age > _OLD_DAYS:
        return Hallazgo("datos", "aviso", told, "Los pronósticos parten de ese día; «siea etl run» trae más.")
    return Hallazgo("datos", "ok", told)


async def _model(opened: Runtime) -> Hallazgo:
    if await asyncio.to_thread(opened.models.has_champion, "DemaSIN"):
        return Hallazgo("modelo", "ok", "hay un modelo de demanda vigente")
    return Hallazgo("modelo", "aviso", "no hay modelo de demanda", "«siea train» entrena uno.")


async def _people(opened: Runtime) -> Hallazgo:
    async with opened.sessions() as session:
        accounts = await UsuariosRepository(session).listar()
    waiting = [account.usuario for account in accounts if account.clave_temporal]
    told = f"{len(accounts)} cuentas"
    if waiting:
        means = f"Con clave de un solo uso sin cambiar: {', '.join(waiting)}."
        return Hallazgo("personas", "aviso", told, means)
    return Hallazgo("personas", "ok", told)


async def _operator(opened: Runtime) -> Hallazgo:
    async with xm(opened) as source:
        try:
            await source.probe(opened.settings.xm_probe_timeout_s)
        except SourceError as error:
            means = "SIEA sirve lo que tiene; los días nuevos llegarán cuando responda."
            return Hallazgo("operador (XM)", "aviso", str(error), means)
    return Hallazgo("operador (XM)", "ok", f"responde en {opened.settings.xm_url}")
