"""A stand-in for the SUI's factory of reports: an HTML page whose first link is a ZIP."""

import io
import zipfile

from tests.standins.base import Reply, StandIn


class SuiStandIn(StandIn):
    """``reports``: company code → lines of its TC1; ``entry``: name of the ZIP's entry; ``link``: is there one."""

    def __init__(self) -> None:
        super().__init__()
        self.reports: dict[str, list[str]] = {}
        self.header = "mercado-NIU-mes-año"
        self.entry = "info"
        self.link = True

    def good(self, method: str, path: str, query: dict[str, str], body: bytes) -> Reply:
        if path.startswith("/descarga/"):
            return Reply(200, self._zip(path.rpartition("/")[2].removesuffix(".zip")), "application/zip")
        company = query["ele_com_133.comercializador"]
        link = f"<a href='/descarga/{company}.zip'>reporte</a><a href='/otra'>ayuda</a>" if self.link else ""
        return Reply(200, f"<html><body>{link}</body></html>".encode(), "text/html")

    def _zip(self, company: str) -> bytes:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(self.entry, "\n".join([self.header, *self.reports.get(company, [])]))
        return out.getvalue()
