"""The body of `contacts_json_import`, taken apart without building its contacts: the list of them is stored as it came. Pure."""

import re
from typing import Annotated, Any

import msgspec
from pydantic import AfterValidator

from services.gateway.dialects.constant_contact.asking import said
from services.gateway.dialects.constant_contact.errors import invalid
from services.gateway.dialects.constant_contact.import_columns import Import
from services.gateway.long_bodies import SHORT_BYTES
from services.gateway.long_objects import decoded
from services.gateway.problems import Problem

_EMPTY = re.compile(rb"\[[ \t\r\n]*\]")


class _Body(msgspec.Struct):
    """The members that count, each left as it is written."""

    import_data: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET
    list_ids: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET
    sms_permission_to_send: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET
    after: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET


def _list_of_contacts(raw: Any) -> Any:
    text = memoryview(raw)
    if text[0] != ord("["):
        raise ValueError("import_data does not have a valid value: it must be a list of contacts")
    if _EMPTY.fullmatch(text):
        raise ValueError("import_data does not have a valid value: it has no contacts")
    return raw


class JsonImport(Import):
    """`contacts_json_import`."""

    import_data: Annotated[Any, AfterValidator(_list_of_contacts)]
    """The JSON of a list that is not empty, `msgspec.Raw`."""

    @property
    def text(self) -> memoryview:
        """The list, as it is written."""
        return memoryview(self.import_data)


def read_records(body: bytearray) -> JsonImport:
    """What the body says. It costs little more than the body itself, whatever that holds. Raises Problem 400 and 413."""
    try:
        members = decoded(body, _Body)
    except msgspec.ValidationError:
        raise invalid("body does not have a valid value: it must be a JSON object") from None
    given = {name: raw for name in _Body.__struct_fields__ if (raw := getattr(members, name)) and not _is_null(raw)}
    contacts = {name: given.pop(name) for name in ("import_data",) if name in given}
    if sum(len(memoryview(raw)) for raw in given.values()) > SHORT_BYTES:
        detail = f"Beside import_data, the body has more than {SHORT_BYTES} bytes. Say the rest more briefly."
        raise Problem(413, "options_too_large", detail, field="body")
    return said(JsonImport, contacts | {name: decoded(raw) for name, raw in given.items()})


def _is_null(raw: msgspec.Raw) -> bool:
    return bytes(memoryview(raw)[:5]) == b"null"
