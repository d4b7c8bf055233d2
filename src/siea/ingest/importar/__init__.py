"""A folder of files into the database: each file is known by its columns, whatever its name."""

from siea.ingest.importar.carpeta import FileReport, import_folder

__all__ = ["FileReport", "import_folder"]
