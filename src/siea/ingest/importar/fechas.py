"""Days as files write them."""

import re

_AMERICAN = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})\b")
_ISO = re.compile(r"\d{4}-\d\d-\d\d\b")


def iso_day(text: str) -> str:
    """*text* as AAAA-MM-DD where it is «1998-01-08 00:00:00» or «10/21/1998 12:00:00 AM»; else as it is."""
    american = _AMERICAN.match(text)
    if american:
        month, day, year = american.groups()
        return f"{year}-{int(month):02d}-{int(day):02d}"
    return text[:10] if _ISO.match(text) else text
