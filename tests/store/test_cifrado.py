"""What is encrypted opens for its place alone, and for nobody without the key."""

import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siea.store.cifrado import Cipher, key_of
from siea.store.lake import Lake

PLACE = "raw/sui/tc1/x.zip"


@given(body=st.binary(max_size=2000))
def test_a_body_comes_back_as_it_was(tmp_path_factory, body):
    cipher = Cipher(tmp_path_factory.mktemp("llaves"))
    assert cipher.unseal(cipher.seal(body, PLACE), PLACE) == body


def test_the_same_body_is_never_sealed_twice_alike(tmp_path):
    cipher = Cipher(tmp_path)
    assert cipher.seal(b"x", PLACE) != cipher.seal(b"x", PLACE)


@given(place=st.integers(0, 200))
def test_one_changed_byte_anywhere_and_it_does_not_open(tmp_path_factory, place):
    cipher = Cipher(tmp_path_factory.mktemp("llaves"))
    sealed = bytearray(cipher.seal(b"secreto de una persona" * 5, PLACE))
    sealed[place % len(sealed)] ^= 1
    with pytest.raises(ValueError, match=r"changed|not an encrypted|damaged"):
        cipher.unseal(bytes(sealed), PLACE)


def test_it_does_not_open_in_another_place_with_another_key_or_cut_short(tmp_path):
    cipher, other = Cipher(tmp_path / "a"), Cipher(tmp_path / "b")
    sealed = cipher.seal(b"secreto", PLACE)
    other.seal(b"otro", PLACE)
    for wrong in (lambda: cipher.unseal(sealed, "raw/otro"), lambda: other.unseal(sealed, PLACE),
                  lambda: cipher.unseal(sealed[:-1], PLACE), lambda: cipher.unseal(b"", PLACE)):  # fmt: skip
        with pytest.raises(ValueError, match=r"changed|not an encrypted"):
            wrong()


def test_a_key_is_made_once_and_only_its_owner_reads_it(tmp_path):
    made = key_of(tmp_path, "x")
    assert key_of(tmp_path, "x") == made
    assert stat.S_IMODE((tmp_path / "x.clave").stat().st_mode) == 0o600
    (tmp_path / "x.clave").write_bytes(b"corta")
    with pytest.raises(ValueError, match="5 bytes"):
        key_of(tmp_path, "x")


def test_processes_that_come_at_once_get_the_same_whole_key(tmp_path):
    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(lambda _: key_of(tmp_path / "llaves", "x"), range(32)))
    assert [len(key) for key in found] == [32]
    assert [path.name for path in (tmp_path / "llaves").iterdir()] == ["x.clave"]


def test_opening_never_makes_a_key(tmp_path):
    sealed = Cipher(tmp_path / "a").seal(b"secreto", PLACE)
    with pytest.raises(ValueError, match="no key datos_personales"):
        Cipher(tmp_path / "b").unseal(sealed, PLACE)
    assert not (tmp_path / "b").exists()


def keep(lake: Lake, body: bytes) -> str:
    day = date(2024, 1, 1)
    told = lake.put_raw(body, source="sui", dataset="tc1", variable="v", entity="e", first=day, last=day,
                        received_at=datetime(2024, 1, 2, tzinfo=UTC), personal=True)  # fmt: skip
    return told.path


def test_personal_data_lie_encrypted_in_the_lake_and_the_same_twice_is_kept_once(tmp_path):
    lake = Lake((tmp_path / "lago").as_uri(), Cipher(tmp_path / "llaves"))
    path = keep(lake, b"3001234567")
    assert b"3001234567" not in lake.read_raw(path)
    assert lake.read_personal(path) == b"3001234567"
    assert keep(lake, b"3001234567") == path


def test_a_lake_without_a_key_writes_no_personal_data_at_all(tmp_path):
    lake = Lake((tmp_path / "lago").as_uri())
    with pytest.raises(ValueError, match="nothing was written"):
        keep(lake, b"3001234567")
    assert not (tmp_path / "lago").exists() or not list((tmp_path / "lago").rglob("*.*"))
