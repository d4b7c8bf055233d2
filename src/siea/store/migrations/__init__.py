"""Alembic migrations, packaged; :mod:`siea.store.migrate` runs them."""
