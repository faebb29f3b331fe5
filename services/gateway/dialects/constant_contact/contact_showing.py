"""Contacts as answers: what their parts need of the account is read once for however many of them."""

from collections.abc import Collection, Sequence
from typing import Any

from services.gateway.context import Tenant
from services.gateway.dialects.constant_contact.contact_body import PARTS, Shelf, contact
from services.gateway.dialects.constant_contact.custom_values import shown_fields
from shared.contacts.document import Document
from shared.contacts.present import numbers_named
from shared.contract.identity import Thing


async def shown(who: Tenant, contacts: Sequence[Document], parts: Collection[str] = PARTS) -> list[dict[str, Any]]:
    """The contacts with these parts, by at most three questions to the database."""
    lists, tags = numbers_named(contacts)
    known_lists = await who.lists.by_numbers(lists) if "list_memberships" in parts else {}
    known_tags = await who.tags.by_numbers(tags) if "taggings" in parts else {}
    fields = await who.fields.all() if "custom_fields" in parts and any("custom" in each for each in contacts) else []
    by_id = {who.uuid_of(Thing.FIELD, each.number): each for each in fields}
    shelf = Shelf(who.account.uuid_base, shown_fields(by_id), known_lists.keys(), known_tags.keys())
    return [contact(each, shelf, parts) for each in contacts]
