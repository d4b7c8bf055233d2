"""Keys of the advisory locks of PostgreSQL, in one place so that no two jobs share one by chance."""

from enum import IntEnum


class Lock(IntEnum):
    """What is done by one process at a time; each lock lasts as long as its transaction."""

    MIGRATE = 0x51EA_0001
    PARTITIONS = 0x51EA_0002
    LOAD = 0x51EA_0010
    FIRST_ADMIN = 0x51EA_0020
