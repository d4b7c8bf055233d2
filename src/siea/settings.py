"""Every setting of SIEA, one class. Read only by the runtime and the doors (CLI, flows, API)."""

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Values come from ``SIEA_*`` environment variables, then ``.env`` in the working folder.

    ``siea ajustes`` prints this table; a test keeps ``docs/ajustes.md`` equal to it.
    """

    model_config = SettingsConfigDict(env_prefix="SIEA_", env_file=".env", extra="ignore")

    home: Path = Field(
        Path("var"), description="Folder of everything SIEA writes: embedded servers, lake, models, keys."
    )
    database_url: str | None = Field(
        None,
        description="PostgreSQL 16+ (`postgresql+asyncpg://…`). Empty: the embedded server under `home`.",
    )
    redis_url: str | None = Field(
        None, description="Redis 7.2+ or Valkey (`redis://…`, `unix://…`). Empty: the embedded server."
    )
    lake_url: str | None = Field(
        None, description="Root of the data lake as an fsspec URL. Empty: `file://` under `home`."
    )
    mlflow_url: str | None = Field(
        None, description="MLflow tracking and registry URI. Empty: SQLite under `home`."
    )
    host: str = Field("127.0.0.1", description="Address that the API and the dashboard listen on.")
    port: int = Field(8000, ge=1, le=65535, description="Port that they listen on.")
    dashboard_dir: Path = Field(
        Path("dashboard/out"), description="Folder of the built dashboard that the API serves."
    )
    database_pool_size: int = Field(8, ge=1, le=100, description="Connections kept open to PostgreSQL.")
    xm_url: str = Field("https://servapibi.xm.com.co", description="Base of the operator's API.")
    xm_timeout_s: float = Field(120.0, gt=0, description="Longest wait for one answer of the operator.")
    xm_probe_timeout_s: float = Field(
        5.0, gt=0, description="Longest wait when only asking whether the operator can be reached."
    )
    xm_requests_per_minute: int = Field(
        100, ge=1, le=100, description="Requests to the operator in any 60 seconds, over all processes."
    )
    source_urls: dict[str, str] = Field(
        {}, description='Other base addresses of sources, as JSON: `{"simem": "https://…"}`.'
    )
    weaviate_url: str | None = Field(
        None,
        description="Weaviate 1.23+ for the vectors of documents. Empty: pgvector, in the same PostgreSQL.",
    )
    weaviate_api_key: SecretStr | None = Field(None, description="API key of Weaviate, when it asks for one.")
    source_tokens: dict[str, SecretStr] = Field(
        {}, description='Access tokens of sources that take one, as JSON: `{"datos_gov": "…"}`.'
    )
    source_timeout_s: float = Field(180.0, gt=0, description="Longest wait for one answer of another source.")
    ca_file: Path | None = Field(
        None, description="PEM file of further root certificates to trust, such as a corporate proxy's."
    )
    requests_per_minute: int = Field(
        100, ge=1, description="Requests one caller may make to the API in any 60 seconds."
    )
    token_minutes: int = Field(30, ge=1, le=720, description="Life of a bearer token made at login.")
    trusted_proxies: list[str] = Field(
        [], description="CIDR ranges of proxies whose forwarded client address is believed."
    )
    metrics_token: SecretStr | None = Field(
        None,
        description="Bearer token that `/metrics` asks for. Empty: only direct callers on loopback.",
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "WARNING", description="Lowest level logged; INFO adds a line for each request and load."
    )
    log_format: Literal["consola", "json"] = Field("consola", description="For people, or for a collector.")
