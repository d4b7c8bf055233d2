"""The list of commands. Each module is imported only when its command runs, so help is immediate."""

import importlib

import click

from siea.cli.base import Grupo

# In the order of a day's work: start, look, bring data in, forecast, administer.
_COMMANDS = {
    "up": ("siea.cli.up", "Prepara y sirve SIEA (panel y API) hasta Ctrl-C."),
    "doctor": ("siea.cli.doctor", "Dice qué está configurado, qué responde, qué falta y qué significa."),
    "etl": ("siea.cli.etl", "Trae datos del operador: run, backfill, status."),
    "source": ("siea.cli.fuentes", "Las fuentes: list, run, check."),
    "documents": ("siea.cli.normas", "Normas e informes: import, index, search."),
    "quality": ("siea.cli.calidad", "Defectos encontrados en los datos: judge, findings."),
    "quarantine": ("siea.cli.cuarentena", "Las filas rechazadas: list, explain, release, discard."),
    "personal": ("siea.cli.personal", "Las copias crudas con datos personales: list, read."),
    "versions": ("siea.cli.versiones", "Lo que cambió en los datos: changes, report, calendar."),
    "train": ("siea.cli.modelos", "Entrena el modelo de demanda y promueve el mejor."),
    "backtest": ("siea.cli.modelos", "Juzga las estrategias en orígenes pasados."),
    "predict": ("siea.cli.modelos", "Pronostica la demanda de los próximos días."),
    "token": ("siea.cli.admin", "Imprime un token de corta vida para programas de este servidor."),
    "users": ("siea.cli.admin", "Personas con cuenta: listar, crear, clave."),
    "ajustes": ("siea.cli.admin", "Muestra cada ajuste, su valor por defecto y para qué sirve."),
    "diccionario": ("siea.cli.admin", "Muestra cada variable con su unidad, resolución y rezago."),
}


class _Lazy(Grupo):
    """A group whose commands are loaded on demand from the table above."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        module = importlib.import_module(_COMMANDS[cmd_name][0])
        command: click.Command = getattr(module, cmd_name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Órdenes"):
            formatter.write_dl([(name, text) for name, (_, text) in _COMMANDS.items()])


@click.group(cls=_Lazy)
def siea() -> None:
    """SIEA: el sistema eléctrico de Colombia, vigilado, pronosticado y explicado."""
