"""What a request of v2 says, read: bodies whose members have any letter case, paging by select and skip, ids of address books."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from fastapi import Request
from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from services.gateway.context import Tenant
from services.gateway.dialects.dotdigital.numbers import number_in
from services.gateway.dialects.dotdigital.v2.errors import invalid, no_address_book
from services.gateway.json_body import read_object
from shared.lists.store import Named

MOST_SELECTED = 1_000

M = TypeVar("M", bound="Said")


class Said(BaseModel):
    """What a body may say, its members in lower case. What nobody here knows is left alone; null is as if it were not there."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _in_lower_case(cls, given: Any) -> Any:
        if not isinstance(given, Mapping):
            return given
        return said_members(given)


class KeyValue(Said):
    """One value of a data field or of a consent record. A value that is left out, or null, is a blank."""

    key: str
    value: Any = None


def said_members(given: Mapping[Any, Any]) -> dict[str, Any]:
    """The members of an object by their names in lower case, without those that are null."""
    return {str(name).lower(): value for name, value in given.items() if value is not None}


async def said_in_body(request: Request, model: type[M]) -> M:
    """The body as its model has it. Raises Problem 400."""
    return said(model, await read_object(request))


def said(model: type[M], members: Any) -> M:
    """The members as their model has them. Raises Problem 400 ERROR_PARAMETER_INVALID that names the first that is wrong."""
    try:
        return model.model_validate(members)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "The body"
        what = "is missing" if first["type"] == "missing" else f"is not valid: {first['msg'].removeprefix('Value error, ')}"
        raise invalid(f"{where} {what}.") from None


@dataclass(frozen=True, slots=True)
class Page:
    """Which things a list shows: `select` of them, behind the first `skip`."""

    select: int
    skip: int


def page_of(request: Request, default: int = MOST_SELECTED) -> Page:
    """What the query asks. Raises Problem 400 for a skip below 0 and a select outside 1 to 1000, or to a default beyond that."""
    most = max(MOST_SELECTED, default)
    select, skip = (_number(request, name, other) for name, other in (("select", default), ("skip", 0)))
    if not 1 <= select <= most:
        raise invalid(f"A page has from 1 to {most} items: select is out of range.")
    if skip < 0:
        raise invalid("skip must not be negative.")
    return Page(select, skip)


def query_of(request: Request) -> dict[str, str]:
    """What the query says, by names in lower case."""
    return {name.lower(): value.strip() for name, value in request.query_params.items()}


async def address_book(asker: Tenant, text: str) -> Named:
    """The address book of the id in a path: the list of this number. Raises Problem 404."""
    number = number_in(text)
    named = await asker.lists.read(number) if number else None
    if named is None:
        raise no_address_book()
    return named


def _number(request: Request, name: str, default: int) -> int:
    text = query_of(request).get(name, "")
    if not text:
        return default
    digits = text.removeprefix("-")
    if not (digits.isascii() and digits.isdecimal() and len(digits) < 10):
        raise invalid(f"{name} must be a whole number.")
    return int(text)
