"""SIEA."""
