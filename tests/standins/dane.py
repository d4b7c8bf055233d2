"""A stand-in for DANE's files: workbooks laid out as the real ones, each with its whole history."""

import re
from typing import Any

from openpyxl.utils import get_column_letter
from tests.standins.base import Reply, StandIn
from tests.standins.libros import xlsx

MONTHS = ("ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sep", "oct", "nov", "dic")
NAMES = (
    "Enero", "Febrero", "Marzo", "Abril", "Mayo", "Junio", "Julio", "Agosto", "Septiembre", "Octubre",
    "Noviembre", "Diciembre",
)  # fmt: skip
QUARTERS = ("I", "II", "III", "IV")
_FILE = re.compile(r"/files/operaciones/(IPC|ISE|PIB)/.*?(\w+)(\d{4})\.xlsx$")


class DaneStandIn(StandIn):
    """``newest``: operation → (year, month or quarter) of the latest file; older files are there too.

    ``cells``: (operation, year, period) → what the cell says instead. ``marks``: year → «p», «pr».
    """

    def __init__(self) -> None:
        super().__init__()
        self.newest = {"IPC": (2024, 9), "ISE": (2024, 8), "PIB": (2024, 2)}
        self.cells: dict[tuple[str, int, int], Any] = {}
        self.marks = {2022: "p", 2023: "p", 2024: "pr"}
        self.month_marks: dict[int, str] = {}

    def good(self, method: str, path: str, query: dict[str, str], body: bytes) -> Reply:
        found = _FILE.match(path)
        if found is None:
            return Reply(404, b"<html>404</html>", "text/html")
        operation, word, year = found[1], found[2], int(found[3])
        period = (
            QUARTERS.index(word.removesuffix("trim")) if operation == "PIB" else MONTHS.index(word[-3:])
        ) + 1
        if (year, period) > self.newest[operation]:
            return Reply(404, b"<html>404</html>", "text/html")
        book = {"IPC": self._prices, "ISE": self._activity, "PIB": self._product}[operation](
            path, year, period
        )
        return Reply(200, book, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")

    def value(self, operation: str, year: int, period: int) -> Any:
        usual = {
            "IPC": 100.0 + (year - 2018) * 5 + period / 8,
            "ISE": 110.25 + period,
            "PIB": 200_000.5 + period,
        }
        return self.cells.get((operation, year, period), usual[operation])

    def _prices(self, path: str, last: int, month: int) -> bytes:
        changes = "Variacion" in path
        years = range(2003, last + 1)
        rows: list[list[Any]] = [[None] for _ in range(7)]
        rows[1] = ["Total, Índice de Precios al Consumidor (IPC)"]
        rows[3] = ["Mes a mes, variación porcentual" if changes else "Índices - Serie de empalme"]
        rows[6] = ["Mes", *years]
        for place, name in enumerate(NAMES, 1):
            told = [self.value("IPC", y, place) if (y, place) <= (last, month) else None for y in years]
            rows.append(
                [name, *([v / 100 if isinstance(v, float) else v for v in told] if changes else told)]
            )
        if changes:
            rows.append(["En año corrido", *(5.0 for _ in years)])
        rows += [[None], ["Fuente: DANE, IPC."], ["Enero", 1.0]]
        return xlsx(
            {"VarNal" if changes else "IndicesIPC": rows}, {"VarNal" if changes else "IndicesIPC": ["A2:D2"]}
        )

    def _activity(self, path: str, last: int, month: int) -> bytes:
        times = [(y, m) for y in range(2005, last + 1) for m in range(1, 13) if (y, m) <= (last, month)]
        years = [f"{y}{self.marks.get(y, '')}" if m == 1 else None for y, m in times]
        months = [NAMES[m - 1][:3] + self.month_marks.get(m, "") for _, m in times]
        head = [
            [None],
            ["Indicador de Seguimiento a la Economía (ISE)"],
            ["Serie original, 2015 = 100"],
            [None],
        ]
        sheets = {}
        for sheet, shift in (("Cuadro 1", 0.0), ("Cuadro 2", 1000.0 / 1024)):
            index = [v + shift if isinstance(v := self.value("ISE", y, m), float) else v for y, m in times]
            sheets[sheet] = [
                *head,
                ["Concepto", *years],
                [None, *months],
                ["Actividades primarias", *(90.0 for _ in times)],
                ["Indicador de Seguimiento a la Economía", *index],
                ["Fuente: DANE, ISE"],
                ["Tasa de crecimiento anual"],
                ["Concepto", *years],
                [None, *months],
                ["Indicador de Seguimiento a la Economía", *(3.0 for _ in times)],
            ]
        return xlsx({"Índice": [["Índice"]], **sheets})

    def _product(self, path: str, last: int, quarter: int) -> bytes:
        times = [(y, q) for y in range(2005, last + 1) for q in range(1, 5) if (y, q) <= (last, quarter)]
        gasto = "Gasto" in path
        first = 2 if gasto else 3
        years = [f"{y}{self.marks.get(y, '')}" if q == 1 else None for y, q in times]
        quarters = [QUARTERS[q - 1] for _, q in times]
        labels = ["Código", "Concepto"] if gasto else ["Clasificación Cuentas Nacionales", "CIIU", "Concepto"]
        total = [self.value("PIB", y, q) for y, q in times]
        rows: list[list[Any]] = [[None] for _ in range(11)]
        rows[5] = ["Producto Interno Bruto (PIB)"]
        rows[8] = ["Miles de millones de pesos"]
        blocks: list[list[Any]] = [[*labels, *years], [None] * first + quarters, [None]]
        if gasto:
            blocks += [
                ["P.3", "Gasto de consumo final", *(v * 0.9 for v in total)],
                ["P.311 + P.313 +  P.323", "Gasto de los hogares", *(v * 0.7 for v in total)],
                ["P.61", "Bienes", *(1.0 for _ in total)],
                ["P.8", "Demanda interna", *(v * 1.1 for v in total)],
                ["B.1b", "Producto Interno Bruto", *total],
            ]
        else:
            blocks += [
                ["B.1b", "A", "Agricultura", *(9.0 for _ in total)],
                ["B.1b", None, "Valor agregado bruto", *(v * 0.9 for v in total)],
                ["B.1b", None, "Producto Interno Bruto", *total],
            ]
        rates = [
            ["Tasa de crecimiento anual"],
            *blocks[:2],
            ["B.1b", *labels[2:], "Producto Interno Bruto", *(2.2 for _ in total)],
        ]
        notes = [["Fuente: DANE, PIB_T"], ["pprovisional"], ["prpreliminar"]]
        merged = [
            f"{get_column_letter(first + n + 1)}12:{get_column_letter(first + n + 4)}12"
            for n, (y, q) in enumerate(times)
            if q == 1 and y < last
        ]
        return xlsx(
            {"Índice": [["Índice"]], "Cuadro 1": [*rows, *blocks, *notes, *rates]}, {"Cuadro 1": merged}
        )
