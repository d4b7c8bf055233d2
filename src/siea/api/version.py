"""The version that the API tells."""

from importlib.metadata import version

VERSION = version("siea")
