"""What changed, and by how much: values as they were known on two days, and what each version moved."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from siea.domain.catalogo import Variable
from siea.domain.tiempo import day_bounds
from siea.domain.versiones import ORDER
from siea.store.facts import FACTS, FactTable


@dataclass(frozen=True, slots=True)
class Cambio:
    """One value that is not the same at the end of two days; None: not known yet, or a gap."""

    entidad: str
    dimension: str
    fecha: datetime
    antes: float | None
    despues: float | None
    version_antes: str | None
    version_despues: str | None


@dataclass(frozen=True, slots=True)
class Cambios:
    """The first of the changes by time, how many there are, and the sums on both sides of all of them."""

    filas: Sequence[Cambio]
    cuantos: int
    suma_antes: float | None
    suma_despues: float | None


@dataclass(frozen=True, slots=True)
class Movimiento:
    """How the step from one settlement version to the next moved a variable.

    ``medio_abs_pct`` is the mean of the absolute changes over the mean absolute value, in percent;
    ``neto_pct`` the change of the sum; ``mayor_abs`` the largest change, in the variable's unit.
    """

    de: str
    a: str
    valores: int
    iguales: int
    medio_abs_pct: float | None
    neto_pct: float | None
    mayor_abs: float


class RevisionesRepository:
    """Reading of the history of values."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def cambios(
        self,
        variable: Variable,
        conocido_1: date,
        conocido_2: date,
        *,
        desde: date,
        hasta: date,
        limite: int = 1000,
    ) -> Cambios:
        """Values of the local days *desde* to *hasta* that differ between the ends of two local days.

        A value that was unknown on the first day counts as a change too.
        """
        given = _range(variable, desde, hasta) | {
            "uno": _end_of(conocido_1),
            "dos": _end_of(conocido_2),
            "limite": limite,
        }
        statement = f"""
WITH uno AS ({_known_at(FACTS[variable.tabla], "uno")}), dos AS ({_known_at(FACTS[variable.tabla], "dos")}),
distintos AS (
    SELECT entidad, dimension, fecha, uno.valor AS antes, dos.valor AS despues,
        uno.version AS version_antes, dos.version AS version_despues
    FROM uno FULL JOIN dos USING (entidad, dimension, fecha)
    WHERE (uno.valor, uno.version) IS DISTINCT FROM (dos.valor, dos.version)
)
SELECT *, count(*) OVER () AS cuantos, sum(antes) OVER () AS suma_antes, sum(despues) OVER () AS suma_despues
FROM distintos ORDER BY fecha, entidad, dimension LIMIT :limite
"""  # noqa: S608 - names of our own tables and columns
        rows = (await self._session.execute(text(statement), given)).all()
        if not rows:
            return Cambios([], 0, None, None)
        last = rows[0]
        return Cambios([Cambio(*row[:7]) for row in rows], last.cuantos, last.suma_antes, last.suma_despues)

    async def movimientos(self, variable: Variable, desde: date, hasta: date) -> list[Movimiento]:
        """How much each settlement version moved the values of the local days *desde* to *hasta*.

        Steps are between versions that follow one another in what is stored of a value, by their order of
        validity; a value with one version alone tells nothing.
        """
        table = FACTS[variable.tabla]
        statement = f"""
WITH historia AS (
    SELECT entidad, dimension, fecha, valor, version, publicado_en FROM revisiones
    WHERE variable = :variable AND entidad_tipo = :entidad_tipo AND fecha >= :inicio AND fecha < :fin
        AND valor IS NOT NULL
    UNION ALL SELECT {_entity(table)}, fecha, {table.value_column}, version, publicado_en
    FROM {table.name} WHERE {_in_range(table)} AND {table.value_column} IS NOT NULL
),
pasos AS (
    SELECT version AS a, valor AS despues, lag(version) OVER w AS de, lag(valor) OVER w AS antes
    FROM historia
    WINDOW w AS (PARTITION BY entidad, dimension, fecha
        ORDER BY coalesce(array_position(cast(:orden AS text[]), version), 0), publicado_en)
)
SELECT de, a, count(*) AS valores, count(*) FILTER (WHERE antes = despues) AS iguales,
    100 * sum(abs(despues - antes)) / nullif(sum(abs(antes)), 0) AS medio_abs_pct,
    100 * (sum(despues) - sum(antes)) / nullif(abs(sum(antes)), 0) AS neto_pct,
    max(abs(despues - antes)) AS mayor_abs
FROM pasos WHERE de IS NOT NULL GROUP BY de, a
ORDER BY min(coalesce(array_position(cast(:orden AS text[]), de), 0)),
    min(coalesce(array_position(cast(:orden AS text[]), a), 0))
"""  # noqa: S608 - names of our own tables and columns
        given = _range(variable, desde, hasta) | {"orden": list(ORDER)}
        return [Movimiento(*row) for row in (await self._session.execute(text(statement), given)).all()]


def _end_of(day: date) -> datetime:
    return day_bounds(day, day)[1] - timedelta(microseconds=1)


def _range(variable: Variable, desde: date, hasta: date) -> dict[str, Any]:
    start, end = day_bounds(desde, hasta)
    return {"variable": variable.codigo, "entidad_tipo": variable.entidad, "inicio": start, "fin": end}


def _entity(table: FactTable) -> str:
    if table.entity_column is None:
        return "cast('Sistema' AS text) AS entidad, cast('' AS text) AS dimension"
    return f"{table.entity_column} AS entidad, dimension"


def _in_range(table: FactTable) -> str:
    kind = " AND entidad_tipo = :entidad_tipo" if table.entity_column else ""
    return f"variable = :variable AND fecha >= :inicio AND fecha < :fin{kind}"


def _known_at(table: FactTable, instant: str) -> str:
    """SQL of the values that were current at the parameter *instant*."""
    return (
        "SELECT DISTINCT ON (entidad, dimension, fecha) entidad, dimension, fecha, valor, version FROM ("  # noqa: S608 - names of our own tables and columns
        f"SELECT {_entity(table)}, fecha, {table.value_column} AS valor, version, publicado_en"
        f" FROM {table.name} WHERE {_in_range(table)} AND publicado_en <= :{instant}"
        " UNION ALL SELECT entidad, dimension, fecha, valor, version, publicado_en FROM revisiones"
        " WHERE variable = :variable AND entidad_tipo = :entidad_tipo AND fecha >= :inicio AND fecha < :fin"
        f" AND publicado_en <= :{instant} AND vigente_hasta > :{instant}"
        ") v ORDER BY entidad, dimension, fecha, publicado_en DESC"
    )
