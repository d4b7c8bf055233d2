"""A stand-in for the operator's daily report: nested groups, escaped names, subtotals among and beside."""

from collections.abc import Callable
from datetime import date
from typing import Any

from tests.standins.base import Reply, StandIn, json_reply

PLANTS = {
    "Generaci&oacute;n Hidr&aacute;ulica": {"SAN CARLOS": 20.5, "ITUANGO": 25.25},
    "Autogeneraci&oacute;n": {"AUTOG A&amp;B": 0.1, "PI&Ntilde;A": None},
}


class IdoStandIn(StandIn):
    """``until``: last day published; ``chosen``: asked day → the one that is answered; ``edit``: last word.

    A day later than ``until`` is answered with ``ok`` false, as the service does.
    """

    def __init__(self) -> None:
        super().__init__()
        self.until = date(2024, 10, 31)
        self.chosen: dict[date, date] = {}
        self.edit: Callable[[dict[str, Any]], None] | None = None

    def good(self, method: str, path: str, query: dict[str, str], body: bytes) -> Reply:
        assert path == "/ArchivoIdo/ObtenerArchivosPorDia"
        asked = date.fromisoformat(query["fecha"])
        day = self.chosen.get(asked, asked)
        if day > self.until:
            return json_reply({"ok": False, "fecha": query["fecha"]})
        name = f"IDOR_{day:%Y%m%d}_V1"
        document: dict[str, Any] = {
            "ok": True,
            "fecha": day.isoformat(),
            "versiones": [{"nombre": name, "ver": 1}],
            "elegido": {"nombre": name, "ver": 1},
            "payload": {"globales": {"fechaPublicacion": "2024-11-01"}, **_SECTIONS[query["carpeta"]](day)},
        }
        if self.edit:
            self.edit(document)
        return json_reply(document)


def _generation(day: date) -> dict[str, Any]:
    items = []
    for kind, plants in PLANTS.items():
        records = [
            {"nombrerecurso": name, "gendesp": value, "genened": value, "genprodesp": value}
            for name, value in plants.items()
        ]
        total = sum(value or 0 for value in plants.values())
        records.append({"nombrerecurso": f"Subtotal {kind}", "gendesp": total, "genened": total})
        items.append(
            {"elemento": [{"nombre": kind, "contenido": records}], "subtotales": {"subtotal1": total}}
        )
    return {"items": items}


def _availability(day: date) -> dict[str, Any]:
    record = {"nombrerecurso": "RECURSO &lt;A&gt;", "capacidadefectiva": 50.0, "disponibilidad": 40.0}
    group = {"tipogen": "HIDRAULICA", "subtotal": 40.0, "subtotal_capefectiva": 50.0}
    return {"categoriasdisponibilidad": [{**group, "registrodisponibilidad": [record]}]}


def _exchanges(day: date) -> dict[str, Any]:
    links = [{"pais": "Ecuador", "programada": 6.0, "real": 5.5}]
    return {
        "exportaciones": [{"totalProgramada": 6.0, "intercambios": links}],
        "importaciones": [{"totalProgramada": 0.0, "intercambios": []}],
    }


_SECTIONS = {
    "Ido_Generacion": _generation,
    "Ido_Disponibilidad": _availability,
    "Ido_Intercambios": _exchanges,
}
