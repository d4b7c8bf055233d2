"""PostgreSQL and Valkey without installation, root or Docker: from wheels, on Unix sockets."""

from siea.store.embedded.errors import EmbeddedError
from siea.store.embedded.servers import EmbeddedServers, Urls

__all__ = ["EmbeddedError", "EmbeddedServers", "Urls"]
