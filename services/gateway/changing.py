"""From a request for a change to its options and its payload: contacts that it names one by one become a file of their own."""

from collections.abc import Mapping
from typing import Any

from services.gateway.change_options import checked
from services.gateway.context import Gateway, Tenant
from services.gateway.named_contacts import stored, take_named
from services.gateway.submitting import Checked
from shared.contract.values import Kind
from shared.jobs.job import Payload


async def checked_change(
    gateway: Gateway, asker: Tenant, kind: Kind, given: Mapping[str, Any], payload: Payload | None, files: list[str]
) -> Checked:
    """The options, and the payload: the file that was sent, or one made of the contacts that are named; `files` notes its id.

    Raises Problem as `change_options.checked`, `take_named` and `stored` do.
    """
    if payload is not None:
        return await checked(kind, given, asker, has_payload=True), payload
    rest, named = take_named(given)
    options = await checked(kind, rest, asker, has_payload=named is not None)
    if named is None:
        return options, None
    made = await stored(named, gateway.files, asker, gateway.settings.selection_bytes)
    files.append(made.file_id)
    return options, made
