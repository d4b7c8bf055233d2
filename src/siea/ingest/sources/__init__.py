"""One file per source, declared in ``registry``."""
