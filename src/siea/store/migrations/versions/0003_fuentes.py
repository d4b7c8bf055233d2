"""Lists, documents, news, state of each source, settlement calendar, findings, decisions on quarantine."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE entidades (
    tipo text NOT NULL,
    codigo text NOT NULL,
    fuente text NOT NULL,
    nombre text NOT NULL,
    atributos jsonb NOT NULL DEFAULT '{}',
    primera_vez date NOT NULL,
    ultima_vez date NOT NULL,
    vigente_desde timestamptz NOT NULL,
    carga_id bigint NOT NULL,
    PRIMARY KEY (tipo, codigo, fuente)
);

CREATE TABLE entidades_historia (
    tipo text NOT NULL,
    codigo text NOT NULL,
    fuente text NOT NULL,
    vigente_desde timestamptz NOT NULL,
    vigente_hasta timestamptz NOT NULL,
    nombre text NOT NULL,
    atributos jsonb NOT NULL,
    carga_id bigint NOT NULL,
    PRIMARY KEY (tipo, codigo, fuente, vigente_desde)
);

CREATE TABLE documentos (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    clave text NOT NULL UNIQUE,
    tipo text NOT NULL,
    numero text NOT NULL,
    anio integer,
    fecha date,
    titulo text NOT NULL,
    emisor text NOT NULL,
    url text NOT NULL,
    estado text NOT NULL,
    texto text NOT NULL,
    licencia text NOT NULL,
    sha256 text NOT NULL,
    fuente text NOT NULL,
    carga_id bigint NOT NULL,
    obtenido_en timestamptz NOT NULL
);
CREATE INDEX idx_documentos_tipo ON documentos (tipo, anio);

CREATE TABLE fragmentos (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    documento_id bigint NOT NULL REFERENCES documentos (id) ON DELETE CASCADE,
    orden integer NOT NULL,
    articulo text NOT NULL,
    titulo text NOT NULL,
    texto text NOT NULL,
    estado text NOT NULL,
    detalle jsonb NOT NULL DEFAULT '{}',
    hash text NOT NULL,
    CONSTRAINT uq_fragmentos_orden UNIQUE (documento_id, orden)
);
CREATE INDEX idx_fragmentos_hash ON fragmentos (hash);

CREATE TABLE noticias (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    medio text NOT NULL,
    titulo text NOT NULL,
    enlace text NOT NULL UNIQUE,
    publicada_en timestamptz NOT NULL,
    fecha_supuesta text NOT NULL,
    resumen text NOT NULL,
    fuente text NOT NULL,
    carga_id bigint NOT NULL,
    obtenida_en timestamptz NOT NULL
);
CREATE INDEX idx_noticias_publicada ON noticias (publicada_en DESC);

CREATE TABLE estado_fuentes (
    fuente text NOT NULL,
    conjunto text NOT NULL,
    marca text,
    consultado_en timestamptz NOT NULL,
    ultimo_exito timestamptz,
    ultimo_error text,
    fallos_seguidos integer NOT NULL DEFAULT 0,
    ultima_fecha date,
    PRIMARY KEY (fuente, conjunto)
);

CREATE TABLE versiones_liquidacion (
    version text NOT NULL,
    desde date NOT NULL,
    hasta date NOT NULL,
    publicado_en timestamptz NOT NULL,
    maxima boolean NOT NULL,
    PRIMARY KEY (version, desde, hasta)
);

CREATE TABLE hallazgos (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    regla text NOT NULL,
    severidad text NOT NULL,
    variable text NOT NULL,
    entidad_tipo text NOT NULL,
    entidad text NOT NULL,
    dimension text NOT NULL,
    desde date,
    hasta date,
    cuantos bigint NOT NULL,
    mensaje text NOT NULL,
    detalle jsonb NOT NULL DEFAULT '{}',
    creado_en timestamptz NOT NULL DEFAULT now(),
    resuelto_en timestamptz
);
CREATE UNIQUE INDEX uq_hallazgos_abierto
    ON hallazgos (regla, variable, entidad_tipo, entidad, dimension, desde) NULLS NOT DISTINCT
    WHERE resuelto_en IS NULL;

CREATE TABLE calidad_dias (
    variable text NOT NULL,
    entidad_tipo text NOT NULL,
    dia date NOT NULL,
    puntaje double precision NOT NULL,
    detalle jsonb NOT NULL DEFAULT '{}',
    carga_id bigint NOT NULL,
    PRIMARY KEY (variable, entidad_tipo, dia)
);

ALTER TABLE cuarentena
    ADD COLUMN estado text NOT NULL DEFAULT 'retenida'
        CONSTRAINT ck_cuarentena_estado CHECK (estado IN ('retenida', 'liberada', 'corregida', 'descartada')),
    ADD COLUMN decidida_por text,
    ADD COLUMN decidida_en timestamptz,
    ADD COLUMN nota text;
CREATE INDEX idx_cuarentena_retenida ON cuarentena (id) WHERE estado = 'retenida';
"""
VECTORS = """
CREATE TABLE vectores (
    hash text NOT NULL,
    modelo text NOT NULL,
    vector vector(384) NOT NULL,
    PRIMARY KEY (hash, modelo)
)
"""


def upgrade() -> None:
    """Create the tables; that of vectors only where PostgreSQL has pgvector (elsewhere: Weaviate)."""
    for statement in TABLES.split(";"):
        if statement.strip():
            op.execute(statement)
    has_vectors = op.get_bind().execute(
        sa.text("SELECT EXISTS (SELECT FROM pg_available_extensions WHERE name = 'vector')")
    )
    if has_vectors.scalar_one():
        op.execute("CREATE EXTENSION IF NOT EXISTS vector")
        op.execute(VECTORS)
        op.execute("CREATE INDEX idx_vectores ON vectores USING hnsw (vector vector_cosine_ops)")
