"""The data sets of datos.gov.co that are read, with the traps of each: rows, periods, entities.

Left out on purpose: 5wua-nr2d (its title says electricity and it is gas), the wind direction of IDEAM (its
mean says nothing), and sets whose columns nobody documents (td8k-vhq9 among them, where nine rows of ten
carry the filler 9999/99 for year and month).
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from siea.domain.codigos import CodeError, divipola, fixed
from siea.domain.numeros import mes, plain
from siea.ingest.errors import ContractViolationError
from siea.ingest.sources.socrata import Question

Row = Mapping[str, Any]
Periods = Callable[[Row], Iterator[date]]


@dataclass(frozen=True, slots=True)
class Serie:
    """A data set of series. ``variables``: (code, entity kind) of the catalogue → column of its value.

    ``donde`` makes the filter of a range of days; ``periodos`` gives the first day of each period that a row
    speaks of; ``entidad`` and ``dimension`` read a row. A set with ``agrupa`` is joined by the portal itself,
    by those columns of ``elige``, with the expression that ``valores`` has for the column of the value.
    """

    id: str
    conjunto: str
    descripcion: str
    frecuencia: str
    rezago_dias: int
    columnas: frozenset[str]
    variables: Mapping[tuple[str, str], str]
    donde: Callable[[date, date], str]
    periodos: Periods
    entidad: Callable[[Row], str]
    dimension: Callable[[Row], str] = lambda _: ""
    agrupa: str = ""
    elige: str = ""
    valores: str = ""
    max_dias: int = 366

    def question(self, codigo: str, entidad: str, first: date, last: date) -> Question:
        """What to ask for the days *first* to *last*."""
        where = self.donde(first, last)
        if not self.agrupa:
            return Question(self.id, donde=where)
        column = self.variables[codigo, entidad]
        return Question(self.id, f"{self.elige}, {self.valores} as {column}", where, self.agrupa)


@dataclass(frozen=True, slots=True)
class Lista:
    """A data set that is a list: the kind of its entries, and how a row gives code and name."""

    id: str
    tipo: str
    descripcion: str
    columnas: frozenset[str]
    codigo: Callable[[Row], str]
    nombre: Callable[[Row], str]


def _columns(names: str) -> frozenset[str]:
    return frozenset(names.split())


def _day(text: Any) -> date:
    """A floating timestamp of the portal: local, without zone."""
    try:
        return date.fromisoformat(str(text)[:10])
    except ValueError:
        raise ContractViolationError(f"«{text}» no es una fecha del portal.") from None


def _between(column: str) -> Callable[[date, date], str]:
    return lambda first, last: f"{column} between '{first}T00:00:00' and '{last}T23:59:59'"


def _years(column: str) -> Callable[[date, date], str]:
    def of(first: date, last: date) -> str:
        years = ", ".join(f"'{year}'" for year in range(first.year, last.year + 1))
        return f"{column} in ({years})"

    return of


def _validity(row: Row) -> Iterator[date]:
    """Each day from ``vigenciadesde`` to ``vigenciahasta``: Friday's row covers the weekend and holidays."""
    first, last = _day(row["vigenciadesde"]), _day(row["vigenciahasta"])
    for n in range((last - first).days + 1):
        yield first + timedelta(days=n)


def _named_month(row: Row) -> Iterator[date]:
    yield date(int(row["a_o"]), mes(row["periodo"]), 1)


def _numbered_month(row: Row) -> Iterator[date]:
    yield date(int(row["anio"]), int(row["mes"]), 1)


def _month_of_day(row: Row) -> Iterator[date]:
    yield _day(row["fecha_inicio"]).replace(day=1)


def _locality(row: Row) -> str:
    """The code and the plain name: one code holds several names in this set."""
    return f"{str(row['id_localidad']).strip()} {plain(str(row.get('localidad') or ''))}".strip()


_CU = {
    "CU_Total": "cu_total", "CU_Generacion": "costo_compra_gm_i", "CU_Transmision": "cargo_transporte_stn_tm",
    "CU_Distribucion": "cargo_transporte_sdl_dn_m", "CU_Comercializacion": "margen_comercializaci_n_cvm",
    "CU_Perdidas": "costo_g_t_p_rdidas_prn_m", "CU_Restricciones": "restricciones_rm",
}  # fmt: skip
# Departments with the rivers and the demand that move the system: the sets are too large to ask for whole.
DEPARTAMENTOS = (
    "ANTIOQUIA", "BOYACÁ", "CALDAS", "CAUCA", "CÓRDOBA", "CUNDINAMARCA", "HUILA", "LA GUAJIRA", "META",
    "NARIÑO", "SANTANDER", "TOLIMA", "VALLE DEL CAUCA",
)  # fmt: skip


def _ideam(id_: str, conjunto: str, codigo: str, how: str, told: str) -> Serie:
    listed = ", ".join(f"'{name}'" for name in DEPARTAMENTOS)
    return Serie(
        id_, conjunto, f"{told} por departamento y día, sin validar (IDEAM)", "diaria", 2,
        _columns("codigoestacion fechaobservacion valorobservado departamento municipio"),
        {(codigo, "Departamento"): "valor"},
        lambda first, last: f"{_between('fechaobservacion')(first, last)} and departamento in ({listed})",
        lambda row: iter((_day(row["dia"]),)), lambda row: str(row["departamento"]).strip(),
        agrupa="departamento, dia", elige="departamento, date_trunc_ymd(fechaobservacion) as dia",
        valores=how, max_dias=31,
    )  # fmt: skip


SERIES = (
    Serie(
        "32sa-8pi3", "trm", "Tasa representativa del mercado, un valor por día", "diaria", 1,
        _columns("valor unidad vigenciadesde vigenciahasta"), {("TRM", "Pais"): "valor"},
        lambda first, last: f"vigenciadesde <= '{last}T00:00:00' and vigenciahasta >= '{first}T00:00:00'",
        _validity, lambda _: "Colombia", max_dias=3660,
    ),
    Serie(
        "ytme-6qnu", "tarifas",
        "Costo unitario del mercado regulado por operador y nivel; solo de Enel y Celsia, no del país",
        "mensual", 60, _columns(f"a_o periodo operador_de_red nivel {' '.join(_CU.values())} cot cfm_j_fact"),
        {(code, "OperadorRed"): column for code, column in _CU.items()}, _years("a_o"), _named_month,
        lambda row: str(row["operador_de_red"]).strip(), lambda row: str(row.get("nivel") or "").strip(),
        max_dias=3660,
    ),
    Serie(
        "3ebi-d83g", "zni", "Estado del servicio en zonas no interconectadas, por localidad y mes",
        "mensual", 90,
        _columns("id_dpto dpto id_mpio mpio id_localidad localidad anio mes energia_activa energia_reactiva"
                 " potencia_maxima prom_diario_horas"),
        {("ZNI_EnergiaActiva", "Localidad"): "energia_activa",
         ("ZNI_EnergiaReactiva", "Localidad"): "energia_reactiva",
         ("ZNI_PotenciaMaxima", "Localidad"): "potencia_maxima",
         ("ZNI_Horas", "Localidad"): "prom_diario_horas"},
        _years("anio"), _numbered_month, _locality, max_dias=3660,
    ),
    Serie(
        "qwe5-ycap", "zni_operacion",
        "Operación diaria en zonas no interconectadas; congelado: de julio de 2021 a marzo de 2022",
        "eventual", 30,
        _columns("codigo_localidad fecha energia_generada tiempo_servicio"),
        {("ZNI_EnergiaGenerada", "Localidad"): "energia_generada",
         ("ZNI_Servicio", "Localidad"): "tiempo_servicio"},
        _between("fecha"), lambda row: iter((_day(row["fecha"]),)),
        lambda row: fixed(row["codigo_localidad"], 13),
        lambda row: str(row.get("serie_generador") or "").strip(),
        max_dias=31,
    ),
    Serie(
        "5cvc-m38t", "zni_costo",
        "Costo unitario en zonas no interconectadas, por empresa; solo de enero a junio de 2023",
        "eventual", 30,
        _columns("id_empresa fecha_inicio departamento municipio tipo_tecnologia gm dm cm"),
        {("ZNI_CostoGeneracion", "Empresa"): "gm", ("ZNI_CostoDistribucion", "Empresa"): "dm",
         ("ZNI_CostoComercializacion", "Empresa"): "cm"},
        _between("fecha_inicio"), _month_of_day, lambda row: str(row["id_empresa"]).strip(),
        lambda row: f"{plain(str(row['municipio']))}/{str(row.get('tipo_tecnologia') or '').strip()}",
        max_dias=3660,
    ),
    _ideam("s54a-sgyg", "ideam_lluvia", "IDEAM_Lluvia",
           "sum(valorobservado)/count(distinct codigoestacion)", "Lluvia media de las estaciones"),
    _ideam("sbwg-7ju4", "ideam_temperatura", "IDEAM_Temperatura", "avg(valorobservado)", "Temperatura media"),
    _ideam("ccvq-rp9s", "ideam_temperatura_maxima", "IDEAM_TempMaxima", "max(valorobservado)",
           "Temperatura máxima"),
    _ideam("afdg-3zpb", "ideam_temperatura_minima", "IDEAM_TempMinima", "min(valorobservado)",
           "Temperatura mínima"),
    _ideam("uext-mhny", "ideam_humedad", "IDEAM_Humedad", "avg(valorobservado)", "Humedad relativa media"),
    _ideam("sgfv-3yp8", "ideam_viento", "IDEAM_Viento", "avg(valorobservado)", "Velocidad media del viento"),
    _ideam("62tk-nxj5", "ideam_presion", "IDEAM_Presion", "avg(valorobservado)", "Presión media"),
)  # fmt: skip


def _municipality(column: str) -> Callable[[Row], str]:
    def read(row: Row) -> str:
        try:
            return divipola(row[column])
        except CodeError as error:
            raise ContractViolationError(str(error)) from None

    return read


LISTAS = {
    "proyectos_fncer": Lista(
        "vy9n-w6hc", "proyecto_fncer", "Proyectos de fuentes no convencionales (meta FNCER)",
        _columns("proyecto tipo capacidad departamento codigo_departamento municipio codigo_municipio"),
        lambda row: f"{plain(str(row['proyecto']))}/{_municipality('codigo_municipio')(row)}",
        lambda row: str(row["proyecto"]).strip(),
    ),
    "estaciones": Lista(
        "hp9r-jxuu", "estacion_ideam", "Catálogo de estaciones del IDEAM",
        _columns("codigo nombre categoria latitud longitud altitud departamento municipio"),
        lambda row: str(row["codigo"]).strip(), lambda row: str(row["nombre"]).strip(),
    ),
    "municipios": Lista(
        "gdxc-w37w", "municipio", "División político-administrativa (DIVIPOLA)",
        _columns("cod_dpto dpto cod_mpio nom_mpio"), _municipality("cod_mpio"),
        lambda row: str(row["nom_mpio"]).strip(),
    ),
}  # fmt: skip
