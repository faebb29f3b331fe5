"""JSON bodies of single contacts into patches. Pure. A contact that was read can be sent back: what it shows only is left out.

In a patch from here None clears; `tags` and `lists` with None clear all of them; a preference with None goes.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from services.gateway.problems import Problem
from shared.contacts.document import BARRED, EMAIL, MOBILE, Key, keys_of
from shared.contacts.fields import STANDARD_FIELDS
from shared.contacts.patch import FieldBook, Patch, RowProblem, patch_from_json
from shared.contacts.present import READ_ONLY
from shared.contract.identity import NUMBER_BITS, Thing, from_uuid

_SHOWN_IN_CHANNELS = ("opt_out", "confirm")
_REASONS = ("channels.email.reason", "channels.sms.reason")


def patch_of(body: Mapping[str, Any], book: FieldBook, uuid_base: int) -> Patch:
    """The patch of a body, `tags` and `lists` still as names. Raises Problem 422 with the code of the field's refusal."""
    written = _writable(body)
    numbers = _take_list_numbers(written, uuid_base)
    try:
        patch = patch_from_json(written, book)
    except RowProblem as problem:
        raise refused(problem) from problem
    if numbers:
        patch["lists"] = [*numbers, *(patch.get("lists") or ())]
    _apply_nulls(written, patch, book)
    # First: a reason is of a status that the same body may end, and is cleared with it.
    return {**{path: patch[path] for path in _REASONS if path in patch}, **patch}


def refused(problem: RowProblem) -> Problem:
    """A value that its field does not take, as an answer."""
    return Problem(422, problem.code, problem.message, field=problem.field)


def replacing(patch: Patch, stored: Mapping[str, Any]) -> Patch:
    """The patch that makes a stored contact what the body says: what it does not mention is cleared.

    Notes, consents and channels stay, and memberships that have ended: they are records of what happened.
    """
    cleared: Patch = {field.path: None for field in STANDARD_FIELDS}
    cleared |= dict.fromkeys((EMAIL, MOBILE, "phones", "addresses", "preferences"))
    cleared |= {f"custom.{number}": None for number in stored.get("custom", {})}
    cleared |= {f"identifiers.{name}": None for name in stored.get("identifiers", {})}
    full = {**cleared, **patch}
    if full["preferences"]:
        full["preferences"] = dict.fromkeys(stored.get("preferences", {})) | full["preferences"]
    return exactly({"tags": None, "lists": None, **full}, stored, patch)


def exactly(patch: Patch, stored: Mapping[str, Any], wanted: Mapping[str, Any] | None = None) -> Patch:
    """Turn "none of them" of tags and lists into taking off, by number, all that the contact has but is not `wanted`."""
    has = {"tags": stored.get("tags", ()), "lists": [membership["id"] for membership in stored.get("lists", ())]}
    result = dict(patch)
    for path, numbers in has.items():
        if path in result and (wanted is not None or result[path] is None):
            stay = [number for number in (wanted or {}).get(path) or () if number > 0]
            result[path] = [*stay, *(-number for number in numbers if number not in stay)]
    return result


def unkeyed(stored: Mapping[str, Any]) -> bool:
    """True for a contact that nothing but its id could find."""
    keys: list[Key] = keys_of(stored)
    return not keys


def _writable(body: Mapping[str, Any]) -> dict[str, Any]:
    written = {name: value for name, value in body.items() if name not in READ_ONLY}
    for name, without in (("phones", ("id",)), ("addresses", ("id",)), ("consents", ("recorded_at",))):
        if isinstance(written.get(name), list):
            written[name] = [_without(item, without) for item in written[name]]
    if isinstance(written.get("notes"), list):
        written["notes"] = [note.get("text") if isinstance(note, Mapping) else note for note in written["notes"]]
    if isinstance(written.get("channels"), Mapping):
        written["channels"] = {
            name: _without(channel, _SHOWN_IN_CHANNELS if name != "whatsapp" else (*_SHOWN_IN_CHANNELS, "reason"))
            for name, channel in written["channels"].items()
        }
    if isinstance(written.get("lists"), list):
        written["lists"] = [item for item in written["lists"] if not (isinstance(item, Mapping) and item.get("status") in BARRED)]
    return written


def _without(item: Any, names: tuple[str, ...]) -> Any:
    return {name: value for name, value in item.items() if name not in names} if isinstance(item, Mapping) else item


def _take_list_numbers(written: dict[str, Any], uuid_base: int) -> list[int]:
    """Lists that the body names by number, by UUID or as they are shown, taken out of it: a list named "12" is not number 12."""
    if not isinstance(written.get("lists"), list):
        return []
    numbers: list[int] = []
    left = []
    for item in written["lists"]:
        named = item.get("id", item.get("uuid", item)) if isinstance(item, Mapping) else item
        number = _list_number(named, uuid_base)
        if number is None:
            left.append(item)
        else:
            numbers.append(number)
    written["lists"] = left
    return numbers


def _list_number(named: Any, uuid_base: int) -> int | None:
    if isinstance(named, int) and not isinstance(named, bool):
        return named if 0 < named < 1 << NUMBER_BITS else None
    if isinstance(named, str) and len(named) == 36:
        try:
            return from_uuid(uuid_base, Thing.LIST, UUID(named))
        except ValueError:
            return None
    return None


def _apply_nulls(body: Mapping[str, Any], patch: Patch, book: FieldBook) -> None:
    """What the rows of files cannot say: null for a whole object, null for one preference, and an empty list that adds nothing."""
    if "custom" in body and body["custom"] is None:
        patch |= {field.path: None for field in book.custom.values()}
    if "identifiers" in body and body["identifiers"] is None:
        patch |= {f"identifiers.{name}": None for name in book.identifiers}
    chosen = body.get("preferences")
    if isinstance(chosen, Mapping):
        taken_out = {str(name).strip(): None for name, value in chosen.items() if value is None}
        patch["preferences"] = {**taken_out, **(patch.get("preferences") or {})}
        if not patch["preferences"]:
            del patch["preferences"]
    for name in ("tags", "lists"):
        if isinstance(body.get(name), list) and not patch.get(name):
            patch.pop(name, None)
