"""A stand-in for the operator's yearly workbooks: title rows, a header, hours 0 to 23, the version last."""

from datetime import date, timedelta
from typing import Any

from tests.standins.base import Reply, StandIn
from tests.standins.libros import xls, xlsx

HEADS: dict[str, list[Any]] = {
    "Precio_Bolsa_Nacional_($kwh)": ["Fecha"],
    "Demanda_Energia_SIN": [
        "Fecha", "Demanda Energia SIN kWh", "Generación kWh", "Demanda No Atendida kWh", "Exportaciones kWh",
        "Importaciones kWh",
    ],
    "Demanda_por_OR": ["Fecha", "Código Distribuidor"],
    "Perdidas_De_Energia_Por_Comercializador": ["Fecha", "Código Comercializador"],
    "Aportes_Diario": [
        "Fecha", "Region Hidrologica", "Nombre Río", "Aportes Caudal m3/s", "Aportes Energía kWh",
        "Aportes %",
    ],
    "Reservas_Diario": [
        "Fecha", "Region Hidrologica", "Nombre Embalse", "Volumen Útil Diario Mm3",
        "Volumen Útil Diario Energía kWh", "Volumen Útil Díario %",
    ],
    "Vertimientos_Diario": [
        "Fecha", "Region Hidrologica", "Nombre Embalse", "Vertimientos Volumen miles m3",
        "Vertimientos Energía kWh",
    ],
    "Generacion_(kWh)": [
        "Fecha", "Recurso", "Tipo Generación", "Combustible", "Código Agente", "Tipo Despacho", "Es Menor",
        "Es Autogenerador",
    ],
    "Capacidad_Efectiva_Neta_(kW)": [
        "Fecha", "Recurso", "Código Agente", "Tipo de Generación", "Capacidad Efectiva Neta kW",
    ],
}  # fmt: skip
HOURLY = (
    "Precio_Bolsa_Nacional_($kwh)", "Demanda_por_OR", "Perdidas_De_Energia_Por_Comercializador",
    "Generacion_(kWh)",
)  # fmt: skip
HALVES = ("Generacion_(kWh)", "Capacidad_Efectiva_Neta_(kW)")
# What the text columns of a row say, by label.
TEXTS = {
    "Código Distribuidor": "EPMD", "Código Comercializador": "EPMC", "Region Hidrologica": "ANTIOQUIA",
    "Nombre Río": "NARE", "Nombre Embalse": "PEÑOL", "Recurso": "TASAJERO 1", "Tipo Generación": "TERMICA",
    "Combustible": "CARBON", "Código Agente": "TSJG", "Tipo Despacho": "DESP. CENTRAL", "Es Menor": "NO",
    "Es Autogenerador": "NO", "Tipo de Generación": "TERMICA",
}  # fmt: skip


class XmLibrosStandIn(StandIn):
    """``old_format``: years in .xls. ``hour_zero``: what the header of the first hour says.

    ``version``: the last column, or none. ``titles``: rows before the header. ``days``: how many days a year
    has; ``rows``: year → rows added at the end. ``folders``: family → the only folder where its files are.
    """

    def __init__(self) -> None:
        super().__init__()
        self.old_format = {2011, 2012}
        self.hour_zero: Any = 0
        self.version: str | None = "TXF"
        self.titles = 2
        self.days = 5
        self.rows: dict[int, list[list[Any]]] = {}
        self.lost_hours: set[int] = set()
        self.dates_as_text = True
        self.folders = {"Precio_Bolsa_Nacional_($kwh)": "/trpr/Histricos"}

    def good(self, method: str, path: str, query: dict[str, str], body: bytes) -> Reply:
        folder, _, name = path.rpartition("/")
        stem, _, suffix = name.rpartition(".")
        family, _, part = stem.rpartition("_")
        year = int(part[:4]) if part[:4].isdigit() else 0
        right = "xls" if year in self.old_format else "xlsx"
        in_halves = family in HALVES and year in {2016, 2017, 2018}
        there = family in HEADS and suffix == right and folder == self.folders.get(family, folder)
        if not there or ("SEM" in part) != in_halves:
            return Reply(404, b"<html></html>", "text/html")
        start = date(year, 7 if part.endswith("SEM2") else 1, 1)
        if family == "Precio_Bolsa_Nacional_($kwh)" and year == 1995:
            start = date(1995, 7, 20)
        rows = self.table(family, start)
        data = xls(rows) if right == "xls" else xlsx({"Hoja1": rows})
        return Reply(200, data, "application/vnd.ms-excel")

    def table(self, family: str, start: date) -> list[list[Any]]:
        """Title rows, the header, and a row for each of the first days."""
        hourly, head = family in HOURLY, list(HEADS[family])
        texts = [TEXTS.get(label) for label in head[1:]]
        if hourly:
            head += [
                self.hour_zero if hour == 0 else hour for hour in range(24) if hour not in self.lost_hours
            ]
            head += ["Version"] if self.version else []
        rows: list[list[Any]] = [
            [f"{family} de {start.year}"],
            *([None] for _ in range(self.titles - 1)),
            head,
        ]
        for n in range(self.days):
            day = start + timedelta(days=n)
            numbers: list[Any] = [self.value(n, hour) for hour in range(24) if hour not in self.lost_hours]
            if not hourly:
                told = [
                    text if text is not None else self.value(n, place) for place, text in enumerate(texts)
                ]
            else:
                told = [*texts, *numbers, *([self.version] if self.version else [])]
            rows.append([day.isoformat() if self.dates_as_text else day, *told])
        return rows + self.rows.get(start.year, [])

    @staticmethod
    def value(day: int, place: int) -> float:
        return 100.0 + day + place / 8
