"""Order of the settlement versions."""

import pytest

from siea.domain.versiones import UnknownVersionError, rank


def test_adjustments_come_after_the_final_version_and_the_empty_code_first():
    codes = ["", "TX1", "TX2", "TXR", "TXF", "TX3", "TX4", "TX9"]
    assert [rank(code) for code in codes] == sorted(rank(code) for code in codes)


@pytest.mark.parametrize("code", ["TXX", "TX10", "txf", "TXF "])
def test_an_unknown_version_is_an_error_that_names_it(code):
    with pytest.raises(UnknownVersionError, match=repr(code)):
        rank(code)
