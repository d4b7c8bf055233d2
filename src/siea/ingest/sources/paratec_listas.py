"""The lists of PARATEC as data: where each is, and the keys of its records as the service spells them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Lista:
    """One list. ``claves`` are the keys that are documented, beside the name and the place.

    ``lugar``: keys of latitude and longitude; empty where the record is a line of the map, or where nothing
    is known of its keys but the name. ``mapa``: the records are GeoJSON features.
    """

    tipo: str
    ruta: str
    nombre: str
    lugar: tuple[str, ...]
    claves: frozenset[str]
    descripcion: str
    mapa: bool = False

    @property
    def forma(self) -> frozenset[str]:
        """Every key that is read."""
        return self.claves | {self.nombre, *self.lugar}


LISTAS = {
    "plantas": Lista(
        "planta",
        "/mapas/api/GenerationMap/GenerationMapInfo",
        "elementName",
        ("lat", "lng"),
        frozenset(
            {
                "type",
                "operatorCompanyName",
                "operationMode",
                "netEffectiveCapacity",
                "ratedPower",
                "powerMax",
                "connectionVoltage",
                "fpoDate",
                "subArea",
                "department",
                "municipality",
                "iconAsset",
                "operatingProcessType",
            }
        ),
        "Plantas de generación, con su lugar, su capacidad y su operador",
    ),
    "unidades_hidraulicas": Lista(
        "unidad_hidraulica",
        "/reportegeneracion/api/HydraulicUnit/HydraulicUnitInfo",
        "elementName",
        (),
        frozenset(),
        "Unidades de las plantas hidráulicas",
    ),
    "unidades_termicas": Lista(
        "unidad_termica",
        "/reportegeneracion/api/ThermalUnit/ThermalUnitInfo",
        "elementName",
        (),
        frozenset(),
        "Unidades de las plantas térmicas",
    ),
    "plantas_solares": Lista(
        "planta_solar",
        "/reportegeneracion/api/SolarPlant/getAll",
        "elementName",
        (),
        frozenset(),
        "Plantas solares con sus parámetros técnicos",
    ),
    "plantas_eolicas": Lista(
        "planta_eolica",
        "/reportegeneracion/api/WindPlant/WindPlantInfo",
        "elementName",
        (),
        frozenset(),
        "Plantas eólicas con sus parámetros técnicos",
    ),
    "embalses": Lista(
        "embalse_paratec",
        "/mapas/api/HydrologyMap/HydrologyMapInfo",
        "elementName",
        ("lat", "lng"),
        # sic, both: hidrologicalRegion and convertionFactor
        frozenset(
            {
                "reservoirMRID",
                "hidrologicalRegion",
                "deadVolume",
                "usefulVolume",
                "totalVolume",
                "convertionFactor",
                "usefulVolumeGWh",
                "isReservoirAggregate",
            }
        ),
        "Embalses, con sus niveles, volúmenes y factor de conversión",
    ),
    "lineas": Lista(
        "linea",
        "/mapas/api/TransmissionMap/getLines",
        "nameLine",
        (),
        frozenset(
            {
                "energy",
                "sub1",
                "sub2",
                "operator",
                "longitude",
                "ratedCurrent",
                "emergencyLimit",
                "subArea1",
                "subArea2",
            }
        ),
        "Líneas de transmisión, con su trazado, su longitud y sus subestaciones",
        mapa=True,
    ),
    "lineas_reporte": Lista(
        "linea_reporte",
        "/reportetransmision/api/Line/getAll",
        "name",
        (),
        frozenset(),
        "Líneas de transmisión con sus parámetros eléctricos",
    ),
    "subestaciones": Lista(
        "subestacion",
        "/mapas/api/TransmissionMap/getMarkers",
        "elementName",
        ("latitude", "longitude"),
        frozenset({"voltage", "voltagesList", "subArea", "department", "elementId", "fpoDate"}),
        "Subestaciones, con su lugar y sus tensiones",
    ),
    "subestaciones_reporte": Lista(
        "subestacion_reporte",
        "/reportetransmision/api/Substation/SubstationInfo",
        "elementName",
        (),
        frozenset(),
        "Subestaciones con sus parámetros técnicos",
    ),
}
