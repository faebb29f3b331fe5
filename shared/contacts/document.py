"""The shape of a stored contact, and how its keys are spelled. Absent means never set; nothing is stored as null.

`_id` (see `shared.contract.identity`), `account`, `email` as written with `email_key` for matching, `mobile`, `identifiers.<name>`,
`keys` (every other unique key in one spelling, for one index), the standard fields by name, `custom.<field number>`,
`phones` and `addresses` (lists of `{id, kind, ...}`), `lists` (`{id, status, at}`), `tags` (numbers), `points`, `notes`
(`{id, at, text}`), `consents`, `preferences.<id>`, `channels.<email|sms|whatsapp>` (`status`, `permission`, `type`, `reason`,
`opt_in`, `opt_out`, `confirm`), `owner`, `created_at`, `updated_at`, `created_via`, `updated_via`, `deleted_at`.
"""

from collections.abc import Mapping
from typing import Any

Document = dict[str, Any]
Key = tuple[str, str]
"""A unique key of a contact: its kind (`email`, `mobile` or `identifier:<name>`) and its normalised value."""

EMAIL = "email"
MOBILE = "mobile"
IDENTIFIER = "identifier"
BARRED = frozenset({"unsubscribed", "suppressed"})
"""Channel and membership states that no bulk job undoes."""


def identifier_kind(name: str) -> str:
    """The key kind of a custom identifier."""
    return f"{IDENTIFIER}:{name}"


def stored_key(key: Key) -> str:
    """How a key other than the e-mail stands in `keys`."""
    return f"{key[0]}:{key[1]}"


def keys_of(document: Mapping[str, Any]) -> list[Key]:
    """Every unique key the contact has."""
    keys: list[Key] = []
    if "email_key" in document:
        keys.append((EMAIL, document["email_key"]))
    if "mobile" in document:
        keys.append((MOBILE, document["mobile"]))
    keys.extend((identifier_kind(name), value) for name, value in document.get("identifiers", {}).items())
    return keys


def secondary_keys(document: Mapping[str, Any]) -> list[str]:
    """What stands in `keys`."""
    return sorted(stored_key(key) for key in keys_of(document) if key[0] != EMAIL)


def value_at(document: Mapping[str, Any], path: str) -> Any:
    """The value at a dotted path, or None."""
    if "." not in path:
        return document.get(path)
    value: Any = document
    for part in path.split("."):
        if not isinstance(value, Mapping):
            return None
        value = value.get(part)
    return value


def put_at(document: Document, path: str, value: Any) -> None:
    """Set the value at a dotted path; None takes it out, and what becomes empty with it."""
    head, _, rest = path.partition(".")
    if not rest:
        if value is None:
            document.pop(head, None)
        else:
            document[head] = value
        return
    inner = document.setdefault(head, {})
    put_at(inner, rest, value)
    if not inner:
        del document[head]
