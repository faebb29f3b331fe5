"""The query of `GET /v3/contacts`, and the contacts that it means. Pure but for the ids, which the account turns into numbers."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, BeforeValidator, Field

from services.gateway.context import Tenant
from services.gateway.dialects.constant_contact.asking import Said, numbers_of
from services.gateway.dialects.constant_contact.bodies import UNSERVED
from services.gateway.dialects.constant_contact.contact_body import PARTS
from services.gateway.dialects.constant_contact.errors import invalid
from services.gateway.moments import in_utc
from shared.contacts.document import EMAIL
from shared.contacts.selection import Selection
from shared.contacts.setters import PERMISSIONS
from shared.contacts.values import email_key
from shared.contract.identity import Thing
from shared.contract.selection import MAY_BE_WRITTEN_TO, Status

STATUSES = ("all", "active", "deleted", "not_set", "pending_confirmation", "temp_hold", "unsubscribed")
SMS_STATUSES = ("all", "explicit", "unsubscribed", "pending_confirmation", "not_set")


def _apart(value: Any) -> Any:
    return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value


def _one_of(member: str, words: Sequence[str]) -> Callable[[tuple[str, ...]], tuple[str, ...]]:
    def check(given: tuple[str, ...]) -> tuple[str, ...]:
        if unknown := [word for word in given if word not in words]:
            raise ValueError(f"{member} does not have a valid value: {unknown[0][:40]!r} is none of {', '.join(words)}")
        return given

    return check


Include = Annotated[tuple[str, ...], BeforeValidator(_apart), AfterValidator(_one_of("include", PARTS))]
_Status = Annotated[tuple[str, ...], BeforeValidator(_apart), AfterValidator(_one_of("status", STATUSES))]
_SmsStatus = Annotated[tuple[str, ...], BeforeValidator(_apart), AfterValidator(_one_of("sms_status", SMS_STATUSES))]
_Lists = Annotated[tuple[UUID, ...], BeforeValidator(_apart), Field(max_length=25)]
_Tags = Annotated[tuple[UUID, ...], BeforeValidator(_apart), Field(max_length=50)]


class ContactQuery(Said):
    """Which contacts a page shows, and what of them. All that is given must hold; of several values of one kind any may."""

    status: _Status = ()
    email: str | None = None
    lists: _Lists = ()
    tags: _Tags = ()
    segment_id: Any = None
    updated_after: datetime | None = None
    updated_before: datetime | None = None
    created_after: datetime | None = None
    created_before: datetime | None = None
    optout_after: datetime | None = None
    optout_before: datetime | None = None
    sms_status: _SmsStatus = ()
    include: Include = ()
    include_count: bool = False
    limit: Annotated[int, Field(ge=1, le=500)] = 50


class OneContactQuery(Said):
    """What is shown of one contact."""

    include: Include = ()


def selection(query: ContactQuery, asker: Tenant) -> Selection:
    """The native selection. Lists and tags that there are not find nothing. Raises Problem 400."""
    if query.segment_id is not None:
        raise invalid(f"segment_id does not have a valid value: {UNSERVED['segment_id']}")
    with_all, with_deleted = "all" in query.status, "deleted" in query.status
    grounds = tuple(dict.fromkeys(ground for word in query.status for ground in _grounds(word))) if not with_all else ()
    only_deleted = with_deleted and not grounds and not with_all
    sms = PERMISSIONS if "all" in query.sms_status else query.sms_status
    return Selection(
        keys=((EMAIL, email_key(query.email)),) if query.email is not None else (),
        status=Status.DELETED if only_deleted else None,
        created_after=in_utc(query.created_after, "created_after"),
        created_before=in_utc(query.created_before, "created_before"),
        updated_after=in_utc(query.updated_after, "updated_after"),
        updated_before=in_utc(query.updated_before, "updated_before"),
        with_deleted=with_all or with_deleted,
        on_lists=_numbers(asker, Thing.LIST, query.lists),
        tags=_numbers(asker, Thing.TAG, query.tags),
        email_grounds=grounds,
        sms_grounds=tuple(sms),
        opted_out_after=in_utc(query.optout_after, "optout_after"),
        opted_out_before=in_utc(query.optout_before, "optout_before"),
    )


def _grounds(word: str) -> tuple[str, ...]:
    return MAY_BE_WRITTEN_TO if word == "active" else () if word in ("all", "deleted") else (word,)


def _numbers(asker: Tenant, thing: Thing, ids: Sequence[UUID]) -> tuple[int, ...]:
    """0 is the number of nothing."""
    return tuple(numbers_of(asker, thing, ids))
