"""Structured logs for people (`consola`) or for a collector (`json`), with secrets removed.

Records of the standard library (uvicorn, httpx, SQLAlchemy) go through the same chain: an HTTP client
that logs whole URLs is the usual way in which a key reaches a file.
"""

import logging
import re
import sys
from collections.abc import Mapping, MutableMapping
from typing import Any, Literal

import structlog

_HIDDEN = "***"
_NAME = (
    r"[\w.-]*(?:token|secret|password|passwd|pwd|clave|contrasena|api[_-]?key|apikey|access[_-]?key"
    r"|signature|credential|authorization|cookie)[\w.-]*"
)
_PATTERNS = (
    # https://user:secret@host, postgresql+asyncpg://…, redis://:secret@…
    (
        re.compile(r"(?P<keep>\b[a-z][a-z0-9+.-]*://[^\s:/@]*:)[^\s@/]+(?=@)", re.IGNORECASE),
        rf"\g<keep>{_HIDDEN}",
    ),
    # Authorization: Bearer … and Basic …
    (
        re.compile(r"(?P<keep>\b(?:bearer|basic)\s+)[A-Za-z0-9._~+/=-]{8,}", re.IGNORECASE),
        rf"\g<keep>{_HIDDEN}",
    ),
    # a bare JSON web token
    (re.compile(r"\beyJ[\w-]{5,}\.[\w-]+\.[\w-]*"), _HIDDEN),
    # name=value in a query string or a message, "name": "value" in JSON
    (
        re.compile(
            rf"(?P<keep>(?<![\w.-]){_NAME}[\"']?\s*[=:]\s*[\"']?)(?!\*\*\*|bearer\b|basic\b)[^\s&\"',;}})\]]+",
            re.IGNORECASE,
        ),
        rf"\g<keep>{_HIDDEN}",
    ),
    # ?key=…, ?sig=…: names too common to hide outside a query string
    (re.compile(r"(?P<keep>[?&](?:key|sig|code|auth)=)[^\s&\"']+", re.IGNORECASE), rf"\g<keep>{_HIDDEN}"),
)
_SECRET_NAME = re.compile(rf"^(?:{_NAME})$", re.IGNORECASE)


def redact(text: str) -> str:
    """Return *text* with the values of keys, passwords and tokens replaced; the rest is kept.

    >>> redact("GET https://h/api?securityToken=SECRETO123&documentType=A09")
    'GET https://h/api?securityToken=***&documentType=A09'
    """
    for pattern, replacement in _PATTERNS:
        text = pattern.sub(replacement, text)
    return text


def _redact_value(value: Any) -> Any:
    if isinstance(value, str):
        return redact(value)
    if isinstance(value, Mapping):
        return {k: _HIDDEN if _hides(k, v) else _redact_value(v) for k, v in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_redact_value(item) for item in value]
    if value is None or isinstance(value, bool | int | float):
        return value
    return redact(str(value))


def _hides(name: Any, value: Any) -> bool:
    return isinstance(value, str) and isinstance(name, str) and bool(_SECRET_NAME.match(name))


def redact_event(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Processor of structlog: redact every value of the event, nested ones and tracebacks too."""
    for name, value in event.items():
        if not name.startswith("_"):
            event[name] = _HIDDEN if _hides(name, value) else _redact_value(value)
    return event


def setup(level: str = "INFO", fmt: Literal["consola", "json"] = "consola") -> None:
    """Send the logs of SIEA and of the standard library to standard error, in one format.

    Replaces earlier handlers of the root logger, so calling it again changes the format.
    """
    before: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if fmt == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*before, structlog.stdlib.ExtraAdder()],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                redact_event,
                renderer,
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for chatty in ("httpx", "alembic", "uvicorn"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *before,
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )


def get_logger(name: str) -> structlog.stdlib.BoundLogger:
    """The logger of a module; its events are a name and key-value pairs."""
    logger: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger(name)
    return logger
