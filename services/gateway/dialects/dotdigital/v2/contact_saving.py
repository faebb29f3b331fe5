"""One contact written through v2, alone or into address books. Who unsubscribed or is suppressed is not written to."""

from collections.abc import Mapping, Sequence
from typing import Any

from services.gateway.contacts import Saved
from services.gateway.context import Gateway, Tenant
from services.gateway.desks import contact_desk
from services.gateway.dialects.dotdigital.v2.contact_patch import contact_patch, in_its_words, no_email, unless_suppressed
from services.gateway.dialects.dotdigital.v2.contact_record import ContactInput
from shared.contacts.document import EMAIL
from shared.contacts.merge import Mode


async def save(
    gateway: Gateway,
    asker: Tenant,
    contact: ContactInput,
    *,
    lists: Sequence[int] = (),
    consents: Sequence[Mapping[str, Any]] = (),
) -> Saved:
    """Creates the contact, or changes what is said of the one with this e-mail, and puts it on the lists. A deleted one comes back.

    Raises Problem 400 as `contact_patch` and `unless_suppressed` do, ERROR_CONTACT_INVALID without an e-mail, and
    ERROR_CONTACT_TOOMANY where the account has no room.
    """
    patch = await contact_patch(asker, contact, consents)
    if EMAIL not in patch:
        raise no_email()
    if lists:
        patch = {**patch, "lists": list(lists)}
    with in_its_words():
        return await contact_desk(gateway).find_or_make(asker, patch, Mode.UPSERT, unless_suppressed, frees_deleted=True)


async def change(gateway: Gateway, asker: Tenant, number: int, contact: ContactInput) -> Saved:
    """Changes what is said of the contact with this number, its e-mail too; what is left out stays.

    Raises Problem as `save` does, 404 ERROR_CONTACT_NOT_FOUND, and 409 ERROR_NON_UNIQUE_EMAIL for the e-mail of another.
    """
    patch = await contact_patch(asker, contact)
    with in_its_words():
        return await contact_desk(gateway).change(asker, number, patch, unless_suppressed, frees_deleted=True)


async def delete(gateway: Gateway, asker: Tenant, number: int) -> None:
    """The contact goes on existing, as deleted. Raises Problem 404 ERROR_CONTACT_NOT_FOUND."""
    with in_its_words():
        await contact_desk(gateway).delete(asker, number)
