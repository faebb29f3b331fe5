"""The body of a request as a JSON object, for the resources whose members depend on the account's own fields."""

import json
from typing import Any

from fastapi import Request

from services.gateway.problems import Problem

MEDIA_TYPES = ("application/json", "application/merge-patch+json")
OLD_MEDIA_TYPE = "text/json"
"""What JSON is called by clients that are older than its name."""


async def read_object(request: Request) -> dict[str, Any]:
    """The JSON object in the body. Raises Problem: 415 `media_type_unsupported`, 400 `json_invalid`, 422 `invalid_request`."""
    check_media_type(request)
    value = parse(await request.body())
    if not isinstance(value, dict):
        raise Problem(422, "invalid_request", "The body must be a JSON object, as {...}.", field="body")
    return value


def check_media_type(request: Request) -> None:
    """Raises Problem 415 `media_type_unsupported` where the body is said to be something else than JSON."""
    media_type = request.headers.get("content-type", MEDIA_TYPES[0]).partition(";")[0].strip().lower()
    if media_type not in (*MEDIA_TYPES, OLD_MEDIA_TYPE):
        raise Problem(
            415, "media_type_unsupported", f"The body must be JSON. Send Content-Type: {MEDIA_TYPES[0]}.", field="Content-Type"
        )


def parse(body: bytes) -> Any:
    """The value of a JSON text in UTF-8. Refuses what cannot be stored or told apart: NaN, half surrogate pairs, a member twice."""
    try:
        value = json.loads(body.decode(), parse_constant=_refuse, object_pairs_hook=_members)
        json.dumps(value, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        where = f" ({error.msg}, line {error.lineno} column {error.colno})" if isinstance(error, json.JSONDecodeError) else ""
        raise Problem(400, "json_invalid", f"The body cannot be read as JSON in UTF-8{where}.", field="body") from error
    return value


def _refuse(constant: str) -> Any:
    raise ValueError(constant)


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a member twice")
    return members
