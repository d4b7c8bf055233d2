"""Every defect that is known to be in the real files is found at its place, and little else is.

The table is the judge's own record of the files of ../shared/data/xm: the number of the defect in their
provenance, the rule, the variable, and a day that the finding must contain.
"""

import tempfile
from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from siea.ingest.archivos import import_folder
from siea.ingest.juicio.juez import judge
from siea.store.lake import Lake

pytestmark = pytest.mark.lento
D = date
FOUND = [
    ("1 falta 2015-12-31", "dias_faltantes", "DemaSIN", D(2015, 12, 31)),
    ("1 exportaciones vacías", "sin_valor", "ExpoDiaSIN", None),
    ("1 importaciones vacías", "sin_valor", "ImpoDiaSIN", None),
    ("1 no atendida vacía", "sin_valor", "DemaNoAtenDiaSIN", None),
    ("2 dos días parciales", "dia_parcial", "DemaCome", D(2024, 10, 23)),
    ("2 celdas vacías", "sin_valor", "DemaCome", None),
    ("3 por debajo del SIN", "nivel_contra_referencia", "DemaRealC1B851", D(2019, 6, 1)),
    ("3 deriva de 2022", "nivel_contra_referencia", "DemaRealC1B851", D(2022, 6, 1)),
    ("3 doble cuenta de 2016", "razon_cambia", "DemaRealC1B851", D(2016, 9, 15)),
    ("4 mil veces en octubre", "filas_rechazadas", "DemaSubarea", D(2021, 10, 17)),
    ("4 cinco veces en octubre", "desliz_de_unidad", "DemaSubarea", D(2021, 10, 17)),
    ("4 cinco veces en noviembre", "desliz_de_unidad", "DemaSubarea", D(2021, 11, 12)),
    ("4 otra composición desde 2022", "salto_de_nivel", "DemaSubarea", D(2022, 1, 1)),
    ("4 total contra el SIN", "razon_cambia", "DemaSubarea", D(2021, 10, 17)),
    ("4 total contra el SIN", "razon_cambia", "DemaSubarea", D(2021, 11, 12)),
    ("4 falta el último día", "termina_a_mitad_de_mes", "DemaSubarea", D(2022, 12, 30)),
    ("5 92 % del SIN", "nivel_contra_referencia", "DemaOrHora", D(2018, 6, 1)),
    ("5 cuatro versiones", "versiones_mezcladas", "DemaOrHora", D(2018, 6, 1)),
    ("5 horas vacías", "sin_valor", "DemaOrHora", None),
    ("6 días repetidos", "filas_repetidas", "PrecBolsNaciLibro", None),
    ("6 ceros de 1995", "cero_sospechoso", "PrecBolsNaciLibro", D(1995, 8, 1)),
    ("6 ceros de 1996", "cero_sospechoso", "PrecBolsNaciLibro", D(1996, 7, 1)),
    ("6 celdas vacías", "sin_valor", "PrecBolsNaciLibro", None),
    ("6 versiones por año", "versiones_mezcladas", "PrecBolsNaciLibro", None),
    ("7 libro contra API 2016", "fuentes_discrepan", "PrecBolsNaciLibro", D(2016, 10, 1)),
    ("7 libro contra API 2021", "fuentes_discrepan", "PrecBolsNaciLibro", D(2021, 1, 25)),
    ("8 precio medio 6 537", "atipico_aislado", "PrecBolsPromOper", D(2024, 9, 30)),
    ("8 precio máximo 7 233", "atipico_aislado", "PrecBolsMaxOper", D(2024, 9, 30)),
    ("8 precio máximo 7 233", "fuentes_discrepan", "PrecBolsMaxOper", D(2024, 9, 30)),
    ("8 precio cero", "cero_sospechoso", "PrecBolsPromOper", D(2016, 6, 26)),
    ("8 precio cero", "cero_sospechoso", "PrecBolsPromOper", D(2016, 9, 29)),
    ("8 precio cero", "cero_sospechoso", "PrecBolsPromOper", D(2017, 1, 21)),
    ("8 medias de 1 705 y 1 214", "filas_rechazadas", "AporMediOper", D(2021, 12, 2)),
    ("8 capacidad que cae", "escalon_breve", "CapaUtilOper", D(2017, 1, 20)),
    ("8 capacidad que cae", "escalon_breve", "CapaUtilOper", D(2017, 9, 22)),
    ("9 falta 2023-06-03", "dias_faltantes", "GeneProgCombustible", D(2023, 6, 3)),
    ("9 agosto de 2021 al 46 %", "dia_parcial", "GeneProgCombustible", D(2021, 8, 3)),
    ("9 SOL empieza en 2018", "entidad_aparece", "GeneProgCombustible", None),
    ("10 2018 se corta", "dias_faltantes", "AporEner", D(2018, 6, 1)),
    ("10 filas en blanco", "filas_rechazadas", "AporEner", None),
    ("10 caudales vacíos", "sin_valor", "AporCaudal", None),
    ("10 energías vacías", "sin_valor", "AporEner", None),
    ("10 más de 1 000 %", "porcentaje_excesivo", "PorcApor", None),
    ("10 RIOS ESTIMADOS", "categoria_sin_clasificar", "lista:importado", None),
    ("10 ríos que aparecen", "entidad_aparece", "AporEner", None),
    ("10 ríos que desaparecen", "entidad_desaparece", "AporEner", None),
    ("11 más de 100 %", "porcentaje_excesivo", "PorcVoluUtilDiar", None),
    ("11 ceros", "cero_sospechoso", "PorcVoluUtilDiar", None),
    ("11 redondeo de 2021", "cambio_de_precision", "PorcVoluUtilDiar", None),
    ("12 activación termina", "serie_termina", "PrecEscaAct", D(2025, 2, 28)),
    ("12 inferior empieza", "serie_empieza", "PrecEscaInf", D(2025, 3, 1)),
    ("12 superior empieza", "serie_empieza", "PrecEscaSup", D(2025, 3, 1)),
    ("13 coma decimal", "coma_decimal", "lista:importado", None),
    ("13 dos formas de fecha", "formato_de_fecha_mixto", "lista:importado", None),
    ("13 dos grafías de un estado", "grafia_distinta", "lista:importado", None),
    ("13 códigos repetidos", "codigo_repetido", "lista:importado", None),
    ("14 longitudes con otro signo", "fuera_de_colombia", "lista:importado", None),
    ("14 sin coordenadas", "sin_coordenadas", "lista:importado", None),
    ("16 contratos de diciembre", "razon_mensual_cambia", "PosiRespaldo", D(2025, 12, 1)),
]  # fmt: skip
# What the judge says of these files beside the defects of their provenance, at most.
MOST_OTHERS = 150


@pytest.fixture(scope="module")
async def findings(shared, module_engine):
    with tempfile.TemporaryDirectory(prefix="siea-lago-") as folder:
        now = datetime(2026, 11, 25, 15, tzinfo=UTC)
        await import_folder(module_engine, Lake(Path(folder).as_uri()), shared / "data/xm", clock=lambda: now)
        return (await judge(module_engine, clock=lambda: now)).hallazgos


def _is(found, rule, variable, day) -> bool:
    if (found.regla, found.variable) != (rule, variable):
        return False
    return day is None or (found.desde is not None and found.desde <= day <= found.hasta)


@pytest.mark.parametrize(("defect", "rule", "variable", "day"), FOUND, ids=str)
async def test_a_known_defect_is_found_at_its_place(findings, defect, rule, variable, day):
    told = [one.mensaje for one in findings if one.variable == variable]
    assert any(_is(one, rule, variable, day) for one in findings), (defect, told)


async def test_what_else_is_said_stays_few_enough_to_read(findings):
    others = [
        one for one in findings if not any(_is(one, rule, variable, day) for _, rule, variable, day in FOUND)
    ]
    counts = Counter((one.regla, one.variable) for one in others)
    assert len(others) <= MOST_OTHERS, counts.most_common(20)


async def test_the_copies_of_the_price_workbooks_tell_how_many_of_them_are_empty_beside_a_value(findings):
    (copies,) = [o for o in findings if (o.regla, o.variable) == ("filas_repetidas", "PrecBolsNaciLibro")]
    assert (copies.cuantos, copies.detalle["con_hueco"]) == (1776, 17)


async def test_the_thousandfold_hours_are_in_quarantine_with_their_place(findings):
    (slip,) = [o for o in findings if (o.regla, o.variable) == ("filas_rechazadas", "DemaSubarea")]
    assert slip.cuantos == 6
    assert "Boyaca-Casanare" in slip.mensaje
