"""What SIEA remembers: PostgreSQL, the Redis cache, the data lake, and the embedded servers."""
