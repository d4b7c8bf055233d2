"""The dashboard: the files of its static export, with a content policy that knows each page's scripts."""

import base64
import hashlib
import re
from pathlib import Path

import anyio.to_thread
from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Receive, Scope, Send

from siea.api.gate import API

_HASHED = "_next/static/"
_INLINE = re.compile(rb"<script(?![^>]*\ssrc=)[^>]*>(.*?)</script>", re.DOTALL | re.IGNORECASE)
_POLICY = (
    "default-src 'self'; script-src 'self'{hashes}; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; "
    "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
)
_NOT_BUILT = (
    "El panel de SIEA no está construido todavía.\n\n"
    "Constrúyalo con «make run», o con «npm ci && npm run build» en la carpeta dashboard.\n"
    "La API sí responde: vea /openapi.json y /health/ready.\n"
)


class Dashboard:
    """ASGI application over the exported files; what is under ``/api/`` is never a file."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files = StaticFiles(directory=folder, check_dir=False)
        self._policies: dict[tuple[str, int], str] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(API):
            raise HTTPException(404)
        if scope["method"] not in ("GET", "HEAD"):
            raise HTTPException(405, headers={"Allow": "GET, HEAD"})
        response = await self._response(self._files.get_path(scope), scope)
        await response(scope, receive, send)

    async def _response(self, path: str, scope: Scope) -> Response:
        # `/login` is `login.html` or `login/index.html`, as the export was told to write it.
        for candidate in _candidates(path):
            found = await self._file(candidate, scope)
            if found is not None:
                return found
        if not (self._folder / "index.html").is_file():
            return PlainTextResponse(_NOT_BUILT, 404, {"Cache-Control": "no-store"})
        missing = await self._file("404.html", scope)
        if missing is None:
            raise HTTPException(404)
        missing.status_code = 404
        return missing

    async def _file(self, path: str, scope: Scope) -> Response | None:
        try:
            response = await self._files.get_response(path, scope)
        except HTTPException:
            return None
        if path.startswith(_HASHED):
            response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
            return response
        response.headers["Cache-Control"] = "no-cache"
        if path.endswith(".html"):
            response.headers["Content-Security-Policy"] = await anyio.to_thread.run_sync(self._policy, path)
        return response

    def _policy(self, path: str) -> str:
        """The content policy of a page: its own inline scripts by hash, no others."""
        file = self._folder / path
        key = (path, file.stat().st_mtime_ns)
        if key not in self._policies:
            digests = {hashlib.sha256(body).digest() for body in _INLINE.findall(file.read_bytes())}
            hashes = "".join(sorted(f" 'sha256-{base64.b64encode(d).decode()}'" for d in digests))
            self._policies[key] = _POLICY.format(hashes=hashes)
        return self._policies[key]


def _candidates(path: str) -> tuple[str, ...]:
    if path == ".":
        return ("index.html",)
    return (path, f"{path}.html", f"{path}/index.html")
