"""The words of the command line: Spanish, one sentence a failure, `--json` on every result."""

import json
import subprocess
import sys

import click
import pytest

from siea.cli.root import siea

ENGLISH = ["Usage:", "Options:", "Commands:", "Show this message", "[OPTIONS]", "Error:", "Try '"]


def run(*words, env=None):
    return subprocess.run(
        [sys.executable, "-m", "siea", *words],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env=env,
    )


def commands(group=siea, path=()):
    """Every command with its path."""
    ctx = click.Context(group)
    for name in group.list_commands(ctx):
        command = group.get_command(ctx, name)
        yield (*path, name), command
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))


ALL = list(commands())


@pytest.mark.parametrize("path", [(), *(path for path, _ in ALL)], ids=" ".join)
def test_help_is_spanish_at_every_level(path):
    command = siea if not path else dict(ALL)[path]
    text = command.get_help(click.Context(command, info_name=" ".join(("siea", *path))))
    assert text.startswith("Uso: siea")
    assert [word for word in ENGLISH if word in text] == []
    assert all(p.help for p in command.params if isinstance(p, click.Option))


@pytest.mark.parametrize("path", [path for path, command in ALL if not isinstance(command, click.Group)])
def test_every_command_that_prints_a_result_takes_json(path):
    options = {word for p in dict(ALL)[path].params for word in p.opts}
    assert "--json" in options or path == ("up",)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["nada"], "No existe la orden 'nada'"),
        (["etl", "nada"], "No existe la orden 'nada'"),
        (["doctor", "--nada"], "No existe la opción --nada"),
        (["etl", "backfill"], "Falta el valor de '--desde'"),
        (["etl", "backfill", "--desde", "ayer", "--hasta", "2025-01-01"], "«ayer» no es una fecha"),
        (["etl", "backfill", "--desde", "2025-02-01", "--hasta", "2025-01-01"], "El rango está al revés"),
        (["etl", "run", "--variable", "NoExiste"], "No se trae del operador: NoExiste"),
        (["token", "--rol", "dios"], "Valor no válido para '--rol'"),
        (["token", "--minutos", "0"], "Valor no válido para '--minutos'"),
    ],
)
def test_a_wrong_use_ends_with_2_and_one_spanish_sentence(words, told):
    done = run(*words)
    assert done.returncode == 2
    assert told in done.stderr
    assert "Traceback" not in done.stderr
    assert [word for word in ENGLISH if word in done.stderr] == []


def test_settings_and_dictionary_are_told_without_any_server():
    settings = json.loads(run("ajustes", "--json").stdout)
    assert {"variable", "defecto", "descripcion"} == set(settings[0])
    assert "SIEA_HOME" in {row["variable"] for row in settings}
    dictionary = json.loads(run("diccionario", "--json").stdout)
    assert "DemaSIN" in {row["codigo"] for row in dictionary}
