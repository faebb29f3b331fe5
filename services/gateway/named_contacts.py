"""Contacts that a request names one by one, taken out of its options and stored as the payload of its job.

Each becomes a row, {"id": 7} or {"email": "..."}: one that cannot be found rejects its row, never the job.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from services.gateway.context import Tenant
from services.gateway.given_options import invalid
from services.gateway.long_objects import MOST_NAMED as MOST_NAMED
from services.gateway.long_objects import too_many
from services.gateway.problems import Problem
from services.gateway.selections import selection_empty
from shared.contract.identity import NUMBER_BITS, Thing
from shared.jobs.job import Payload
from shared.platform.files import Files

FILE_NAME = "source.json"
MEDIA_TYPE = "application/json"
_ROWS = 5_000
_ROW_BYTES = 16
"""What a row adds to the text of what it names, at most."""
_MATCHES = {"ids": "id", "emails": "email"}


@dataclass(frozen=True, slots=True)
class NamedContacts:
    """What the request names, by `match`: id or email."""

    member: str
    values: Sequence[Any]

    @property
    def match(self) -> str:
        """How the rows of the payload find their contacts."""
        return _MATCHES[self.member]


def take_named(given: Mapping[str, Any]) -> tuple[dict[str, Any], NamedContacts | None]:
    """The options without the contacts that their `source` names one by one, and these; None where it is a selection.

    Raises Problem 422: `source_ambiguous`, `selection_empty`, `too_many_contacts`, `option_invalid`.
    """
    source = given.get("source")
    named = [name for name in _MATCHES if isinstance(source, dict) and source.get(name) is not None]
    if not isinstance(source, dict) or not named:
        return dict(given), None
    others = [name for name, value in source.items() if name != named[0] and value is not None]
    if others:
        detail = f"source names contacts one by one with {named[0]}: that stands alone. Leave it out, or {others[0]!s:.80}."
        raise Problem(422, "source_ambiguous", detail, field=f"source.{named[0]}")
    values = source[named[0]]
    if not isinstance(values, list):
        raise invalid(f"source.{named[0]}", f"source.{named[0]} must be a list.")
    if not values:
        raise selection_empty("source")
    if len(values) > MOST_NAMED:
        raise too_many(f"source.{named[0]}", str(len(values)))
    found = NamedContacts(named[0], values)
    about_files = {"format": "json", "match": found.match}
    kept = {name: value for name, value in given.items() if name not in ("source", "column", "delimiter", "encoding", "sheet")}
    return kept | about_files, found


async def stored(named: NamedContacts, files: Files, tenant: Tenant, limit_bytes: int) -> Payload:
    """The payload, ready for a job. Raises Problem `option_invalid` (422) for what is no id and no text at all."""
    most = limit_bytes + MOST_NAMED * _ROW_BYTES
    async with files.upload(tenant.account.number, FILE_NAME, limit_bytes=most) as upload:
        for begin in range(0, len(named.values), _ROWS):
            rows = b",\n".join(map(msgspec.json.encode, _rows(named, begin, tenant)))
            await upload.write((b",\n" if begin else b"[") + rows)
        await upload.write(b"]")
        file = await upload.finish()
    return Payload(file.file_id, FILE_NAME, file.bytes, file.sha256, MEDIA_TYPE)


def _rows(named: NamedContacts, begin: int, tenant: Tenant) -> Iterator[dict[str, Any]]:
    for place, value in enumerate(named.values[begin : begin + _ROWS], begin):
        if isinstance(value, str):
            is_id = named.match == "id"
            number = tenant.number_of(Thing.CONTACT, value) if is_id else None
            yield {named.match: value if number is None else number}
        elif named.match == "id" and isinstance(value, int) and not isinstance(value, bool):
            yield {"id": value if 0 < value < 1 << NUMBER_BITS else str(value)}
        else:
            where = f"source.{named.member}.{place}"
            raise invalid(where, f"{where} must be {'a number or a UUID' if named.match == 'id' else 'a text'}.")
