"""The lake: kept once, whole or not at all."""

import io
import threading
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import fsspec
import polars as pl
import pytest

from siea.store.lake import Lake, RawObject

RECEIVED = datetime(2025, 12, 3, 9, tzinfo=UTC)
DAY = date(2025, 12, 2)


@pytest.fixture(params=["file", "memory"])
def lake(request: pytest.FixtureRequest, tmp_path: Path) -> Lake:
    """On disk, and on a file system that knows no local path."""
    url = tmp_path.as_uri() if request.param == "file" else f"memory://{tmp_path.name}"
    return Lake(url)


def put(lake: Lake, body: bytes = b'{"Items": []}', received: datetime = RECEIVED, **other: Any) -> RawObject:
    told = {
        "source": "xm",
        "dataset": "demanda",
        "variable": "DemaReal",
        "entity": "Sistema",
        "first": DAY,
        "last": DAY,
    }
    return lake.put_raw(body, **(told | other), received_at=received, metadata={"MetricId": "DemaReal"})


def test_an_answer_is_kept_byte_for_byte_under_its_day(lake: Lake) -> None:
    body = bytes(range(256))
    kept = put(lake, body)
    assert kept.path.startswith("raw/xm/demanda/2025/12/02/DemaReal_Sistema_20251202_20251202_")
    assert not kept.existed
    assert lake.read_raw(kept.path) == body
    note = lake.read_metadata(kept.path)
    assert (note["sha256"], note["request"], note["bytes"]) == (kept.sha256, {"MetricId": "DemaReal"}, 256)


def test_the_same_answer_to_the_same_request_is_kept_once(lake: Lake) -> None:
    first = put(lake)
    again = put(lake, received=RECEIVED + timedelta(hours=1))
    assert (again.path, again.received_at, again.existed) == (first.path, RECEIVED, True)
    assert put(lake, b"otra").path != first.path
    assert put(lake, entity="Recurso").path != first.path
    assert len(list(lake.iter_raw("xm"))) == 3


def test_answers_come_back_in_the_order_of_receipt(lake: Lake) -> None:
    late = put(lake, b"1", RECEIVED + timedelta(days=1))
    early = put(lake, b"2", RECEIVED, first=date(2025, 12, 9), last=date(2025, 12, 9))
    put(lake, b"3", RECEIVED, dataset="precios")
    assert [found.path for found in lake.iter_raw("xm", "demanda")] == [early.path, late.path]
    assert list(lake.iter_raw("simem")) == []


def test_names_cannot_leave_their_folder(lake: Lake) -> None:
    kept = put(lake, variable="../../otra", source="x/../../m", entity="a b")
    assert kept.path.startswith("raw/x-..-..-m/demanda/2025/12/02/")
    assert "/../" not in kept.path
    assert lake.read_raw(kept.path)


def test_parquet_is_replaced_whole(lake: Lake) -> None:
    def write(frame: pl.DataFrame) -> str:
        return lake.put_parquet(
            "silver", frame, source="xm", dataset="demanda", first=DAY, name="demanda_20251202"
        )

    frame = pl.DataFrame({"fecha": [RECEIVED], "valor": [1.5]})
    path = write(frame.clear())
    assert write(frame) == path == "silver/xm/demanda/2025/12/02/demanda_20251202.parquet"
    assert pl.read_parquet(io.BytesIO(lake.read_raw(path))).equals(frame)


def _failing(monkeypatch: pytest.MonkeyPatch, operation: str, after: int) -> None:
    """Make the local file system die at the call number *after* + 1 of *operation*."""
    real: Callable[..., Any] = getattr(fsspec.get_filesystem_class("file"), operation)
    calls = iter(range(100))

    def fail(self: Any, *args: Any, **kwargs: Any) -> Any:
        if next(calls) >= after:
            raise OSError("el disco se fue")
        return real(self, *args, **kwargs)

    monkeypatch.setattr(fsspec.get_filesystem_class("file"), operation, fail)


@pytest.mark.parametrize(("operation", "after"), [("pipe_file", 0), ("mv", 0), ("pipe_file", 1), ("mv", 1)])
def test_a_write_that_dies_leaves_nothing_that_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, operation: str, after: int
) -> None:
    lake = Lake(tmp_path.as_uri())
    with monkeypatch.context() as patched:
        _failing(patched, operation, after)
        with pytest.raises(OSError, match="el disco se fue"):
            put(lake)
    assert list(lake.iter_raw("xm")) == []
    assert not list(tmp_path.rglob("*.parcial"))
    kept = put(lake)
    assert not kept.existed
    assert [found.path for found in lake.iter_raw("xm")] == [kept.path]


def test_a_reader_never_sees_half_a_file(tmp_path: Path) -> None:
    lake, stop, seen = Lake(tmp_path.as_uri()), threading.Event(), set()
    frames = [pl.DataFrame({"a": [n] * 50_000}) for n in (1, 2)]

    def write(frame: pl.DataFrame) -> str:
        return lake.put_parquet("gold", frame, source="xm", dataset="demanda", first=DAY, name="a")

    path = write(frames[0])

    def read() -> None:
        while not stop.is_set():
            frame = pl.read_parquet(io.BytesIO(lake.read_raw(path)))
            seen.add((frame.height, frame["a"].n_unique()))

    reader = threading.Thread(target=read)
    reader.start()
    for n in range(30):
        write(frames[n % 2])
    stop.set()
    reader.join()
    assert seen == {(50_000, 1)}
