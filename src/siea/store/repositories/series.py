"""Reading the fact tables: one implementation, which the repositories of each table only name."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncSession

from siea.domain import catalogo
from siea.domain.catalogo import Agregacion, UnknownVariableError, Variable
from siea.domain.tiempo import ZONE_NAME, Resolucion, day_bounds, period_start
from siea.store.aggregates import DAILY_VIEW
from siea.store.facts import FACTS, Entity, FactTable
from siea.store.repositories.puntos import Columns, Serie, check_resolution, points

_SYSTEM = Entity()
_TRUNC = {
    Resolucion.SEMANA: "week",
    Resolucion.MES: "month",
    Resolucion.TRIMESTRE: "quarter",
    Resolucion.ANIO: "year",
}
_AGGREGATE = {
    Agregacion.SUMA: "sum(valor)",
    Agregacion.PROMEDIO: "avg(valor)",
    Agregacion.MINIMO: "min(valor)",
    Agregacion.MAXIMO: "max(valor)",
    Agregacion.ULTIMO: "(array_agg(valor ORDER BY fecha DESC) FILTER (WHERE valor IS NOT NULL))[1]",
}
_COLUMNS = (
    "SELECT coalesce(array_agg(clave), '{}'), coalesce(array_agg(valor), '{}'),"
    " coalesce(array_agg(presentes), '{}'), coalesce(array_agg(provisional), '{}')"
)
_FRESH = text(
    "SELECT a.ultima_carga_id >= e.ultima_carga_id FROM agregados a, estado_variables e"
    " WHERE a.vista = :vista AND e.variable = :variable AND e.entidad_tipo = :entidad_tipo"
)


class SeriesRepository:
    """Values of the variables of one fact table, of one entity at a time.

    ``as_of`` is a local day: what was current when it ended. None: what is current.
    """

    def __init__(self, session: AsyncSession, table: FactTable) -> None:
        self._session = session
        self._table = table

    async def rows(
        self, variable: str, start: date, end: date, as_of: date | None = None, entity: Entity = _SYSTEM
    ) -> Sequence[Row[Any]]:
        """Stored rows of the local days *start* to *end*, by time; null values are among them.

        Columns: variable, fecha, the value under its own name, version, publicado_en, carga_id, provisional.
        Raises UnknownVariableError when *variable* is none of this table.
        """
        asked = self._variable(variable, entity)
        source = self._source(as_of, "version, publicado_en, carga_id, provisional")
        statement = (
            f"SELECT CAST(:variable AS text) AS variable, fecha, valor AS {self._table.value_column},"  # noqa: S608 - names of our own tables and columns
            f" version, publicado_en, carga_id, provisional FROM ({source}) f ORDER BY fecha"
        )
        parameters = _parameters(asked, start, end, as_of, entity)
        return (await self._session.execute(text(statement), parameters)).all()

    async def serie(
        self,
        variable: str,
        desde: date,
        hasta: date,
        resolucion: Resolucion,
        as_of: date | None = None,
        *,
        entity: Entity = _SYSTEM,
    ) -> Serie:
        """Every period of *resolucion* in the local days *desde* to *hasta*, joined as the catalogue says.

        Raises UnknownVariableError, and ResolutionError when the variable is not published that finely.
        """
        asked = self._variable(variable, entity)
        check_resolution(asked, resolucion)
        # A month or year is stored at its first day, which may come before the days asked for.
        first = period_start(desde, asked.resolucion)
        parameters = _parameters(asked, first, hasta, as_of, entity) | {"desde": desde}
        if resolucion is Resolucion.HORA:
            source = self._source(as_of, "provisional")
            grouped = (
                "SELECT floor(date_part('epoch', fecha - CAST(:inicio AS timestamptz)) / 3600)::integer"  # noqa: S608 - names of our own tables and columns
                f" AS clave, valor, (valor IS NOT NULL)::integer AS presentes, provisional FROM ({source}) f"
            )
        elif as_of is None and await self._daily_view_serves(asked):
            parameters = {"variable": asked.codigo, "desde": desde, "hasta": hasta}
            grouped = (
                f"SELECT {_day_key(resolucion, 'dia')} AS clave, sum(parcial_gwh) AS valor,"  # noqa: S608 - names of our own tables and columns
                " sum(horas)::integer AS presentes, bool_or(provisional) AS provisional"
                f" FROM {DAILY_VIEW} WHERE variable = :variable AND dia BETWEEN :desde AND :hasta GROUP BY 1"
            )
        else:
            source = self._source(as_of, "provisional")
            key = _day_key(resolucion, f"(fecha AT TIME ZONE '{ZONE_NAME}')::date")
            grouped = (
                f"SELECT {key} AS clave, {_AGGREGATE[asked.agregacion]} AS valor,"  # noqa: S608 - names of our own tables and columns
                " count(valor)::integer AS presentes, bool_or(provisional) AS provisional"
                f" FROM ({source}) f GROUP BY 1"
            )
        # In columns: one row crosses the wire, not one for each period.
        row = (await self._session.execute(text(f"{_COLUMNS} FROM ({grouped}) g"), parameters)).one()
        return points(Columns(*row), asked, desde, hasta, resolucion)

    async def _daily_view_serves(self, asked: Variable) -> bool:
        """Whether the daily aggregate has this variable, up to its last batch."""
        if self._table is not FACTS["demanda_nacional"]:
            return False
        wanted = {"vista": DAILY_VIEW, "variable": asked.codigo, "entidad_tipo": asked.entidad}
        return bool(await self._session.scalar(_FRESH, wanted))

    def _variable(self, codigo: str, entity: Entity) -> Variable:
        found = catalogo.variable(codigo, entity.tipo)
        if found.tabla != self._table.name:
            raise UnknownVariableError(f"{codigo} in {self._table.name}")
        return found

    def _source(self, as_of: date | None, columns: str) -> str:
        """SQL of ``fecha, valor, <columns>`` in the range: the current rows, or those of a past day."""
        table = self._table
        of_entity = (
            f" AND entidad_tipo = :entidad_tipo AND {table.entity_column} = :entidad"
            " AND dimension = :dimension"
            if table.entity_column
            else ""
        )
        in_range = "variable = :variable AND fecha >= :inicio AND fecha < :fin"
        current = f"FROM {table.name} WHERE {in_range}{of_entity}"
        value = f"fecha, {table.value_column} AS valor"
        if as_of is None:
            return f"SELECT {value}, {columns} {current}"
        order = "" if "publicado_en" in columns else ", publicado_en"
        return (
            f"SELECT DISTINCT ON (fecha) fecha, valor, {columns} FROM ("  # noqa: S608 - the same
            f"SELECT {value}, {columns}{order} {current} AND publicado_en <= :instante"
            f" UNION ALL SELECT fecha, valor, {columns}{order} FROM revisiones WHERE {in_range}"
            " AND entidad_tipo = :entidad_tipo AND entidad = :entidad AND dimension = :dimension"
            " AND publicado_en <= :instante AND vigente_hasta > :instante"
            ") v ORDER BY fecha, publicado_en DESC"
        )


class DemandaRepository(SeriesRepository):
    """National demand, GWh."""

    def __init__(self, session: AsyncSession) -> None:
        super().__init__(session, FACTS["demanda_nacional"])

    async def get_by_date_range(
        self, start: date, end: date, variable: str = "DemaSIN", as_of: date | None = None
    ) -> Sequence[Row[Any]]:
        """Rows with ``fecha``, ``demanda_gwh``, ``version`` …: see :meth:`SeriesRepository.rows`."""
        return await self.rows(variable, start, end, as_of)


class PreciosRepository(SeriesRepository):
    """Market prices, COP/kWh."""

    def __init__(self, session: AsyncSession) -> None:
        super().__init__(session, FACTS["precios"])

    async def get_by_date_range(
        self, start: date, end: date, variable: str = "PrecBolsNaci", as_of: date | None = None
    ) -> Sequence[Row[Any]]:
        """Rows with ``fecha``, ``precio_cop_kwh``, ``version`` …: see :meth:`SeriesRepository.rows`."""
        return await self.rows(variable, start, end, as_of)


def _parameters(
    asked: Variable, first: date, last: date, as_of: date | None, entity: Entity
) -> dict[str, Any]:
    start, end = day_bounds(first, last)
    found: dict[str, Any] = {"variable": asked.codigo, "inicio": start, "fin": end}
    if as_of is not None:
        # The last instant of the day: what was published at the next midnight was not known yet.
        found["instante"] = day_bounds(as_of, as_of)[1] - timedelta(microseconds=1)
    return found | {
        "entidad_tipo": entity.tipo,
        "entidad": entity.entidad,
        "dimension": entity.dimension,
    }


def _day_key(resolution: Resolucion, day: str) -> str:
    """SQL of the days from ``:desde`` to the start of the period of *day*, an expression of a local date."""
    if resolution is not Resolucion.DIA:
        day = f"date_trunc('{_TRUNC[resolution]}', ({day})::timestamp)::date"
    return f"({day} - CAST(:desde AS date))"
