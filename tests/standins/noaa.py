"""A stand-in for NOAA's index files."""

from tests.standins.base import Reply, StandIn

SEASONS = ("DJF", "JFM", "FMA", "MAM", "AMJ", "MJJ", "JJA", "JAS", "ASO", "SON", "OND", "NDJ")


class NoaaStandIn(StandIn):
    """``revised``: (season, year) → another anomaly; ``until``: last (year, month) published."""

    def __init__(self) -> None:
        super().__init__()
        self.revised: dict[tuple[str, int], str] = {}
        self.until = (2024, 9)

    def good(self, method: str, path: str, query: dict[str, str], body: bytes) -> Reply:
        total = path.endswith("oni.ascii.txt")
        lines = [" SEAS  YR   TOTAL   ANOM" if total else " SEAS  YR   ANOM"]
        for year in range(1950, self.until[0] + 1):
            for month, season in enumerate(SEASONS, 1):
                if (year, month) > self.until:
                    break
                anomaly = self.revised.get((season, year), "-1.53" if (year, month) == (1950, 1) else "0.25")
                lines.append(f"  {season} {year}  {'24.72  ' if total else ''}{anomaly}")
        return Reply(200, ("\n".join(lines) + "\n").encode(), "text/plain")
