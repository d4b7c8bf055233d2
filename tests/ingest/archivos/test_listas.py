"""Lists keep all that each row says; nothing is lost where a code comes twice."""

import polars as pl
import pytest

from siea.ingest.archivos import listas
from siea.ingest.archivos.listas import OTHERS
from siea.ingest.archivos.recetas import recipe_for

_NAMES = ("Code", "Name", "Activity", "OperStartdate", "State")
AGENTS = [
    dict(zip(_NAMES, row, strict=True))
    for row in (
        ("ETNC", "TRANSITIONS", "C", "2024-07-25", "OPERACION"),
        ("ETNC", "TRANSTIONS", "C", "2026-10-24", "INACTIVO"),
        ("ETNC", "TRANSITIONS", "C", "2024-07-25", "OPERACION"),
        ("0012", "CEROS", "G", "2020-01-01", "OPERACION"),
        (None, None, None, None, None),
    )
]


@pytest.mark.parametrize("turn", [1, -1])
def test_of_two_rows_of_a_code_the_one_in_operation_speaks_and_keeps_the_other(turn):
    found = listas.agentes(pl.DataFrame(AGENTS[::turn]))
    assert sorted(entry.codigo for entry in found) == ["0012", "ETNC", "ETNC", "ETNC"]
    entry = next(entry for entry in found if entry.codigo == "ETNC")
    assert (entry.tipo, entry.nombre) == ("agente", "TRANSITIONS")
    assert [other["Name"] for other in entry.atributos[OTHERS]] == ["TRANSTIONS"]


def test_a_resource_has_its_text_and_its_numbers_and_one_spelling_of_its_state():
    row = {
        "Recurso ID": "Cog0017", "nombre_recurso": "PROENCA", "submercado": "PNC1",
        "capacidad_efectiva": "19,9", "factor_conversion": "n.d.",
        "inicio_operacion": "4/29/2014 12:00:00 AM", "estado": "OPERACIÓN",
    }  # fmt: skip
    (entry,) = listas.recursos(pl.DataFrame([row]))
    assert (entry.tipo, entry.codigo, entry.nombre) == ("recurso", "PNC1", "PROENCA")
    told = entry.atributos
    assert (told["capacidad_efectiva"], told["capacidad_efectiva_leida"]) == ("19,9", 19.9)
    assert told["factor_conversion_leida"] is None
    assert (told["inicio_operacion_leida"], told["estado_leido"]) == ("2014-04-29", "operacion")
    assert told["estado"] == "OPERACIÓN"


def test_a_place_outside_the_country_is_marked_and_not_turned():
    rows = [
        {"gppd_idnr": "A", "name": "a", "latitude": "7.1", "longitude": "-75.3"},
        {"gppd_idnr": "B", "name": "b", "latitude": "7.1", "longitude": "75.34"},
        {"gppd_idnr": "C", "name": "c", "latitude": None, "longitude": None},
    ]
    here, there, nowhere = listas.plantas(pl.DataFrame(rows))
    assert there.atributos["marcas"] == ["fuera_de_colombia(longitude)"]
    assert there.atributos["longitude"] == "75.34"
    assert not {"marcas"} & (here.atributos.keys() | nowhere.atributos.keys())


@pytest.mark.parametrize(
    ("header", "recipe", "row", "entry"),
    [
        ("MetricId,MetricName,Entity,MaxDays,Url", "metricas", "DemaReal,Demanda,Agente,31,u",
         ("metrica", "DemaReal/Agente", "Demanda")),
        ("dataset_id,nombre,columna,tipo", "simem_columnas", "00C31F,Restricciones,Valor,decimal",
         ("simem_columna", "00C31F/Valor", "Restricciones")),
        ("IdDataset,CodigoVariable,NombreVariable", "simem_inventario", ",PB_Nal,Precio",
         ("simem_variable", "sin conjunto/PB_Nal", "Precio")),
        ("Fecha,Clasificacion", "calendario", "2024-05-01,Festivo", ("dia", "2024-05-01", "Festivo")),
    ],
)  # fmt: skip
def test_the_other_lists_have_their_codes(header, recipe, row, entry):
    cells = [cell or None for cell in row.split(",")]
    frame = pl.DataFrame([cells], schema=dict.fromkeys(header.split(","), pl.String), orient="row")
    assert recipe_for(frame.columns).nombre == recipe
    (found,) = recipe_for(frame.columns).entidades(frame)
    assert (found.tipo, found.codigo, found.nombre) == entry


def test_rivers_come_with_their_regions_where_the_file_has_them():
    frame = pl.DataFrame({"rio": ["NARE", "NARE", None], "region": ["ANTIOQUIA", "ANTIOQUIA", None]})
    assert [(e.codigo, e.atributos["region"]) for e in listas.rios(frame)] == [("NARE", "ANTIOQUIA")]
    assert listas.rios(frame.drop("region")) == []
