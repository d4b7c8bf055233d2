"""Documents made from the code itself: the table of settings and the data dictionary."""

from pydantic import SecretStr

from siea.domain.catalogo import variables
from siea.settings import Settings


def settings_markdown() -> str:
    """The table of `docs/ajustes.md`, one row a setting."""
    rows = ["| variable | por defecto | para qué |", "| --- | --- | --- |"]
    for name, field in Settings.model_fields.items():
        default = field.default
        shown = "" if default in (None, []) or isinstance(default, SecretStr) else f"`{default}`"
        rows.append(f"| `SIEA_{name.upper()}` | {shown} | {field.description} |")
    return "\n".join(rows) + "\n"


def dictionary_markdown() -> str:
    """The table of `docs/diccionario.md`, one row a variable and kind of entity."""
    rows = [
        "| código | entidad | qué es | unidad | resolución | se agrega por | rezago | fuente | tabla |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    rows += [
        f"| `{v.codigo}` | {v.entidad} | {v.nombre}. {v.descripcion} | {v.unidad} | {v.resolucion} "
        f"| {v.agregacion} | {v.rezago_dias} d | {v.fuente} | `{v.tabla}` |"
        for v in variables()
    ]
    return "\n".join(rows) + "\n"
