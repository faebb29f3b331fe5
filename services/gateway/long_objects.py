"""The JSON object of a body that may name half a million contacts: it costs a few times its length in memory, whatever it holds.

A long body is taken apart by its names, and nothing is built of what cannot be right.
"""

import asyncio
import re
from collections.abc import Iterable
from itertools import islice
from typing import Any

import msgspec

from services.gateway.given_options import invalid
from services.gateway.long_bodies import SHORT_BYTES
from services.gateway.problems import Problem
from shared.contract.bulk_options import DeletionOptions, ListChangeOptions, RestorationOptions, TagChangeOptions
from shared.contract.selection import ContactSelection

MOST_NAMED = 500_000
"""Contacts that one request may name; more of them come as a file."""
_NAMED: dict[str, tuple[type[list[Any]], str]] = {
    "ids": (list[int | str], "a number or a UUID"),
    "emails": (list[str], "a text"),
}
_MODELS = (ListChangeOptions, TagChangeOptions, DeletionOptions, RestorationOptions)
_COMMA = re.compile(rb'"(?:[^"\\]++|\\.)*+"|,')  # or a text, lest the commas in it count
_COMMA_BYTE = ord(",")
_PLACE = re.compile(r"\$\[(\d+)\]")
_UNKNOWN = re.compile(r"unknown field `(.*?)`")


def _object_of(members: Iterable[str]) -> type[msgspec.Struct]:
    """An object with these members, each left as it is written."""
    fields = [(member, msgspec.Raw | msgspec.UnsetType, msgspec.UNSET) for member in sorted(members)]
    return msgspec.defstruct("Members", fields, forbid_unknown_fields=True)


_BODY = _object_of({name for model in _MODELS for name in model.model_fields})
_SOURCE = _object_of(ContactSelection.model_fields)


async def object_in(body: bytearray) -> dict[str, Any]:
    """The JSON object in a body.

    Raises Problem: 400 `json_invalid`, 422 `invalid_request`; of a long body also 413 `options_too_large`,
    422 `too_many_contacts` and `option_invalid`.
    """
    if len(body) <= SHORT_BYTES:
        return _object(decoded(body))
    return await asyncio.to_thread(_taken_apart, body)


def decoded(text: bytearray | msgspec.Raw, kind: Any = Any) -> Any:
    """The JSON as a value of that kind. Raises Problem 400 `json_invalid`, and msgspec.ValidationError for one of another."""
    try:
        return msgspec.json.decode(text, type=kind)
    except msgspec.ValidationError:
        raise
    except (msgspec.DecodeError, ValueError, RecursionError):
        raise Problem(400, "json_invalid", "The body cannot be read as JSON in UTF-8.", field="body") from None


def _taken_apart(body: bytearray) -> dict[str, Any]:
    """What a long body holds. The contacts are counted before they are built, and the rest is measured."""
    options = _members(body, _BODY, "")
    source = options.pop("source", None)
    members = {} if source is None else _members(source, _SOURCE, "source.")
    named = {name: members.pop(name) for name in _NAMED if name in members}
    if sum(len(memoryview(raw)) for raw in (*options.values(), *members.values())) > SHORT_BYTES:
        detail = f"Beside the contacts that it names, the body has more than {SHORT_BYTES} bytes. Say the rest more briefly."
        raise Problem(413, "options_too_large", detail, field="body")
    if body.count(b",") >= MOST_NAMED:  # few are long enough for a closer look
        for name, raw in named.items():
            _check_count(name, raw)
    found = {name: decoded(raw) for name, raw in options.items()}
    if source is not None:
        about = {name: decoded(raw) for name, raw in members.items()}
        found["source"] = about | {name: _contacts(name, raw) for name, raw in named.items()}
    return found


def _members(text: bytearray | msgspec.Raw, kind: type[msgspec.Struct], path: str) -> dict[str, msgspec.Raw]:
    """The members of the object that are given. Raises Problem for what is none, and for one that nobody knows."""
    try:
        members = decoded(text, kind)
    except msgspec.ValidationError as error:
        if unknown := _UNKNOWN.search(str(error)):
            place, known = path + unknown[1][:80], ", ".join(kind.__struct_fields__)
            raise invalid(place, f"There is no option {place}. The options are: {known}.") from None
        raise invalid("source", "source must be a JSON object.") if path else _no_object() from None
    raws = ((name, getattr(members, name)) for name in kind.__struct_fields__)
    return {name: raw for name, raw in raws if raw is not msgspec.UNSET and bytes(memoryview(raw)[:5]) != b"null"}


def _check_count(name: str, raw: msgspec.Raw) -> None:
    text = memoryview(raw)
    commas = (found for found in _COMMA.finditer(text) if text[found.start()] == _COMMA_BYTE)
    if next(islice(commas, MOST_NAMED - 1, None), None) is not None:
        raise too_many(f"source.{name}", f"more than {MOST_NAMED}")


def _contacts(name: str, raw: msgspec.Raw) -> list[Any]:
    """The items of `ids` or `emails`. None behind the first wrong one is built."""
    where, (kind, words) = f"source.{name}", _NAMED[name]
    try:
        found: list[Any] = decoded(raw, kind)
        return found
    except msgspec.ValidationError as error:
        place = _PLACE.search(str(error))
        if place is None:
            raise invalid(where, f"{where} must be a list.") from None
        raise invalid(f"{where}.{place[1]}", f"{where}.{place[1]} must be {words}.") from None


def too_many(where: str, count: str) -> Problem:
    """The refusal of a list that names more contacts than one request may."""
    detail = f"{where} names {count} contacts and may name {MOST_NAMED}. Send them as a file instead."
    return Problem(422, "too_many_contacts", detail, field=where)


def _object(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise _no_object()
    return value


def _no_object() -> Problem:
    return Problem(422, "invalid_request", "The body must be a JSON object, as {...}.", field="body")
