"""Numbers and UUIDs of what an account owns, computed from each other so that neither needs an index of its own.

A stored `_id` is `account << 40 | number`: everything of one account is one contiguous key range.
The UUID (version 8, RFC 9562) is the account's random base in the upper half and kind and number in the lower.
"""

from enum import IntEnum
from uuid import UUID

NUMBER_BITS = 40
_NUMBER_MASK = (1 << NUMBER_BITS) - 1
_UUID_NUMBER_MASK = (1 << 56) - 1
_VARIANT = 0b10 << 62


class Thing(IntEnum):
    """What a UUID names. Two things of one account may share a number, never a UUID."""

    CONTACT = 1
    LIST = 2
    TAG = 3
    FIELD = 4
    PHONE = 5
    ADDRESS = 6
    NOTE = 7


def pack(account: int, number: int) -> int:
    """The stored `_id` of the thing with this number."""
    return account << NUMBER_BITS | number


def unpack(stored_id: int) -> int:
    """The number within its account."""
    return stored_id & _NUMBER_MASK


def key_range(account: int) -> tuple[int, int]:
    """Inclusive lower and exclusive upper bound of all `_id`s of the account."""
    return account << NUMBER_BITS, (account + 1) << NUMBER_BITS


def uuid_base(random_bits: int) -> int:
    """The upper 64 bits of every UUID of an account, version nibble set, from 64 random bits."""
    return (random_bits & ~0xF000 | 0x8000) & (1 << 64) - 1


def to_uuid(base: int, thing: Thing, number: int) -> UUID:
    """The stable UUID of a thing."""
    return UUID(int=(base << 64) | _VARIANT | (thing << 56) | number)


def from_uuid(base: int, thing: Thing, value: UUID) -> int | None:
    """The number that the UUID names in this account, or None where it is of another account or another thing."""
    low = value.int & (1 << 64) - 1
    number = low & _UUID_NUMBER_MASK
    if value.int >> 64 != base or low - number != _VARIANT | (thing << 56) or number > _NUMBER_MASK:
        return None
    return number
