"""Which contact the end of a path means: a whole number is an id, what has an @ is an e-mail. Deleted contacts are not there."""

from services.gateway.context import Tenant
from services.gateway.dialects.dotdigital.numbers import number_in
from services.gateway.dialects.dotdigital.v2.contact_words import is_barred
from services.gateway.dialects.dotdigital.v2.errors import refused
from services.gateway.problems import Problem
from shared.contacts.document import EMAIL, Document
from shared.contacts.values import email_key


def no_contact() -> Problem:
    """The refusal of a contact that there is not, that is deleted, or that is another account's; clients compare it as a whole."""
    return refused(404, "ERROR_CONTACT_NOT_FOUND")


async def contact_of(asker: Tenant, text: str, *, barred_too: bool = False) -> Document:
    """The contact. Raises Problem 404.

    By its id, one that unsubscribed or is suppressed is found only with `barred_too`; by its e-mail it always is.
    """
    if "@" in text:
        stored = await asker.contacts.find((EMAIL, email_key(text)))
    else:
        number = number_in(text)
        stored = await asker.contacts.read(number) if number else None
        if stored is not None and is_barred(stored) and not barred_too:
            stored = None
    if stored is None or "deleted_at" in stored:
        raise no_contact()
    return stored
