"""Norms and reports, cut by article."""
