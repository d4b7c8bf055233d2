"""Every documented shape of the operator's answers."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siea.ingest.errors import ContractViolationError, RangeTooLongError, UpstreamError
from siea.ingest.sources.xm import MOST_DAYS, XmSource, metrica, metricas_incluidas
from siea.ingest.sources.xm_wire import read_list, read_series, refusal

HOURS = [f"Hour{n:02d}" for n in range(1, 25)]


def hourly(*entities, day="2024-02-29"):
    return {"Metric": {"Id": "x"}, "Items": [{"Date": day, "HourlyEntities": list(entities)}]}


def entity(values, kind="Sistema"):
    return {"Id": kind, "Values": values}


def values(document, kind="hourly", of="Sistema"):
    return read_series(document, kind, of).frame["valores"].to_list()


@given(st.dictionaries(st.sampled_from(HOURS), st.sampled_from(["1.5", "0", "-2", ""]), min_size=1))
def test_a_value_belongs_to_the_hour_of_its_key_wherever_the_key_stands(hours):
    """B2-GP-03: an absent key is a gap at its own hour, never a shift."""
    (row,) = values(hourly(entity({"code": "Sistema", **hours})))
    assert row == [hours.get(name) for name in HOURS]


def test_numbers_that_are_not_strings_and_nulls_are_kept_as_they_come():
    (row,) = values(hourly(entity({"Hour01": 7.25, "Hour02": None, "Hour03": "8"})))
    assert row[:3] == ["7.25", None, "8"]


def test_the_real_answer_gives_its_24_hours(shared):
    document = json.loads((shared / "data/api/xm_hourly_DemaReal_Sistema_2025-01-01.REAL.json").read_text())
    (row,) = values(document)
    assert sum(map(float, row)) / 1e6 == pytest.approx(176.12, abs=0.005)


def test_extra_dimensions_inside_values_keep_rows_apart():
    frame = read_series(
        hourly(
            entity({"code": "ANTIOQUIA", "MarketType": "REGULADO", "Hour01": "1"}, "Mercado"),
            entity({"code": "ANTIOQUIA", "MarketType": "NO REGULADO", "Hour01": "2"}, "Mercado"),
            entity({"Code": "CALI", "Activity": "A", "Subactivity": "B", "Hour01": "3"}, "Mercado"),
        ),
        "hourly",
        "Mercado",
    ).frame
    assert frame["entidad"].to_list() == ["ANTIOQUIA", "ANTIOQUIA", "CALI"]
    assert frame["dimension"].to_list() == ["REGULADO", "NO REGULADO", "A / B"]


@pytest.mark.parametrize(
    "one",
    [{"Id": "Rio", "Name": "NARE", "Value": "10"}, {"Id": "Rio", "Values": {"Name": "NARE", "Value": 10}}],
)
def test_daily_values_come_flat_or_nested(one):
    document = {"Items": [{"Date": "2024-01-01", "DailyEntities": [one]}]}
    frame = read_series(document, "daily", "Rio").frame
    assert frame["entidad"].to_list() == ["NARE"]
    assert frame["valores"].to_list() == [["10"]]
    assert frame["hora"].to_list() == [None]


def test_no_items_is_no_data_and_an_empty_object_is_not():
    """UP-03."""
    assert read_series({"Metric": {}, "Items": []}, "hourly", "Sistema").frame.is_empty()
    for document in ({}, {"Metric": {}}, [], 3, None):
        with pytest.raises(ContractViolationError):
            read_series(document, "hourly", "Sistema")


@pytest.mark.parametrize(
    "document", [{"Message": "Id de Métrica no encontrada."}, "error: entidad no válida"]
)
def test_what_the_operator_says_reaches_the_person(document):
    """UP-02: an error payload is never a table."""
    with pytest.raises(UpstreamError, match=r"no encontrada|no válida"):
        read_series(document, "hourly", "Sistema")


def test_the_limit_of_days_has_a_type_of_its_own():
    assert isinstance(refusal("error: Rango de consulta supera el máximo"), RangeTooLongError)
    assert refusal({"Items": []}) is None


@pytest.mark.parametrize(
    "document",
    [
        {"Items": [{"Date": "2024-01-01", "DailyEntities": []}]},
        {"Items": [{"HourlyEntities": []}]},
        {"Items": "nada"},
        hourly({"Id": "Sistema", "Values": "x"}),
        hourly(entity({"code": "Sistema"})),
    ],
)
def test_another_shape_is_a_broken_contract_that_says_where(document):
    with pytest.raises(ContractViolationError):
        read_series(document, "hourly", "Sistema")


def test_an_unknown_key_is_told_and_stops_nothing():
    found = read_series(hourly(entity({"Hour01": "1", "Nueva": "x"})), "hourly", "Sistema")
    assert any("Nueva" in note for note in found.notas)
    assert len(found.frame) == 1


def test_every_row_of_the_operators_catalogue_is_understood(shared):
    document = json.loads((shared / "data/api/xm_lists_ListadoMetricas_2026-08-20.REBUILT.json").read_text())
    live = {(one.metrica, one.entidad): one for one in map(metrica, read_list(document))}
    assert len(live) == 193
    assert live == dict(metricas_incluidas())
    assert {one.ruta for one in live.values()} <= {"hourly", "daily", "monthly", "annual", "lists"}
    assert live["PorcVoluUtilDiar", "Sistema"].unidad == "fraccion"


def test_no_request_is_longer_than_thirty_days():
    assert set(MOST_DAYS.values()) == {30}
    assert XmSource.name == "xm"
