"""Lists and tags as this API takes and shows them. Pure."""

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BeforeValidator, Field

from services.gateway.dialects.constant_contact.asking import Said
from services.gateway.memberships import Counted
from services.gateway.spelling import Name, TagName
from shared.contacts.present import time_text
from shared.lists.store import Named

MOST_SEQUENCE_IDS = 500


def _parts(value: Any) -> Any:
    return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value


class ListInput(Said):
    """`POST` and `PUT` of a list. With `PUT`, what is left out stays."""

    name: Name
    favorite: bool | None = None
    description: Annotated[str, Field(max_length=2000)] | None = None


class ListWanted(Said):
    """How one list is shown."""

    include_membership_count: Literal["all", "active"] | None = None
    channel_type: Literal["email", "sms"] = "email"
    include_sms_membership_count: bool = False

    def counts(self) -> dict[str, Counted]:
        """Members of the body that count contacts, and which contacts."""
        counted = {"membership_count": Counted(self.include_membership_count)} if self.include_membership_count else {}
        is_sms = self.include_sms_membership_count and self.channel_type == "sms"
        return {**counted, "sms_membership_count": Counted.SMS} if is_sms else counted


class ListsWanted(ListWanted):
    """Which lists a page shows, and how. Muster's lists serve every channel, so `channel_type` leaves none of them out."""

    limit: Annotated[int, Field(ge=1, le=1000)] = 50
    include_count: bool = False
    name: str | None = None
    status: Annotated[tuple[Literal["all", "active", "deleted"], ...], BeforeValidator(_parts)] = ("active",)

    def only_deleted(self) -> bool:
        """True where nothing fits: Muster forgets a list that is deleted."""
        return set(self.status) == {"deleted"}


class SequenceIds(Said):
    """`list_id_xrefs`: the numbers of lists, as the vendor's API before this one had them. What is none is passed over."""

    sequence_ids: Annotated[
        tuple[str, ...],
        BeforeValidator(_parts),
        Field(min_length=1, max_length=MOST_SEQUENCE_IDS),
    ]

    def by_text(self) -> dict[str, int]:
        """Each that can be the number of a list, as it was written."""
        return {text: int(text) for text in self.sequence_ids if text.isascii() and text.isdecimal() and len(text) < 13}


class TagPut(Said):
    """`PUT` of a tag."""

    name: TagName


class TagPost(TagPut):
    """`POST` of a tag."""

    tag_source: Annotated[str, Field(max_length=255)] | None = None


class TagWanted(Said):
    """How one tag is shown."""

    include_count: bool = False


class TagsWanted(TagWanted):
    """How many tags a page shows, and how."""

    limit: Annotated[int, Field(ge=1, le=500)] = 50


def list_body(named: Named, list_id: UUID, **counts: int) -> dict[str, Any]:
    """The JSON of a list; `counts` are its members that count contacts."""
    return {
        "list_id": str(list_id),
        "name": named.name,
        "description": named.facts.get("description") or "",
        "favorite": bool(named.facts.get("favorite", False)),
        "created_at": time_text(named.created_at),
        "updated_at": time_text(named.updated_at),
        **counts,
    }


def tag_body(named: Named, tag_id: UUID, contacts: int | None = None) -> dict[str, Any]:
    """The JSON of a tag, with how many contacts have it where that was counted."""
    body: dict[str, Any] = {"tag_id": str(tag_id), "name": named.name}
    if contacts is not None:
        body["contacts_count"] = contacts
    body |= {"created_at": time_text(named.created_at), "updated_at": time_text(named.updated_at)}
    source = named.facts.get("tag_source")
    return {**body, "tag_source": source} if source else body
