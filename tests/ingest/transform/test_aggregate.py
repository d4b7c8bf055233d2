"""Sums by class: nobody is lost, and whoever has no class is named."""

from datetime import UTC, datetime

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from siea.ingest.transform.aggregate import SIN_CLASIFICAR, por_clase
from siea.ingest.transform.frames import SILVER

NOON = datetime(2024, 5, 10, 5, tzinfo=UTC)


def generation(values: dict[str, float | None], fecha: datetime = NOON) -> pl.DataFrame:
    rows = [
        ("Gene", "Recurso", code, "", fecha, value, "", NOON, False, []) for code, value in values.items()
    ]
    return pl.DataFrame(rows, schema=SILVER, orient="row")


def test_a_plant_that_the_master_list_lacks_stays_in_the_total_and_is_named():
    """IF-05."""
    found = por_clase(
        generation({"AAA1": 1000, "BBB1": 500, "ZZZ9": 250}), {"AAA1": "AGUA", "BBB1": "CARBON"}
    )
    assert dict(found.select("clase", "valor").iter_rows()) == {
        "AGUA": 1000,
        "CARBON": 500,
        SIN_CLASIFICAR: 250,
    }
    assert found["valor"].sum() == 1750
    assert found.explode("sin_clasificar")["sin_clasificar"].drop_nulls().to_list() == ["ZZZ9"]


codes = st.sampled_from([f"P{n}" for n in range(9)])


@given(
    values=st.dictionaries(codes, st.none() | st.integers(0, 10**9), min_size=1),
    master=st.dictionaries(codes, st.sampled_from(["AGUA", "GAS", "", " ", None])),
)
def test_the_sum_over_classes_is_the_sum_over_plants_whatever_the_master_list_says(values, master):
    found = por_clase(generation(values), master)
    assert found["valor"].sum() == sum(v for v in values.values() if v is not None)
    assert found["entidades"].sum() == len(values)
    named = set(found.explode("sin_clasificar")["sin_clasificar"].drop_nulls())
    assert named == {code for code in values if not (master.get(code) or "").strip()}


def test_a_class_without_any_reading_is_a_gap_and_not_zero():
    found = por_clase(generation({"AAA1": None, "BBB1": 0.0}), {"AAA1": "AGUA", "BBB1": "SOL"})
    assert found.select("clase", "valor").rows() == [("AGUA", None), ("SOL", 0.0)]


def test_several_versions_of_an_instant_are_never_added():
    twice = generation({"AAA1": 10.0})
    with pytest.raises(ValueError, match="version"):
        por_clase(pl.concat([twice, twice.with_columns(version=pl.lit("TXF"))]), {"AAA1": "AGUA"})


def test_each_instant_has_its_own_classes():
    later = NOON.replace(hour=6)
    found = por_clase(pl.concat([generation({"A": 1.0}), generation({"B": 2.0}, later)]), {"A": "AGUA"})
    assert found.select("fecha", "clase", "valor").rows() == [
        (NOON, "AGUA", 1.0),
        (later, SIN_CLASIFICAR, 2.0),
    ]


def test_nothing_gives_nothing():
    assert por_clase(pl.DataFrame(schema=SILVER), {"A": "AGUA"}).is_empty()
