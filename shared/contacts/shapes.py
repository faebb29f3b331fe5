"""How what is stored becomes what a column shows, where it is not shown as it stands. Pure; None where there is nothing to show."""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from shared.contacts.document import BARRED
from shared.contacts.fields import TAG_LENGTH
from shared.contacts.present import Names, status_of
from shared.contacts.standing import EMAIL_GROUND, SMS_GROUND
from shared.contacts.values import ValueProblem, trim
from shared.contacts.values.text import check_text
from shared.contract.identity import Thing, to_uuid, unpack

Shape = Callable[[Any, Names], Any]


def number_of(stored_id: int, _: Names) -> int:
    """The contact's number."""
    return unpack(stored_id)


def uuid_of(stored_id: int, names: Names) -> str:
    """The contact's UUID as text."""
    return f"{_uuid_beginning(names.uuid_base)}{unpack(stored_id):012x}"


def tag_names(tags: Sequence[int], names: Names) -> list[str] | None:
    """The tags in the order of the alphabet, but for names that an import reads otherwise, such as one with a leading minus."""
    known = names.tags
    return sorted([known[tag] for tag in tags if tag in known and _is_fit(known[tag]) and known[tag][0] != "-"]) or None


def list_names(memberships: Sequence[Mapping[str, Any]], names: Names) -> list[str] | None:
    """The lists that the contact is on. One that it left is not among them, or the file would put it on again."""
    known = names.lists
    live = [membership["id"] for membership in memberships if membership["status"] not in BARRED]
    return [known[number] for number in live if number in known and _is_fit(known[number])] or None


def list_statuses(memberships: Sequence[Mapping[str, Any]], names: Names) -> list[str] | None:
    """Every list that the contact is or was on with its status there, as `News: unsubscribed`."""
    known = names.lists
    return [f"{known[member['id']]}: {member['status']}" for member in memberships if member["id"] in known] or None


def note_texts(notes: Sequence[Mapping[str, Any]], _: Names) -> list[str] | None:
    """The notes, oldest first: an import puts each before the earlier ones."""
    return [note["text"] for note in reversed(notes)] or None


def one_of(choices: frozenset[str], value: str, _: Names) -> str | None:
    """The choice, unless its field has it no longer: an import would refuse it."""
    return value if value in choices else None


def some_of(choices: frozenset[str], values: Sequence[str], _: Names) -> list[str] | None:
    """The choices, unless their field lacks one of them: an import would refuse it, and the others alone are not what is stored."""
    return list(values) if choices.issuperset(values) else None


def status_shown(stored: Mapping[str, Any], _: Names) -> str:
    """The contact's status, as the API shows it."""
    return str(status_of(stored))


def email_ground(stored: Mapping[str, Any], _: Names) -> str | None:
    """On what ground e-mail may be sent, in one word; see `standing`."""
    return EMAIL_GROUND.of(stored)


def sms_ground(stored: Mapping[str, Any], _: Names) -> str | None:
    """On what ground an SMS may be sent, in one word; see `standing`."""
    return SMS_GROUND.of(stored)


def birthday(stored: Mapping[str, Any], _: Names) -> str | None:
    """The birthday as `MM/DD`, where month and day are both known."""
    month, day = stored.get("birthday_month"), stored.get("birthday_day")
    return f"{month:02}/{day:02}" if month and day else None


def updated_via(stored: Mapping[str, Any], _: Names) -> str | None:
    """What changed the contact last; what made it, where nothing did."""
    found: str | None = stored.get("updated_via", stored.get("created_via"))
    return found


@lru_cache(maxsize=1024)
def _uuid_beginning(uuid_base: int) -> str:
    return str(to_uuid(uuid_base, Thing.CONTACT, 0))[:-12]


@lru_cache(maxsize=8192)
def _is_fit(name: str) -> bool:
    """True where an import would read this name of a tag or a list as it is."""
    try:
        return bool(name) and trim(check_text(name, TAG_LENGTH)) == name
    except ValueProblem:
        return False
