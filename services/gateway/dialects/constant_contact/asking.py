"""What a request of this API says, read: who asks, the JSON body by its model, the query, and ids of the account's things.

Whatever is wrong is said with the vendor's words first: `list_ids is missing`, `limit does not have a valid value`.
"""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar
from uuid import UUID

from fastapi import Request
from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from services.gateway.auth import tenant
from services.gateway.context import Tenant
from services.gateway.dialects.constant_contact.errors import invalid, not_found
from services.gateway.json_body import read_object
from services.gateway.problems import Problem
from services.gateway.submitting import IDEMPOTENCY_KEY_LENGTH
from shared.accounts.keys import Scope
from shared.contract.identity import Thing

READS = tenant(Scope.CONTACTS_READ)
WRITES = tenant(Scope.CONTACTS_WRITE)
WATCHES = tenant(Scope.JOBS_READ)
SUBMITS = tenant(Scope.CONTACTS_WRITE, Scope.JOBS_WRITE)

_UNKNOWN = {"list_unknown": "list", "tag_unknown": "tag", "field_unknown": "custom_field"}

M = TypeVar("M", bound="Said")


class Said(BaseModel):
    """What a body or a query may say. What nobody here knows is left alone, as the vendor does.

    A member that may be left out may be null too: clients send what they have not set.
    """

    model_config = ConfigDict(extra="ignore", frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _without_nulls(cls, given: Any) -> Any:
        if not isinstance(given, Mapping):
            return given
        optional = {name for name, field in cls.model_fields.items() if not field.is_required()}
        return {name: value for name, value in given.items() if value is not None or name not in optional}


async def said_in_body(request: Request, model: type[M]) -> M:
    """The body as its model has it. Raises Problem: 415 for what is no JSON, 400 with a message for each member that is wrong."""
    return said(model, await read_object(request))


def said(model: type[M], members: Mapping[str, Any]) -> M:
    """The members as their model has them. Raises Problem 400 with a message for each that is wrong."""
    try:
        return model.model_validate(members)
    except ValidationError as error:
        raise invalid(*dict.fromkeys(_message(each) for each in error.errors())) from None


def said_in_query(request: Request, model: type[M]) -> M:
    """The query as its model has it; of a parameter that is there twice, the last. Raises Problem 400."""
    return said(model, dict(request.query_params))


def idempotency_key(request: Request) -> str | None:
    """The key under which this request answers with the same activity for a day. Raises Problem 400."""
    key = request.headers.get("idempotency-key")
    if key is not None and not 0 < len(key) <= IDEMPOTENCY_KEY_LENGTH:
        raise invalid(f"Idempotency-Key does not have a valid value: it has 1 to {IDEMPOTENCY_KEY_LENGTH} characters")
    return key


def numbers_of(asker: Tenant, thing: Thing, ids: Sequence[UUID]) -> list[int]:
    """The numbers of these lists, tags or fields; 0, which none has, for an id that can be none of this account's."""
    return [asker.number_of(thing, str(each)) or 0 for each in ids]


def contacts_of(asker: Tenant, ids: Sequence[UUID]) -> list[int | str]:
    """The numbers of these contacts. An id that can be none of this account's stays text, for the row that says so."""
    return [asker.number_of(Thing.CONTACT, str(each)) or str(each) for each in ids]


def _message(error: Mapping[str, Any]) -> str:
    where = ".".join(str(part) for part in error["loc"]) or "body"
    match error["type"]:
        case "missing":
            return f"{where} is missing"
        case "value_error":
            return str(error["msg"]).removeprefix("Value error, ")
    return f"{where} does not have a valid value: {error['msg'][:1].lower()}{error['msg'][1:]}"


def as_unknown(problem: Problem, status: int, source: str = "") -> Problem:
    """In the words and with the status that this API has for a list, a tag or a field which there is not; any other as it is.

    `source` stands before the name of a member that says which contacts, where the body has these in an object of their own.
    """
    if problem.code == "predecessor_unknown":
        return invalid("after does not have a valid value: there is no such activity in this account, or it is over its retention")
    if (word := _UNKNOWN.get(problem.code)) is None:
        return problem
    within = source if (problem.field or "").startswith("source.") else ""
    member = f"{within}{word}_ids.{problem.extra.get('place', 0)}"
    message = f"{member} does not have a valid value: there is no {word} with this id in this account"
    return not_found(message) if status == 404 else invalid(message)
