"""The command `siea`: one obvious command for each job, help in Spanish, results also as JSON."""

from siea.cli.base import run
from siea.cli.root import siea


def main() -> None:
    """Entry point of the command line."""
    run(siea)
