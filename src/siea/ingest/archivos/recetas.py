"""The kinds of files that are known: a new kind is a new recipe."""

from siea.ingest.archivos import listas
from siea.ingest.archivos.receta import Columna, Receta

_HORAS = tuple(f"Values_Hour{n:02d}" for n in range(1, 25))


def _columns(names: str) -> frozenset[str]:
    return frozenset(names.split())


def _each(unit: str, entity: str = "Sistema", **codes: str) -> tuple[Columna, ...]:
    """One column of values for each name of *codes*, all in *unit*."""
    return tuple(Columna(column, code, unit, entity) for column, code in codes.items())


_SERIES = (
    Receta(
        "demanda_sin_diaria",
        _columns("fecha demanda_sin_kwh"),
        # demand last: the balance is checked when its last term arrives
        _each(
            "kWh",
            generacion_kwh="GeneDiaSIN",
            demanda_no_atendida_kwh="DemaNoAtenDiaSIN",
            exportaciones_kwh="ExpoDiaSIN",
            importaciones_kwh="ImpoDiaSIN",
            demanda_sin_kwh="DemaSIN",
        ),
    ),
    Receta(
        "demanda_comercial_horaria",
        _columns("fecha_hora demanda_comercial_kwh"),
        _each("kWh", demanda_comercial_kwh="DemaCome"),
        tiempo="fecha_hora",
        cuando=("fecha_hora",),
    ),
    Receta(
        "demanda_real_c1b851",
        _columns("fecha_hora demanda_real_gwh"),
        _each("GWh", demanda_real_gwh="DemaRealC1B851"),
        tiempo="fecha_hora",
        cuando=("fecha_hora",),
    ),
    Receta(
        "demanda_por_mercado",
        frozenset({"Values_code", "Values_MarketType", "Date", *_HORAS}),
        _each("kWh", "MercadoComercializacion", Values_Hour01="DemaCome"),
        cuando=("Date",),
        entidad="Values_code",
        dimensiones=("Values_MarketType",),
        horas=_HORAS,
    ),
    Receta(
        "demanda_por_subarea",
        _columns("fecha_hora"),
        (Columna("_valor", "DemaSubarea", "kWh", "Subarea", signo=-1),),
        tiempo="fecha_hora",
        cuando=("fecha_hora",),
        entidad="_entidad",
        anchas="Sub",
        nota="la demanda escrita con signo negativo se guarda positiva",
    ),
    Receta(
        "demanda_por_operador",
        _columns("fecha or_codigo hora demanda_kwh"),
        _each("kWh", "OR", demanda_kwh="DemaOrHora"),
        tiempo="dia_hora",
        cuando=("fecha", "hora"),
        entidad="or_codigo",
        version="version",
    ),
    Receta(
        "precio_bolsa_libros",
        _columns("fecha hora precio_bolsa_cop_kwh"),
        _each("COP/kWh", precio_bolsa_cop_kwh="PrecBolsNaciLibro"),
        tiempo="dia_hora",
        cuando=("fecha", "hora"),
        version="version",
    ),
    Receta(
        "precio_bolsa_horario",
        _columns("fecha_hora precio_bolsa_cop_kwh"),
        _each("COP/kWh", precio_bolsa_cop_kwh="PrecBolsNaci"),
        tiempo="fecha_hora",
        cuando=("fecha_hora",),
    ),
    Receta(
        "precios_diarios",
        _columns("fecha ppp_bolsa_diario precio_escasez"),
        _each(
            "COP/kWh",
            precio_min="PrecBolsMinPublDia",
            precio_max="PrecBolsMaxPublDia",
            ppp_bolsa_diario="PPPrecBolsNaci",
            ppp_bolsa_mes="PPPrecBolsNaciMes",
            precio_escasez="PrecEsca",
            precio_escasez_activacion="PrecEscaAct",
            precio_escasez_ponderado="PrecEscaPon",
            precio_escasez_inferior="PrecEscaInf",
            precio_escasez_superior="PrecEscaSup",
        ),
    ),
    Receta(
        "sistema_diario",
        _columns("fecha demanda_gwh aportes_gwh volumen_util_gwh capacidad_util_gwh"),
        (
            *_each(
                "GWh",
                demanda_gwh="DemaOper",
                aportes_gwh="AporOper",
                aportes_media_historica_gwh="AporMediOper",
                volumen_util_gwh="VoluUtilOper",
                capacidad_util_gwh="CapaUtilOper",
            ),
            *_each("fraccion", aportes_pct="PorcAporOper", volumen_util_pct="PorcVoluUtilOper"),
            *_each(
                "COP/kWh",
                precio_bolsa_min="PrecBolsMinOper",
                precio_bolsa_prom="PrecBolsPromOper",
                precio_bolsa_max="PrecBolsMaxOper",
            ),
        ),
    ),
    Receta(
        "reservas_diarias",
        _columns("fecha capacidad_util_gwh volumen_util_gwh"),
        _each("GWh", capacidad_util_gwh="CapaUtilDiarEner", volumen_util_gwh="VoluUtilDiarEner"),
    ),
    Receta(
        "despacho_por_combustible",
        _columns("fecha combustible despacho_gwh"),
        _each("GWh", "Combustible", despacho_gwh="GeneProgCombustible"),
        entidad="combustible",
    ),
    Receta(
        "aportes_por_rio",
        _columns("fecha rio aportes_energia_kwh"),
        (
            *_each("m3/s", "Rio", aportes_caudal_m3s="AporCaudal"),
            *_each("kWh", "Rio", aportes_energia_kwh="AporEner"),
            # this file writes 65.08 for 65.08 %, where the operator's API sends a fraction
            *_each("%", "Rio", aportes_pct="PorcApor"),
        ),
        entidad="rio",
        entidades=listas.rios,
        lista=_columns("region"),
    ),
    Receta(
        "volumen_por_embalse",
        _columns("fecha embalse volumen_util_fraccion"),
        _each("fraccion", "Embalse", volumen_util_fraccion="PorcVoluUtilDiar"),
        entidad="embalse",
    ),
    Receta(
        "consumo_de_combustible",
        _columns("fecha recurso combustible consumo_combustible_mbtu"),
        _each("MBTU", "Recurso", consumo_combustible_mbtu="ConsCombustibleDia"),
        entidad="recurso",
        dimensiones=("combustible",),
    ),
    Receta(
        "temperatura_por_mercado",
        _columns("Values_code Date Temperatura"),
        _each("°C", "MercadoComercializacion", Temperatura="TempMercado"),
        cuando=("Date",),
        entidad="Values_code",
    ),
    Receta(
        "oni",
        _columns("anio mes oni"),
        _each("°C", "Pacifico", oni="ONI"),
        tiempo="anio_mes",
        cuando=("anio", "mes"),
        # as in the built-in history
        fija="Pacifico",
    ),
    Receta(
        "demanda_mensual_por_agente",
        _columns("month agent_code demanda_comercial_kwh"),
        _each("kWh", "Agente", demanda_comercial_kwh="DemaComeMes"),
        cuando=("month",),
        entidad="agent_code",
    ),
    Receta(
        "demanda_mensual_por_operador",
        _columns("month operator demanda_comercial_kwh"),
        _each("kWh", "OperadorRed", demanda_comercial_kwh="DemaComeMes"),
        cuando=("month",),
        entidad="operator",
    ),
    Receta(
        "posicion_contractual",
        _columns("fecha agente demanda respaldo ventas expuesto"),
        _each(
            "GWh",
            "Agente",
            demanda="PosiDemanda",
            respaldo="PosiRespaldo",
            ventas="PosiVentas",
            expuesto="PosiExpuesto",
        ),
        entidad="agente",
    ),
)
_LISTAS = (
    Receta("agentes", _columns("Code Name Activity OperStartdate State"), entidades=listas.agentes),
    Receta("metricas", _columns("MetricId MetricName Entity MaxDays Url"), entidades=listas.metricas),
    Receta(
        "recursos",
        _columns("submercado nombre_recurso capacidad_efectiva"),
        entidades=listas.recursos,
    ),
    Receta("plantas", _columns("name gppd_idnr latitude longitude"), entidades=listas.plantas),
    Receta("calendario", _columns("Fecha Clasificacion"), entidades=listas.calendario),
    Receta("simem_columnas", _columns("dataset_id columna tipo"), entidades=listas.columnas),
    Receta("simem_inventario", _columns("IdDataset CodigoVariable"), entidades=listas.inventario),
)
RECETAS = (*_SERIES, *_LISTAS)


def recipe_for(columns: list[str]) -> Receta | None:
    """The recipe of a file with these columns: of those that know it, the one that asks for most; or None."""
    able = [recipe for recipe in RECETAS if recipe.knows(columns)]
    return max(able, key=lambda recipe: (len(recipe.firma), bool(recipe.anchas)), default=None)
