"""The reports of SUI's factory as data: what is asked, the columns that are read, the companies."""

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.resources import files

from siea.domain.numeros import plain

# Columns of the consolidated report, in its own words; the two totals beside them are never added.
ESTRATOS = (
    "Estrato 1", "Estrato 2", "Estrato 3", "Estrato 4", "Estrato 5", "Estrato 6", "Industrial", "Comercial",
    "Oficial", "Otros",
)  # fmt: skip
EMPRESA, MAGNITUD = "Empresa", "Variable Calculada"
# What the consolidated report calls the number of customers: it says which cells are too small to be told.
SUSCRIPTORES = "usuarios empresa departamento y municipio"
_LEGAL = re.compile(r"(?:sociedadanonima|empresadeserviciospublicos|esp|sas|sa|bic|eice|ltda)+$")


@dataclass(frozen=True, slots=True)
class Reporte:
    """One report. ``columnas``: our name of a column → the names that its header may have.

    ``por_empresa``: asked for one company at a time. ``anual``: of a whole year. ``conteo``: its figures
    count people, so that small ones are hidden. ``personal``: its answer is kept encrypted.
    """

    id: str
    formato: str
    columnas: Mapping[str, tuple[str, ...]]
    descripcion: str
    rezago_dias: int
    filtros: Mapping[str, str] = field(default_factory=dict)
    personal: bool = False
    por_empresa: bool = False
    anual: bool = False
    conteo: bool = False

    @property
    def forma(self) -> frozenset[str]:
        """Names of the columns that are read."""
        return frozenset(names[0] for names in self.columnas.values())


TC1, CONSOLIDADO = "tc1", "consolidado"
REPORTES = {
    TC1: Reporte(
        "ele_com_133",
        "HTML",
        {
            "mercado": ("mercado", "id_mercado", "id mercado"),
            "niu": ("NIU",),
            "mes": ("mes", "periodo"),
            "anio": ("año", "agno", "anio"),
        },
        "Usuarios por comercializador y mercado (TC1 validado); solo conteos, con celdas pequeñas ocultas",
        60,
        personal=True,
        por_empresa=True,
    ),
    CONSOLIDADO: Reporte(
        "ele_com_096",
        "CSV",
        {
            "departamento": ("Departamento",),
            "municipio": ("Municipio",),
            "empresa": (EMPRESA,),
            "magnitud": (MAGNITUD, "Variable"),
            **{name: (name,) for name in ESTRATOS},
        },
        "Suscriptores, consumo y facturación por empresa y estrato o uso",
        90,
        # every place (4 is the total of rural, urban and populated centres), every company
        {"ubic": "4", "depto": "NULL_VALUE", "municipio": "NULL_VALUE", "empresa": "NULL_VALUE"},
    ),
    "pqr": Reporte(
        "ele_com_090",
        "CSV",
        {
            "empresa": (EMPRESA,),
            "dimension": ("Tipo de trámite", "Causal", "Tipo"),
            "valor": ("Cantidad", "Número de PQR", "Total"),
        },
        "Peticiones, quejas y recursos por empresa (columnas sin documentar: se leen por su nombre)",
        90,
        personal=True,
        conteo=True,
    ),
    "estado_resultados": Reporte(
        "ele_fin_054",
        "CSV",
        {"empresa": (EMPRESA,), "dimension": ("Concepto", "Cuenta"), "valor": ("Valor", "Saldo")},
        "Estado de resultados por empresa (columnas sin documentar: se leen por su nombre)",
        180,
        anual=True,
    ),
}
# Code of a variable → what the consolidated report calls it.
MAGNITUDES = {
    "SUI_Suscriptores": SUSCRIPTORES,
    "SUI_Consumo": "consumos empresa departamento y municipio",
    "SUI_ValorConsumo": "valor consumo empresa departamento y municipio",
    "SUI_TotalFacturado": "total facturado empresa departamento y municipio",
}


def _companies() -> list[dict[str, str]]:
    text = files("siea.ingest.sources").joinpath("sui_empresas.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def _key(name: str) -> str:
    """A company's name without what its legal form adds, however that is written and spaced."""
    return _LEGAL.sub("", re.sub(r"[^a-z0-9]", "", plain(name)))


EMPRESAS = {row["codigo"]: row["nombre"] for row in _companies()}
_BY_NAME = {_key(row[column]): row["codigo"] for row in _companies() for column in ("nombre", "razon_social")}


def codigo_de(empresa: str) -> str | None:
    """The code of a company by its name, None for one that the table lacks.

    >>> codigo_de("EMPRESA DE ENERGIA DELQUINDIO S.A.E.S.P."), codigo_de("Enel Colombia SA ESP")
    ('523', '597')
    """
    return _BY_NAME.get(_key(empresa))
