"""Bodies of requests: JSON or a form, for clients of this API send either; one object, or many contacts one after the other."""

import asyncio
import hashlib
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack
from typing import Any

from fastapi import Request

from services.gateway.context import Gateway, Tenant
from services.gateway.dialects.acquia.errors import bad_request
from services.gateway.dialects.acquia.php import Key, TooManyItems, key_of, parse_form
from services.gateway.json_body import parse
from services.gateway.json_list import LongArray
from services.gateway.problems import Problem
from services.gateway.record_lines import AT_ONCE_BYTES
from shared.accounts.limits import Limit, limit_of

FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"
MOST_BYTES = 50 * 1024 * 1024
"""Of a body with many contacts."""
MOST_MEMBERS = 1_000
"""Of a form with one contact."""
MOST_FIELDS = 300_000
"""Of a form with many: 30 for each of 10,000 contacts."""
MOST_DEPTH = 4
"""Levels of brackets in the name of a form's field. Nothing that a contact can say has so many."""


async def read_object(request: Request, most_fields: int = MOST_MEMBERS) -> dict[str, Any]:
    """The members of a body; none where there is no body. A form has `most_fields` at most. Raises Problem 400."""
    body, kind = await request.body(), media_type(request)
    if not body.strip():
        return {}
    if kind == FORM:
        return {str(name): value for name, value in parse_form(body, most_fields, most_depth=MOST_DEPTH).items()}
    value = parse(body)
    if value == []:  # as PHP writes an object without members
        return {}
    if not isinstance(value, dict):
        raise bad_request("The body must be an object, as {...}.")
    return value


async def read_items(
    gateway: Gateway, asker: Tenant, request: Request, held: AsyncExitStack, most: int, too_many: Problem
) -> tuple[Callable[[], Iterator[tuple[Key, Any]]], bool, str]:
    """What gives the contacts of a body with their keys, each time anew; whether the body is a long one; and a hash of it.

    Of JSON each is read as it is asked for: of a long body beside the event loop. A form is read here, and no further than to
    one that is more than `most`: then `too_many` is raised. Raises Problem 400 too, here or on the way, and 413.
    """
    kind = media_type(request)
    limit = min(MOST_BYTES, limit_of(asker.account, Limit.PAYLOAD_BYTES, gateway.settings.upload_bytes))
    body = await gateway.long_bodies.read(request, asker.account.number, limit, held)
    is_long = len(body) > AT_ONCE_BYTES
    if not body.strip():
        raise no_contacts()
    digest = await _digest(kind, body)
    if kind != FORM:
        return lambda: _each_once(LongArray(body).items()), is_long, digest
    try:
        found = await asyncio.to_thread(parse_form, body, MOST_FIELDS, most_items=most, most_depth=MOST_DEPTH)
    except TooManyItems:
        raise too_many from None
    return lambda: iter(found.items()), is_long, digest


async def _digest(kind: str, body: bytearray) -> str:
    """A hash of what came, and of what it was said to be."""
    sha256 = await asyncio.to_thread(hashlib.sha256, body) if len(body) > AT_ONCE_BYTES else hashlib.sha256(body)
    return f"{kind} {sha256.hexdigest()}"


def no_contacts() -> Problem:
    """The refusal of a body that is to have contacts, and in which nothing is one."""
    return bad_request("The body has no contacts: send a list of them, also of one.")


def media_type(request: Request) -> str:
    """What the body is said to be: FORM, or anything else for JSON. Raises Problem 400 for a multipart body."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == MULTIPART:
        raise bad_request(f"The body must be JSON or a form. Send Content-Type: application/json or {FORM}.")
    return kind


def _each_once(items: Iterator[tuple[int | str, Any]]) -> Iterator[tuple[Key, Any]]:
    """The items with their keys. Raises Problem 400 for a key that comes twice: an answer could not tell its two contacts apart."""
    seen: set[Key] = set()
    for name, item in items:
        key = key_of(str(name))
        if key in seen:
            raise bad_request(f"The key {name} stands for two contacts. Give each a key of its own, or send a list.")
        seen.add(key)
        yield key, item
