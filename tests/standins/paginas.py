"""Stand-ins for sites of pages and feeds: CREG, Función Pública, UPME's WordPress, the Ministry, news."""

from datetime import date
from typing import Any

from tests.standins.base import Reply, StandIn, json_reply

ROOT = "/gestor/entorno/"
HTML = "text/html; charset=utf-8"


def page(body: str) -> Reply:
    return Reply(200, f"<!DOCTYPE html><html><body>{body}</body></html>".encode(), HTML)


class CregStandIn(StandIn):
    """``in_force``, ``repealed``: year → (path of the document, title); ``documents``: path → its main."""

    def __init__(self) -> None:
        super().__init__()
        self.in_force: dict[int, list[tuple[str, str]]] = {}
        self.repealed: dict[int, list[tuple[str, str]]] = {}
        self.documents: dict[str, str] = {}

    def good(self, method: str, path: str, query: dict[str, str], body: bytes) -> Reply:
        name = path.removeprefix(ROOT)
        for kind, lists in (("no_derogadas", self.in_force), ("derogadas", self.repealed)):
            for year, entries in lists.items():
                if name == f"resoluciones_por_orden_cronologico_{kind}_{year}.html":
                    rows = "".join(
                        f'<li>menu_book {title} <a href="docs/{link}">ver</a> local_library</li>'
                        for link, title in entries
                    )
                    return page(f"<ul>{rows}</ul>")
        if name.startswith("docs/") and name[5:] in self.documents:
            text = "".join(f"<p>{line}</p>" for line in self.documents[name[5:]].splitlines())
            return page(f"<nav>menú</nav><main><p>DATOS</p><p>BUSCAR</p>{text}</main>")
        return Reply(404, b"<html>404</html>", HTML)


class LeyesStandIn(StandIn):
    """``texts``: number of the site → text of the law."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: dict[str, str] = {}

    def good(self, method: str, path: str, query: dict[str, str], body: bytes) -> Reply:
        text = self.texts.get(query.get("i", ""))
        if text is None:
            return (
                Reply(302, b"", HTML, {"Location": "/nada"})
                if path != "/nada"
                else Reply(404, b"<p>404</p>", HTML)
            )
        return page(f'<div id="contenido">{"".join(f"<p>{line}</p>" for line in text.splitlines())}</div>')


class WordPressStandIn(StandIn):
    """``titles``: of the norms, the newest first."""

    def __init__(self) -> None:
        super().__init__()
        self.titles: list[str] = []
        self.told_pages = True

    def good(self, method: str, path: str, query: dict[str, str], body: bytes) -> Reply:
        size, number = int(query["per_page"]), int(query["page"])
        pages = max(1, -(-len(self.titles) // size))
        if number > pages:
            return json_reply({"code": "rest_post_invalid_page_number", "message": "…"}, 400)
        found: list[dict[str, Any]] = [
            {
                "title": {"rendered": title},
                "excerpt": {"rendered": ""},
                "date": f"{date(2026, 1, 5)}T10:00:00",
                "link": f"https://docs.upme.gov.co/Normatividad/{n + (number - 1) * size}.pdf",
            }
            for n, title in enumerate(self.titles[(number - 1) * size : number * size])
        ]
        reply = json_reply(found)
        if self.told_pages:
            reply.headers["X-WP-TotalPages"] = str(pages)
        return reply


class PressStandIn(StandIn):
    """``rows``: (title, link, subtitle, date line)."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[tuple[str, str, str, str]] = []

    def good(self, method: str, path: str, query: dict[str, str], body: bytes) -> Reply:
        if path.endswith("noticias-index/"):
            return page('<table id="tabledataset"></table>')
        rows = "".join(
            f'<div class="news-list"><a href="{link}"><span class="news-list-title">{title}</span></a>'
            f'<p class="news-list-subtitle">{subtitle}</p><p class="fs-6">{when}</p></div>'
            for title, link, subtitle, when in self.rows
        )
        return page(f'<div class="main-news-container">{rows}</div>')


class FeedStandIn(StandIn):
    """``feeds``: path → body of a feed; every other path is a 404."""

    def __init__(self) -> None:
        super().__init__()
        self.feeds: dict[str, str] = {}

    def good(self, method: str, path: str, query: dict[str, str], body: bytes) -> Reply:
        if path in self.feeds:
            return Reply(200, self.feeds[path].encode(), "application/rss+xml")
        return Reply(404, b"<html>404</html>", HTML)
