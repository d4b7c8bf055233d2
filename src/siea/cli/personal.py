"""`siea personal`: the raw copies of personal data, which nobody reads without leaving a record of it."""

import os
from pathlib import Path

import click

from siea.cli.admin import ACTOR
from siea.cli.base import Comando, CommandError, Grupo, json_option, print_json, print_table, run_async
from siea.cli.session import runtime, settings
from siea.ingest.sources.registry import NOMBRES, fuente
from siea.security.personal import read_personal
from siea.store.lake import RawObject

_SHOWN = ("ruta", "recibido_en", "sha256")


@click.group(cls=Grupo)
def personal() -> None:
    """Las copias crudas con datos personales: cifradas, y cada lectura queda en la auditoría."""


@personal.command("list", cls=Comando)
@json_option
def list_(como_json: bool) -> None:
    """Muestra qué copias hay; no las abre."""

    async def work() -> list[RawObject]:
        async with runtime(settings()) as opened:
            return [
                found
                for name in NOMBRES
                for declared in fuente(name).conjuntos
                if declared.personal
                for found in opened.lake.iter_raw(name, declared.nombre)
            ]

    rows = [
        dict(zip(_SHOWN, (one.path, one.received_at, one.sha256), strict=True)) for one in run_async(work())
    ]
    if como_json:
        print_json(rows)
    else:
        print_table([name.replace("_", " ") for name in _SHOWN], [[row[n] for n in _SHOWN] for row in rows])


@personal.command("read", cls=Comando)
@click.argument("ruta")
@click.option("--motivo", required=True, help="Por qué se lee; queda en la auditoría.")
@click.option(
    "--salida",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help="Archivo nuevo, que solo usted podrá leer.",
)
@json_option
def read_(ruta: str, motivo: str, salida: Path, como_json: bool) -> None:
    """Descifra una copia en un archivo nuevo y anota quién, cuándo y por qué."""
    if not motivo.strip():
        raise CommandError("Diga por qué la lee: --motivo no puede ir vacío.", 2)
    if salida.exists():
        raise CommandError(f"Ya existe {salida}: dé un nombre nuevo.", 2)

    async def work() -> bytes:
        async with runtime(settings()) as opened:
            try:
                return await read_personal(opened.sessions, opened.lake, ruta, actor=ACTOR, motivo=motivo)
            except FileNotFoundError:
                raise CommandError(f"No hay copia {ruta}. «siea personal list» las muestra.", 2) from None
            except ValueError as error:
                raise CommandError(
                    f"No se pudo abrir {ruta}: falta su llave, o la copia cambió. El intento quedó anotado."
                ) from error

    body = run_async(work())
    try:
        with os.fdopen(os.open(salida, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(body)
    except OSError as error:
        raise CommandError(f"No se pudo escribir {salida}: {error.strerror}.") from error
    if como_json:
        print_json({"salida": str(salida), "bytes": len(body)})
    else:
        click.echo(f"{len(body)} bytes en {salida}. Bórrelo cuando termine.")
