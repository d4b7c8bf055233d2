"""A stand-in for the SDMX service of the central bank."""

from tests.standins.base import Reply, StandIn


class BanRepStandIn(StandIn):
    """``values``: period → rate; ``status``: period → «P» and the like, «A» (normal) where it tells none."""

    def __init__(self) -> None:
        super().__init__()
        self.status: dict[str, str] = {}
        self.values = {f"2024-{month:02d}": f"{12.75 - month / 4:.2f}" for month in range(1, 10)}

    def good(self, method: str, path: str, query: dict[str, str], body: bytes) -> Reply:
        observations = "".join(
            f'<generic:Obs><generic:ObsDimension value="{period}"/>'
            f'<generic:ObsValue value="{value}"/><generic:Attributes><generic:Value id="OBS_STATUS"'
            f' value="{self.status.get(period, "A")}"/></generic:Attributes></generic:Obs>'
            for period, value in self.values.items()
            if period[:4] < query.get("endPeriod", "9999")
        )
        document = (
            '<?xml version="1.0" encoding="UTF-8"?><message:GenericData'
            ' xmlns:message="http://www.sdmx.org/resources/sdmxml/schemas/v2_1/message"'
            ' xmlns:generic="http://www.sdmx.org/resources/sdmxml/schemas/v2_1/data/generic">'
            f"<message:DataSet><generic:Series>{observations}</generic:Series></message:DataSet></message:GenericData>"
        )
        return Reply(200, document.encode(), "application/xml")
