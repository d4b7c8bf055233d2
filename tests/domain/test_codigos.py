"""Codes keep their leading zeros, also after a trip through a number (B2-ID-01)."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siea.domain.codigos import CodeError, divipola, fixed


def test_the_municipalities_that_stopped_joining(shared):
    lines = (shared / "cases/cases.jsonl").read_text("utf-8").splitlines()
    case = next(one for line in lines if (one := json.loads(line))["id"] == "B2-ID-01")
    codes = [divipola(row["cod"]) for row in case["input"]["left"]]
    assert codes == case["expected"]["codes"]
    assert all(code in case["input"]["right"] for code in codes)


@given(code=st.integers(0, 99999))
def test_every_code_survives_a_number_a_float_and_a_text_of_either(code):
    right = f"{code:05d}"
    assert {divipola(form) for form in (code, float(code), str(code), right, f"{right}.0", f" {right} ")} == {
        right
    }


@pytest.mark.parametrize("value", [None, "", "5.5", "123456", "-5", "05A01", True, "nan", 1e7])
def test_what_is_no_code_is_refused_with_its_value(value):
    with pytest.raises(CodeError, match="no es un código"):
        fixed(value, 5)
