"""A progress bar on the terminal's error stream; nothing where nobody watches."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

Advance = Callable[[int, int], None]


@contextmanager
def bar(title: str, *, quiet: bool) -> Iterator[Callable[[int, int, str], None]]:
    """Yield what to call with (done, total, what was done last)."""
    if quiet or not sys.stderr.isatty():
        yield lambda done, total, what: None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    with Progress(*columns, TextColumn("{task.fields[what]}"), console=console, transient=True) as shown:
        task = shown.add_task(title, total=None, what="")

        def tell(done: int, total: int, what: str) -> None:
            shown.update(task, completed=done, total=total, what=what)

        yield tell
