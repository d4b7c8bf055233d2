"""Settings and runtime for the commands that work with data."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from pydantic import ValidationError

from siea.cli.base import CommandError
from siea.ingest.http import HttpClient
from siea.ingest.sources.xm import XmSource
from siea.runtime import Runtime, open_runtime
from siea.settings import Settings
from siea.store.embedded import EmbeddedError


def settings() -> Settings:
    """The settings of this process; a bad value is told by its name, never with its content."""
    try:
        return Settings()
    except ValidationError as error:
        fields = ", ".join(
            f"SIEA_{'_'.join(map(str, item['loc'])).upper()} ({item['msg']})" for item in error.errors()
        )
        raise CommandError(
            f"Hay ajustes que no valen: {fields}. «siea ajustes» explica cada uno.", 2
        ) from None


@asynccontextmanager
async def runtime(chosen: Settings) -> AsyncIterator[Runtime]:
    """The runtime of this process, closed at the end; what cannot be opened is told in one sentence."""
    try:
        async with open_runtime(chosen) as opened:
            yield opened
    except EmbeddedError as error:
        raise CommandError(str(error)) from error


@asynccontextmanager
async def xm(opened: Runtime) -> AsyncIterator[XmSource]:
    """The operator's API, asked within the limit that every process of this installation shares."""
    chosen = opened.settings
    async with HttpClient(
        timeout_s=chosen.xm_timeout_s,
        per_minute=chosen.xm_requests_per_minute,
        redis_url=opened.urls.redis_url,
        clock=opened.clock,
    ) as http:
        yield XmSource(http, chosen.xm_url)
