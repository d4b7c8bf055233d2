"""Tokens, people, and what the code knows of itself."""

import click

from siea.cli.base import Comando, CommandError, Grupo, json_option, print_json, print_table, run_async
from siea.cli.session import runtime, settings
from siea.cli.tablas import dictionary_markdown, settings_markdown
from siea.domain.catalogo import variables
from siea.domain.tiempo import utc_now
from siea.runtime import Runtime
from siea.security import audit
from siea.security.audit import Accion, Resultado
from siea.security.passwords import Passwords
from siea.security.roles import Rol
from siea.security.tokens import IssuedToken, Tokens
from siea.security.users import AccountError, Users
from siea.store.repositories import UsuariosRepository

_ROL = click.Choice([rol.value for rol in Rol])
# Acts of the command line are recorded under this name: whoever may run it on the server.
ACTOR = "consola"


@click.command(cls=Comando)
@click.option("--rol", type=_ROL, default=Rol.VIEWER.value, show_default=True, help="Lo que podrá hacer.")
@click.option(
    "--minutos", type=click.IntRange(1, 720), default=30, show_default=True, help="Cuánto vale el token."
)
@json_option
def token(rol: str, minutos: int, como_json: bool) -> None:
    """Imprime un token de corta vida para programas de este servidor; queda en la auditoría."""

    async def issue() -> IssuedToken:
        async with runtime(settings()) as opened, opened.sessions.begin() as session:
            issued = Tokens(opened.keys, opened.clock).issue(ACTOR, Rol(rol), minutos)
            detail = {"rol": rol, "minutos": minutos, "jti": issued.principal.jti}
            await audit.record(
                session, Accion.TOKEN, Resultado.OK, actor=ACTOR, recurso="siea token", detalle=detail
            )
            return issued

    issued = run_async(issue())
    if como_json:
        expires = issued.principal.expira_en
        print_json({"token": issued.token, "rol": rol, "expira_en": expires, "segundos": issued.segundos})
    else:
        click.echo(issued.token)


@click.group(cls=Grupo)
def users() -> None:
    """Personas con cuenta."""


@users.command(cls=Comando)
@json_option
def listar(como_json: bool) -> None:
    """Lista las cuentas."""

    async def read() -> list[dict[str, object]]:
        async with runtime(settings()) as opened, opened.sessions() as session:
            return [
                {
                    "usuario": account.usuario,
                    "nombre": account.nombre,
                    "rol": account.rol,
                    "activo": account.activo,
                    "clave_temporal": account.clave_temporal,
                    "ultimo_ingreso": account.ultimo_ingreso,
                }
                for account in await UsuariosRepository(session).listar()
            ]

    accounts = run_async(read())
    if como_json:
        print_json(accounts)
    else:
        print_table(list(accounts[0]) if accounts else ["usuario"], [list(row.values()) for row in accounts])


@users.command(cls=Comando)
@click.argument("usuario")
@click.option("--nombre", default="", help="Nombre de la persona.")
@click.option("--rol", type=_ROL, default=Rol.VIEWER.value, show_default=True, help="Lo que podrá hacer.")
@json_option
def crear(usuario: str, nombre: str, rol: str, como_json: bool) -> None:
    """Crea una cuenta e imprime su clave de un solo uso."""
    _show_password(usuario, _account(usuario, {"acto": "crear", "rol": rol}, nombre), como_json)


@users.command(cls=Comando)
@click.argument("usuario")
@json_option
def clave(usuario: str, como_json: bool) -> None:
    """Da a una cuenta otra clave de un solo uso; la anterior deja de servir."""
    _show_password(usuario, _account(usuario, {"acto": "clave"}), como_json)


def _account(usuario: str, act: dict[str, str], nombre: str = "") -> str:
    async def change(opened: Runtime) -> str:
        people = Users(Passwords(), opened.clock)
        async with opened.sessions.begin() as session:
            if act["acto"] == "crear":
                password = await people.create(session, usuario, nombre, Rol(act["rol"]))
            else:
                password = await people.reset(session, usuario)
            await audit.record(
                session, Accion.CUENTA, Resultado.OK, actor=ACTOR, recurso=usuario, detalle=act
            )
            return password

    async def work() -> str:
        async with runtime(settings()) as opened:
            try:
                return await change(opened)
            except AccountError as error:
                raise CommandError(str(error)) from error

    return run_async(work())


def _show_password(usuario: str, password: str, como_json: bool) -> None:
    if como_json:
        print_json({"usuario": usuario, "clave_temporal": password, "creada_en": utc_now()})
    else:
        click.echo(f"Clave de un solo uso de «{usuario}»: {password}")


@click.command(cls=Comando)
@json_option
def ajustes(como_json: bool) -> None:
    """Muestra cada ajuste, su valor por defecto y para qué sirve."""
    fields = type(settings()).model_fields
    if como_json:
        print_json(
            [
                {
                    "variable": f"SIEA_{name.upper()}",
                    "defecto": field.default,
                    "descripcion": field.description,
                }
                for name, field in fields.items()
            ]
        )
    else:
        click.echo(settings_markdown(), nl=False)


@click.command(cls=Comando)
@json_option
def diccionario(como_json: bool) -> None:
    """Muestra cada variable con su unidad, resolución y rezago."""
    if como_json:
        print_json(list(variables()))
    else:
        click.echo(dictionary_markdown(), nl=False)
