"""The data lake: raw answers byte for byte, and Parquet of what was made of them, on any fsspec file system.

Every object is written under a temporary name and renamed, so a reader never sees half a file.
"""

import hashlib
import io
import json
import re
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal, Protocol

import fsspec
import polars as pl

Layer = Literal["bronze", "silver", "gold"]

_META = ".meta.json"
_TEMPORARY = ".parcial"
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")


@dataclass(frozen=True, slots=True)
class RawObject:
    """A raw answer in the lake. ``path`` is relative to its root; ``existed``: it was there already."""

    path: str
    sha256: str
    received_at: datetime
    existed: bool


class Sealer(Protocol):
    """Encrypts personal data; *context* (where they lie) is authenticated with them."""

    def seal(self, body: bytes, context: str) -> bytes:
        """*body* encrypted."""
        ...

    def unseal(self, sealed: bytes, context: str) -> bytes:
        """The body again. Raises ValueError when it, or where it lay, was changed."""
        ...


class Lake:
    """The lake at *url* (``file:///…``, ``s3://…``). Blocking: call it in a thread from async code.

    *sealer* holds the key of what is kept encrypted.
    """

    def __init__(self, url: str, sealer: Sealer | None = None) -> None:
        # Listings are never remembered: other processes write too.
        self._fs, root = fsspec.url_to_fs(url, use_listings_cache=False)
        self._root = root.rstrip("/")
        self._sealer = sealer

    def put_raw(
        self,
        body: bytes | Path,
        *,
        source: str,
        dataset: str,
        variable: str,
        entity: str,
        first: date,
        last: date,
        received_at: datetime,
        extension: str = "json",
        metadata: Mapping[str, Any] | None = None,
        personal: bool = False,
    ) -> RawObject:
        """Keep *body*, the answer about the local days *first* to *last*, with *metadata* of its request.

        A *body* that lies in a file is copied from it piece by piece. The same bytes for the same request are
        kept once: the object of the first time comes back. *personal* data are only ever written encrypted.
        Raises ValueError when this lake has no key for them.
        """
        digest = _digest(body)
        name = f"{_safe(variable)}_{_safe(entity)}_{first:%Y%m%d}_{last:%Y%m%d}_{digest[:16]}.{extension}"
        path = f"{_folder('raw', source, dataset, first)}/{name}"
        known = self._known(path)
        if known is not None and known.sha256 == digest:
            return known
        self._write(path, self._sealed(body, path) if personal else body)
        # The note comes last: an object without one is what a crash left, and is written again.
        note = {
            "sha256": digest,
            "received_at": received_at.isoformat(),
            "source": source,
            "dataset": dataset,
            "variable": variable,
            "entity": entity,
            "first": first.isoformat(),
            "last": last.isoformat(),
            "bytes": body.stat().st_size if isinstance(body, Path) else len(body),
            "request": dict(metadata or {}),
            "personal": personal,
        }
        self._write(path + _META, json.dumps(note, ensure_ascii=False, indent=1).encode())
        return RawObject(path, digest, received_at, existed=False)

    def put_parquet(
        self, layer: Layer, frame: pl.DataFrame, *, source: str, dataset: str, first: date, name: str
    ) -> str:
        """Write *frame* as ``{layer}/{source}/{dataset}/yyyy/mm/dd/{name}.parquet``; its relative path.

        A file of that name is replaced whole.
        """
        buffer = io.BytesIO()
        frame.write_parquet(buffer, compression="zstd")
        path = f"{_folder(layer, source, dataset, first)}/{_safe(name)}.parquet"
        self._write(path, buffer.getvalue())
        return path

    def read_raw(self, path: str) -> bytes:
        """The bytes of a raw object, as they lie there. Raises FileNotFoundError."""
        body: bytes = self._fs.cat_file(self._full(path))
        return body

    def read_personal(self, path: str) -> bytes:
        """The bytes of a raw object that is kept encrypted; whoever calls this writes it to the audit trail.

        Raises FileNotFoundError, or ValueError without the key or when the object was changed.
        """
        if self._sealer is None:
            raise ValueError("this lake has no key for personal data")
        return self._sealer.unseal(self.read_raw(path), path)

    def read_metadata(self, path: str) -> dict[str, Any]:
        """What was noted of a raw object when it was kept. Raises FileNotFoundError."""
        note: dict[str, Any] = json.loads(self._fs.cat_file(self._full(path + _META)))
        return note

    def iter_raw(self, source: str, dataset: str | None = None) -> Iterator[RawObject]:
        """Every raw object of a source, or of one of its data sets, in the order of receipt."""
        folder = self._full("/".join(filter(None, ("raw", source, dataset))))
        if not self._fs.exists(folder):
            return
        notes = [path for path in self._fs.find(folder) if path.endswith(_META)]
        found = [self._known(note.removeprefix(self._root + "/").removesuffix(_META)) for note in notes]
        yield from sorted((item for item in found if item), key=lambda item: (item.received_at, item.path))

    def _known(self, path: str) -> RawObject | None:
        try:
            note = self.read_metadata(path)
        except FileNotFoundError:
            return None
        return RawObject(path, note["sha256"], datetime.fromisoformat(note["received_at"]), existed=True)

    def _sealed(self, body: bytes | Path, path: str) -> bytes:
        if self._sealer is None:
            raise ValueError("this lake has no key for personal data: nothing was written")
        return self._sealer.seal(body.read_bytes() if isinstance(body, Path) else body, path)

    def _write(self, path: str, body: bytes | Path) -> None:
        full = self._full(path)
        self._fs.makedirs(full.rsplit("/", 1)[0], exist_ok=True)
        temporary = f"{full}.{uuid.uuid4().hex}{_TEMPORARY}"
        try:
            if isinstance(body, Path):
                self._fs.put_file(str(body), temporary)
            else:
                self._fs.pipe_file(temporary, body)
            self._fs.mv(temporary, full)
        except BaseException:
            if self._fs.exists(temporary):
                self._fs.rm_file(temporary)
            raise

    def _full(self, path: str) -> str:
        return f"{self._root}/{path}"


def _digest(body: bytes | Path) -> str:
    if isinstance(body, bytes):
        return hashlib.sha256(body).hexdigest()
    with body.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()


def _safe(text: str) -> str:
    return _UNSAFE.sub("-", text)


def _folder(layer: str, source: str, dataset: str, day: date) -> str:
    return f"{layer}/{_safe(source)}/{_safe(dataset)}/{day:%Y/%m/%d}"
