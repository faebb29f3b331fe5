"""Contacts of a request saved together, in one transaction, by what also works the rows of jobs. A single one is a batch of one."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.gateway.context import Gateway, Tenant
from services.gateway.desks import batch_desk
from services.gateway.dialects.acquia.contact_fields import ContactFields, contact_fields
from services.gateway.dialects.acquia.contact_record import Record, Way, names_needed, record_of
from services.gateway.dialects.acquia.contact_showing import Shower
from services.gateway.dialects.acquia.item_errors import Judge, Verdict
from shared.contacts.document import Document
from shared.contacts.matching import import_target
from shared.contacts.merge import MATCH_BY, ROW, Merge, Mode, Rules
from shared.contacts.patch import ABSENT, Target
from shared.contacts.present import numbers_named
from shared.contacts.refused import REFUSED
from shared.contacts.registry import NameTaken
from shared.contract.identity import unpack
from shared.jobs.rows import Row

FIRST = (REFUSED, MATCH_BY, "id")


@dataclass(frozen=True, slots=True)
class Saved:
    """What became of one contact: the verdict, and the contact as it stands, or None where there is none to show."""

    verdict: Verdict
    stored: Document | None


@dataclass(frozen=True, slots=True)
class ContactBatch:
    """Saves contacts of the account that asks."""

    gateway: Gateway

    async def save(self, asker: Tenant, items: Sequence[Any], way: Way) -> tuple[list[Saved], ContactFields]:
        """Save them in their order, each seeing what the ones before it did. One that is refused changes nothing.

        Somebody named each contact, so a record of do-not-contact may be taken back here.
        """
        known = await fields_of(asker)
        records = [record_of(item, known, way) for item in items]
        fields = await with_missing(asker, known, names_needed(records))
        if fields is not known:  # a field that one contact brings in is one that another may clear
            records = [record_of(item, fields, way) for item in items]
        columns = columns_of(records, fields)
        rows = [_row(place, record, columns) for place, record in enumerate(records)]
        written = await batch_desk(self.gateway).write(asker, columns, rows, rules_of(way), by_person=True)
        judge = Judge(fields, columns)
        saved = [Saved(judge.verdict(each.outcome), each.contact.stored if each.contact else None) for each in written]
        return await self._with_unchanged(asker, records, saved), fields

    async def _with_unchanged(self, asker: Tenant, records: Sequence[Record], saved: Sequence[Saved]) -> list[Saved]:
        """With those that were found by their id and refused, as they are."""
        numbers = [_number(record) for record, each in zip(records, saved, strict=True) if each.verdict.is_refusal]
        stored = await stored_of(asker, (number for number in numbers if number))
        return [
            Saved(each.verdict, stored.get(_number(record))) if each.verdict.is_refusal else each
            for record, each in zip(records, saved, strict=True)
        ]


def rules_of(way: Way) -> Rules:
    """How records are written: what stands in one is, and a contact whose key another has takes that one in."""
    return Rules(ROW, Mode.UPDATE if way is Way.PATCH else Mode.UPSERT, Merge.OVERWRITE, merges=True)


async def fields_of(asker: Tenant) -> ContactFields:
    """The contact fields of the account."""
    return contact_fields(await asker.fields.all(), asker.account.identifiers)


async def with_missing(asker: Tenant, fields: ContactFields, targets: Iterable[str]) -> ContactFields:
    """The fields, once the account has all custom fields behind these targets. Those that it lacks are made.

    They are the same object where it lacked none. Else make the records again: what is cleared depends on what there is.
    """
    missing = fields.missing(targets)
    for each in missing:
        try:
            await asker.fields.create(each.name, each.type, label=each.label, metadata=each.metadata)
        except NameTaken:
            continue
    return await fields_of(asker) if missing else fields


def columns_of(records: Iterable[Mapping[str, Any]], fields: ContactFields) -> list[tuple[int, Target]]:
    """A column for each native target that any of the records has; what may refuse a row comes first."""
    names = list(dict.fromkeys((*FIRST, *(name for record in records for name in record))))
    targets = (import_target(name, fields.book) for name in names)
    return [(place, target) for place, target in enumerate(targets) if target is not None]


async def shower_of(asker: Tenant, fields: ContactFields, contacts: Iterable[Document]) -> Shower:
    """What shows these contacts."""
    _, tags = numbers_named(contacts)
    return Shower(fields, {number: tag.name for number, tag in (await asker.tags.by_numbers(tags)).items()})


async def shown(asker: Tenant, contacts: Sequence[Document], fields: ContactFields | None = None) -> list[dict[str, Any]]:
    """Contacts as this API shows them."""
    shower = await shower_of(asker, fields or await fields_of(asker), contacts)
    return [shower.contact(stored) for stored in contacts]


async def stored_of(asker: Tenant, numbers: Iterable[int]) -> dict[int, Document]:
    """The contacts of these numbers that are not deleted."""
    found = await asker.contacts.matching(None, numbers, ())
    return {unpack(stored["_id"]): stored for stored in found if "deleted_at" not in stored}


def _row(place: int, record: Record, columns: Sequence[tuple[int, Target]]) -> Row:
    return place + 1, [record.get(target.name, ABSENT) for _, target in columns], None, None


def _number(record: Record) -> int:
    return int(record.get("id") or 0)
