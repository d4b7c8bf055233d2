"""A whole folder imported beside a bare copy of its values: `python -m benchmarks.importar CARPETA`.

Ours is `siea etl import` as a process of its own in a new home: it starts the servers, keeps the raw bytes,
validates, scores, and loads; a second run follows. The peer reads the same files with polars into one long
table of text keys and numbers and sends it with COPY to the same kind of server, without checking anything.
``memoria_mib`` is the peak of the resident memory of the process and of the server it starts, by sampling;
shared pages count once for each process, so it is on the high side.
"""

import argparse
import asyncio
import io
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import polars as pl
import psutil
from sqlalchemy import text

from benchmarks.comun import ROOT
from siea.ingest import copying
from siea.ingest.archivos.carpeta import tables_of
from siea.store.database import make_engine
from siea.store.embedded import EmbeddedServers

SAMPLE_S = 0.1


def ours(folder: Path, home: Path) -> dict[str, object]:
    """One run of the command: seconds of the process, of the work in it, peak memory, values."""
    env = os.environ | {"SIEA_HOME": str(home)}
    command = [sys.executable, "-m", "siea", "etl", "import", str(folder), "--json"]
    begun, peak = time.perf_counter(), 0
    with (
        tempfile.TemporaryFile("w+") as out,
        subprocess.Popen(command, env=env, cwd=ROOT, stdout=out) as process,
    ):
        while process.poll() is None:
            peak = max(peak, _resident(process.pid, home))
            time.sleep(SAMPLE_S)
        seconds = time.perf_counter() - begun
        out.seek(0)
        told = json.load(out)
    if process.returncode:
        raise RuntimeError(f"siea etl import ended with {process.returncode}")
    reports = told["archivos"]
    return {
        "segundos": round(seconds, 2),
        "segundos_de_trabajo": told["segundos"],
        "memoria_mib": round(peak / 2**20),
        "archivos": len(reports),
        "filas": sum(report["filas"] for report in reports),
        "valores": sum(part["recibidas"] for report in reports for part in report["partes"]),
        "estados": sorted({report["estado"] for report in reports}),
    }


def _resident(pid: int, home: Path) -> int:
    """Resident bytes of the process and of the servers that work in *home*."""
    seen = [process.info for process in psutil.process_iter(["pid", "cmdline", "cwd", "memory_info"])]
    return sum(
        told["memory_info"].rss
        for told in seen
        if told["memory_info"]
        and (told["pid"] == pid or str(home) in " ".join((told["cwd"] or "", *(told["cmdline"] or ()))))
    )


def long(path: Path) -> pl.DataFrame:
    """Every number of a file: its keys as one text, the name of its column, the number."""
    frame = (
        pl.read_parquet(path) if path.suffix == ".parquet" else pl.read_csv(path, infer_schema_length=None)
    )
    numbers = [name for name, kind in frame.schema.items() if kind.is_numeric()]
    keys = [name for name in frame.columns if name not in numbers]
    key = pl.concat_str(
        [pl.col(name).cast(pl.String).fill_null("") for name in keys] or [pl.lit("")], separator="|"
    )
    return (
        frame.with_row_index("_fila")
        .with_columns(_clave=key)
        .unpivot(numbers, index=["_fila", "_clave"], variable_name="_columna", value_name="_valor")
        .select(
            archivo=pl.lit(path.name),
            fila="_fila",
            clave="_clave",
            columna="_columna",
            valor=pl.col("_valor").cast(pl.Float64),
        )
    )


async def bare(paths: list[Path], url: str) -> int:
    """Read and COPY, file by file; how many values."""
    engine = make_engine(url)
    sent = 0
    try:
        async with engine.begin() as conn:
            await conn.execute(text("DROP TABLE IF EXISTS desnudo"))
            await conn.execute(
                text(
                    "CREATE TABLE desnudo (archivo text, fila int, clave text, columna text,"
                    " valor double precision, PRIMARY KEY (archivo, columna, fila))"
                )
            )
        for path in paths:
            frame = long(path)
            buffer = io.BytesIO()
            frame.write_csv(buffer, include_header=False, null_value=r"\N")
            async with engine.begin() as conn:
                await conn.execute(text("SELECT 1"))
                sent += await copying.copy_csv(conn, "desnudo", frame.columns, buffer.getvalue())
    finally:
        await engine.dispose()
    return sent


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("carpeta", type=Path, nargs="?", default=ROOT.parent / "shared/data/xm")
    parser.add_argument("--rondas", type=int, default=3)
    chosen = parser.parse_args()
    firsts, seconds, peers = [], [], []
    with tempfile.TemporaryDirectory(prefix="siea-medir-") as place, EmbeddedServers(Path(place)) as servers:
        url = servers.start().database_url
        assert url is not None
        values = 0
        for _ in range(chosen.rondas):
            with tempfile.TemporaryDirectory(prefix="siea-medir-") as home:
                firsts.append(ours(chosen.carpeta, Path(home)))
                seconds.append(ours(chosen.carpeta, Path(home)))
            begun = time.perf_counter()
            values = asyncio.run(bare(tables_of(chosen.carpeta), url))
            peers.append(time.perf_counter() - begun)
    print(
        json.dumps(
            {
                "primera": sorted(firsts, key=lambda run: run["segundos"])[len(firsts) // 2],
                "segunda": sorted(seconds, key=lambda run: run["segundos"])[len(seconds) // 2],
                "par_s": round(statistics.median(peers), 2),
                "par_valores": values,
                # above one: how many times the bare copy's time ours takes
                "veces": round(
                    statistics.median(
                        float(str(run["segundos_de_trabajo"])) / peer
                        for run, peer in zip(firsts, peers, strict=True)
                    ),
                    2,
                ),
            },
            ensure_ascii=False,
        )
    )


if __name__ == "__main__":
    main()
