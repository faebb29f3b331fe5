"""Which columns an export of this API has, under which headings: the vendor's titles, or the names that an import reads. Pure.

Titles are those of real exports as far as they are known. What the vendor names no field for has a name in the same spelling.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from services.gateway.dialects.constant_contact.errors import invalid
from services.gateway.names import near
from shared.contacts.fields import ADDRESS_KINDS, Field
from shared.contacts.mapping import CUSTOM_PREFIX


class Shown(NamedTuple):
    """One column: its canonical name, its title, and the name by which an import of this API reads it, if it does."""

    column: str
    title: str
    imported: str = ""


def _of_address(part: str, title: str, imported: str) -> tuple[Shown, ...]:
    return tuple(Shown(f"address:{kind}:{part}", f"{title} - {kind.capitalize()}", f"{kind}_{imported}") for kind in ADDRESS_KINDS)


EMAIL = "email_address"
FIELDS: Mapping[str, tuple[Shown, ...]] = {
    EMAIL: (Shown("email", "Email address", "email"),),
    "first_name": (Shown("first_name", "First name", "first_name"),),
    "last_name": (Shown("last_name", "Last name", "last_name"),),
    "company_name": (Shown("company_name", "Company", "company_name"),),
    "job_title": (Shown("job_title", "Job title", "job_title"),),
    "email_status": (Shown("status", "Email status"),),
    "email_permission_status": (Shown("email_ground", "Email permission status"),),
    "email_optin_source": (Shown("opt_in_source", "Confirmed Opt-In Source"),),
    "email_optin_date": (Shown("opt_in_at", "Confirmed Opt-In Date"),),
    "email_optout_source": (Shown("email_opt_out_source", "Confirmed Opt-Out Source"),),
    "email_optout_date": (Shown("email_opt_out_at", "Confirmed Opt-Out Date"),),
    "email_optout_reason": (Shown("email_opt_out_reason", "Confirmed Opt-Out Reason"),),
    "email_lists": (Shown("lists", "Email Lists"),),
    "tags": (Shown("tags", "Tags"),),
    "source_name": (Shown("source", "Source Name"),),
    "phone_number": (
        Shown("phone:home", "Phone - home", "home_phone"),
        Shown("phone:work", "Phone - work", "work_phone"),
        Shown("phone:mobile", "Phone - mobile", "mobile_phone"),
        Shown("phone:other", "Phone - other", "phone"),
        Shown("phone:fax", "Phone - fax"),
    ),
    "sms_number": (Shown("mobile", "SMS number", "sms_number"),),
    "sms_permission_status": (Shown("sms_ground", "SMS permission status"),),
    "sms_consent_date": (Shown("sms_opt_in_at", "SMS consent date", "sms_consent_date"),),
    "street": (
        *_of_address("street", "Street address line 1", "street"),
        *_of_address("street2", "Street address line 2", "street2"),
    ),
    "city": _of_address("city", "City", "city"),
    "state": _of_address("state", "State/Province", "state"),
    "zip": _of_address("postal_code", "Zip/Postal code", "zip"),
    "country": _of_address("country", "Country", "country"),
    "birthday": (Shown("birthday", "Birthday"),),
    "birthday_month": (Shown("birthday_month", "Birthday month", "birthday_month"),),
    "birthday_day": (Shown("birthday_day", "Birthday day", "birthday_day"),),
    "anniversary": (Shown("anniversary", "Anniversary", "anniversary"),),
    "website": (Shown("website", "Website"),),
    "notes": (Shown("notes", "Notes"),),
    "social_profiles": (),  # of the vendor's; contacts have none here
    "created_at": (Shown("created_at", "Created At"),),
    "updated_at": (Shown("updated_at", "Updated At"),),
}
"""Columns by the name of the field, in the order of a file that names none."""
BESIDE_EMAIL = frozenset(
    {"email_optin_source", "email_optin_date", "email_optout_source", "email_optout_date", "email_optout_reason"}
)
_IN_BIRTHDAY = ("birthday_month", "birthday_day")
_TITLES = frozenset(each.title for columns in FIELDS.values() for each in columns)


def headings(names: Sequence[str], custom: Sequence[Field], *, as_imported: bool) -> dict[str, str]:
    """The canonical names of the columns of these fields, each with its heading; without names, of all that there is.

    `as_imported` leaves out what no import reads. Raises Problem 400 for a field that there is not, or that is left out.
    """
    own = {each.column.lower(): each for each in _of_custom(custom)}
    wanted = names or [*(name for name in FIELDS if as_imported or name not in _IN_BIRTHDAY), *own]
    found: dict[str, str] = {}
    for place, name in enumerate(wanted):
        columns = _named(place, name, own)
        if as_imported and names:
            _check_imported(place, name, columns)
        if name in BESIDE_EMAIL and EMAIL not in wanted:
            raise invalid(f"fields.{place} does not have a valid value: {name} goes only together with {EMAIL}")
        for each in columns:
            if heading := each.imported if as_imported else each.title:
                found[each.column] = heading
    if not found:
        raise invalid("fields does not have a valid value: contacts have nothing of these here. Name others, or leave fields out")
    return found


def _named(place: int, name: str, own: Mapping[str, Shown]) -> tuple[Shown, ...]:
    if name in FIELDS:
        return FIELDS[name]
    if name.lower() in own:
        return (own[name.lower()],)
    advice = near([name], [*FIELDS, *own]) or " Name one of those that the documentation lists."
    raise invalid(f"fields.{place} does not have a valid value: there is no field {name[:80]!r}.{advice}")


def _check_imported(place: int, name: str, columns: tuple[Shown, ...]) -> None:
    if columns and not any(each.imported for each in columns):
        advice = f"name {' and '.join(_IN_BIRTHDAY)}" if name == "birthday" else "leave it out, or leave column_names out"
        raise invalid(f"fields.{place} does not have a valid value: no import reads {name}. To get a file for imports {advice}")


def _of_custom(custom: Sequence[Field]) -> list[Shown]:
    """Custom fields under their labels; under `cf:<name>` where a label would be the title of two columns."""
    taken: set[str] = set(_TITLES)
    columns = []
    for field in custom:
        column, label = f"{CUSTOM_PREFIX}{field.name}", field.label.strip()
        is_own = label and label not in taken and not label.lower().startswith(CUSTOM_PREFIX)
        columns.append(Shown(column, label if is_own else column, column))
        taken.add(label)
    return columns
