"""From a source's answer to current values in the database, step by step (see ``pipeline``)."""
