"""From a question to parsed rows: bytes are kept before they are read, short answers are asked for again."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from typing import TypeVar

import polars as pl

from siea.domain.tiempo import Clock
from siea.ingest.errors import SourceError
from siea.ingest.quality import due_days
from siea.ingest.sources.registry import BRONZE, Answer, Bronze, Request, Source
from siea.store.lake import Lake
from siea.telemetry.logs import get_logger

log = get_logger(__name__)
T = TypeVar("T")
R = TypeVar("R")

# A day with fewer rows than this share of a usual one was cut in the middle.
SHORT_DAY = 0.5


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer and where its bytes are."""

    answer: Answer
    path: str
    sha256: str


async def keep(lake: Lake, request: Request, answer: Answer, error: str | None = None) -> Kept:
    """Write the bytes of an answer to the lake as they came."""
    raw = await asyncio.to_thread(
        lake.put_raw,
        answer.archivo or answer.body,
        source=request.fuente,
        dataset=request.variable.conjunto,
        variable=request.variable.codigo,
        entity=request.variable.entidad,
        first=request.first,
        last=request.last,
        received_at=answer.received_at,
        extension=answer.extension,
        metadata=dict(request.peticion) | ({"error": error} if error else {}),
        personal=request.personal,
    )
    return Kept(answer, raw.path, raw.sha256)


async def fetch(source: Source, lake: Lake, request: Request, now: Clock) -> Kept:
    """Ask and keep. The body of a failure is kept too; then the SourceError goes on."""
    try:
        answer = await source.fetch(request)
    except SourceError as error:
        if error.body is not None:
            await keep(lake, request, Answer(error.body, now(), "error"), error.codigo)
        raise
    return await keep(lake, request, answer)


async def complete(
    source: Source, lake: Lake, request: Request, *, kept: Kept, today: date, now: Clock
) -> tuple[Bronze, list[Kept]]:
    """Parse, and while days that should be there are not, ask for those alone, in halves.

    Returns the rows of all answers (a later one speaks for its days) and the answers. An answer without any
    row is believed: that is how a source says that it has nothing.
    """
    bronze, answers = source.parse(request, kept.answer), [kept]
    if bronze.frame.is_empty():
        return bronze, answers
    lacking = _lacking(bronze.frame, request, today)
    while lacking:
        for start, end in _halves(lacking):
            for part in await source.requests(request.variable, start, end):
                if part.peticion == request.peticion:
                    continue  # the same question again
                try:
                    more = await fetch(source, lake, part, now)
                    parsed = source.parse(part, more.answer)
                except SourceError as error:
                    log.warning("tramo_no_obtenido", desde=start, hasta=end, motivo=str(error))
                    continue
                log.info("tramo_pedido_de_nuevo", desde=start, hasta=end, filas=len(parsed.frame))
                if len(parsed.frame):
                    bronze = _joined(bronze, parsed)
                    answers.append(more)
        still = _lacking(bronze.frame, request, today)
        if len(still) >= len(lacking):
            break
        lacking = still
    return bronze, answers


def digest(answers: Sequence[Kept]) -> str:
    """Hash of what a batch is made of: that of the answer, or of the hashes of its parts."""
    if len(answers) == 1:
        return answers[0].sha256
    return hashlib.sha256("".join(sorted(part.sha256 for part in answers)).encode()).hexdigest()


def _lacking(frame: pl.DataFrame, request: Request, today: date) -> list[date]:
    """Days due without values, or with so few that the answer was cut within them (gaps count as values)."""
    told = frame.group_by(pl.col("dia").str.slice(0, 10)).agg(pl.col("valores").list.len().sum())
    rows = dict(told.iter_rows())
    usual = sorted(rows.values())[len(rows) // 2]
    due = due_days(request.variable, request.first, request.last, today)
    return [day for day in due if rows.get(day.isoformat(), 0) < SHORT_DAY * usual]


def _halves(days: Sequence[date]) -> list[tuple[date, date]]:
    """Consecutive days as ranges, each cut in two when it is longer than one day."""
    found: list[list[date]] = []
    for day in days:
        if found and day - found[-1][-1] == timedelta(days=1):
            found[-1].append(day)
        else:
            found.append([day])
    halves = [half for run in found for half in (run[: len(run) // 2], run[len(run) // 2 :]) if half]
    return [(half[0], half[-1]) for half in halves]


def _joined(before: Bronze, after: Bronze) -> Bronze:
    old = before.frame.filter(~pl.col("dia").is_in(after.frame["dia"].unique().implode()))
    return Bronze(pl.concat([old, after.frame]).select(list(BRONZE)), tuple({*before.notas, *after.notas}))


async def in_order(items: Iterable[T], work: Callable[[T], Awaitable[R]], width: int) -> AsyncIterator[R]:
    """Results of *work* in the order of *items*, at most *width* under way or waiting to be taken."""
    left = iter(items)
    running = [asyncio.ensure_future(work(item)) for item in islice(left, width)]
    try:
        while running:
            result = await running[0]
            running.pop(0)
            running.extend(asyncio.ensure_future(work(item)) for item in islice(left, 1))
            yield result
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
