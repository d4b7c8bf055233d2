"""`siea up`: prepare everything that is missing, then serve the dashboard and the API on one port."""

import asyncio
import contextlib
import errno
import socket
import sys
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import click
import uvicorn

from siea.api.app import create_app
from siea.cli.base import Comando, CommandError, run_async
from siea.cli.etl import load_builtin
from siea.cli.session import runtime, settings
from siea.runtime import Runtime
from siea.security.passwords import Passwords
from siea.security.users import Users
from siea.settings import Settings
from siea.telemetry import logs

# A source that was away is asked again; one that answered has news at most once a day.
ASK_XM_EVERY = timedelta(hours=1)
SHUTDOWN_SECONDS = 5


@click.command(cls=Comando)
@click.option("--host", help="Dirección donde escuchar (por defecto, SIEA_HOST).")
@click.option("--puerto", type=click.IntRange(1, 65535), help="Puerto (por defecto, SIEA_PORT).")
@click.option("--sin-xm", is_flag=True, help="No pregunta al operador por días nuevos.")
def up(host: str | None, puerto: int | None, sin_xm: bool) -> None:
    """Prepara y sirve SIEA (panel y API) hasta Ctrl-C.

    Arranca los servidores, migra, carga el histórico incorporado, entrena el primer modelo y sirve. Puede
    repetirse: solo hace lo que falta.
    """
    base = settings()
    chosen = base.model_copy(update={"host": host or base.host, "port": puerto or base.port})
    logs.setup(chosen.log_level, chosen.log_format)
    with _reserve(chosen.host, chosen.port) as listening:
        try:
            run_async(_up(chosen, listening, ask_xm=not sin_xm))
        except KeyboardInterrupt:
            click.echo("SIEA se detuvo.")


def _reserve(host: str, port: int) -> socket.socket:
    """Bind the port before any long work, without accepting yet."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # With its protocol told, asyncio turns Nagle's delay off: 40 ms of an answer written in two parts.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as cause:
        listening.close()
        why = {
            errno.EADDRINUSE: "otro programa (quizá otra SIEA) lo está usando",
            errno.EACCES: "este usuario no puede abrirlo",
        }.get(cause.errno or 0, cause.strerror)
        raise CommandError(
            f"No se puede escuchar en {host}:{port}: {why}. Elija otro con --puerto o SIEA_PORT."
        ) from cause
    return listening


async def _up(chosen: Settings, listening: socket.socket, *, ask_xm: bool) -> None:
    click.echo(f"Servidores y base de datos en {chosen.home.resolve()} …")
    async with runtime(chosen) as opened:
        await load_builtin(opened)
        await _train_if_missing(opened)
        password = await _first_admin(opened)
        server = uvicorn.Server(
            uvicorn.Config(
                create_app(opened),
                lifespan="off",
                log_config=None,
                access_log=False,
                server_header=False,
                proxy_headers=False,
                timeout_graceful_shutdown=SHUTDOWN_SECONDS,
            )
        )
        async with _asking_xm() if ask_xm else contextlib.nullcontext():
            _say_where(chosen, password)
            await server.serve(sockets=[listening])


def _say_where(chosen: Settings, password: str | None) -> None:
    click.echo(f"\nSIEA está en http://{chosen.host}:{chosen.port}")
    if password:
        click.echo(f"Primer ingreso: usuario «admin», clave de un solo uso «{password}»")
    if not (chosen.dashboard_dir / "index.html").is_file():
        click.echo(f"El panel no está construido en {chosen.dashboard_dir}: «make run» lo construye.")
    click.echo("Ctrl-C la detiene.\n")


async def _first_admin(opened: Runtime) -> str | None:
    async with opened.sessions.begin() as session:
        return await Users(Passwords(), opened.clock).first_admin(session)


async def _train_if_missing(opened: Runtime) -> None:
    if await asyncio.to_thread(opened.models.has_champion, "DemaSIN"):
        return
    click.echo("Primer modelo de demanda (menos de un minuto) …")
    if await _child("train") != 0:
        click.echo("No se pudo entrenar; SIEA sirve los datos y «siea train» lo intenta de nuevo.", err=True)


@contextlib.asynccontextmanager
async def _asking_xm() -> AsyncIterator[None]:
    """Ask the operator for news while serving, at once and every hour; what is new teaches the model.

    Then the judge looks at what there is: that days are missing shows when nobody answers, too.
    """

    async def ask() -> None:
        while True:
            if await _child("etl", "run", "--breve") == 0:
                await _child("train", "--si-atrasado")
            await _child("quality", "judge", "--breve")
            await asyncio.sleep(ASK_XM_EVERY.total_seconds())

    task = asyncio.create_task(ask())
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def _child(*words: str) -> int:
    """Run `siea` *words* as a process of its own, out of the way of the requests; ended with this one."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "siea", *words, cwd=Path.cwd(), start_new_session=True
    )
    try:
        return await process.wait()
    except asyncio.CancelledError:
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        await process.wait()
        raise
