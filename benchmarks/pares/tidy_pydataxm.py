"""The peer, run by its own interpreter: pydataxm against a local server, to long rows.

`python tidy_pydataxm.py BASE FIRST LAST ROUNDS` prints one JSON line a round: rows, CPU and wall seconds.
"""

import json
import sys
import time

import aiohttp
import pandas as pd
import requests

OFFICIAL = "https://servapibi.xm.com.co"


def redirect(base: str) -> None:
    """Send the client's requests, whose address is fixed, to *base*."""
    plain, session = requests.post, aiohttp.ClientSession.post
    requests.post = lambda url, **more: plain(url.replace(OFFICIAL, base).replace("/Lists", "/lists"), **more)
    aiohttp.ClientSession.post = lambda self, url, **more: session(self, url.replace(OFFICIAL, base), **more)


def long_rows(wide: pd.DataFrame) -> pd.DataFrame:
    """One row an hour, with numbers and the instant its hour starts."""
    hours = [column for column in wide.columns if column.startswith("Values_Hour")]
    keys = [column for column in wide.columns if column not in hours]
    rows = wide.melt(id_vars=keys, value_vars=hours, var_name="hora", value_name="kwh")
    rows["kwh"] = pd.to_numeric(rows["kwh"], errors="coerce") / 1e6
    offset = pd.to_timedelta(rows["hora"].str[-2:].astype(int) - 1, unit="h")
    rows["fecha"] = (rows["Date"] + offset).dt.tz_localize("America/Bogota").dt.tz_convert("UTC")
    return rows


def main() -> None:
    base, first, last, rounds = sys.argv[1:]
    redirect(base)
    from pydataxm.pydataxm import ReadDB

    client = ReadDB()
    for _ in range(int(rounds)):
        wall, cpu = time.perf_counter(), time.process_time()
        rows = long_rows(client.request_data("DemaCome", "MercadoComercializacion", first, last))
        print(
            json.dumps(
                {
                    "filas": len(rows),
                    "gwh": float(rows["kwh"].sum()),
                    "cpu_s": time.process_time() - cpu,
                    "pared_s": time.perf_counter() - wall,
                }
            ),
            flush=True,
        )


if __name__ == "__main__":
    main()
