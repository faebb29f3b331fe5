"""The JSON bodies of bulk requests, with the vendor's limits (AppConnect V3, "Bulk Activities"). Pure.

`all_active_contacts: false` and `new_subscriber: false` count as absent: generated clients send them beside the real selector.
"""

from typing import Annotated, Any, Literal, TypeVar
from uuid import UUID

from pydantic import BeforeValidator, Field

from services.gateway.dialects.constant_contact.asking import Said
from services.gateway.dialects.constant_contact.errors import invalid
from services.gateway.problems import Problem

T = TypeVar("T")
UNSERVED = {
    "segment_id": "Muster has no segments: select by lists, tags or contacts instead",
    "engagement_level": "Muster does not measure engagement: select by lists, tags or contacts instead",
}
"""Selectors of the vendor that nothing here stands for."""


def _none_if_absent(value: Any) -> Any:
    return None if value is False or value == [] else value


_Few = Annotated[tuple[UUID, ...], Field(max_length=50)]
_FiveHundred = Annotated[tuple[UUID, ...], Field(max_length=500)]
Switch = Annotated[Literal[True] | None, BeforeValidator(_none_if_absent)]
Contacts = Annotated[_FiveHundred | None, BeforeValidator(_none_if_absent)]
Few = Annotated[_Few | None, BeforeValidator(_none_if_absent)]
Many = Annotated[tuple[UUID, ...], Field(min_length=1, max_length=50)]


class Bulk(Said):
    """What every bulk body may say beyond the vendor."""

    after: tuple[str, ...] = Field((), max_length=50)
    """Activities that must be completed before this one starts."""


class Excluded(Said):
    """Contacts to leave alone."""

    contact_ids: Contacts = None


class Source(Said):
    """Which contacts: exactly one of the selectors."""

    contact_ids: Contacts = None
    list_ids: Few = None
    tag_ids: Few = None
    all_active_contacts: Switch = None
    new_subscriber: Switch = None
    segment_id: Any = None
    engagement_level: Any = None


class ListChange(Bulk):
    """`add_list_memberships` and `remove_list_memberships`."""

    source: Source
    exclude: Excluded = Excluded()
    list_ids: Many


class Tagging(Bulk):
    """`contacts_taggings_add` and `contacts_taggings_remove`."""

    source: Source
    exclude: Excluded = Excluded()
    tag_ids: Many


class ContactDeletion(Bulk):
    """`contact_delete`: either contacts, or lists of which every member goes."""

    contact_ids: Contacts = None
    list_ids: Few = None


class ListDeletion(Bulk):
    """`list_delete`."""

    list_ids: Annotated[tuple[UUID, ...], Field(min_length=1, max_length=100)]


class TagDeletion(Bulk):
    """`contacts_tags_delete`."""

    tag_ids: Annotated[tuple[UUID, ...], Field(min_length=1, max_length=500)]


class FieldDeletion(Bulk):
    """`custom_fields_delete`."""

    custom_field_ids: Annotated[tuple[UUID, ...], Field(min_length=1, max_length=100)]


def one_selector(said: Said, *names: str) -> str:
    """The one of these members that is given. Raises Problem 400 where there is none or more than one, or one that is unserved."""
    given = [name for name in (*names, *UNSERVED) if getattr(said, name, None) is not None]
    for name in given:
        if name in UNSERVED:
            raise invalid(f"{name} does not have a valid value: {UNSERVED[name]}")
    if len(given) != 1:
        raise _wrong_selectors(names, given)
    return given[0]


def _wrong_selectors(names: tuple[str, ...], given: list[str]) -> Problem:
    words = ", ".join(names)
    if not given:
        return invalid(f"exactly one of {words} must be given: all are missing")
    return invalid(f"exactly one of {words} must be given: {' and '.join(given)} are mutually exclusive")
