"""Bodies of requests: JSON or a form, for clients of this API send either; one object, or many contacts one after the other."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack
from typing import Any

from fastapi import Request

from services.gateway.context import Gateway, Tenant
from services.gateway.dialects.acquia.errors import bad_request
from services.gateway.dialects.acquia.php import Key, key_of, parse_form
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
MOST_FIELDS = 500_000
"""Of a form with many: 50 for each of 10,000 contacts."""


async def read_object(request: Request, most_fields: int = MOST_MEMBERS) -> dict[str, Any]:
    """The members of a body; none where there is no body. A form has `most_fields` at most. Raises Problem 400."""
    body, kind = await request.body(), media_type(request)
    if not body.strip():
        return {}
    if kind == FORM:
        return {str(name): value for name, value in parse_form(_text(body), most_fields).items()}
    value = parse(body)
    if value == []:  # as PHP writes an object without members
        return {}
    if not isinstance(value, dict):
        raise bad_request("The body must be an object, as {...}.")
    return value


async def read_items(
    gateway: Gateway, asker: Tenant, request: Request, held: AsyncExitStack
) -> tuple[Callable[[], Iterator[tuple[Key, Any]]], bool]:
    """What gives the contacts of a body with their keys, each time anew; and whether the body is a long one.

    Each is read as it is asked for: of a long body beside the event loop. Raises Problem 400, here or on the way, and 413.
    """
    kind = media_type(request)
    limit = min(MOST_BYTES, limit_of(asker.account, Limit.PAYLOAD_BYTES, gateway.settings.upload_bytes))
    body = await gateway.long_bodies.read(request, asker.account.number, limit, held)
    is_long = len(body) > AT_ONCE_BYTES
    if not body.strip():
        raise no_contacts()
    if kind != FORM:
        return lambda: ((key_of(str(key)), item) for key, item in LongArray(body).items()), is_long
    found = await asyncio.to_thread(parse_form, _text(body), MOST_FIELDS)
    return lambda: iter(found.items()), is_long


def no_contacts() -> Problem:
    """The refusal of a body that is to have contacts, and in which nothing is one."""
    return bad_request("The body has no contacts: send a list of them, also of one.")


def media_type(request: Request) -> str:
    """What the body is said to be: FORM, or anything else for JSON. Raises Problem 400 for a multipart body."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == MULTIPART:
        raise bad_request(f"The body must be JSON or a form. Send Content-Type: application/json or {FORM}.")
    return kind


def _text(body: bytes | bytearray) -> str:
    try:
        return body.decode()
    except UnicodeDecodeError:
        raise bad_request("A form must be in UTF-8.") from None
