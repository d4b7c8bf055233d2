"""Norms and reports: read, cut by article, and told apart from what is only said about them."""
