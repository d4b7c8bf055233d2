"""Files that are lists: each row an entry with its attributes, as it came."""

from collections.abc import Callable, Sequence
from typing import Any

import polars as pl

from siea.domain.numeros import NumberError, es_co
from siea.ingest.sources.registry import Entidad

Row = dict[str, str | None]
Maker = Callable[[pl.DataFrame], Sequence[Entidad]]


def _entries(kind: str, code: Callable[[Row], str | None], name: Callable[[Row], str | None]) -> Maker:
    def make(table: pl.DataFrame) -> list[Entidad]:
        found = []
        for row in table.iter_rows(named=True):
            key = (code(row) or "").strip()
            if key:
                attributes: dict[str, Any] = {k: v for k, v in row.items() if v is not None}
                found.append(Entidad(kind, key, (name(row) or key).strip(), attributes))
        return found

    return make


agentes = _entries("agente", lambda r: r["Code"], lambda r: r["Name"])
metricas = _entries("metrica", lambda r: f"{r['MetricId']}/{r['Entity']}", lambda r: r["MetricName"])
plantas = _entries("planta", lambda r: r["gppd_idnr"], lambda r: r["name"])
calendario = _entries("dia", lambda r: r["Fecha"], lambda r: r["Clasificacion"])
columnas = _entries(
    "simem_columna", lambda r: f"{r['dataset_id']}/{r['columna']}", lambda r: r.get("nombre") or r["columna"]
)
inventario = _entries(
    "simem_variable",
    lambda r: f"{r['IdDataset'] or 'sin conjunto'}/{r['CodigoVariable']}",
    lambda r: r.get("NombreVariable"),
)
_recursos = _entries("recurso", lambda r: r["Recurso ID"], lambda r: r["nombre_recurso"])
_DECIMAL_COMMA = ("capacidad_efectiva", "factor_conversion")


def recursos(table: pl.DataFrame) -> list[Entidad]:
    """Plants of the operator's list: the text is kept, and numbers with decimal comma are read beside it."""
    found = []
    for entry in _recursos(table):
        read: dict[str, Any] = {}
        for name in _DECIMAL_COMMA:
            text = entry.atributos.get(name)
            if text is None:
                continue
            try:
                number = es_co(text)
            except NumberError:
                continue  # it stays as text alone
            read[f"{name}_leida"] = None if number is None else float(number)
        found.append(Entidad(entry.tipo, entry.codigo, entry.nombre, {**entry.atributos, **read}))
    return found


def rios(table: pl.DataFrame) -> list[Entidad]:
    """Rivers with the region that the file says of each (the last one, when it says several)."""
    last = table.drop_nulls("rio").unique("rio", keep="last", maintain_order=True)
    return [
        Entidad("rio", row["rio"].strip(), row["rio"].strip(), {"region": row.get("region")})
        for row in last.iter_rows(named=True)
        if row["rio"].strip()
    ]
