"""Which contacts a job is about, as a request may say it. The gateway checks it and puts numbers in place of names."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

MOST_NAMED = 10_000
"""Contacts that a selection may name one by one. More of them come as a file, or as the `source` of a change."""


class Status(StrEnum):
    """Where a contact stands as a whole, from its deletion and its e-mail channel."""

    ACTIVE = "active"
    UNSUBSCRIBED = "unsubscribed"
    SUPPRESSED = "suppressed"
    PENDING = "pending"
    DELETED = "deleted"


class EmailGround(StrEnum):
    """On what ground a contact may be written to by e-mail, or why it may not."""

    EXPLICIT = "explicit"
    IMPLICIT = "implicit"
    NOT_SET = "not_set"
    PENDING_CONFIRMATION = "pending_confirmation"
    TEMP_HOLD = "temp_hold"
    UNSUBSCRIBED = "unsubscribed"


MAY_BE_WRITTEN_TO = (EmailGround.EXPLICIT, EmailGround.IMPLICIT)
"""Grounds of contacts that have an e-mail and may be written to."""


class Operator(StrEnum):
    """How a condition compares. `ne`, and `is_set` with false, also find contacts without a value."""

    EQ = "eq"
    NE = "ne"
    LT = "lt"
    LTE = "lte"
    GT = "gt"
    GTE = "gte"
    IN = "in"
    CONTAINS = "contains"
    STARTS_WITH = "starts_with"
    IS_SET = "is_set"


def _many(value: Any) -> Any:
    return (value,) if isinstance(value, str | int) and not isinstance(value, bool) else value


class Condition(BaseModel):
    """One field compared with a value. Values are checked and read as an import reads cells of that field."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    field: str = Field(
        description="Canonical name: `first_name`, `cf:<name>`, `identifier:<name>`, `email_status` ...", max_length=300
    )
    op: Operator = Field(Operator.EQ, description="Text is compared without regard to case by `contains` and `starts_with` only.")
    value: Any = Field(None, description="A list for `in`, true or false for `is_set`.")


class ContactSelection(BaseModel):
    """All that is given must hold; of several values of one kind any may. Deleted contacts only with the status `deleted`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    all: Literal[True] | None = Field(None, description="Every contact. Stands alone.")
    ids: tuple[int | str, ...] = Field((), description="Contacts by number or UUID.", max_length=MOST_NAMED)
    emails: tuple[Annotated[str, Field(max_length=320)], ...] = Field((), description="Contacts by e-mail.", max_length=MOST_NAMED)
    lists: Annotated[tuple[int | str, ...], BeforeValidator(_many)] = Field(
        (), description="On any of these lists: numbers, UUIDs or names.", max_length=100
    )
    tags: Annotated[tuple[int | str, ...], BeforeValidator(_many)] = Field(
        (), description="With any of these tags.", max_length=100
    )
    status: Annotated[tuple[Status, ...], BeforeValidator(_many)] = Field(
        (), description="With any of these statuses.", max_length=5
    )
    email_grounds: Annotated[tuple[EmailGround, ...], BeforeValidator(_many)] = Field(
        (),
        description="On any of these grounds for e-mail, in which status and permission are one word. `explicit` and `implicit`: "
        "the contact may be written to. `not_set`: it has no e-mail, or nobody stated a ground.",
        max_length=6,
    )
    created_after: datetime | None = Field(None, description="From this moment on; UTC where it has no offset.")
    created_before: datetime | None = None
    updated_after: datetime | None = None
    updated_before: datetime | None = None
    where: tuple[Condition, ...] = Field((), description="Conditions on fields.", max_length=20)

    def is_empty(self) -> bool:
        """True for a selection that says nothing, which is refused: nobody deletes everything by leaving something out."""
        return not self.model_dump(exclude_defaults=True, exclude={"all"}) and not self.all
