"""The wire format of SIMEM, both endpoints of it, read piece by piece from a stream.

The old one answers ``{"success": true, "result": {"records": […]}}``, the new one a bare array of records.
Numbers stay the text that came. ``simem_series`` makes rows of the records of a set of series.
"""

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import IO, Any

import ijson

from siea.domain.tiempo import ZONE
from siea.ingest.errors import (
    BadBodyError,
    ContractViolationError,
    RangeTooLongError,
    SourceError,
    UpstreamError,
)
from siea.ingest.sources.registry import Answer

_BOM = b"\xef\xbb\xbf"
_RECORDS = "result.records"
_TOO_LONG = re.compile(r"rango.*(supera|excede|permitid)|(supera|excede).*d[ií]as", re.IGNORECASE)
Record = dict[str, Any]


@contextmanager
def opened(answer: Answer) -> Iterator[IO[bytes]]:
    """The body as a stream, from the file where it lies in one."""
    if answer.archivo is None:
        yield io.BytesIO(answer.body)
        return
    with answer.archivo.open("rb") as stream:
        yield stream


def trouble(stream: IO[bytes], *, success_counts: bool = True) -> SourceError | None:
    """What is wrong with an answer, as far as its beginning tells; None when records follow.

    UpstreamError: SIMEM refuses in its own words. ContractViolationError: an object of another form.
    BadBodyError: no JSON. Afterwards the stream stands at the start of the document. ``success`` of the old
    endpoint does not count in catalogues: they say false beside good records.
    """
    head = stream.read(64)
    start = len(_BOM) if head.startswith(_BOM) else 0
    first = head[start:].lstrip()[:1]
    stream.seek(start)
    if first == b"[":
        return None
    if first != b"{":
        seen = head.decode("utf-8", "replace").strip()
        return BadBodyError(f"SIMEM respondió algo que no es JSON: «{seen}».", body=head)
    try:
        found = _of_object(stream, success_counts)
    except (ijson.JSONError, UnicodeDecodeError) as error:
        found = _cut(error)
    stream.seek(start)
    return found


def _of_object(stream: IO[bytes], success_counts: bool) -> SourceError | None:
    """Reads an object up to its records: in front of them stand the words that explain why there are none."""
    told: dict[str, Any] = {}
    errors: list[str] = []
    has_records = False
    for prefix, event, value in ijson.parse(stream):
        if prefix == _RECORDS and event == "start_array":
            has_records = True
            break
        if prefix in {"message", "title", "success", "status"} and event in {"string", "boolean"}:
            told[prefix] = value
        elif prefix.startswith("errors.") and event == "string":
            errors.append(value)
    refused = told.get("success") is False or told.get("status") is False
    if has_records and not (refused and success_counts):
        return None
    # an RFC 9110 problem («errors», «title») or {"status": false, "message"}
    detail = told.get("message") or "; ".join(errors) or told.get("title")
    if detail or refused:
        return _refusal(str(detail or "sin explicación"))
    return ContractViolationError(
        "La respuesta de SIMEM no trae «result.records»: no es «sin datos», es otra forma de respuesta."
    )


def _refusal(detail: str) -> UpstreamError:
    if _TOO_LONG.search(detail):
        return RangeTooLongError(f"SIMEM no da tantos días de una vez: «{detail}».", detail=detail)
    return UpstreamError(f"SIMEM responde: «{detail}».", detail=detail)


def _cut(error: Exception) -> BadBodyError:
    return BadBodyError(f"La respuesta de SIMEM está cortada o dañada ({error}).")


def records(
    stream: IO[bytes], *, success_counts: bool = True, numbers_as_text: bool = True
) -> Iterator[Record]:
    """Every record of an answer of either endpoint, without holding the rest.

    Numbers come as exact decimals, or as floats when they need not be *numbers_as_text*. Raises what
    ``trouble`` finds, and BadBodyError when the stream ends before the document does.
    """
    found = trouble(stream, success_counts=success_counts)
    if found is not None:
        raise found
    start = stream.tell()
    bare = stream.read(64).lstrip().startswith(b"[")
    stream.seek(start)
    items = ijson.items(stream, "item" if bare else f"{_RECORDS}.item", use_float=not numbers_as_text)
    try:
        for item in items:
            if not isinstance(item, dict):
                raise ContractViolationError("Los registros de SIMEM no son objetos.")
            yield item
    except (ijson.JSONError, UnicodeDecodeError) as error:
        raise _cut(error) from None


def local_instant(text: str) -> datetime | None:
    """A local date or clock time, in either form that SIMEM writes; None when it is neither."""
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=ZONE)
