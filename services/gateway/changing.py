"""From a request for a change to its options and its payload: contacts that it names one by one become a file of their own."""

from services.gateway.change_options import checked
from services.gateway.context import Gateway, Tenant
from services.gateway.named_contacts import stored, take_named
from services.gateway.submitting import Checked, Sent
from shared.contract.values import Kind


async def checked_change(gateway: Gateway, asker: Tenant, kind: Kind, sent: Sent, files: list[str]) -> Checked:
    """The options, and the payload: the file that was sent, or one made of the contacts that are named; `files` notes its id.

    Raises Problem as `change_options.checked`, `take_named` and `stored` do.
    """
    if sent.payload is not None:
        return await checked(kind, sent.given, asker, has_payload=True), sent.payload
    given, named = take_named(sent.given)
    options = await checked(kind, given, asker, has_payload=named is not None)
    if named is None:
        return options, None
    payload = await stored(named, gateway.files, asker, gateway.settings.selection_bytes)
    files.append(payload.file_id)
    return options, payload
