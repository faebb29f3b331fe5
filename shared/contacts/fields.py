"""The fields a contact can have: the standard ones, and the types of those that an account defines for itself.

A field's `path` is where its value stands in a stored contact. Custom fields stand under `custom.<number>`,
so renaming one touches no contact.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class FieldType(StrEnum):
    """Types of values. What each accepts and how it is stored is said in `shared.contacts.values`."""

    TEXT = "text"
    TEXT_AREA = "text_area"
    INTEGER = "integer"
    NUMBER = "number"
    CURRENCY = "currency"
    BOOLEAN = "boolean"
    DATE = "date"
    DATETIME = "datetime"
    PHONE = "phone"
    URL = "url"
    SINGLE_SELECT = "single_select"
    MULTI_SELECT = "multi_select"


@dataclass(frozen=True, slots=True)
class Field:
    """One field: its name in the API and in files, its type, its place in a stored contact and its bounds."""

    name: str
    type: FieldType
    path: str
    label: str = ""
    max_length: int | None = None
    minimum: int | None = None
    maximum: int | None = None
    choices: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    """Other headings under which files name it, already in the forgiving spelling (lower case, letters and digits only)."""


def _text(name: str, label: str, *aliases: str, length: int = 255) -> Field:
    return Field(name, FieldType.TEXT, name, label, max_length=length, aliases=aliases)


STANDARD_FIELDS: tuple[Field, ...] = (
    _text("first_name", "First name", "firstname", "forename", "givenname", "vorname", "prenom", "nombre"),
    _text("last_name", "Last name", "lastname", "surname", "familyname", "nachname", "nomdefamille", "apellido"),
    _text("full_name", "Full name", "fullname", "name", "contactname"),
    _text("title", "Title", "title", "salutation", "anrede"),
    _text("gender", "Gender", "gender", "sex"),
    _text("job_title", "Job title", "jobtitle", "position", "role"),
    _text("company_name", "Company", "companyname", "company", "organisation", "organization", "firma"),
    Field(
        "birthday_month", FieldType.INTEGER, "birthday_month", "Birthday (month)", minimum=1, maximum=12, aliases=("birthdaymonth",)
    ),
    Field("birthday_day", FieldType.INTEGER, "birthday_day", "Birthday (day)", minimum=1, maximum=31, aliases=("birthdayday",)),
    Field("anniversary", FieldType.DATE, "anniversary", "Anniversary", aliases=("anniversary",)),
    Field("website", FieldType.URL, "website", "Website", max_length=2048, aliases=("website", "url", "homepage", "web")),
    _text("locale", "Locale", "locale", "language", "preferredlocale", "lang", length=35),
    _text("timezone", "Time zone", "timezone", "tz", length=64),
    _text("source", "Source", "source", "sourcename"),
    Field("points", FieldType.INTEGER, "points", "Points", minimum=-(2**31), maximum=2**31 - 1, aliases=("points", "score")),
)

PHONE_KINDS = ("home", "work", "mobile", "fax", "other")
PHONE_LENGTH = 50
ADDRESS_KINDS = ("home", "work", "other")
ADDRESS_PARTS = {"street": 255, "street2": 255, "city": 100, "state": 100, "postal_code": 50, "country": 100}
"""Parts of a postal address with their greatest length in characters."""

EMAIL_LENGTH = 254
IDENTIFIER_LENGTH = 255
TAG_LENGTH = 255
CUSTOM_TEXT_LENGTH = 4000


def custom_path(number: int) -> str:
    """Where the value of the custom field with this number stands in a stored contact."""
    return f"custom.{number}"


def by_name(fields: Sequence[Field]) -> dict[str, Field]:
    """The fields by their names."""
    return {field.name: field for field in fields}
