"""Pseudonyms, small cells, and the guard."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from siea.ingest.transform.anonymize import (
    SUPPRESSED,
    IdentifierLeftError,
    K,
    find_identifiers,
    guard_silver,
    pseudonym,
    pseudonymize,
    suppress_small_cells,
)

KEY = b"k" * 32


@pytest.mark.parametrize(
    ("kind", "forms"),
    [
        (
            "telefono",
            ["+57 300 123 4567", "3001234567", "57-300-1234567", " 300 123-4567 ", "0057 (300) 1234567"],
        ),
        ("nombre", ["José  Pérez", "JOSE PEREZ", " josé pérez "]),
        ("niu", ["00123A", "123a", " 123A ", "00 123 A"]),
        ("correo", ["A@b.co", " a@b.co "]),
        ("documento", ["CC 1.020.304", "1020304"]),
    ],
)
def test_an_identifier_in_any_way_of_writing_has_one_pseudonym(kind, forms):
    assert len({pseudonym(form, kind, KEY) for form in forms}) == 1


def test_another_key_another_kind_or_another_person_is_another_pseudonym():
    ways = [("123", "niu", KEY), ("123", "niu", b"x" * 32), ("123", "documento", KEY), ("124", "niu", KEY)]
    told = {pseudonym(*way) for way in ways}
    assert len(told) == 4


@given(value=st.text(min_size=1, max_size=30))
def test_a_pseudonym_tells_nothing_and_is_never_taken_for_an_identifier(value):
    made = pseudonym(value, "niu", KEY)
    assert len(made) == 20
    assert set(made) <= set("abcdefghijklmnop")
    guard_silver(pl.DataFrame({"x": [made]}))


def test_blank_identifiers_stay_blank():
    frame = pl.DataFrame({"niu": ["1", "", None, " "]})
    assert pseudonymize(frame, {"niu": "niu"}, KEY)["niu"].is_null().to_list() == [False, True, True, True]


def cells(counts):
    return pl.DataFrame(
        {"zona": ["A"] * len(counts), "n": counts, "marcas": [[]] * len(counts)},
        schema={"zona": pl.String, "n": pl.Int64, "marcas": pl.List(pl.String)},
    )


@given(counts=st.lists(st.integers(0, 40), min_size=1, max_size=8))
def test_no_small_cell_is_told_and_none_can_be_computed_from_the_total(counts):
    found = suppress_small_cells(cells(counts), "n", ["zona"])
    told, hidden = found["n"].drop_nulls().to_list(), found["n"].null_count()
    assert not [n for n in told if 0 < n < K]
    if hidden == 1:
        assert not [n for n in told if n > 0]  # nobody else to hide behind
    assert [SUPPRESSED in marks for marks in found["marcas"].to_list()] == found["n"].is_null().to_list()


def test_large_cells_and_zeros_are_told():
    assert suppress_small_cells(cells([0, 5, 900]), "n", ["zona"])["n"].to_list() == [0, 5, 900]


def test_a_hidden_cell_takes_the_smallest_other_with_it_and_no_more():
    assert suppress_small_cells(cells([3, 10, 10, 20]), "n", ["zona"])["n"].to_list() == [None, None, 10, 20]


@pytest.mark.parametrize(
    "text",
    ["llame al 300 123 4567", "+573001234567", "0057 300-123-4567", "(300) 123 4567", "300.123.45.67",
     "3001234567", "604 444 5566", "ana@correo.co", "CC 1.020.304", "NIT: 900123456", "52123456",
     "1.020.304.567", "900123456-7"],
)  # fmt: skip
def test_the_guard_names_the_kind_and_the_column_and_never_the_identifier(text):
    with pytest.raises(IdentifierLeftError, match="nota") as told:
        guard_silver(pl.DataFrame({"n": [1], "nota": [text]}))
    message = str(told.value).replace("1 con forma", "")
    assert not any(char.isdigit() or char == "@" for char in message)


@pytest.mark.parametrize("text", ["05001", "2024-05-01", "EPMC", "3", "17.5", "ANTIOQUIA REGULADO", "9001.0",
                                  "0.1234567", "48307", "recortado(-0.0000123)"])  # fmt: skip
def test_codes_dates_and_figures_pass(text):
    guard_silver(pl.DataFrame({"x": [text]}))


def test_values_are_figures_and_are_not_read_while_flags_are():
    schema = {"valores": pl.List(pl.String), "marcas": pl.List(pl.String)}
    frame = pl.DataFrame({"valores": [["3001234567"]], "marcas": [["tel 3001234567"]]}, schema=schema)
    assert [one.columna for one in find_identifiers(frame)] == ["marcas", "marcas"][
        : len(find_identifiers(frame))
    ]
    assert find_identifiers(frame.drop("marcas")) == []
