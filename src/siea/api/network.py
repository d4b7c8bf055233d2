"""The address of the client: the peer's, unless the peer is a proxy that we trust."""

from collections.abc import Iterable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Network = IPv4Network | IPv6Network
Address = IPv4Address | IPv6Address

_FORWARDING = (b"x-forwarded-for", b"forwarded", b"x-real-ip", b"via")


def networks(ranges: Iterable[str]) -> tuple[Network, ...]:
    """Parse CIDR *ranges* (or single addresses). Raises ValueError for what is neither."""
    return tuple(ip_network(item.strip(), strict=False) for item in ranges)


def _address(text: str) -> Address | None:
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        found = ip_address(text)
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found


def client_address(peer: str | None, forwarded_for: Sequence[str], trusted: Sequence[Network]) -> str:
    """Address of who really calls.

    *forwarded_for*: the values of the ``X-Forwarded-For`` headers, in order. Each proxy appends the address
    it saw, so they are read from the right: the first one that is no trusted proxy is the client. What
    stands left of it was written by the client itself. Without a trusted peer the header is not looked at.
    """
    current = _address(peer) if peer else None
    if current is None:
        return peer or "desconocida"
    hops = [hop for value in forwarded_for for hop in value.split(",")]
    while hops and any(current in network for network in trusted):
        hop = _address(hops.pop())
        if hop is None:
            break
        current = hop
    return str(current)


def limit_key(address: str) -> str:
    """What one caller without an account counts as: an IPv4 address, an IPv6 network of 64 bits."""
    found = _address(address)
    if isinstance(found, IPv6Address):
        return str(ip_network((found, 64), strict=False))
    return address


def is_direct_loopback(peer: str | None, headers: Iterable[tuple[bytes, bytes]]) -> bool:
    """Whether the request comes from this very machine and through no proxy."""
    found = _address(peer) if peer else None
    forwarded = any(name.lower() in _FORWARDING for name, _ in headers)
    return found is not None and found.is_loopback and not forwarded
