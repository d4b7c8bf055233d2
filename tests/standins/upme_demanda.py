"""A stand-in for UPME: the page that links the annex, and the annex with its thirteen sheets."""

from datetime import date
from typing import Any

from openpyxl.utils import get_column_letter
from tests.standins.base import Reply, StandIn
from tests.standins.libros import Formatted, xlsx

PAGE = "/simec/planeacion-energetica/proyeccion_de_demanda/"
FOLDER = "/DemandayEficiencia/Documents/"
BANDS = ("Esc. Medio", "IC Superior 95 %", "IC Inferior 95 %", "IC Superior 68 %", "IC Inferior 68 %")
MONTHS = ("ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "set", "oct", "nov", "dic")
NATIONAL, LARGE, AREAS = ("SIN",), ("SIN + GCE + ME", "SIN + GCE + ME + GD"), ("Caribe", "Oriente", "Valle")


class UpmeDemandaStandIn(StandIn):
    """``editions``: names of the annexes that the page links; ``dates_as_serials``: months come as dates.

    ``bands_above``: scenarios in the upper row of the header; ``swapped``: two sheets that change places;
    ``elsewhere``: a link to another host.
    """

    def __init__(self) -> None:
        super().__init__()
        self.editions = ["Anexo_proyeccion_demanda_2025_2039_verJul2025.xlsx"]
        self.dates_as_serials = False
        self.bands_above = False
        self.elsewhere = ""
        self.unit = "MW"
        self.level = 7000.0
        self.swapped: tuple[int, int] | None = None

    def good(self, method: str, path: str, query: dict[str, str], body: bytes) -> Reply:
        if path == PAGE:
            links = "".join(
                f'<a href="{self.url}{FOLDER}{name}?a=1&amp;b=2">Anexo</a>' for name in self.editions
            )
            links += f'<a href="{self.elsewhere}">Anexo</a>' if self.elsewhere else ""
            page = f'<html><a href="/docs/Proyecciones_de_demanda.pdf">Informe</a>{links}</html>'
            return Reply(200, page.encode(), "text/html; charset=utf-8")
        name = path.removeprefix(FOLDER)
        if name not in self.editions:
            return Reply(404, b"<html></html>", "text/html")
        return Reply(200, self.annex(int(name.partition("demanda_")[2][:4])), "application/octet-stream")

    def annex(self, first: int) -> bytes:
        sheets: dict[str, list[list[Any]]] = {}
        merged: dict[str, list[str]] = {}
        for areas in (NATIONAL, LARGE, AREAS):
            for monthly in (True, False):
                for unit in ("GWh-mes" if monthly else "GWh-año", self.unit):
                    name = f"{len(sheets) + 1}"
                    sheets[name], merged[name] = self._table(areas, monthly, unit, first)
        sheets["13"] = [
            ["Capacidad instalada de GD (MW)"],
            ["Año", "GD UPME", "GD PNUMA"],
            *([year, 10.0 * year, 20.0 * year] for year in range(first, first + 3)),
        ]
        order = list(sheets)
        if self.swapped:
            one, other = self.swapped
            order[one], order[other] = order[other], order[one]
        return xlsx({name: sheets[name] for name in order}, merged)

    def _table(
        self, areas: tuple[str, ...], monthly: bool, unit: str, first: int
    ) -> tuple[list[list[Any]], list[str]]:
        width = len(BANDS)
        titles = [f"{area} ({unit})" if area == "SIN" else area for area in areas]
        above = [None, *(text for title in titles for text in (title, *[None] * (width - 1)))]
        below = ["Período", *BANDS * len(areas)]
        rows: list[list[Any]] = [[f"Proyección de demanda, en {unit}"], above, below]
        merges = [
            f"{get_column_letter(n * width + 2)}2:{get_column_letter(n * width + width + 1)}2"
            for n in range(len(areas))
        ]
        if self.bands_above:
            rows[1:] = [["Período", *BANDS * len(areas)], [None, *(t for t in titles for _ in BANDS)]]
            merges = []
        periods = [(y, m) for y in range(first, first + 3) for m in range(1, 13 if monthly else 2)]
        for year, month in periods:
            values = [self.level + year / 8 + month + place for place in range(width * len(areas))]
            rows.append([self._period(year, month, monthly), *values])
        return [*rows, ["Fuente: UPME"]], merges

    def _period(self, year: int, month: int, monthly: bool) -> Any:
        if not monthly:
            return year
        if self.dates_as_serials:
            return Formatted((date(year, month, 1) - date(1899, 12, 30)).days, "mmm-yy")
        return f"{MONTHS[month - 1]}-{year % 100:02d}"
