"""The cache: keyed by the last load, and no trouble when Redis is away."""

from redis.asyncio import Redis

from siea.store.cache import LIFE, Cache, cache_key


async def test_what_is_kept_comes_back_and_dies_in_its_time(redis: Redis) -> None:
    cache = Cache(redis)
    key = cache_key("demanda", "DemaSIN", 7, desde="2024-01-01", hasta="2024-12-31")
    assert await cache.get(key) is None
    await cache.set(key, b"\x00bytes")
    assert await cache.get(key) == b"\x00bytes"
    assert LIFE["demanda"] - 5 <= await redis.ttl(key) <= LIFE["demanda"] == 3600
    forecast = cache_key("predicciones", "DemaSIN", 7)
    await cache.set_json(forecast, {"forecast": [1.5, None]})
    assert await cache.get_json(forecast) == {"forecast": [1.5, None]}
    assert 5 * 3600 < await redis.ttl(forecast) <= 6 * 3600


def test_a_load_changes_every_key_of_its_variable() -> None:
    told = {"desde": "2024-01-01", "hasta": "2024-12-31"}
    key = cache_key("demanda", "DemaSIN", 7, **told)
    assert key == cache_key("demanda", "DemaSIN", 7, **dict(reversed(told.items())))
    assert key != cache_key("demanda", "DemaSIN", 8, **told)
    assert key != cache_key("demanda", "DemaReal", 7, **told)
    assert key != cache_key("demanda", "DemaSIN", 7, **told | {"hasta": "2024-12-30"})


async def test_without_redis_everything_is_a_miss() -> None:
    cache = Cache(Redis(unix_socket_path="/no/existe.sock", retry_on_error=[], retry=None))
    key = cache_key("demanda", "DemaSIN", None)
    await cache.set(key, b"x")
    assert await cache.get(key) is None
    assert await cache.get_json(key) is None
