"""The options of a job from wherever a client may put them: the query, a multipart part, the head of a JSON file, a JSON body.

The query wins over the others, option by option. What is refused is named, and nothing of a value is repeated.
"""

import json
from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from starlette.datastructures import QueryParams

from services.gateway.context import Tenant
from services.gateway.problems import Problem
from services.gateway.upload import Received
from shared.contract.options import HEAD_BYTES, JobOptions, options_in_head
from shared.platform.files import Files

MANY = frozenset({"lists", "tags", "after", "leave", "names", "fields"})
"""Options that a query repeats or separates by commas."""
OBJECTS = frozenset({"mapping", "headings", "select", "source", "exclude"})
"""Options that a query gives as JSON."""
_OWN = frozenset({"filename"})
_WORDS = {"true": True, "false": False}
_UNION_MEMBERS = frozenset({"int", "str", "constrained-str"})
_GREATEST = 2**63 - 1

T = TypeVar("T", bound=JobOptions)


def from_query(query: QueryParams) -> dict[str, Any]:
    """Options given as query parameters. Raises Problem (422) for JSON that cannot be read."""
    options: dict[str, Any] = {}
    for name in query:
        values = query.getlist(name)
        if name in _OWN:
            continue
        if name in MANY:
            options[name] = [part.strip() for value in values for part in value.split(",") if part.strip()]
        elif name in OBJECTS:
            options[name] = _json_object(values[-1], name)
        else:
            options[name] = values[-1]
    return options


async def from_json_head(blocks: AsyncIterator[bytes]) -> dict[str, Any]:
    """The `options` of a JSON document that begins with them. They come before `contacts`, so the rest is not read."""
    head = b""
    async for block in blocks:
        head += block
        if len(head) >= HEAD_BYTES:
            break
    return options_in_head(head) or {}


async def with_file(files: Files, received: Received, query: QueryParams) -> dict[str, Any]:
    """The options that came with a file. Raises Problem: 400 `payload_empty`, 422 `option_invalid`."""
    stored = received.file
    if not stored.bytes:
        raise Problem(
            400, "payload_empty", "The request has no payload. Send a file as the part `file`, or as the body.", field="file"
        )
    given: dict[str, Any] = dict(received.options)
    if not _has_lines(received):
        given |= await from_json_head(files.read(stored.file_id))
    return given | from_query(query)


def validated(model: type[T], given: Mapping[str, Any], tenant: Tenant) -> T:
    """The options as their model has them. Raises Problem (422) that names the option and says what it may be."""
    plain = {name: _plain(name, value) if isinstance(value, str) else value for name, value in given.items()}
    if "match" in plain:
        plain["match"] = _match(plain["match"], tenant)
    try:
        return model.model_validate(plain)
    except ValidationError as error:
        raise _refused(error, model) from error


def invalid(field: str, detail: str) -> Problem:
    """The refusal of one option: the detail says what to do."""
    return Problem(422, "option_invalid", detail, field=field)


def kept(options: JobOptions) -> dict[str, Any]:
    """The options as they stay with the job. Raises Problem (422) for a number or a name that the database cannot keep."""
    document = options.model_dump(mode="json")
    for name, value in document.items():
        if isinstance(value, dict) and any("\0" in each for each in value):
            raise invalid(name, f"The option {name} has a name with a NUL character in it. No column is called so: leave it out.")
    for place, number in _numbers(document, ()):
        if not -_GREATEST <= number <= _GREATEST:
            raise invalid(".".join(place), f"The option {'.'.join(place)} has a number of more than 63 bits. Write a smaller one.")
    return document


def _refused(error: ValidationError, model: type[BaseModel]) -> Problem:
    first = error.errors()[0]
    parts = [str(part) for part in first["loc"]]
    place = ".".join(parts[:-1] if len(parts) > 1 and parts[-1] in _UNION_MEMBERS else parts)
    known = ", ".join(model.model_fields)
    is_top = first["type"] == "extra_forbidden" and len(parts) == 1
    return invalid(place, f"The option {place} is not valid: {first['msg']}.{f' The options are: {known}.' if is_top else ''}")


def _match(match: Any, tenant: Tenant) -> Any:
    if isinstance(match, str) and match in tenant.account.identifiers:
        return f"identifier:{match}"
    if isinstance(match, str) and match.startswith("identifier:") and match[11:] not in tenant.account.identifiers:
        known = ", ".join(sorted(tenant.account.identifiers)) or "none yet"
        detail = f"This account has no identifier {match[11:]!r} (it has: {known}). Add it with POST /v1/account/identifiers."
        raise invalid("match", detail)
    return match


def _has_lines(received: Received) -> bool:
    """True where the payload says that it is no JSON document, so that nothing at its head is meant as options."""
    return received.media_type in ("text/csv", "application/x-ndjson") or received.name.lower().endswith(
        (".csv", ".ndjson", ".jsonl")
    )


def _plain(name: str, value: str) -> Any:
    if name in ("create_fields", "day_first"):
        return _WORDS.get(value.lower(), value)
    if name == "quality_gate" and value.lower() == "off":
        return None
    if name == "delimiter" and value.lower() in ("tab", "\\t"):
        return "\t"
    return value


def _json_object(text: str, name: str) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise invalid(name, f"{name} must be a JSON object.") from error
    if not isinstance(value, dict):
        raise invalid(name, f"{name} must be a JSON object.")
    return value


def _numbers(value: Any, place: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], int]]:
    if isinstance(value, int):
        yield place, value
    elif isinstance(value, dict | list):
        for name, each in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _numbers(each, (*place, str(name)))
