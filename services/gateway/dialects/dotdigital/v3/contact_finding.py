"""Which contact an identifier and its value name: its number, or one of its unique keys."""

from collections.abc import Collection

from services.gateway.context import Tenant
from services.gateway.dialects.dotdigital.numbers import number_in
from services.gateway.dialects.dotdigital.v3.errors import detail, refused
from services.gateway.problems import Problem
from shared.contacts.document import EMAIL, MOBILE, Document, Key, identifier_kind
from shared.contacts.fields import IDENTIFIER_LENGTH
from shared.contacts.values import ValueProblem, email_key, normalise_email, normalise_mobile, trim
from shared.contacts.values.text import check_text

CONTACT_ID, EMAIL_NAME, MOBILE_NAME = "contactId", "email", "mobileNumber"
Name = int | Key


def name_of(identifier: str, value: str, own: Collection[str]) -> Name:
    """The number or the key that a contact would have to have. `own` are the custom identifiers of the account.

    Raises Problem 400 contacts:invalidId for what can name nobody.
    """
    if identifier == CONTACT_ID:
        number = number_in(value)
        if number is None:
            raise invalid_id(identifier, "It is no contact id: send the whole number of one.")
        return number
    try:
        kind, written = as_written(identifier, value, own)
    except ValueProblem as problem:
        raise invalid_id(identifier, problem.message) from None
    return kind, email_key(written) if kind == EMAIL else written


def as_written(identifier: str, value: str, own: Collection[str]) -> Key:
    """The kind of the key, and its value as a contact that is made with it stores it. Raises ValueProblem and Problem 400."""
    if identifier == EMAIL_NAME:
        return EMAIL, normalise_email(value)
    text = trim(value)
    if identifier == MOBILE_NAME:
        return MOBILE, normalise_mobile(text)
    if identifier not in own:
        names = ", ".join((CONTACT_ID, EMAIL_NAME, MOBILE_NAME, *sorted(own)))
        raise invalid_id(identifier[:50], f"There is no such identifier in this account. Use one of: {names}.")
    if not text:
        raise invalid_id(identifier, f"A value has from 1 to {IDENTIFIER_LENGTH} characters.")
    return identifier_kind(identifier), check_text(text, IDENTIFIER_LENGTH)


def invalid_id(identifier: str, why: str) -> Problem:
    """The refusal of what can name nobody."""
    return refused(400, "invalidId", "The identifier or its value is not valid.", [detail(identifier, why)])


def contact_not_found(identifier: str) -> Problem:
    """The refusal of a contact that there is not."""
    return refused(404, "contactNotFound", "The contact was not found.", [detail(identifier, "not found using identifier")])


async def find(who: Tenant, name: Name) -> Document | None:
    """The contact of this name, a deleted one included."""
    return await (who.contacts.read(name) if isinstance(name, int) else who.contacts.find(name))


async def find_live(who: Tenant, identifier: str, value: str) -> Document:
    """The contact that is named, unless it is deleted. Raises Problem 400 contacts:invalidId, 404 contacts:contactNotFound."""
    stored = await find(who, name_of(identifier, value, who.account.identifiers))
    if stored is None or "deleted_at" in stored:
        raise contact_not_found(identifier)
    return stored
