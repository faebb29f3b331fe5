"""What a request of v3 says, read: what names in contacts mean for the account that asks, and single contacts in bodies."""

from collections.abc import Mapping
from typing import Any

from services.gateway.context import Tenant
from services.gateway.dialects.dotdigital.data_fields import data_fields
from services.gateway.dialects.dotdigital.v3.contact_record import Faults, Known, native_record, unknown_data_fields
from services.gateway.dialects.dotdigital.v3.errors import refused
from services.gateway.problems import Problem


async def known_of(asker: Tenant) -> Known:
    """What the account has a name for."""
    return Known(data_fields(custom.field for custom in await asker.fields.all()), asker.account.identifiers)


def said_contact(contact: Mapping[str, Any], known: Known) -> dict[str, Any]:
    """The native record of a contact that was written on its own. Raises Problem 400 also for data fields that there are not."""
    faults = Faults()
    record = native_record(contact, known, faults)
    for name in unknown_data_fields(contact, known):
        faults.add(f"dataFields.{name[:50]}", "There is no such data field in this account.")
    if faults.details:
        raise invalid_contacts(faults)
    return record


def invalid_contacts(faults: Faults) -> Problem:
    """The refusal of a body for what is wrong with its contacts."""
    first = faults.details[0]
    return refused(400, "invalidContacts", f"The body is not valid: {first['item']}: {first['description']}", faults.details)
