"""What the tests of SUI ask for and find."""

from datetime import date

from tests.standins.sui import ENERGY, USERS, row

from siea.domain.catalogo import variable

CUSTOMERS, SUBSCRIBERS, CONSUMPTION = (
    variable(f"SUI_{name}", "Comercializador") for name in ("Usuarios", "Suscriptores", "Consumo")
)
MAY = date(2024, 5, 1)
NIU, PHONE, NAME = "9988776655", "300 123 4567", "Ana Pérez"
TOLD = "SELECT entidad, dimension, valor, marcas FROM observaciones ORDER BY entidad, dimension"
EPM, ENEL = "EMPRESAS PUBLICAS DE MEDELLÍN E.S.P.", "ENEL COLOMBIA S.A. E.S.P."
ROWS = [
    row("ANTIOQUIA,MEDELLÍN", EPM, USERS, [100, 200, "ND", "", 3, 0, 10, 20, 30, 40]),
    row("ANTIOQUIA,BELLO", EPM, USERS, [50, "ND", "ND", 7, "ND", 0, 1, 2, 3, 4]),
    row("ANTIOQUIA,MEDELLÍN", EPM, ENERGY, [1000, 2000.5, "ND", "", 30, 0, 10, 20, 30, 40]),
    row("ANTIOQUIA,BELLO", EPM, ENERGY, [500, "ND", "ND", 70, "ND", 0, 1, 2, 3, 4]),
    row("BOGOTA, D.C.,BOGOTA, D.C.", ENEL, USERS, [9] * 10),
    row("META,VILLAVICENCIO", "LUZ, FUERZA Y CIA S.A. E.S.P.", USERS, [6] * 10),
]
TAIL = [",,,,,,,,,,,,,,,", "Año,2024", "Período,5", "Ubicación,TOTAL", "Reporte a consultar,"]


def customers(market: str, count: int, first: int = 0) -> list[str]:
    return [f"{market}-{NIU}{n:03d}-5-2024" for n in range(first, first + count)]
