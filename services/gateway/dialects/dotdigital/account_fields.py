"""The data fields of the account that asks: what they are here, and their values as either API shows them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from services.gateway.context import Tenant
from services.gateway.dialects.dotdigital.data_fields import DataField, data_fields
from shared.contacts.columns import Column
from shared.contacts.patch import FieldBook
from shared.contacts.present import Names, time_text


async def account_fields(who: Tenant) -> tuple[dict[str, DataField], FieldBook]:
    """The data fields by upper-case name, and the native fields that they stand for, read in one question."""
    custom = [each.field for each in await who.fields.all()]
    return data_fields(custom), FieldBook({field.name.lower(): field for field in custom}, who.account.identifiers)


def value_shown(column: Column, stored: Mapping[str, Any], names: Names) -> Any:
    """The value as JSON: text, number, truth, ISO time; several choices as one text. None where nothing is set."""
    value = column.value(stored, names)
    if isinstance(value, datetime):
        return time_text(value)
    return column.cell(value) if isinstance(value, list) else value
