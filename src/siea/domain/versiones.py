"""Order of the market operator's settlement versions.

TX1 and TX2 come first, then TXR and TXF; TX3…TX9 are adjustments made after TXF (they are the
last version of old years in the operator's yearly workbooks). A source without versions sends ''.
"""

ORDER: dict[str, int] = {
    code: rank
    for rank, code in enumerate(
        ("TX1", "TX2", "TXR", "TXF", "TX3", "TX4", "TX5", "TX6", "TX7", "TX8", "TX9"), start=1
    )
}


class UnknownVersionError(ValueError):
    """A settlement code that the catalogue of versions does not know."""


def rank(code: str) -> int:
    """Rank of a settlement code; 0 for the empty code of a source without versions.

    Raises UnknownVersionError, naming the code, for anything else.
    """
    if code == "":
        return 0
    try:
        return ORDER[code]
    except KeyError:
        raise UnknownVersionError(f"unknown settlement version {code!r}") from None
