"""Lists, documents and news into the database: the counterpart of the pipeline for what is not a series."""

from siea.ingest.registros.cargar import RecordReport, load_records
from siea.ingest.registros.sincronizar import sync

__all__ = ["RecordReport", "load_records", "sync"]
