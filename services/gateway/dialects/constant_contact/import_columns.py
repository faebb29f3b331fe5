"""The columns that an import may have, and what each of them is here (AppConnect V3, "Import Contacts"). Pure.

Files and JSON have the same ones. A column that is not among them is left alone, unless it names a custom field: `cf:<name>`.
"""

from collections.abc import Sequence
from typing import Any, Literal

from services.gateway.dialects.constant_contact.bodies import Bulk, Many

SmsPermission = Literal["explicit", "not_set"]
_ALIKE = ("email", "first_name", "last_name", "job_title", "company_name", "birthday_month", "birthday_day", "anniversary")
_PHONES = {"home_phone": "home", "work_phone": "work", "mobile_phone": "mobile", "other_phone": "other", "phone": "other"}
_PARTS = {"street": "street", "street2": "street2", "city": "city", "state": "state", "zip": "postal_code", "country": "country"}
_ADDRESSES = {"home_": "home", "work_": "work", "other_": "other", "": "home"}
"""What stands before the names of the parts, by kind. The plain name is that of a home address."""
MAPPING: dict[str, str] = {
    **{name: name for name in _ALIKE},
    **{name: f"phone:{kind}" for name, kind in _PHONES.items()},
    **{f"{begin}{part}": f"address:{kind}:{ours}" for begin, kind in _ADDRESSES.items() for part, ours in _PARTS.items()},
    "home country": "address:home:country",  # so misspelt in the vendor's own description
    "sms_number": "mobile:us",
    "sms_consent_date": "sms_opt_in_at",
}
"""Column to native target."""


class Import(Bulk):
    """What every import says beside its contacts."""

    list_ids: Many
    sms_permission_to_send: SmsPermission | None = None


def native_options(said: Import, lists: Sequence[int], **reading: Any) -> dict[str, Any]:
    """The options of the job. `reading` says how its payload is read, and how much of it.

    Blanks change nothing, what people ended stays ended, and of several rows for one contact the last that says something wins.
    """
    return {
        "mapping": MAPPING,
        "columns": "given",
        "match": "email_or_mobile",
        "mode": "upsert",
        "merge": "overwrite_non_empty",
        "duplicates": "merge",
        "day_first": False,
        "new_email_permission": "implicit",
        "lists": lists,
        "after": list(said.after),
        # That none is set, the vendor means of numbers without one: nothing is to be given, and nothing taken away.
        **({"sms_permission": "explicit"} if said.sms_permission_to_send == "explicit" else {}),
        **reading,
    }
