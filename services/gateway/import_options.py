"""The options of an import from wherever a client may put them: the query, a multipart part, or the head of a JSON body.

The query wins over the others, option by option. Names of lists become numbers here, so a wrong one is refused before the job is.
"""

import json
from collections.abc import AsyncIterator, Mapping
from typing import Any

from pydantic import ValidationError
from starlette.datastructures import QueryParams

from services.gateway.context import Tenant
from services.gateway.problems import Problem
from shared.contract.identity import Thing
from shared.contract.options import HEAD_BYTES, ImportOptions, options_in_head
from shared.lists.store import Named, name_key

_MANY = frozenset({"lists", "tags", "after"})
_OWN = frozenset({"filename"})
_WORDS = {"true": True, "false": False}


def from_query(query: QueryParams) -> dict[str, Any]:
    """Options given as query parameters: `mapping` as JSON, `lists`, `tags` and `after` repeated or separated by commas."""
    options: dict[str, Any] = {}
    for name in query:
        values = query.getlist(name)
        if name in _OWN:
            continue
        if name in _MANY:
            options[name] = [part.strip() for value in values for part in value.split(",") if part.strip()]
        elif name == "mapping":
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


async def checked(given: Mapping[str, Any], tenant: Tenant) -> ImportOptions:
    """The options, with lists as numbers. Raises Problem (422) that names the option and says what it may be."""
    try:
        plain = {name: _plain(name, value) if isinstance(value, str) else value for name, value in given.items()}
        options = ImportOptions.model_validate({**plain, "match": _match(given.get("match", "email"), tenant)})
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        known = ", ".join(ImportOptions.model_fields)
        advice = f" The options are: {known}." if first["type"] == "extra_forbidden" else ""
        raise Problem(422, "option_invalid", f"The option {place} is not valid: {first['msg']}.{advice}", field=place) from error
    return options.model_copy(update={"lists": await _list_numbers(options.lists, tenant)})


def _match(match: Any, tenant: Tenant) -> Any:
    if isinstance(match, str) and match in tenant.account.identifiers:
        return f"identifier:{match}"
    if isinstance(match, str) and match.startswith("identifier:") and match[11:] not in tenant.account.identifiers:
        known = ", ".join(sorted(tenant.account.identifiers)) or "none yet"
        detail = f"This account has no identifier {match[11:]!r} (it has: {known}). Add it with POST /v1/account/identifiers."
        raise Problem(422, "option_invalid", detail, field="match")
    return match


async def _list_numbers(names: tuple[str | int, ...], tenant: Tenant) -> tuple[int, ...]:
    texts = [str(name) for name in names]
    by_name = await tenant.lists.by_names(texts)
    numbers = {text: tenant.number_of(Thing.LIST, text) for text in texts}
    existing = await tenant.lists.by_numbers(number for number in numbers.values() if number is not None)
    return tuple(_list_number(text, numbers[text], existing, by_name) for text in texts)


def _list_number(text: str, number: int | None, existing: Mapping[int, Named], by_name: Mapping[str, Named]) -> int:
    if number is not None and number in existing:
        return number
    named = by_name.get(name_key(text))
    if named is None:
        detail = f"There is no list {text!r}. Create it with POST /v1/lists, or name one of GET /v1/lists."
        raise Problem(422, "list_unknown", detail, field="lists")
    return named.number


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
        return _object(json.loads(text), name)
    except ValueError as error:
        raise Problem(422, "option_invalid", f"{name} must be a JSON object.", field=name) from error


def _object(value: Any, name: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise Problem(422, "option_invalid", f"{name} must be a JSON object.", field=name)
    return value
