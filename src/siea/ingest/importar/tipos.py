"""The kinds of file that can be imported: add one at the end of ``RECETAS``."""

from siea.ingest.importar.archivos import Tabla
from siea.ingest.importar.listas import lista, planta, recurso
from siea.ingest.importar.recetas import Lectura, Lista, Receta
from siea.ingest.importar.series import Claves, Valor, entidades_a_lo_ancho, horas_a_lo_ancho, larga
from siea.ingest.sources.registry import Entidad

_DIA = Claves("fecha")
_HORA = Claves("fecha_hora", instante=True)
_MERCADO = "MercadoComercializacion"

_rios = larga(
    "aportes_por_rio",
    Claves("fecha", entidad="rio"),
    Valor("aportes_caudal_m3s", "AporCaudal", "m3/s", "Rio"),
    Valor("aportes_energia_kwh", "AporEner", "kWh", "Rio"),
    # the file has true percentages, not the fractions of the operator's interface
    Valor("aportes_pct", "PorcApor", "%", "Rio"),
    firma=("aportes_energia_kwh",),
)


def _con_regiones(tabla: Tabla) -> Lectura:
    """The series of each river, and the list of rivers with their regions."""
    found = _rios.lee(tabla)
    if "region" not in tabla.filas.columns:
        return found
    pairs = tabla.filas.select("rio", "region").drop_nulls().unique().sort("rio", "region")
    rivers = [Entidad("rio", rio, rio, {"HydroRegion": region}) for rio, region in pairs.iter_rows()]
    return Lectura((*found.partes, Lista("rio", rivers)), found.notas)


RECETAS: tuple[Receta, ...] = (
    larga(
        "demanda_sin_diaria",
        _DIA,
        Valor("demanda_sin_kwh", "DemaSIN", "kWh"),
        Valor("generacion_kwh", "GeneDiaSIN", "kWh"),
        Valor("demanda_no_atendida_kwh", "DemaNoAtenDiaSIN", "kWh"),
        Valor("exportaciones_kwh", "ExpoDiaSIN", "kWh"),
        Valor("importaciones_kwh", "ImpoDiaSIN", "kWh"),
        firma=("demanda_sin_kwh",),
    ),
    larga("demanda_comercial_horaria", _HORA, Valor("demanda_comercial_kwh", "DemaCome", "kWh")),
    larga("demanda_real_c1b851", _HORA, Valor("demanda_real_gwh", "DemaRealC1B851", "GWh")),
    horas_a_lo_ancho(
        "demanda_comercial_por_mercado",
        Claves("date", entidad="values_code", dimension="values_markettype"),
        Valor("values_hour", "DemaCome", "kWh", _MERCADO),
        clase="id",
    ),
    entidades_a_lo_ancho("demanda_por_subarea", _HORA, Valor("sub", "DemaSubarea", "kWh", "Subarea")),
    larga(
        "demanda_por_or",
        Claves("fecha", hora="hora", entidad="or_codigo", version="version"),
        Valor("demanda_kwh", "DemaOrHora", "kWh", "OR"),
    ),
    larga(
        "demanda_mensual_por_agente",
        Claves("month", entidad="agent_code"),
        Valor("demanda_comercial_kwh", "DemaComeMes", "kWh", "Agente"),
    ),
    larga(
        "demanda_mensual_por_operador",
        Claves("month", entidad="operator"),
        Valor("demanda_comercial_kwh", "DemaComeMes", "kWh", "OperadorRed"),
    ),
    larga(
        "posicion_contractual",
        Claves("fecha", entidad="agente"),
        Valor("demanda", "PosiDemanda", "GWh", "Agente"),
        Valor("respaldo", "PosiRespaldo", "GWh", "Agente"),
        Valor("ventas", "PosiVentas", "GWh", "Agente"),
        Valor("expuesto", "PosiExpuesto", "GWh", "Agente"),
    ),
    larga(
        "precio_bolsa_libros",
        Claves("fecha", hora="hora", version="version"),
        Valor("precio_bolsa_cop_kwh", "PrecBolsNaciLibro", "COP/kWh"),
    ),
    larga("precio_bolsa_horario", _HORA, Valor("precio_bolsa_cop_kwh", "PrecBolsNaci", "COP/kWh")),
    larga(
        "precios_escasez",
        _DIA,
        Valor("precio_min", "PrecBolsMinPublDia", "COP/kWh"),
        Valor("precio_max", "PrecBolsMaxPublDia", "COP/kWh"),
        Valor("ppp_bolsa_diario", "PPPrecBolsNaci", "COP/kWh"),
        Valor("ppp_bolsa_mes", "PPPrecBolsNaciMes", "COP/kWh"),
        Valor("precio_escasez", "PrecEsca", "COP/kWh"),
        Valor("precio_escasez_activacion", "PrecEscaAct", "COP/kWh"),
        Valor("precio_escasez_ponderado", "PrecEscaPon", "COP/kWh"),
        Valor("precio_escasez_inferior", "PrecEscaInf", "COP/kWh"),
        Valor("precio_escasez_superior", "PrecEscaSup", "COP/kWh"),
        firma=("ppp_bolsa_diario", "precio_escasez"),
    ),
    larga(
        "reservas_diarias",
        _DIA,
        Valor("volumen_util_gwh", "VoluUtilDiarEner", "GWh"),
        Valor("capacidad_util_gwh", "CapaUtilDiarEner", "GWh"),
    ),
    larga(
        "sistema_diario_operativo",
        _DIA,
        Valor("demanda_gwh", "DemaOper", "GWh"),
        Valor("aportes_gwh", "AporOper", "GWh"),
        Valor("aportes_media_historica_gwh", "AporMediOper", "GWh"),
        Valor("aportes_pct", "PorcAporOper", "fraccion"),
        Valor("volumen_util_gwh", "VoluUtilOper", "GWh"),
        Valor("capacidad_util_gwh", "CapaUtilOper", "GWh"),
        Valor("volumen_util_pct", "PorcVoluUtilOper", "fraccion"),
        Valor("precio_bolsa_min", "PrecBolsMinOper", "COP/kWh"),
        Valor("precio_bolsa_prom", "PrecBolsPromOper", "COP/kWh"),
        Valor("precio_bolsa_max", "PrecBolsMaxOper", "COP/kWh"),
        firma=("demanda_gwh", "aportes_gwh", "volumen_util_gwh", "capacidad_util_gwh"),
    ),
    larga(
        "despacho_por_combustible",
        Claves("fecha", entidad="combustible"),
        Valor("despacho_gwh", "GeneProgCombustible", "GWh", "Combustible"),
    ),
    Receta(
        "aportes_por_rio", _rios.columnas, _con_regiones, (_rios.usa or frozenset()) | {"region"}
    ),
    larga(
        "volumen_por_embalse",
        Claves("fecha", entidad="embalse"),
        Valor("volumen_util_fraccion", "PorcVoluUtilDiar", "fraccion", "Embalse"),
    ),
    larga(
        "consumo_de_combustible",
        Claves("fecha", entidad="recurso", dimension="combustible"),
        Valor("consumo_combustible_mbtu", "ConsCombustibleDia", "MBTU", "Recurso"),
    ),
    larga(
        "temperatura_por_mercado",
        Claves("date", entidad="values_code"),
        Valor("temperatura", "TempMercado", "°C", _MERCADO),
    ),
    larga("oni_mensual", Claves("anio", mes="mes"), Valor("oni", "ONI", "°C", "Pacifico")),
    lista("calendario_de_dias", "dia_calendario", codigo=["fecha"], titulo="clasificacion", otras=[]),
    lista(
        "recursos_de_2021",
        "recurso",
        codigo=["submercado"],
        titulo="nombre_recurso",
        otras=["recurso id", "capacidad_efectiva", "estado"],
        estado="estado",
        desde="inicio_operacion",
        arregla=recurso,
    ),
    lista(
        "plantas_wri",
        "planta_wri",
        codigo=["gppd_idnr"],
        titulo="name",
        otras=["capacity_mw", "latitude", "longitude"],
        arregla=planta,
    ),
    lista(
        "agentes",
        "agente",
        codigo=["code"],
        titulo="name",
        otras=["activity", "state"],
        estado="state",
        desde="operstartdate",
    ),
    lista(
        "metricas",
        "metrica",
        codigo=["metricid", "entity"],
        titulo="metricname",
        otras=["maxdays", "type"],
    ),
    lista(
        "simem_variables",
        "simem_variable",
        codigo=["iddataset", "codigovariable"],
        titulo="nombrevariable",
        otras=["unidadmedida"],
    ),
    lista(
        "simem_columnas",
        "simem_columna",
        codigo=["dataset_id", "columna"],
        titulo="nombre",
        otras=["tipo"],
    ),
)
