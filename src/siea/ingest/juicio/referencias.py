"""What is compared with what: data of the rules between series, with the reason of each band."""

from dataclasses import dataclass
from typing import Literal

# A ratio that leaves its own level by more than this, for days, is another measurement.
DRIFT = 0.05
# Two publications of one price differ when they are further apart than this, COP/kWh.
PRICE_TOLERANCE = 1.0


@dataclass(frozen=True, slots=True)
class Contra:
    """A variable whose daily total is compared with that of a reference; its usual ratio, and why.

    ``deriva``: how far the ratio may leave its own level for days; more where they are not one measurement.
    """

    codigo: str
    entidad: str
    referencia: str
    bajo: float
    alto: float
    porque: str
    deriva: float = DRIFT

    @property
    def clave(self) -> str:
        """What tells its findings from those against another reference."""
        return f"contra {self.referencia}"


@dataclass(frozen=True, slots=True)
class Gemelas:
    """Two publications of the same values."""

    una: str
    otra: str
    tolerancia: float


@dataclass(frozen=True, slots=True)
class Horas:
    """A daily figure that is made of the hours of another variable; ``tolerancia`` is a share of it."""

    horaria: str
    diaria: str
    como: Literal["suma", "promedio", "minimo", "maximo"]
    tolerancia: float


REFERENCES = (
    Contra("DemaCome", "Sistema", "DemaSIN", 0.98, 1.06, "la comercial suma la del SIN más lo exportado"),
    Contra("DemaReal", "Sistema", "DemaSIN", 0.95, 1.02, "la real queda un poco por debajo de la comercial"),
    Contra("DemaRealC1B851", "Sistema", "DemaSIN", 0.96, 1.02, "es la misma, medida en otra parte", 0.03),
    Contra("DemaOper", "Sistema", "DemaSIN", 0.97, 1.03, "la cifra operativa se acerca a la liquidada", 0.12),
    Contra("DemaSubarea", "Subarea", "DemaSIN", 0.95, 1.05, "las subáreas cubren todo el SIN"),
    Contra("DemaOrHora", "OR", "DemaSIN", 0.95, 1.01, "solo faltan los usuarios y las pérdidas del STN"),
    Contra(
        "GeneProgCombustible", "Combustible", "GeneDiaSIN", 0.95, 1.05, "lo programado sigue a lo generado",
        0.12,
    ),
    Contra("AporEner", "Rio", "AporOper", 0.95, 1.05, "los ríos suman los aportes del sistema", 0.3),
    Contra("AporEner", "Rio", "AporEner", 0.95, 1.05, "los ríos suman los aportes del sistema", 0.3),
    Contra("Gene", "Recurso", "Gene", 0.99, 1.01, "las plantas suman la generación del sistema"),
)  # fmt: skip
# (variable, reference, kind of entity): monthly totals whose ratio keeps its level
MONTHLY = (("PosiRespaldo", "PosiDemanda", "Agente"), ("PosiVentas", "PosiDemanda", "Agente"))
MONTHLY_DRIFT = 0.2
TWINS = (
    Gemelas("PrecBolsNaciLibro", "PrecBolsNaci", PRICE_TOLERANCE),
    # the operative figure is of another day's offers: only what is out of all proportion says something
    Gemelas("PrecBolsMaxOper", "PrecBolsMaxPublDia", 500.0),
    Gemelas("SIMEM_PB_Nal", "PrecBolsNaci", PRICE_TOLERANCE),
)
HOURS = (
    Horas("PrecBolsNaci", "PrecBolsMinPublDia", "minimo", 0.02),
    Horas("PrecBolsNaci", "PrecBolsMaxPublDia", "maximo", 0.02),
    Horas("PrecBolsNaci", "PrecBolsMinDia", "minimo", 0.02),
    Horas("PrecBolsNaci", "PrecBolsMaxDia", "maximo", 0.02),
    Horas("PrecBolsNaci", "PrecBolsPromDia", "promedio", 0.02),
)
