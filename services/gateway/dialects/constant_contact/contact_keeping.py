"""What a stored contact keeps when a body replaces its parts: all that this API does not show of it. Pure.

A text that is sent as it was shown, cut to the vendor's length, is the whole one that is stored.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from services.gateway.dialects.constant_contact import contact_limits as limits
from services.gateway.dialects.constant_contact.contact_limits import cut, cut_phone, shown_addresses, shown_phones, shown_street
from services.gateway.dialects.constant_contact.contact_requests import StreetAddress
from shared.contacts.document import BARRED

Entries = list[dict[str, Any]]
_STREET = ("street", "street2")


def whole_text(sent: Any, stored: Any, length: int) -> Any:
    """What is stored, where the text that is sent is as much of it as is shown."""
    return stored if isinstance(stored, str) and sent == cut(stored, length) else sent


def phones(sent: Sequence[Mapping[str, Any]], stored: Mapping[str, Any]) -> Entries:
    """The phones after these were sent in place of those that are shown."""
    shown = shown_phones(stored)
    left, result = list(shown), []
    for each in sent:
        same = next((has for has in left if (has["kind"], cut_phone(has["number"])) == (each["kind"], each["number"])), None)
        if same is not None:
            left.remove(same)
        result.append(_plain(same or each))
    return _with_the_hidden(result, shown, stored.get("phones", ()))


def addresses(sent: Sequence[StreetAddress], native: Sequence[Mapping[str, Any]], stored: Mapping[str, Any]) -> Entries:
    """The addresses after these were sent in place of those that are shown; `native` has what each of them says."""
    shown = shown_addresses(stored)
    left, result = list(shown), []
    for said, parts in zip(sent, native, strict=True):
        alike = [has for has in left if has["kind"] == parts["kind"]]
        same = next((has for has in alike if shown_street(has) == said.street), alike[0] if alike else None)
        if same is not None:
            left.remove(same)
        result.append(_whole_address(said, parts, same) if same else dict(parts))
    return _with_the_hidden(result, shown, stored.get("addresses", ()))


def hidden_lists(stored: Mapping[str, Any]) -> list[int]:
    """Lists that the contact is on and that are not shown, for they are too many."""
    live = [each["id"] for each in stored.get("lists", ()) if each["status"] not in BARRED]
    return live[limits.MEMBERSHIPS :]


def hidden_tags(stored: Mapping[str, Any]) -> list[int]:
    """Tags of the contact that are not shown, for they are too many."""
    return list(stored.get("tags", ()))[limits.TAGGINGS :]


def _whole_address(said: StreetAddress, parts: Mapping[str, Any], stored: Mapping[str, Any]) -> dict[str, Any]:
    whole = {name: whole_text(value, stored.get(name), limits.ADDRESS) for name, value in parts.items() if name not in _STREET}
    street = stored if said.street == shown_street(stored) else parts
    return whole | {name: street[name] for name in _STREET if name in street}


def _with_the_hidden(result: Entries, shown: Sequence[Mapping[str, Any]], stored: Sequence[Mapping[str, Any]]) -> Entries:
    """In their old places where nothing else changed, else behind."""
    if result == [_plain(each) for each in shown]:
        return [_plain(each) for each in stored]
    ids = {each["id"] for each in shown}
    return [*result, *(_plain(each) for each in stored if each["id"] not in ids)]


def _plain(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in entry.items() if name != "id"}
