"""Conversion of a source's unit to the unit stored inside (energy GWh, power MW, price COP/kWh)."""

_SCALE: dict[str, tuple[str, float]] = {
    "Wh": ("energia", 1e-9),
    "kWh": ("energia", 1e-6),
    "MWh": ("energia", 1e-3),
    "GWh": ("energia", 1.0),
    "kW": ("potencia", 1e-3),
    "MW": ("potencia", 1.0),
    "fraccion": ("porcentaje", 100.0),
    "%": ("porcentaje", 1.0),
    "COP/kWh": ("precio", 1.0),
    "m3/s": ("caudal", 1.0),
    "°C": ("temperatura", 1.0),
    "m3": ("volumen", 1e-6),
    "hm3": ("volumen", 1.0),
    "COP": ("dinero", 1.0),
    "USD/kWh": ("precio en dólares", 1.0),
    "COP/USD": ("tasa de cambio", 1.0),
    "MBTU": ("energía térmica", 1.0),
    "TonCO2": ("dióxido de carbono", 1.0),
    "TonCH4": ("metano", 1.0),
    "TonN2O": ("óxido nitroso", 1.0),
    "gCO2e/kWh": ("factor de emisión", 1.0),
    "W/m2": ("irradiancia", 1.0),
    "mm": ("lluvia", 1.0),
    "m/s": ("velocidad", 1.0),
    "hPa": ("presión", 1.0),
    "h": ("horas", 1.0),
    "kVArh": ("energía reactiva", 1.0),
    "usuarios": ("conteo", 1.0),
    "#": ("indicador", 1.0),
    "índice": ("índice", 1.0),
    "miles de millones COP": ("miles de millones", 1.0),
    "": ("sin unidad declarada", 1.0),
}
UNITS = frozenset(_SCALE)


class UnitError(ValueError):
    """A unit that is unknown, or two units that do not measure the same thing."""


def factor(source: str, target: str) -> float:
    """Return what one unit of *source* is in *target*.

    >>> factor("kWh", "GWh")
    1e-06

    Raises UnitError when a unit is unknown or the pair is of different kinds: power becomes
    energy only with an interval length, see :func:`energy_gwh`.
    """
    try:
        kind_a, a = _SCALE[source]
        kind_b, b = _SCALE[target]
    except KeyError as unknown:
        raise UnitError(f"unknown unit {unknown.args[0]!r}") from None
    if kind_a != kind_b:
        raise UnitError(f"{source} ({kind_a}) cannot become {target} ({kind_b})")
    return a / b


def energy_gwh(mean_mw: float, hours: float) -> float:
    """Energy in GWh of a mean power in MW held for *hours* (the length of the interval)."""
    return mean_mw * hours / 1000.0
