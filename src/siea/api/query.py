"""The parameters of a series: days or instants, checked and completed with what the variable has."""

import re
from bisect import bisect_left
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from siea.api.errors import ProblemError
from siea.domain import catalogo
from siea.domain.catalogo import SISTEMA, Variable
from siea.domain.tiempo import ZONE, Resolucion, local_date
from siea.store.models import EstadoVariable
from siea.store.repositories import Serie

PRIMER_DIA, ULTIMO_DIA = date(1950, 1, 1), date(2100, 12, 31)
MAXIMO_PUNTOS = 100_000
DIAS_POR_DEFECTO = 30

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_SPACE_FOR_PLUS = re.compile(r".*T.* \d{2}:?\d{2}")
_DAY_REASON = "debe ser un día AAAA-MM-DD, por ejemplo 2024-01-31."
_ORDER = list(Resolucion)


def parse_day(value: Any) -> date:
    """A local day of the years that make sense. Raises ValueError with a Spanish reason."""
    text = str(value)
    if not _DAY.fullmatch(text):
        raise ValueError(_DAY_REASON)
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{text} no existe en el calendario; {_DAY_REASON}") from None
    return _sensible(day)


def _sensible(day: date) -> date:
    if not PRIMER_DIA <= day <= ULTIMO_DIA:
        raise ValueError(f"debe estar entre {PRIMER_DIA} y {ULTIMO_DIA}.")
    return day


def parse_limit(value: Any) -> date | datetime:
    """A local day, or an instant with its offset. Raises ValueError with a Spanish reason."""
    text = str(value)
    if "T" not in text:
        return parse_day(text)
    if _SPACE_FOR_PLUS.fullmatch(text):
        raise ValueError("el «+» del desfase llegó como espacio: escríbalo %2B, o dé un día AAAA-MM-DD.")
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(_DAY_REASON) from None
    if instant.tzinfo is None:
        raise ValueError(
            "es un instante sin desfase horario; dé un día AAAA-MM-DD (hora colombiana) o agregue -05:00."
        )
    try:
        _sensible(local_date(instant))
    except OverflowError:
        raise ValueError(f"debe estar entre {PRIMER_DIA} y {ULTIMO_DIA}.") from None
    return instant


_DAY_SCHEMA = {"type": "string", "format": "date"}
Dia = Annotated[date, BeforeValidator(parse_day), WithJsonSchema(_DAY_SCHEMA)]
Limite = Annotated[
    date | datetime,
    BeforeValidator(parse_limit),
    WithJsonSchema({"anyOf": [_DAY_SCHEMA, {"type": "string", "format": "date-time"}]}),
]


def choices(tabla: str | None = None) -> dict[str, str]:
    """Codes of the variables of the whole system in one fact table (of every variable: no table)."""
    return {
        row.codigo: row.codigo
        for row in catalogo.variables()
        if tabla is None or (row.tabla == tabla and row.entidad == SISTEMA)
    }


VariableCatalogo = Enum("VariableCatalogo", choices())  # type: ignore[misc]  # an enum made from the catalogue
Formato = Literal["json", "csv", "parquet"]


class SinParametros(BaseModel):
    """For routes that take no parameters: a name that nobody reads is refused, never ignored."""

    model_config = ConfigDict(extra="forbid")


class ParametrosSerie(BaseModel):
    """What a series is asked with, beside its variable."""

    model_config = ConfigDict(extra="forbid")

    desde: Limite | None = Field(
        None,
        description="Primer día, incluido (hora colombiana). También un instante con desfase, incluido. "
        "Por defecto, 30 días antes de «hasta».",
        examples=["2024-01-01"],
    )
    hasta: Limite | None = Field(
        None,
        description="Último día, incluido. También un instante con desfase, excluido. "
        "Por defecto, el último día con datos.",
        examples=["2024-12-31"],
    )
    resolucion: Resolucion | None = Field(
        None,
        description="Periodo de cada punto; por defecto, el de publicación de la variable. "
        "Las semanas empiezan el lunes.",
        examples=["dia"],
    )
    as_of: Dia | None = Field(
        None,
        description="Los valores como se conocían al terminar ese día, antes de revisiones posteriores.",
        examples=["2024-06-30"],
    )
    formato: Formato | None = Field(
        None, description="Formato de la respuesta; manda sobre «Accept».", examples=["json"]
    )


@dataclass(frozen=True, slots=True)
class Range:
    """A checked range: local days, both included, and at hourly resolution the instants that cut them."""

    desde: date
    hasta: date
    resolucion: Resolucion
    corte: tuple[datetime | None, datetime | None] = (None, None)

    @property
    def told(self) -> tuple[str, str]:
        """First and last limit as the answer repeats them: days, or instants in Colombian time."""
        first, last = self.corte
        return (
            first.astimezone(ZONE).isoformat() if first else self.desde.isoformat(),
            last.astimezone(ZONE).isoformat() if last else self.hasta.isoformat(),
        )

    def cut(self, serie: Serie) -> Serie:
        """The hours of *serie* that begin inside the instants asked for; all of it when days were asked."""
        first, last = self.corte
        start = bisect_left(serie.t, first) if first else 0
        stop = bisect_left(serie.t, last) if last else len(serie)
        if (start, stop) == (0, len(serie)):
            return serie
        return Serie(
            t=serie.t[start:stop],
            valor=serie.valor[start:stop],
            provisional=serie.provisional[start:stop],
            presentes=serie.presentes[start:stop],
            esperados=serie.esperados[start:stop],
            valor_parcial=serie.valor_parcial[start:stop],
        )


def resolve(asked: ParametrosSerie, variable: Variable, state: EstadoVariable | None, today: date) -> Range:
    """Complete what was *asked* and check that it makes sense. Raises ProblemError (422)."""
    resolution = _resolution(asked.resolucion, variable)
    first_cut, last_cut = _instant(asked.desde), _instant(asked.hasta)
    if resolution is not Resolucion.HORA:
        _refuse_inside_a_day("desde", first_cut)
        _refuse_inside_a_day("hasta", last_cut)
    last = _last_day(asked.hasta)
    if last is None:
        newest = state.ultima_fecha if state else None
        last = local_date(newest) if newest else today
        if asked.desde is not None:
            last = max(last, _first_day(asked.desde))
    first = _first_day(asked.desde) if asked.desde is not None else last - timedelta(days=DIAS_POR_DEFECTO)
    first = max(first, PRIMER_DIA)
    ordered(first, last)
    if first_cut and last_cut and first_cut >= last_cut:
        raise ProblemError.field("desde", "no es anterior a «hasta»: no hay nada entre ambos.")
    _refuse_too_many(first, last, resolution)
    hourly = resolution is Resolucion.HORA
    return Range(first, last, resolution, (first_cut, last_cut) if hourly else (None, None))


def ordered(first: date | None, last: date | None) -> None:
    """Refuse a range whose first day comes after its last."""
    if first is not None and last is not None and first > last:
        raise ProblemError.field("desde", "queda después de «hasta»: intercámbielos.")


def _resolution(asked: Resolucion | None, variable: Variable) -> Resolucion:
    finest = _ORDER.index(variable.resolucion)
    if asked is None:
        return variable.resolucion
    if _ORDER.index(asked) < finest:
        choices = ", ".join(_ORDER[finest:])
        raise ProblemError.field(
            "resolucion",
            f"{variable.codigo} se publica por {variable.resolucion}; pida una de estas: {choices}.",
        )
    return asked


def _instant(limit: date | datetime | None) -> datetime | None:
    return limit if isinstance(limit, datetime) else None


def _first_day(limit: date | datetime) -> date:
    return local_date(limit) if isinstance(limit, datetime) else limit


def _last_day(limit: date | datetime | None) -> date | None:
    # An instant is excluded: the last day is the one of the moment before it.
    return local_date(limit - timedelta(microseconds=1)) if isinstance(limit, datetime) else limit


def _refuse_inside_a_day(name: str, instant: datetime | None) -> None:
    if instant is not None and instant.astimezone(ZONE).time() != datetime.min.time():
        raise ProblemError.field(
            name, "a esta resolución dé un día AAAA-MM-DD; los instantes son para «resolucion=hora»."
        )


def count_points(first: date, last: date, resolution: Resolucion) -> int:
    """About how many periods of *resolution* touch the days *first* to *last*; never fewer than there are."""
    days = (last - first).days + 1
    match resolution:
        case Resolucion.HORA:
            return days * 24
        case Resolucion.DIA:
            return days
        case Resolucion.SEMANA:
            return days // 7 + 2
        case Resolucion.MES:
            return (last.year - first.year) * 12 + last.month - first.month + 1
        case Resolucion.TRIMESTRE:
            return (last.year - first.year) * 4 + (last.month - 1) // 3 - (first.month - 1) // 3 + 1
        case Resolucion.ANIO:
            return last.year - first.year + 1


def _refuse_too_many(first: date, last: date, resolution: Resolucion) -> None:
    points = count_points(first, last, resolution)
    if points <= MAXIMO_PUNTOS:
        return
    fits = next(
        coarser
        for coarser in _ORDER[_ORDER.index(resolution) + 1 :]
        if count_points(first, last, coarser) <= MAXIMO_PUNTOS
    )
    raise ProblemError.field(
        "desde",
        f"el rango da {points} puntos por {resolution} y se admiten {MAXIMO_PUNTOS}: "
        f"pida resolucion={fits} o un rango más corto.",
    )
