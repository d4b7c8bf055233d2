"""Every Prometheus metric of SIEA, in one place; names end in their unit."""

from prometheus_client import Counter, Gauge, Histogram

SOURCE_REQUESTS = Counter(
    "siea_fuente_consultas_total", "Consultas hechas a una fuente, por resultado.", ["host", "resultado"]
)
SOURCE_SECONDS = Histogram(
    "siea_fuente_consulta_segundos",
    "Duración de una consulta a una fuente.",
    ["host"],
    buckets=(0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120),
)
SOURCE_WAIT_SECONDS = Counter(
    "siea_fuente_espera_segundos_total", "Tiempo esperado para no pasar el límite de consultas.", ["host"]
)
CIRCUIT_OPEN = Gauge(
    "siea_fuente_circuito_abierto", "1 mientras no se consulta a una fuente que falla.", ["host"]
)

LOADED_ROWS = Counter(
    "siea_etl_filas_total",
    "Filas de las cargas, por lo que pasó con ellas.",
    ["variable", "entidad", "resultado"],
)
FAILURES = Counter("siea_etl_fallos_total", "Consultas o cargas que fallaron.", ["fuente", "codigo"])
QUALITY = Gauge(
    "siea_calidad_puntaje", "Puntaje de calidad (0 a 100) de la última carga.", ["variable", "entidad"]
)
FINDINGS = Gauge("siea_calidad_hallazgos", "Hallazgos abiertos del juez de calidad.", ["severidad"])
LAST_LOAD = Gauge(
    "siea_etl_ultima_carga_timestamp_segundos", "Instante de la última carga.", ["variable", "entidad"]
)
STEP_SECONDS = Histogram(
    "siea_etl_paso_segundos",
    "Duración de un paso de la carga.",
    ["paso"],
    buckets=(0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 30),
)

REQUEST_SECONDS = Histogram(
    "siea_api_peticion_segundos",
    "Duración de una petición, por plantilla de ruta.",
    ["metodo", "ruta", "estado"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
)
