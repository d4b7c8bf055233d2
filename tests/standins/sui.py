"""A stand-in for the SUI's factory of reports: text, or an HTML page whose first link is a ZIP."""

import io
import zipfile
from collections.abc import Sequence

from tests.standins.base import Reply, StandIn

HEADER = ",".join([
    "Departamento", "Municipio", "Empresa", "Variable Calculada", *(f"Estrato {n}" for n in range(1, 7)),
    "Total Residencial", "Industrial", "Comercial", "Oficial", "Otros", "Total No Residencial",
])  # fmt: skip
USERS, ENERGY = (f"{name} Empresa Departamento y Municipio" for name in ("usuarios", "Consumos"))


def row(place: str, company: str, what: str, figures: Sequence[object]) -> str:
    """A row of the consolidated report: ten *figures*, with the two totals that the factory adds."""
    told = [str(figure) for figure in figures]
    return ",".join([place, company, what, *told[:6], "999999", *told[6:], "999999"])


class SuiStandIn(StandIn):
    """``reports``: company code → lines of its TC1; ``tables``: report → text of its answer.

    ``entry``: name of the ZIP's entry; ``page``: what the page says, ``{link}`` standing for the target;
    ``wrapped``: tables come behind a page too; ``packed``: the ZIP itself, where it is not to be made.
    """

    def __init__(self) -> None:
        super().__init__()
        self.reports: dict[str, list[str]] = {}
        self.tables: dict[str, str] = {}
        self.header = "mercado-NIU-mes-año"
        self.entry = "info"
        self.page = "<html><body><!-- <a href='/viejo.zip'> --><a href='{link}'>reporte</a><a href='/otra'>"
        self.wrapped = False
        self.packed: bytes | None = None

    def good(self, method: str, path: str, query: dict[str, str], body: bytes) -> Reply:
        if path.startswith("/descarga/"):
            return Reply(200, self._zip(path.rpartition("/")[2].removesuffix(".zip")), "application/zip")
        assert path == "/fabricaReportes/reporte"
        report = query["idreporte"]
        if report in self.tables and not self.wrapped:
            return Reply(200, self.tables[report].encode("cp1252"), "text/csv")
        name = report if report in self.tables else query["ele_com_133.comercializador"]
        return Reply(200, self.page.replace("{link}", f"/descarga/{name}.zip").encode(), "text/html")

    def _zip(self, name: str) -> bytes:
        if self.packed is not None:
            return self.packed
        content = self.tables.get(name) or "\n".join([self.header, *self.reports.get(name, [])])
        return zipped(content, self.entry)


def zipped(content: str, entry: str = "info") -> bytes:
    """A ZIP with *content* in its *entry*."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(entry, content)
    return out.getvalue()
