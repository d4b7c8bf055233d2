"""Logs and metrics: a leaf that imports nothing else of siea."""
