"""Settings and runtime for the commands that work with data."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from pydantic import ValidationError

from siea.cli.base import CommandError
from siea.ingest.http import HttpClient
from siea.ingest.sources.registry import Configurable, Entorno, Fuente, fuente
from siea.ingest.sources.xm import XmSource
from siea.runtime import Runtime, open_runtime
from siea.settings import Settings
from siea.store.cifrado import key_of
from siea.store.embedded import EmbeddedError
from siea.store.vectores import VectorStore
from siea.store.vectores.pgvector import PgVectorStore
from siea.store.vectores.weaviate import WeaviateStore


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
async def vector_store(opened: Runtime, modelo: str) -> AsyncIterator[VectorStore]:
    """Weaviate where the settings name one, else pgvector in the same PostgreSQL."""
    chosen = opened.settings
    if not chosen.weaviate_url:
        yield PgVectorStore(opened.engine, modelo)
        return
    key = chosen.weaviate_api_key.get_secret_value() if chosen.weaviate_api_key else None
    async with WeaviateStore(chosen.weaviate_url, modelo, api_key=key) as store:
        yield store


@asynccontextmanager
async def opened_source(opened: Runtime, fuente: Fuente) -> AsyncIterator[Any]:
    """A source, asked within the limit that every process of this installation shares."""
    chosen = opened.settings
    base = chosen.source_urls.get(fuente.nombre, chosen.xm_url if fuente.nombre == "xm" else fuente.base)
    async with HttpClient(
        timeout_s=chosen.xm_timeout_s if fuente.nombre == "xm" else chosen.source_timeout_s,
        per_minute=min(fuente.por_minuto, chosen.xm_requests_per_minute),
        redis_url=opened.urls.redis_url,
        roots=str(chosen.ca_file) if chosen.ca_file else None,
        clock=opened.clock,
    ) as http:
        source = fuente.abrir(http, base)
        if isinstance(source, Configurable):
            tokens = {name: token.get_secret_value() for name, token in chosen.source_tokens.items()}
            source.configurar(Entorno(lambda name: key_of(opened.keys, name), tokens))
        yield source


@asynccontextmanager
async def xm(opened: Runtime) -> AsyncIterator[XmSource]:
    """The operator's API."""
    async with opened_source(opened, fuente("xm")) as source:
        yield source
