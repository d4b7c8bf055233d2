"""Each known defect of the reference files, judged as the file has it: before anything is rejected or merged.

``DEFECTS``: number of the defect in their provenance, file, rule, variable, and a day of the finding that
names it (None: the finding is of the whole). ``FALSE_ALARMS``: findings of medium or high gravity that none
of them explains, at most, by file; the rest of the files have none. Of defect 2, the file here has no market
named SIN CLASIFICAR: the rule is tested on a made-up one.
"""

from collections import Counter
from datetime import UTC, date, datetime
from itertools import groupby

import polars as pl
import pytest

from siea.ingest.archivos.archivo import read_table
from siea.ingest.archivos.carpeta import tables_of
from siea.ingest.archivos.receta import to_bronze
from siea.ingest.archivos.recetas import recipe_for
from siea.ingest.juicio.forma import one_of_each
from siea.ingest.juicio.listas import judge_entities
from siea.ingest.juicio.pares import judge_pairs
from siea.ingest.juicio.serie import judge_variable
from siea.ingest.sources.registry import Entidad
from siea.ingest.transform.frames import SILVER
from siea.ingest.transform.normalize import normalize
from siea.ingest.transform.provisional import provisional

D = date
TODAY = D(2026, 11, 25)
SIN, MARKET, REAL = "demanda_sin_diaria", "demanda_comercial_por_mercado", "demanda_real_horaria"
AREAS, OPERATORS, BOOKS = "demanda_por_subarea", "demanda_or_horaria", "precio_bolsa_horario_1995_2021"
SYSTEM, FUELS, RIVERS = "sistema_diario", "generacion_diaria_por_combustible", "aportes_diarios_rio"
RESERVOIRS, SCARCITY, PLANTS = "volumen_util_por_embalse", "precios_bolsa_escasez", "plantas_recursos"
PLACES, CONTRACTS, JOINED = "plantas_wri", "posicion_contractual", "precio_bolsa_horario_1995_2025"
DEFECTS = [
    *((1, SIN, "dias_faltantes", variable, D(2015, 12, 31))
      for variable in ("DemaSIN", "GeneDiaSIN", "DemaNoAtenDiaSIN", "ExpoDiaSIN", "ImpoDiaSIN")),
    (1, SIN, "sin_valor", "ExpoDiaSIN", None),
    (1, SIN, "serie_empieza", "ExpoDiaSIN", D(2001, 10, 1)),
    (1, SIN, "sin_valor", "ImpoDiaSIN", None),
    (1, SIN, "sin_valor", "DemaNoAtenDiaSIN", None),
    (2, MARKET, "dia_parcial", "DemaCome", D(2024, 10, 23)),
    (2, MARKET, "dia_parcial", "DemaCome", D(2024, 10, 24)),
    (2, MARKET, "sin_valor", "DemaCome", None),
    (3, REAL, "nivel_contra_referencia", "DemaRealC1B851", D(2019, 6, 1)),
    (3, REAL, "nivel_contra_referencia", "DemaRealC1B851", D(2023, 6, 1)),
    (3, REAL, "razon_cambia", "DemaRealC1B851", D(2016, 9, 6)),
    (3, REAL, "razon_cambia", "DemaRealC1B851", D(2016, 9, 23)),
    (4, AREAS, "desliz_de_unidad", "DemaSubarea", D(2021, 10, 17)),
    (4, AREAS, "desliz_de_unidad", "DemaSubarea", D(2021, 11, 12)),
    (4, AREAS, "fuera_de_limites", "DemaSubarea", D(2021, 10, 17)),
    (4, AREAS, "fuera_de_limites", "DemaSubarea", D(2021, 11, 12)),
    (4, AREAS, "razon_cambia", "DemaSubarea", D(2021, 10, 17)),
    (4, AREAS, "razon_cambia", "DemaSubarea", D(2021, 11, 12)),
    # 0.82–1.07 of the system on most days of 2021
    (4, AREAS, "razon_cambia", "DemaSubarea", D(2021, 5, 7)),
    (4, AREAS, "termina_a_mitad_de_mes", "DemaSubarea", D(2022, 12, 30)),
    (4, AREAS, "salto_de_nivel", "DemaSubarea", D(2022, 1, 1)),
    (5, OPERATORS, "nivel_contra_referencia", "DemaOrHora", D(2018, 6, 1)),
    (5, OPERATORS, "versiones_mezcladas", "DemaOrHora", D(2018, 6, 1)),
    (5, OPERATORS, "sin_valor", "DemaOrHora", None),
    *((6, BOOKS, "repetida", "PrecBolsNaciLibro", day)
      for day in (D(1996, 1, 4), D(1996, 12, 9), D(1998, 12, 20), D(1999, 12, 24), D(2007, 1, 3),
                  D(2009, 12, 31))),
    *((6, file, "cero_sospechoso", variable, day)
      for file, variable in ((BOOKS, "PrecBolsNaciLibro"), (JOINED, "PrecBolsNaci"))
      for day in (D(1995, 8, 1), D(1995, 10, 13), D(1996, 5, 10), D(1996, 7, 1))),
    (6, BOOKS, "sin_valor", "PrecBolsNaciLibro", D(2013, 12, 25)),
    (6, BOOKS, "versiones_mezcladas", "PrecBolsNaciLibro", None),
    (7, BOOKS, "fuentes_discrepan", "PrecBolsNaciLibro", D(2016, 10, 1)),
    (7, BOOKS, "fuentes_discrepan", "PrecBolsNaciLibro", D(2016, 11, 20)),
    (7, BOOKS, "fuentes_discrepan", "PrecBolsNaciLibro", D(2021, 1, 25)),
    (8, SYSTEM, "atipico_aislado", "PrecBolsMaxOper", D(2024, 9, 30)),
    (8, SYSTEM, "atipico_aislado", "PrecBolsPromOper", D(2024, 9, 30)),
    (8, SYSTEM, "fuentes_discrepan", "PrecBolsMaxOper", D(2024, 9, 30)),
    *((8, SYSTEM, "cero_sospechoso", f"PrecBols{which}Oper", day)
      for which in ("Min", "Prom", "Max") for day in (D(2016, 6, 26), D(2016, 9, 29), D(2017, 1, 21))),
    *((8, SYSTEM, rule, "AporMediOper", day)
      for rule in ("atipico_aislado", "fuera_de_limites") for day in (D(2021, 12, 2), D(2022, 1, 1))),
    # the same mean, in the percentage that was made of it
    *((8, SYSTEM, "atipico_aislado", "PorcAporOper", day) for day in (D(2021, 12, 2), D(2022, 1, 1))),
    (8, SYSTEM, "escalon_breve", "CapaUtilOper", D(2017, 1, 18)),
    (8, SYSTEM, "escalon_breve", "CapaUtilOper", D(2017, 1, 22)),
    (8, SYSTEM, "escalon_breve", "CapaUtilOper", D(2017, 9, 22)),
    (9, FUELS, "dias_faltantes", "GeneProgCombustible", D(2023, 6, 3)),
    (9, FUELS, "dia_parcial", "GeneProgCombustible", D(2021, 8, 3)),
    (9, FUELS, "dia_parcial", "GeneProgCombustible", None),
    (9, FUELS, "entidad_aparece", "GeneProgCombustible", D(2018, 12, 2)),
    *((10, RIVERS, rule, variable, day)
      for variable in ("AporCaudal", "AporEner", "PorcApor")
      for rule, day in (("dias_faltantes", D(2018, 2, 23)), ("sin_valor", None), ("entidad_aparece", None),
                        ("entidad_desaparece", None))),
    (10, RIVERS, "porcentaje_excesivo", "PorcApor", None),
    (10, RIVERS, "categoria_sin_clasificar", "lista:archivo", None),
    (11, RESERVOIRS, "porcentaje_excesivo", "PorcVoluUtilDiar", None),
    (11, RESERVOIRS, "cero_sospechoso", "PorcVoluUtilDiar", None),
    (11, RESERVOIRS, "cambio_de_precision", "PorcVoluUtilDiar", D(2021, 6, 1)),
    (12, SCARCITY, "serie_termina", "PrecEscaAct", D(2025, 2, 28)),
    (12, SCARCITY, "serie_empieza", "PrecEscaInf", D(2025, 3, 1)),
    (12, SCARCITY, "serie_empieza", "PrecEscaSup", D(2025, 3, 1)),
    *((13, PLANTS, rule, "lista:archivo", None)
      for rule in ("coma_decimal", "grafia_distinta", "formato_de_fecha_mixto", "codigo_repetido")),
    (14, PLACES, "fuera_de_colombia", "lista:archivo", None),
    (14, PLACES, "sin_coordenadas", "lista:archivo", None),
    (16, CONTRACTS, "razon_mensual_cambia", "PosiRespaldo", D(2025, 12, 1)),
    (16, CONTRACTS, "razon_mensual_cambia", "PosiVentas", D(2025, 12, 1)),
]  # fmt: skip
# Nearly all of them are true of the file, and told by nobody before.
FALSE_ALARMS = {
    # rivers at the very same flow for up to 279 days, in three columns; zeros of a diverted river
    RIVERS: 26 + 6,
    # Arauca and Cartago, days at a tenth to a half
    MARKET: 5,
    # three operators, a Sunday at half or less; one at the same hour all day
    OPERATORS: 4,
    # days at half (Putumayo, with zeros by night), an industry that stopped, a week at the new year
    AREAS: 9,
    # its first month has a third of the days
    CONTRACTS: 4,
    # a new price at the end of 2023 and of November 2024, and days of two old versions
    BOOKS: 3, JOINED: 3, "precio_bolsa_horario_2015": 1, "precio_bolsa_horario_2022": 2, SCARCITY: 9,
    # the operative maximum of a day with another dispatch
    SYSTEM: 8,
    # a small reservoir that empties in a night
    RESERVOIRS: 3,
    # a code with two rows
    "xm_listado_agentes": 1,
    FUELS: 1,
}  # fmt: skip


@pytest.fixture(scope="module")
def files(shared):
    """(silver frames by (file, code, entity), lists by file): as the files say it, half days flagged."""
    now = datetime(2026, 11, 25, 15, tzinfo=UTC)
    frames, lists = {}, {}
    for path in tables_of(shared / "data/xm"):
        table = read_table(path.read_bytes())
        recipe = recipe_for(table.columns)
        if recipe is None:
            continue
        for column in recipe.values_in(table):
            silver, _ = normalize(to_bronze(table, recipe, column), column.variable, column.unidad, now)
            frame, _ = provisional(silver, column.variable, ())
            frames[path.name, column.variable] = frame
        if recipe.nombre == "recursos":
            # as the file spells them: the import writes one spelling of each state
            lists[path.name] = [
                Entidad("recurso", row["submercado"], row["nombre_recurso"], row) for row in table.to_dicts()
            ]
            lists[path.name] += recipe.entidades(table)
        elif recipe.entidades:
            lists[path.name] = recipe.entidades(table)
    return frames, lists


@pytest.fixture(scope="module")
def findings(files):
    """(file, finding) of every rule about one variable, a list, or a pair (by the file of its variable)."""
    frames, lists = files
    found = [(name, one) for (name, of), frame in frames.items() for one in judge_variable(frame, of, TODAY)]
    found += [(name, one) for name, entries in lists.items() for one in judge_entities(entries, "archivo")]
    by_code = {
        (of.codigo, of.entidad): (name, frame) for (name, of), frame in sorted(frames.items(), key=str)
    }
    # the joined file has every hour of the price
    joined = next((n, f) for (n, of), f in frames.items() if "unido" in n)
    by_code["PrecBolsNaci", "Sistema"] = joined
    empty = ("", pl.DataFrame(schema=SILVER))
    pairs = judge_pairs(lambda v: one_of_each(by_code.get((v.codigo, v.entidad), empty)[1]))
    return found + [(by_code[one.variable, one.entidad_tipo][0], one) for one in pairs]


def explains(defect, name, one) -> bool:
    _, file, rule, variable, day = defect
    if not name.startswith(file) or (one.regla, one.variable) != (rule, variable):
        return False
    return day is None or (one.desde is not None and one.desde <= day <= one.hasta)


@pytest.mark.parametrize("defect", DEFECTS, ids=lambda d: f"{d[0]}-{d[2]}-{d[3]}-{d[4]}")
def test_a_known_defect_is_found_at_its_place_in_its_own_file(findings, defect):
    told = [one.mensaje for name, one in findings if name.startswith(defect[1])]
    assert any(explains(defect, name, one) for name, one in findings), told


def test_every_defect_of_the_provenance_that_a_file_can_show_is_in_the_table():
    """15 is the base period of an index, which no rule can see in one copy."""
    assert [number for number, _ in groupby(DEFECTS, key=lambda d: d[0])] == [*range(1, 15), 16]


def test_what_no_defect_explains_stays_below_a_bound_in_each_file(findings):
    others = [
        (name, one.regla, one.variable, str(one.desde))
        for name, one in findings
        if one.severidad != "baja" and not any(explains(defect, name, one) for defect in DEFECTS)
    ]
    counts = Counter(next((f for f in FALSE_ALARMS if one[0].startswith(f)), one[0]) for one in others)
    over = {file for file, n in counts.items() if n > FALSE_ALARMS.get(file, 0)}
    assert not over, [one for one in others if any(one[0].startswith(file) for file in over)]


def test_the_copies_of_the_price_workbooks_are_counted_to_the_hour(findings):
    copies = [one for name, one in findings if name.startswith(BOOKS) and one.regla == "repetida"]
    assert sum(one.cuantos for one in copies if one.entidad == "Sistema") == 120 + 168 + 144 + 384 + 216
    assert "en 17 claves" in copies[0].mensaje


def test_the_factors_of_the_subareas_are_named(findings):
    told = [
        one.mensaje for name, one in findings if name.startswith(AREAS) and one.regla == "desliz_de_unidad"
    ]
    assert any("Antioquia" in m and "unas 5 veces por encima" in m for m in told)
    assert any("Boyaca-Casanare" in m and "unas 1000 veces por encima" in m for m in told)


def test_fifteen_months_of_el_nino_and_a_century_of_its_index_are_no_defects(findings):
    assert [one for _, one in findings if one.variable == "ONI"] == []
    prices = [one for _, one in findings if one.variable == "PrecBolsNaci" and one.desde]
    assert not [one for one in prices if D(2015, 9, 1) <= one.desde <= D(2016, 4, 30)]
