"""What the ids in a body about a contact stand for: lists, tags, custom fields, looked up once. Unknown ones are named in a 400."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from services.gateway.context import Tenant
from services.gateway.dialects.constant_contact.asking import numbers_of
from services.gateway.dialects.constant_contact.contact_requests import CustomValue
from services.gateway.dialects.constant_contact.errors import invalid
from shared.contacts.patch import FieldBook
from shared.contacts.registry import CustomField
from shared.contract.identity import Thing
from shared.lists.store import AccountThings


@dataclass(frozen=True, slots=True)
class Known:
    """The things of the account that a body names; lists and tags in its order, None where it says nothing of them."""

    book: FieldBook = field(default_factory=FieldBook)
    lists: Sequence[int] | None = None
    tags: Sequence[int] | None = None
    fields: Mapping[UUID, CustomField] = field(default_factory=dict)
    """Every custom field of the account, where the body has any."""


async def known(
    who: Tenant,
    lists: Sequence[UUID] | None,
    tags: Sequence[UUID] | None,
    custom: Sequence[CustomValue] | None,
    list_member: str = "list_memberships",
) -> Known:
    """All of it in at most three questions. Raises Problem 400 with a message for each id that is nothing of the account."""
    missing: list[str] = []
    list_numbers = await _numbers(who, Thing.LIST, who.lists, lists, list_member, missing)
    tag_numbers = await _numbers(who, Thing.TAG, who.tags, tags, "taggings", missing)
    fields = await _fields(who, custom, missing) if custom is not None else {}
    if missing:
        raise invalid(*missing)
    book = FieldBook({each.field.name.lower(): each.field for each in fields.values()}, who.account.identifiers)
    return Known(book, list_numbers, tag_numbers, fields)


async def _numbers(
    who: Tenant, thing: Thing, things: AccountThings, ids: Sequence[UUID] | None, member: str, missing: list[str]
) -> list[int] | None:
    if ids is None:
        return None
    numbers = numbers_of(who, thing, ids)
    found = await things.by_numbers(number for number in numbers if number)
    unknown = (each for each, number in zip(ids, numbers, strict=True) if number not in found)
    missing += _unknown(unknown, member, thing.name.lower())
    return list(dict.fromkeys(numbers))


async def _fields(who: Tenant, custom: Sequence[CustomValue], missing: list[str]) -> dict[UUID, CustomField]:
    found = {who.uuid_of(Thing.FIELD, each.number): each for each in await who.fields.all()}
    unknown = (each.custom_field_id for each in custom if each.custom_field_id not in found)
    missing += _unknown(unknown, "custom_fields", "custom field")
    return found


def _unknown(ids: Iterable[UUID], member: str, what: str) -> list[str]:
    return [f"{member} does not have a valid value: there is no {what} {each}" for each in dict.fromkeys(ids)]
