"""Tables: facts and revisions, batches and quality, alerts, forecasts, people, audit, dimensions."""

from alembic import op

from siea.store.niveles import Nivel, available

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

FACT_COLUMNS = """
    version text NOT NULL DEFAULT '',
    publicado_en timestamptz NOT NULL,
    carga_id bigint NOT NULL,
    provisional boolean NOT NULL DEFAULT false,
    marcas text[] NOT NULL DEFAULT '{}'
"""
# table: (entity column, value column, cut by time)
FACTS = {
    "demanda_nacional": (None, "demanda_gwh", True),
    "precios": (None, "precio_cop_kwh", True),
    "generacion": ("recurso", "generacion_gwh", True),
    "perdidas": ("or_id", "perdidas_gwh", False),
    "demanda_or": ("or_id", "demanda_gwh", False),
    "aportes": ("rio", "aporte_gwh", False),
    "embalses": ("embalse", "energia_gwh", False),
    "observaciones": ("entidad", "valor", True),
}

TABLES = """
CREATE TABLE revisiones (
    variable text NOT NULL,
    entidad_tipo text NOT NULL,
    entidad text NOT NULL,
    dimension text NOT NULL,
    fecha timestamptz NOT NULL,
    version text NOT NULL,
    publicado_en timestamptz NOT NULL,
    vigente_hasta timestamptz NOT NULL,
    valor double precision,
    provisional boolean NOT NULL,
    carga_id bigint NOT NULL,
    PRIMARY KEY (variable, entidad_tipo, entidad, dimension, fecha, version, publicado_en)
);

CREATE TABLE cargas (
    id bigint PRIMARY KEY,
    fuente text NOT NULL,
    conjunto text NOT NULL,
    variable text NOT NULL,
    entidad_tipo text NOT NULL,
    peticion jsonb NOT NULL,
    origen text NOT NULL,
    sha256 text NOT NULL,
    recibido_en timestamptz NOT NULL,
    codigo_version text NOT NULL,
    desde date NOT NULL,
    hasta date NOT NULL,
    filas_recibidas bigint NOT NULL DEFAULT 0,
    filas_guardadas bigint NOT NULL DEFAULT 0,
    filas_iguales bigint NOT NULL DEFAULT 0,
    filas_revisadas bigint NOT NULL DEFAULT 0,
    filas_rechazadas bigint NOT NULL DEFAULT 0,
    calidad double precision,
    estado text NOT NULL,
    terminado_en timestamptz,
    etiqueta text
);
CREATE UNIQUE INDEX uq_cargas_respuesta
    ON cargas (fuente, conjunto, variable, entidad_tipo, md5(peticion::text), sha256);
CREATE INDEX idx_cargas_variable ON cargas (variable, entidad_tipo, id);

CREATE TABLE calidad (
    carga_id bigint NOT NULL REFERENCES cargas (id) ON DELETE CASCADE,
    dimension text NOT NULL,
    puntaje double precision,
    detalle jsonb NOT NULL DEFAULT '{}',
    PRIMARY KEY (carga_id, dimension)
);

CREATE TABLE cuarentena (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    carga_id bigint NOT NULL REFERENCES cargas (id) ON DELETE CASCADE,
    fila jsonb NOT NULL,
    motivo text NOT NULL,
    creado_en timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX idx_cuarentena_carga ON cuarentena (carga_id);

CREATE TABLE estado_variables (
    variable text NOT NULL,
    entidad_tipo text NOT NULL,
    ultima_carga_id bigint NOT NULL,
    primera_fecha timestamptz,
    ultima_fecha timestamptz,
    ultimo_dia_cerrado date,
    actualizado_en timestamptz NOT NULL,
    etiqueta text,
    PRIMARY KEY (variable, entidad_tipo)
);

CREATE TABLE agregados (
    vista text PRIMARY KEY,
    ultima_carga_id bigint NOT NULL,
    actualizado_en timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE alertas (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    creado_en timestamptz NOT NULL DEFAULT now(),
    tipo text NOT NULL,
    severidad text NOT NULL,
    titulo text NOT NULL,
    detalle jsonb NOT NULL DEFAULT '{}',
    causa text NOT NULL,
    carga_id bigint,
    enviada_en timestamptz,
    resuelta_en timestamptz
);
CREATE UNIQUE INDEX uq_alertas_causa_abierta ON alertas (causa) WHERE resuelta_en IS NULL;
CREATE INDEX idx_alertas_por_enviar ON alertas (id) WHERE enviada_en IS NULL;

CREATE TABLE pronosticos (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    variable text NOT NULL,
    origen date NOT NULL,
    generado_en timestamptz NOT NULL,
    modelo text NOT NULL,
    modelo_version text NOT NULL,
    fecha date NOT NULL,
    horizonte smallint NOT NULL,
    valor_gwh double precision NOT NULL,
    inferior_80 double precision NOT NULL,
    superior_80 double precision NOT NULL,
    inferior_95 double precision NOT NULL,
    superior_95 double precision NOT NULL,
    usuario text
);
CREATE INDEX idx_pronosticos_variable_generado ON pronosticos (variable, generado_en DESC);
CREATE INDEX idx_pronosticos_variable_fecha ON pronosticos (variable, fecha);

CREATE TABLE usuarios (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    usuario text NOT NULL UNIQUE,
    nombre text NOT NULL,
    rol text NOT NULL CONSTRAINT ck_usuarios_rol CHECK (rol IN ('viewer', 'analista', 'admin')),
    clave_hash text NOT NULL,
    clave_temporal boolean NOT NULL DEFAULT true,
    activo boolean NOT NULL DEFAULT true,
    creado_en timestamptz NOT NULL DEFAULT now(),
    ultimo_ingreso timestamptz
);

CREATE TABLE recursos (
    codigo text PRIMARY KEY,
    nombre text NOT NULL,
    tecnologia text,
    combustible text,
    capacidad_mw double precision,
    departamento text,
    latitud double precision,
    longitud double precision,
    agente text,
    estado text,
    fuente text NOT NULL
);

CREATE TABLE variables (
    codigo text NOT NULL,
    entidad_tipo text NOT NULL,
    nombre text NOT NULL,
    tabla text NOT NULL,
    unidad text NOT NULL,
    resolucion text NOT NULL,
    agregacion text NOT NULL,
    PRIMARY KEY (codigo, entidad_tipo)
);
"""

AUDIT = (
    """
    CREATE TABLE auditoria (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        ocurrido_en timestamptz NOT NULL DEFAULT now(),
        actor text NOT NULL,
        accion text NOT NULL,
        recurso text NOT NULL,
        resultado text NOT NULL,
        ip text,
        agente text,
        filas bigint,
        duracion_ms double precision,
        detalle jsonb NOT NULL DEFAULT '{}'
    )
    """,
    "CREATE INDEX idx_auditoria_ocurrido ON auditoria (ocurrido_en DESC)",
    """
    CREATE FUNCTION auditoria_inmutable() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'la auditoría no se modifica ni se borra (%)', TG_OP
            USING ERRCODE = 'insufficient_privilege';
    END $$
    """,
    # One guard a statement, not a row: TRUNCATE fires no row trigger.
    """
    CREATE TRIGGER auditoria_guarda BEFORE UPDATE OR DELETE OR TRUNCATE ON auditoria
        FOR EACH STATEMENT EXECUTE FUNCTION auditoria_inmutable()
    """,
    # Even for a session that switches triggers off (session_replication_role).
    "ALTER TABLE auditoria ENABLE ALWAYS TRIGGER auditoria_guarda",
)


def upgrade() -> None:
    """Create every table; what is cut by time is partitioned where there is nothing better."""
    level = available(op.get_bind())
    for name, (entity, value, by_time) in FACTS.items():
        _fact_table(name, entity, value, by_time, level)
    op.execute("CREATE INDEX idx_demanda_fecha ON demanda_nacional (fecha DESC)")
    op.execute("CREATE INDEX idx_perdidas_or_fecha ON perdidas (or_id, fecha DESC)")
    for statement in (*TABLES.strip().removesuffix(";").split(";\n"), *AUDIT):
        op.execute(statement)


def _fact_table(name: str, entity: str | None, value: str, by_time: bool, level: Nivel) -> None:
    entity_columns = (
        f"entidad_tipo text NOT NULL, {entity} text NOT NULL, dimension text NOT NULL," if entity else ""
    )
    key = f"variable, entidad_tipo, {entity}, dimension, fecha" if entity else "variable, fecha"
    native = by_time and level is Nivel.NINGUNO
    op.execute(
        f"CREATE TABLE {name} (variable text NOT NULL, {entity_columns} fecha timestamptz NOT NULL,"
        f" {value} double precision, {FACT_COLUMNS}, PRIMARY KEY ({key}))"
        + (" PARTITION BY RANGE (fecha)" if native else "")
    )
    if native:
        op.execute(f"CREATE TABLE {name}_otros PARTITION OF {name} DEFAULT")
    elif by_time:
        op.execute(
            f"SELECT create_hypertable('{name}', 'fecha', chunk_time_interval => INTERVAL '1 month',"
            " create_default_indexes => false)"
        )
