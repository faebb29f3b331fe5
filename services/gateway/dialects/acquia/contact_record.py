"""Contacts of a request as native records, one each: what stands in a record is written, a null in it clears. Pure.

What is to stay is left out, so one way of writing serves POST, PUT and PATCH. What is wrong with a contact is said in its record,
and refuses that contact alone.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import StrEnum
from typing import Any

import msgspec

from services.gateway.dialects.acquia.contact_fields import IP_ADDRESS, OWNER, STAGE, ContactField, ContactFields
from services.gateway.dialects.acquia.countries import is_country
from services.gateway.dialects.acquia.do_not_contact import cells_of
from services.gateway.dialects.acquia.errors import NOT_FOUND, NOT_VALID, Unfit
from services.gateway.dialects.acquia.php import as_list, is_true
from services.gateway.json_list import ITEM_BYTES, Cut
from shared.contacts.merge import MATCH_BY, NEW
from shared.contacts.refused import REFUSED
from shared.contract.identity import NUMBER_BITS
from shared.readers.limits import MAX_CELL, MAX_RECORD

Record = dict[str, Any]
ITEM_INVALID, ITEM_TOO_LONG, ID_MISSING, NOBODY = "item_invalid", "item_too_long", "id_missing", "contact_not_found"
RECORD_BYTES = MAX_RECORD - 4096
"""Of a record as a line: one that is no longer is read, whatever is put beside it."""
TOO_LONG = "This value is too long."
_ID_DIGITS = 30
"""Of an id as text: more than any number has that is somebody's."""
_STAYS = frozenset({"last_active"})
"""Of the fields, what PUT leaves alone where it is not sent: nobody fills it in."""
_encode = msgspec.json.Encoder().encode


class Way(StrEnum):
    """What a request does with a contact."""

    NEW = "new"
    """Made, or written to whoever has its e-mail; blanks leave alone."""
    PATCH = "patch"
    """Found by its id; blanks leave alone."""
    PUT = "put"
    """Found by its id, or made; what is blank or not sent is cleared."""


def record_of(item: Any, fields: ContactFields, way: Way) -> Record:
    """The record of one contact, by native targets, with MATCH_BY. Under REFUSED stands what is wrong with it."""
    if isinstance(item, Cut):
        return _refused(ITEM_TOO_LONG, "contact", f"The contact is longer than {ITEM_BYTES:,} bytes. Send less of it.")
    if not isinstance(item, Mapping):
        return _refused(ITEM_INVALID, "contact", "A contact is an object from aliases of fields to values.")
    number = _id(item.get("id"))
    if way is not Way.NEW and number is None:
        return _refused(ID_MISSING, "id", "ID is missing from the payload.")
    if way is not Way.NEW and number is not None and number < 1:
        return _refused(NOBODY, "id", NOT_FOUND)
    problems: list[dict[str, str]] = []
    clears = way is Way.PUT or is_true(item.get("overwriteWithBlank"))
    record = _values(item, fields, way, clears, problems)
    record |= _beside(item, fields, problems)
    if "tags" in item and (tags := _tags(item["tags"], problems)):
        record["tags"] = tags
    record |= _not_contactable(item, problems)
    sent = [(target, value) for target, value in record.items() if value is not None]
    for target, problem in [(target, problem) for target, value in sent if (problem := _unkept(target, value))]:
        del record[target]  # no line of a payload can have it
        problems.append(problem)
    record |= _match(way, number, record)
    if len(_encode(record)) > RECORD_BYTES:
        what = " with all that it clears" if clears else ""
        said = f"The contact is longer than {RECORD_BYTES:,} bytes{what}. Send less of it."
        return {**_refused(ITEM_TOO_LONG, "contact", said), **_match(way, number, {})}
    return {REFUSED: problems, **record} if problems else record


def may_be_contact(item: Any) -> bool:
    """False for an item that is something else than an object, as far as it was read."""
    return isinstance(item, Mapping | Cut)


def is_of_object(record: Record) -> bool:
    """False for the record of an item that could not be a contact."""
    return all(problem["code"] != ITEM_INVALID for problem in record.get(REFUSED, ()))


def names_needed(records: Iterable[Record]) -> Iterator[str]:
    """The targets of those that are not refused: for these the account is to have a field."""
    return (name for record in records if REFUSED not in record for name in record)


def _refused(code: str, field: str, message: str) -> Record:
    return {REFUSED: [{"code": code, "field": field, "message": message}], MATCH_BY: NEW}


def _match(way: Way, number: int | None, record: Mapping[str, Any]) -> Record:
    """By what the contact is found."""
    by_email = "|email" if record.get("email") else ""
    match way:
        case Way.NEW:
            return {MATCH_BY: f"{by_email}|{NEW}"[1:]}
        case Way.PATCH:
            return {MATCH_BY: "id", "id": number}
    return {MATCH_BY: f"id{by_email}|{NEW}", "id": number}


def _values(item: Mapping[str, Any], fields: ContactFields, way: Way, clears: bool, problems: list[dict[str, str]]) -> Record:
    record: Record = {}
    for field in fields.all:
        alias = "lastActive" if field.alias == "last_active" and "lastActive" in item else field.alias
        value = _plain(field, item.get(alias))
        if not _is_blank(value) and not (field.target == "points" and _is_zero(value)):
            record[field.target] = value
            if field.type == "country" and not isinstance(value, Mapping | list) and not is_country(str(value)):
                problems.append(_problem(field.alias, f"{NOT_VALID} Write the English name of a country."))
        elif clears and _may_clear(field, way, is_sent=alias in item):
            record[field.target] = None
    return record


def _may_clear(field: ContactField, way: Way, *, is_sent: bool) -> bool:
    if field.custom is None and field.target.startswith("cf:"):
        return False
    return is_sent or (way is Way.PUT and field.alias not in _STAYS)


def _plain(field: ContactField, value: Any) -> Any:
    """The value without what the vendor takes off before it looks at it."""
    if field.type == "email" and isinstance(value, str):
        return value.strip().rstrip(",")
    if isinstance(value, Mapping) and field.type == "multiselect":
        return list(value.values())
    return value


def _beside(item: Mapping[str, Any], fields: ContactFields, problems: list[dict[str, str]]) -> Record:
    """Owner and stage, which null or nothing takes away, and the address from which the contact was last seen."""
    record: Record = {}
    for alias in (OWNER, STAGE):
        if alias in item and alias in fields.beside:
            said = item[alias].get("id") if isinstance(item[alias], Mapping) else item[alias]
            number = _id(said)
            if number is not None and number < 1 and not _is_zero(said):
                problems.append(_problem(alias, f"{NOT_VALID} Write the id, a whole number."))
            if number and number > 0:
                record[f"cf:{alias}"] = number
            elif alias in fields.book.custom:
                record[f"cf:{alias}"] = None
    address = item.get("ipAddress")
    if not _is_blank(address) and IP_ADDRESS in fields.beside:
        record[f"cf:{IP_ADDRESS}"] = address
    return record


def _tags(said: Any, problems: list[dict[str, str]]) -> list[str]:
    """Names to add, and with a minus before them to take off: of a list, or of a text with commas; also as contacts show them."""
    items = said.split(",") if isinstance(said, str) else as_list(said)
    if isinstance(items, Mapping):
        items = list(items.values())
    if items is None:
        return []
    if not isinstance(items, list):
        problems.append(_problem("tags", f"{NOT_VALID} Write a list of names."))
        return []
    names = [each.get("tag") if isinstance(each, Mapping) else each for each in items if not _is_blank(each)]
    if not all(isinstance(name, str | int) and not isinstance(name, bool) for name in names):
        problems.append(_problem("tags", f"{NOT_VALID} Write a list of names."))
        return []
    return [name for name in (str(name).strip() for name in names) if name]


def _not_contactable(item: Mapping[str, Any], problems: list[dict[str, str]]) -> Record:
    if _is_blank(item.get("doNotContact")):
        return {}
    try:
        return cells_of(item["doNotContact"])
    except Unfit as unfit:
        problems.append(_problem("doNotContact", str(unfit)))
        return {}


def _id(said: Any) -> int | None:
    """The number of an id; 0 for one that nobody can have, -1 for what is no number, and None where nothing is said."""
    if _is_blank(said):
        return None
    if isinstance(said, str) and said.strip().isascii() and said.strip().isdecimal():
        said = int(said.strip()[:_ID_DIGITS])
    if isinstance(said, float) and said.is_integer():
        said = int(said)
    if isinstance(said, bool) or not isinstance(said, int) or said < 0:
        return -1
    return said if said < 1 << NUMBER_BITS else 0


def _problem(alias: str, message: str, code: str = "value_invalid") -> dict[str, str]:
    return {"code": code, "field": alias, "message": message}


def _is_blank(value: Any) -> bool:
    return value is None or value == [] or value == {} or (isinstance(value, str) and not value.strip())


def _unkept(target: str, value: Any) -> dict[str, str] | None:
    """What is wrong with a value that the reader of payloads refuses without a word on which field it was."""
    if _has(value, _is_long):
        return _problem(target, f"{TOO_LONG} Write {MAX_CELL:,} characters at most.", "too_long")
    if _has(value, _is_strange):
        return _problem(target, f"{NOT_VALID} It holds a NUL character, or a number too large to keep.")
    return None


def _has(value: Any, is_so: Callable[[Any], bool]) -> bool:
    """Whether it is so of the value or of anything within it."""
    if isinstance(value, Mapping | list):
        return any(_has(each, is_so) for each in ([*value, *value.values()] if isinstance(value, Mapping) else value))
    return is_so(value)


def _is_long(value: Any) -> bool:
    return isinstance(value, str) and len(value) > MAX_CELL


def _is_strange(value: Any) -> bool:
    if isinstance(value, str):
        return "\0" in value
    return isinstance(value, int | float) and not -(2**63) <= value < 2**63


def _is_zero(value: Any) -> bool:
    return str(value).strip() in ("0", "0.0", "-0") and not isinstance(value, bool)
