"""Why a field was refused, in Spanish. The value itself is never repeated: it may be a password."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple


class FieldError(NamedTuple):
    """One refused field and the reason."""

    campo: str
    motivo: str


_REASONS = {
    "missing": "falta.",
    "extra_forbidden": "parámetro desconocido; no existe aquí.",
    "int_parsing": "debe ser un número entero.",
    "int_type": "debe ser un número entero.",
    "int_from_float": "debe ser un número entero, sin decimales.",
    "int_parsing_size": "es un número demasiado grande.",
    "float_parsing": "debe ser un número.",
    "greater_than_equal": "debe ser {ge} o más.",
    "greater_than": "debe ser mayor que {gt}.",
    "less_than_equal": "debe ser {le} o menos.",
    "less_than": "debe ser menor que {lt}.",
    "string_type": "debe ser un texto.",
    "string_unicode": "tiene caracteres que no son texto Unicode.",
    "string_too_short": "debe tener al menos {min_length} caracteres.",
    "string_too_long": "debe tener como máximo {max_length} caracteres.",
    "string_pattern_mismatch": "no tiene la forma que se espera.",
    "literal_error": "debe ser uno de estos: {expected}.",
    "enum": "debe ser uno de estos: {expected}.",
    "json_invalid": "no es JSON bien formado.",
    "json_type": "debe ser JSON.",
    "model_attributes_type": "debe ser un objeto JSON, enviado como application/json.",
    "model_type": "debe ser un objeto JSON.",
    "dict_type": "debe ser un objeto JSON.",
    "bool_type": "debe ser verdadero o falso.",
}


def field_errors(errors: Iterable[Mapping[str, Any]]) -> list[FieldError]:
    """The errors of a failed validation as (field, Spanish reason)."""
    return [FieldError(_field(error["loc"]), _reason(error)) for error in errors]


def _field(loc: tuple[str | int, ...]) -> str:
    # The first part says where (query, body, header…); bad JSON adds the position, which names no field.
    names = [str(part) for part in loc[1:] if not (isinstance(part, int) and len(loc) == 2)]
    return ".".join(names) or "cuerpo"


def _reason(error: Mapping[str, Any]) -> str:
    context = error.get("ctx", {})
    if error["type"] == "value_error":
        # Raised by our own validators, whose text is Spanish.
        return str(context.get("error", "no es válido."))
    template = _REASONS.get(error["type"], "no es válido.")
    try:
        return template.format_map({key: _spanish(value) for key, value in context.items()})
    except KeyError:
        return "no es válido."


def _spanish(value: Any) -> str:
    return str(value).replace("'", "").replace(" or ", " o ")
