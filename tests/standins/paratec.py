"""A stand-in for PARATEC: each list whole, with the keys and the spelling of the service."""

from typing import Any

from tests.standins.base import Reply, StandIn, json_reply


def plant(name: str, **other: Any) -> dict[str, Any]:
    """A record of the map of generation."""
    told = {
        "type": "hidráulica", "lat": 6.21284, "lng": -74.81259, "iconAsset": "x.svg",
        "subArea": "SubArea Antioquia", "elementName": name,
        "operatorCompanyName": "ISAGEN S.A. E.S.P.", "fpoDate": "1984-01-20",
        "operationMode": "Despachada Centralmente", "netEffectiveCapacity": 1292.0, "ratedPower": 1240.0,
        "powerMax": 1292.0, "connectionVoltage": 230.0, "operatingProcessType": "Operación",
        "department": "Antioquia", "municipality": "San Carlos",
    }  # fmt: skip
    return told | other


def reservoir(name: str, number: int, **other: Any) -> dict[str, Any]:
    """A record of the map of hydrology; two of its keys are misspelt by the service."""
    told = {
        "type": "embalse", "lat": 6.3, "lng": -75.2, "reservoirMRID": number, "elementName": name,
        "hidrologicalRegion": "Antioquia", "minPhysicalLevel": 1.0, "deadVolume": 45.9, "usefulVolume": 900.0,
        "totalVolume": 1000.0, "convertionFactor": 1.2, "usefulVolumeGWh": 3500.0,
        "isReservoirAggregate": "No",
    }  # fmt: skip
    return told | other


def line(name: str, *points: list[float], **other: Any) -> dict[str, Any]:
    """A feature of the map of transmission; «longitude» is its length in km."""
    told = {
        "nameLine": name, "energy": "230-220 KV", "sub1": "CIRCO", "sub2": "TUNAL", "operator": "ENLAZA",
        "longitude": 29.74, "ratedCurrent": 1000.0, "emergencyLimit": 1200.0, "subArea1": 3, "subArea2": 3,
    }  # fmt: skip
    geometry = {"type": "LineString", "coordinates": list(points)}
    return {"type": "Feature", "properties": told | other, "geometry": geometry}


class ParatecStandIn(StandIn):
    """``lists``: path → records; ``etag``: what HEAD tells, '' for nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.etag = ""
        self.lists: dict[str, list[dict[str, Any]]] = {
            "/mapas/api/GenerationMap/GenerationMapInfo": [plant("SAN CARLOS"), plant("GUAVIO", lat=4.7)],
            "/mapas/api/HydrologyMap/HydrologyMapInfo": [reservoir("PEÑOL", 11)],
            "/mapas/api/TransmissionMap/getLines": [
                line("CIRCO - TUNAL 1 230 kV", [-74.062, 4.587], [-74.14, 4.574])
            ],
            "/mapas/api/TransmissionMap/getMarkers": [
                {"elementName": "AGUABLANCA", "voltage": "115", "voltagesList": ["115", "13.2"],
                 "latitude": 3.4098, "longitude": -76.48537, "subArea": "SubArea Valle",
                 "department": "Valle Del Cauca", "elementId": 7, "fpoDate": "1990-01-01"}
            ],
            "/reportegeneracion/api/HydraulicUnit/HydraulicUnitInfo": [{"elementName": "SAN CARLOS 1"}],
            "/reportegeneracion/api/ThermalUnit/ThermalUnitInfo": [{"elementName": "TEBSA 11"}],
            "/reportegeneracion/api/SolarPlant/getAll": [{"elementName": "EL PASO"}],
            "/reportegeneracion/api/WindPlant/WindPlantInfo": [{"elementName": "GUAJIRA I"}],
            "/reportetransmision/api/Line/getAll": [{"name": "CIRCO - TUNAL 1 230 kV", "reactance": 0.5}],
            "/reportetransmision/api/Substation/SubstationInfo": [{"elementName": "AGUABLANCA"}],
        }  # fmt: skip

    def good(self, method: str, path: str, query: dict[str, str], body: bytes) -> Reply:
        reply = json_reply({"header": {"code": 200}, "data": self.lists[path]})
        if self.etag:
            reply.headers["ETag"] = self.etag
        return reply
