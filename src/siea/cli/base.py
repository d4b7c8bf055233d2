"""What every command shares: Spanish help and usage errors, `--json`, and the running of async work."""

import asyncio
import json
import signal
import sys
from collections.abc import Callable, Coroutine, Iterable, Sequence
from datetime import date, datetime
from typing import Any, NoReturn, TypeVar

import click

T = TypeVar("T")
F = TypeVar("F", bound=Callable[..., Any])

# Codes a command ends with, beside 0, 1 (failure) and 2 (wrong use).
SOURCE_AWAY, PARTLY_FAILED, INTERRUPTED = 3, 4, 130


class CommandError(Exception):
    """A failure told to the person in Spanish, without a trace; the process ends with *code*."""

    def __init__(self, message: str, code: int = 1) -> None:
        super().__init__(message)
        self.code = code


class _Spanish(click.Command):
    """Help in Spanish."""

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        formatter.write_usage(ctx.command_path, " ".join(self.collect_usage_pieces(ctx)), prefix="Uso: ")

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        rows = [row for p in self.get_params(ctx) if (row := p.get_help_record(ctx)) is not None]
        if rows:
            with formatter.section("Opciones"):
                formatter.write_dl(rows)

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = "Muestra esta ayuda y termina."
        return option


class Comando(_Spanish):
    """A command with Spanish help."""

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        return [piece.replace("[OPTIONS]", "[OPCIONES]") for piece in super().collect_usage_pieces(ctx)]


class Grupo(_Spanish, click.Group):
    """A group of commands with Spanish help, listed in the order they were declared."""

    command_class = Comando
    group_class = type

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        return ["ORDEN", "[OPCIONES]"]

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        super().format_options(ctx, formatter)
        self.format_commands(ctx, formatter)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        rows = [(name, command.get_short_help_str(limit=90)) for name, command in self.commands.items()]
        with formatter.section("Órdenes"):
            formatter.write_dl(rows)


def _usage_message(error: click.UsageError) -> str:
    """Say in Spanish what is wrong with the words of a command line."""
    if isinstance(error, click.NoSuchOption):
        close = f" ¿Quiso decir {', '.join(error.possibilities)}?" if error.possibilities else ""
        return f"No existe la opción {error.option_name}.{close}"
    if isinstance(error, click.MissingParameter):
        name = error.param.get_error_hint(error.ctx) if error.param and error.ctx else ""
        return f"Falta el valor de {name}."
    if isinstance(error, click.BadParameter):
        name = error.param.get_error_hint(error.ctx) if error.param and error.ctx else "un parámetro"
        return f"Valor no válido para {name}: {error.message}"
    if "No such command" in error.message:
        return f"No existe la orden {error.message.split(chr(39))[1]!r}."
    return error.format_message()


def run(command: click.Command) -> NoReturn:
    """Run *command* with the words of the process; every failure is one Spanish sentence."""
    try:
        code = command.main(standalone_mode=False, prog_name="siea")
    except click.UsageError as error:
        path = error.ctx.command_path if error.ctx else "siea"
        click.echo(f"{_usage_message(error)}\nVea «{path} --help».", err=True)
        sys.exit(2)
    except CommandError as error:
        click.echo(str(error), err=True)
        sys.exit(error.code)
    except (click.Abort, KeyboardInterrupt):
        click.echo("Interrumpido.", err=True)
        sys.exit(INTERRUPTED)
    except BrokenPipeError:
        sys.exit(0)
    sys.exit(code if isinstance(code, int) else 0)


def json_option(command: F) -> F:
    """Add ``--json`` as the argument ``como_json``."""
    return click.option("--json", "como_json", is_flag=True, help="Resultado como JSON, para programas.")(
        command
    )


class Dia(click.ParamType[date]):
    """A local day written as 2025-01-31, or one of «hoy» and «ayer»."""

    name = "AAAA-MM-DD"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.fail(f"«{value}» no es una fecha; escriba AAAA-MM-DD, por ejemplo 2025-01-31.", param, ctx)


def run_async(work: Coroutine[Any, Any, T]) -> T:
    """Run *work* to its end; SIGTERM cancels it as Ctrl-C does, so that what it opened is closed."""

    async def guarded() -> T:
        task = asyncio.ensure_future(work)
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGTERM, task.cancel)
        return await task

    try:
        return asyncio.run(guarded())
    except asyncio.CancelledError:
        raise KeyboardInterrupt from None


def _plain(value: Any) -> Any:
    if isinstance(value, date | datetime):
        return value.isoformat()
    if hasattr(value, "__dataclass_fields__"):
        return {name: getattr(value, name) for name in value.__dataclass_fields__}
    return str(value)


def print_json(value: Any) -> None:
    """Print *value* as one JSON document; gaps as null, NaN refused."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2, default=_plain, allow_nan=False))


def print_table(headers: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print *rows* in aligned columns under *headers*; None is shown as «s/d»."""
    cells = [list(headers), *([("s/d" if c is None else str(c)) for c in row] for row in rows)]
    widths = [max(len(row[i]) for row in cells) for i in range(len(headers))]
    for row in cells:
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
