"""Numbers, stored ids and UUIDs, computed from each other."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.contract.identity import NUMBER_BITS, Thing, from_uuid, key_range, pack, to_uuid, unpack, uuid_base

accounts = st.integers(1, (1 << 23) - 1)
numbers = st.integers(1, (1 << NUMBER_BITS) - 1)
bases = st.integers(0, (1 << 64) - 1).map(uuid_base)
things = st.sampled_from(Thing)


@given(accounts, numbers)
def test_a_number_comes_back_from_its_stored_id(account: int, number: int) -> None:
    assert unpack(pack(account, number)) == number


@given(accounts, numbers)
def test_a_stored_id_lies_in_the_range_of_its_account_and_fits_the_database(account: int, number: int) -> None:
    first, beyond = key_range(account)
    assert first <= pack(account, number) < beyond
    assert key_range(account + 1)[0] == beyond
    assert pack(account, number) < 1 << 63


@given(accounts, numbers, accounts, numbers)
def test_two_things_never_share_a_stored_id(account: int, number: int, other: int, another: int) -> None:
    assert (pack(account, number) == pack(other, another)) == ((account, number) == (other, another))


@given(bases, things, numbers)
def test_a_number_comes_back_from_its_uuid(base: int, thing: Thing, number: int) -> None:
    assert from_uuid(base, thing, to_uuid(base, thing, number)) == number


@given(bases, things, numbers)
def test_a_uuid_is_a_version_eight_one_of_rfc_9562(base: int, thing: Thing, number: int) -> None:
    uuid = to_uuid(base, thing, number)
    assert (uuid.version, uuid.variant) == (8, "specified in RFC 4122")
    assert UUID(str(uuid)) == uuid


@given(bases, bases, things, things, numbers)
def test_a_uuid_names_nothing_of_another_account_or_another_kind(
    base: int, other: int, thing: Thing, another: Thing, number: int
) -> None:
    found = from_uuid(other, another, to_uuid(base, thing, number))
    assert (found is not None) == ((base, thing) == (other, another))


@given(bases, things, st.uuids())
def test_a_foreign_uuid_names_nothing(base: int, thing: Thing, uuid: UUID) -> None:
    if uuid.version != 8:
        assert from_uuid(base, thing, uuid) is None


@pytest.mark.parametrize("bits", [0, (1 << 64) - 1, 0xF000, 1 << 63])
def test_the_base_of_an_account_keeps_to_its_sixty_four_bits(bits: int) -> None:
    assert uuid_base(bits) >> 64 == 0
    assert uuid_base(bits) & 0xF000 == 0x8000
