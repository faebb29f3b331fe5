"""Contacts as answers of v2: what they need of the account is read once for however many of them."""

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import Request

from services.gateway.context import Tenant
from services.gateway.dialects.dotdigital.account_fields import account_fields, value_shown
from services.gateway.dialects.dotdigital.v2.asking import query_of
from services.gateway.dialects.dotdigital.v2.contact_words import email_type_word, opt_in_word, status_word
from shared.contacts.columns import Column, resolve_column
from shared.contacts.document import Document
from shared.contacts.present import Names
from shared.contract.identity import unpack


async def shown(asker: Tenant, contacts: Sequence[Document], *, is_full: bool) -> list[dict[str, Any]]:
    """The contacts. Full ones have every data field of the account, null where it is not set; of others the member is null."""
    columns = await _columns(asker) if is_full and contacts else None
    names = Names(asker.account.uuid_base)
    return [_contact(stored, columns, names) for stored in contacts]


def with_full_data(request: Request) -> bool:
    """What the query says of `withFullData`, in any letter case."""
    return query_of(request).get("withfulldata", "").lower() == "true"


def _contact(stored: Document, columns: Mapping[str, Column] | None, names: Names) -> dict[str, Any]:
    return {
        "id": unpack(stored["_id"]),
        "email": stored.get("email"),
        "optInType": opt_in_word(stored),
        "emailType": email_type_word(stored),
        "dataFields": None if columns is None else _values(stored, columns, names),
        "status": status_word(stored),
    }


def _values(stored: Document, columns: Mapping[str, Column], names: Names) -> list[dict[str, Any]]:
    return [{"key": name, "value": value_shown(column, stored, names)} for name, column in columns.items()]


async def _columns(asker: Tenant) -> dict[str, Column]:
    fields, book = await account_fields(asker)
    found = {name: resolve_column(field.target, book) for name, field in fields.items()}
    return {name: column for name, column in found.items() if column is not None}
