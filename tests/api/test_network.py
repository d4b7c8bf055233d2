"""Whose address counts as the client's."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siea.api.network import client_address, is_direct_loopback, limit_key, networks

PROXIES = networks(["10.0.0.0/8", "192.0.2.1", "fd00::/8"])


@pytest.mark.parametrize(
    ("peer", "forwarded", "found"),
    [
        # Without a trusted peer the header is what anybody may write.
        ("203.0.113.9", ["198.51.100.7"], "203.0.113.9"),
        ("203.0.113.9", [], "203.0.113.9"),
        ("10.0.0.1", [], "10.0.0.1"),
        ("10.0.0.1", ["198.51.100.7"], "198.51.100.7"),
        # What the client itself wrote stands on the left.
        ("10.0.0.1", ["127.0.0.1, 198.51.100.7"], "198.51.100.7"),
        ("10.0.0.1", ["127.0.0.1", "198.51.100.7"], "198.51.100.7"),
        ("10.0.0.1", ["1.1.1.1, 198.51.100.7, 10.9.9.9,192.0.2.1"], "198.51.100.7"),
        ("10.0.0.1", ["10.1.1.1, 10.2.2.2"], "10.1.1.1"),
        # A hop that is no address: the last one that was known.
        ("10.0.0.1", ["198.51.100.7, basura"], "10.0.0.1"),
        ("10.0.0.1", [""], "10.0.0.1"),
        ("10.0.0.1", ["198.51.100.7:4711"], "198.51.100.7"),
        ("10.0.0.1", ["[2001:db8::7]:4711"], "2001:db8::7"),
        ("::ffff:10.0.0.1", ["198.51.100.7"], "198.51.100.7"),
        ("fd00::1", ["2001:db8::7"], "2001:db8::7"),
        (None, ["198.51.100.7"], "desconocida"),
        ("/run/siea.sock", ["198.51.100.7"], "/run/siea.sock"),
    ],
)
def test_the_first_untrusted_hop_from_the_right_is_the_client(
    peer: str | None, forwarded: list[str], found: str
) -> None:
    assert client_address(peer, forwarded, PROXIES) == found


@given(st.lists(st.text(max_size=60), max_size=4))
def test_no_header_changes_the_address_of_an_untrusted_peer(forwarded: list[str]) -> None:
    assert client_address("203.0.113.9", forwarded, PROXIES) == "203.0.113.9"


@given(st.lists(st.text(max_size=60), max_size=4))
def test_any_header_of_a_trusted_peer_gives_an_address(forwarded: list[str]) -> None:
    assert client_address("10.0.0.1", forwarded, PROXIES)


def test_all_addresses_of_an_ipv6_household_count_as_one() -> None:
    assert limit_key("2001:db8:1:2:3::4") == limit_key("2001:db8:1:2:ffff::9") == "2001:db8:1:2::/64"
    assert limit_key("198.51.100.7") == "198.51.100.7"
    assert limit_key("desconocida") == "desconocida"


@pytest.mark.parametrize("name", [b"X-Forwarded-For", b"x-forwarded-for", b"Forwarded", b"x-real-ip", b"via"])
def test_what_came_through_a_proxy_is_not_of_this_machine(name: bytes) -> None:
    assert is_direct_loopback("127.0.0.1", [(b"host", b"siea")])
    assert is_direct_loopback("::1", [])
    assert not is_direct_loopback("127.0.0.1", [(name, b"x")])
    assert not is_direct_loopback("203.0.113.9", [])
    assert not is_direct_loopback(None, [])


def test_a_range_that_is_none_is_an_error_at_the_start() -> None:
    with pytest.raises(ValueError, match=r"10\.0\.0"):
        networks(["10.0.0"])
