"""Daily and monthly demand by local day, on each level; compression where the edition has it."""

from alembic import op

from siea.store.niveles import Nivel, available

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# The zone is told and never taken from the session: a day is the local one whatever the connection's zone.
BY_DAY = """
SELECT variable, (fecha AT TIME ZONE 'America/Bogota')::date AS dia, sum(demanda_gwh) AS parcial_gwh,
    count(demanda_gwh)::integer AS horas, max(demanda_gwh) AS maxima_gwh, bool_or(provisional) AS provisional
FROM demanda_nacional GROUP BY 1, 2
"""
CONTINUOUS = """
CREATE MATERIALIZED VIEW demanda_diaria_continua
WITH (timescaledb.continuous, timescaledb.materialized_only = false) AS
SELECT variable, time_bucket('1 day', fecha, 'America/Bogota') AS inicio, sum(demanda_gwh) AS parcial_gwh,
    count(demanda_gwh) AS horas, max(demanda_gwh) AS maxima_gwh, bool_or(provisional) AS provisional
FROM demanda_nacional GROUP BY 1, 2
WITH NO DATA
"""
FROM_CONTINUOUS = """
SELECT variable, (inicio AT TIME ZONE 'America/Bogota')::date AS dia, parcial_gwh, horas::integer AS horas,
    maxima_gwh, provisional
FROM demanda_diaria_continua
"""
# A day has its total only when every interval that it should have is there.
DAILY = """
SELECT d.variable, d.dia,
    CASE WHEN d.horas = CASE v.resolucion WHEN 'dia' THEN 1 ELSE 24 END THEN d.parcial_gwh END AS demanda_gwh,
    d.parcial_gwh, d.horas, d.provisional, d.maxima_gwh
FROM ({by_day}) d LEFT JOIN variables v ON v.codigo = d.variable AND v.entidad_tipo = 'Sistema'
"""
MONTHLY = """
SELECT variable, mes, sum(parcial_gwh) / nullif(sum(horas), 0) AS demanda_promedio,
    max(maxima_gwh) AS demanda_maxima, sum(parcial_gwh) AS demanda_gwh, count(demanda_gwh)::integer AS dias,
    count(demanda_gwh) = extract(day FROM mes + interval '1 month - 1 day') AS completo
FROM (SELECT *, date_trunc('month', dia::timestamp)::date AS mes FROM demanda_diaria) d
GROUP BY variable, mes
"""
REFRESH = """
CREATE FUNCTION refresh_materialized_views() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    REFRESH MATERIALIZED VIEW CONCURRENTLY demanda_diaria;
    REFRESH MATERIALIZED VIEW CONCURRENTLY demanda_mensual;
END $$
"""
# A continuous aggregate is refreshed by CALL outside any transaction, which no function can do.
NO_REFRESH = """
CREATE FUNCTION refresh_materialized_views() RETURNS void LANGUAGE sql AS ''
"""
SEGMENTS = {
    "demanda_nacional": "variable",
    "precios": "variable",
    "generacion": "variable, entidad_tipo, recurso, dimension",
    "observaciones": "variable, entidad_tipo, entidad, dimension",
}


def upgrade() -> None:
    """Create the aggregates, by the means of the level."""
    if available(op.get_bind()) is Nivel.COMPLETO:
        _continuous()
    else:
        _materialized()


def _materialized() -> None:
    op.execute("CREATE MATERIALIZED VIEW demanda_diaria AS" + DAILY.format(by_day=BY_DAY))
    op.execute("CREATE UNIQUE INDEX uq_demanda_diaria ON demanda_diaria (variable, dia)")
    op.execute("CREATE MATERIALIZED VIEW demanda_mensual AS" + MONTHLY)
    op.execute("CREATE UNIQUE INDEX uq_demanda_mensual ON demanda_mensual (variable, mes)")
    op.execute(REFRESH)


def _continuous() -> None:
    op.execute(CONTINUOUS)
    op.execute(
        "SELECT add_continuous_aggregate_policy('demanda_diaria_continua',"
        " start_offset => INTERVAL '6 months', end_offset => INTERVAL '1 day',"
        " schedule_interval => INTERVAL '1 day')"
    )
    op.execute("CREATE VIEW demanda_diaria AS" + DAILY.format(by_day=FROM_CONTINUOUS))
    op.execute("CREATE VIEW demanda_mensual AS" + MONTHLY)
    op.execute(NO_REFRESH)
    # Settlement versions arrive for months: compress what is past them. Nothing is ever dropped: values as
    # known on any day need the whole history, and an aggregate refreshed over dropped rows would lose it.
    for table, segments in SEGMENTS.items():
        op.execute(
            f"ALTER TABLE {table} SET (timescaledb.compress, timescaledb.compress_segmentby = '{segments}',"
            " timescaledb.compress_orderby = 'fecha')"
        )
        op.execute(f"SELECT add_compression_policy('{table}', INTERVAL '2 years')")
