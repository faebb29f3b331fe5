"""Batches of contacts on a real database: in order, in one transaction, and what each row is told."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, TypeVar, cast

import pytest

from services.gateway.batches import BatchDesk
from services.gateway.contacts import VIA, VIA_PERSON, shown
from services.gateway.context import Tenant
from services.gateway.desks import batch_desk
from shared.accounts.keys import Scope
from shared.contacts.fields import FieldType
from shared.contacts.merge import Merge, Mode, Rules
from shared.contacts.patch import ABSENT, resolve_target
from shared.contract.identity import Thing
from shared.contract.values import Outcome
from shared.jobs.rows import NO_ROOM, Row, Written
from shared.platform.mongo import Mongo, Session
from tests.integration.parts import Moment, Parts, together

T = TypeVar("T")
C, U, N, S, R = Outcome.CREATED, Outcome.UPDATED, Outcome.UNCHANGED, Outcome.SKIPPED, Outcome.REJECTED
Record = Mapping[str, Any]
RICH: Record = {
    "email": "Rich@Example.org",
    "mobile": "+447700900321",
    "identifier:crm": "R-1",
    "first_name": "Ric",
    "points": 7,
    "cf:colours": ["red", "blue"],
    "cf:since": "2026-01-02T03:04:05.678901Z",
    "phone:home": "+49 30 1234567",
    "address:work:city": "Berlin",
    "tags": ["VIP", "new one"],
    "lists": ["News"],
    "notes": ["called"],
    "consents": [{"text": "I agree", "at": "2026-01-02T03:04:05.123456Z"}],
    "preferences": {"weekly": True},
    "email_permission": "explicit",
    "opt_in_at": "2026-01-02T03:04:05.999Z",
    "sms_status": "unsubscribed",
}


@dataclass(frozen=True)
class Meeting:
    """Transactions of a database, the first ones of which go on when all of them have their snapshots."""

    mongo: Mongo
    meet: Moment

    async def transaction(self, work: Callable[[Session], Awaitable[T]]) -> T:
        """See `Mongo.transaction`."""

        async def attempt(session: Session) -> T:
            await self.mongo.database["jobs"].find_one({}, session=session)
            await self.meet()
            return await work(session)

        return await self.mongo.transaction(attempt)


async def tenant(parts: Parts) -> Tenant:
    """Somebody of the account, as it is now."""
    key, _ = await parts.gateway.keys.create(parts.account.number, name="test", scopes=frozenset(Scope))
    return parts.gateway.tenant(parts.account, key)


async def write(
    who: Tenant, desk: BatchDesk, records: Sequence[Record], rules: Rules | None = None, **options: Any
) -> list[Written]:
    """Write these records, whose lines count from 1. What a record does not name is absent."""
    book = await who.fields.book(who.account)
    names = list(dict.fromkeys(name for record in records for name in record))
    columns = [(place, target) for place, name in enumerate(names) if (target := resolve_target(name, book))]
    assert len(columns) == len(names)
    rows: list[Row] = [(line, [record.get(name, ABSENT) for name in names], None, None) for line, record in enumerate(records, 1)]
    written = await desk.write(who, columns, rows, rules or Rules(), **options)
    assert [row.outcome.line for row in written] == list(range(1, len(records) + 1))
    return written


def outcomes(written: Sequence[Written]) -> list[Outcome]:
    return [row.outcome.outcome for row in written]


def told(written: Sequence[Written]) -> list[tuple[Outcome, str | None]]:
    return [(row.outcome.outcome, row.outcome.code) for row in written]


def stored(row: Written) -> dict[str, Any]:
    assert row.contact is not None
    assert row.outcome.contact == row.contact.number
    return row.contact.stored


async def read_again(who: Tenant, row: Written) -> dict[str, Any]:
    """The contact of a row as the database has it."""
    number = row.outcome.contact
    found = await who.contacts.read(number) if number else None
    assert found is not None
    return found


async def test_of_two_hundred_rows_each_is_decided_in_order_and_told_what_became_of_it(parts: Parts) -> None:
    who = await tenant(parts)
    records: list[Record] = []
    expected: list[tuple[Outcome, str | None]] = []
    for number in range(50):
        email, mobile = f"p{number}@example.org", f"+4477009{number:05d}"
        records += [
            {"email": email, "first_name": "First", "mobile": mobile},
            {"email": "nobody", "first_name": "Bad"},
            {"email": email.upper(), "first_name": "Second"},
            {"email": f"other{number}@example.org", "mobile": mobile},
        ]
        expected += [(C, None), (R, "email_invalid"), (U, None), (R, "mobile_taken")]
    written = await write(who, batch_desk(parts.gateway), records)
    assert told(written) == expected
    assert await who.contacts.total() == 50
    for first, bad, second, taken in zip(*(written[place::4] for place in range(4)), strict=True):
        assert stored(first) is stored(second)
        assert stored(second) == await read_again(who, second)
        assert stored(second)["first_name"] == "Second"
        assert bad.contact is None
        assert taken.contact is None
        assert taken.outcome.field == "mobile"
        assert taken.outcome.cells is not None
    again = await write(who, batch_desk(parts.gateway), records)
    assert outcomes(again) == [U, R, U, R] * 50, "the first name goes to and fro"
    assert await who.contacts.total() == 50


async def test_the_contact_of_a_row_is_the_contact_that_anybody_reads_afterwards(parts: Parts) -> None:
    who, desk = await tenant(parts), batch_desk(parts.gateway)
    await everything_defined(who, parts)
    who = await tenant(parts)
    overwriting = Rules(merge=Merge.OVERWRITE)
    created = (await write(who, desk, [RICH], overwriting))[0]
    assert stored(created) == await read_again(who, created)
    assert (stored(created)["created_via"], stored(created)["updated_at"]) == (VIA, stored(created)["created_at"])
    parts.clock.move(minutes=5)
    change: Record = {
        "email": "rich@example.org",
        "first_name": None,
        "points": 8,
        "tags": ["-VIP", "x"],
        "phone:work": "030 7654321",
    }
    updated = (await write(who, desk, [change], overwriting, via=VIA_PERSON))[0]
    assert stored(updated) == await read_again(who, updated)
    assert stored(updated)["updated_via"] == VIA_PERSON
    assert stored(updated)["updated_at"] - stored(created)["created_at"] >= timedelta(minutes=5)
    parts.clock.move(minutes=5)
    same = (await write(who, desk, [change], overwriting))[0]
    assert same.outcome.outcome is N
    assert stored(same) == await read_again(who, same) == stored(updated)
    cleared: Record = {
        "email": "rich@example.org",
        "cf:colours": None,
        "cf:since": None,
        "identifier:crm": None,
        "preferences": None,
    }
    bare = (await write(who, desk, [cleared], overwriting))[0]
    assert await shown(who, [stored(bare)]) == await shown(who, [await read_again(who, bare)])


async def test_a_contact_is_found_by_its_uuid_and_a_list_that_there_is_not_refuses_its_row_alone(parts: Parts) -> None:
    who, desk = await tenant(parts), batch_desk(parts.gateway)
    news = await who.lists.create("News")
    first = (await write(who, desk, [{"email": "a@example.org"}]))[0]
    uuid = str(who.uuid_of(Thing.CONTACT, first.outcome.contact or 0))
    records: list[Record] = [
        {"uuid": uuid, "lists": ["news"], "tags": ["one"]},
        {"uuid": uuid, "lists": ["Nowhere"], "tags": ["two"]},
        {"uuid": "00000000-0000-8000-8000-000000000000", "first_name": "Nobody"},
        {"uuid": uuid, "last_name": "Last"},
    ]
    written = await write(who, desk, records, Rules("uuid"))
    assert told(written) == [(U, None), (R, "list_unknown"), (R, "contact_not_found"), (U, None)]
    contact = await read_again(who, first)
    assert [each["id"] for each in contact["lists"]] == [news.number]
    assert contact["last_name"] == "Last"
    assert {named.name for named in await who.tags.page(limit=9)} == {"one"}


async def test_a_row_that_is_refused_changes_nothing_of_its_contact(parts: Parts) -> None:
    who, desk = await tenant(parts), batch_desk(parts.gateway)
    owner, other = await write(who, desk, [{"email": "a@example.org", "mobile": "+447700900001"}, {"email": "b@example.org"}])
    before = await read_again(who, other)
    parts.clock.move(minutes=5)
    refused: Record = {"email": "b@example.org", "mobile": "+447700900001", "first_name": "New", "points": 1}
    written = await write(who, desk, [refused, {"email": "c@example.org"}, refused])
    assert told(written) == [(R, "mobile_taken"), (C, None), (R, "mobile_taken")]
    assert await read_again(who, other) == before == stored(written[0])
    assert stored(owner) == await read_again(who, owner)
    only_new = await write(who, desk, [{"email": "b@example.org", "first_name": "New"}], Rules(mode=Mode.CREATE))
    assert told(only_new) == [(S, "contact_exists")]
    assert stored(only_new[0]) == before


async def test_rows_for_whose_contacts_there_is_no_room_are_refused_and_all_others_are_written(parts: Parts) -> None:
    who, desk = await tenant(parts), batch_desk(parts.gateway)
    await write(who, desk, [{"email": f"old{number}@example.org"} for number in range(3)])
    await parts.limit(contacts=53)
    who = await tenant(parts)
    records: list[Record] = []
    for number in range(66):
        email = f"new{number}@example.org"
        records += [{"email": email}, {"email": email, "first_name": "A"}, {"email": "old1@example.org", "points": number}]
    written = await write(who, desk, [*records, {"email": "nobody"}, {"email": "old2@example.org", "points": 1}])
    over = [(R, NO_ROOM[0]), (R, NO_ROOM[0]), (U, None)]
    assert told(written) == [*[(C, None), (U, None), (U, None)] * 50, *over * 16, (R, "email_invalid"), (U, None)]
    assert all(row.contact is None and row.outcome.cells for row in written if row.outcome.code == NO_ROOM[0])
    assert (await read_again(who, written[-1]))["points"] == 1
    assert stored(written[2])["points"] == 65
    assert await who.contacts.total() == 53
    again = await write(who, desk, [{"email": "late@example.org"}, {"email": "old2@example.org"}])
    assert told(again) == [(R, NO_ROOM[0]), (N, None)]


async def test_what_only_a_person_may_do_is_done_where_the_batch_is_by_persons(parts: Parts) -> None:
    who, desk = await tenant(parts), batch_desk(parts.gateway)
    back: Record = {"email": "a@example.org", "email_status": "subscribed"}
    await write(who, desk, [{"email": "a@example.org", "email_status": "unsubscribed"}])
    assert told(await write(who, desk, [back])) == [(N, "not_resubscribed")]
    again = await write(who, desk, [back], by_person=True)
    assert told(again) == [(U, None)]
    assert (await read_again(who, again[0]))["channels"]["email"]["status"] == "subscribed"


async def test_half_a_birthday_is_refused_where_birthdays_are_checked(parts: Parts) -> None:
    who, desk = await tenant(parts), batch_desk(parts.gateway)
    half: Record = {"email": "a@example.org", "birthday_month": 2}
    assert told(await write(who, desk, [half], checks_birthdays=True)) == [(R, "date_invalid")]
    assert told(await write(who, desk, [half])) == [(C, None)]


async def test_a_row_known_to_be_unfit_keeps_its_words_and_no_rows_are_no_results(parts: Parts) -> None:
    who, desk = await tenant(parts), batch_desk(parts.gateway)
    row: Row = (7, ["x"], "torn", "The row is torn.")
    (written,) = await desk.write(who, [], [row], Rules())
    assert (written.outcome.line, written.outcome.code, written.outcome.message) == (7, "torn", "The row is torn.")
    assert (written.outcome.outcome, written.outcome.cells, written.contact) == (R, ["x"], None)
    assert await desk.write(who, [], [], Rules()) == []


@pytest.mark.parametrize("limit", [None, 2])
async def test_two_batches_at_once_make_one_contact_of_a_new_address(parts: Parts, limit: int | None) -> None:
    await everything_defined(await tenant(parts), parts)
    await parts.limit(contacts=limit)
    who = await tenant(parts)
    meeting = cast("Mongo", Meeting(parts.platform.mongo, together(2)))
    desk = replace(batch_desk(parts.gateway), mongo=meeting)
    batches = [[{**RICH, "last_name": name}, {"email": f"{name}@example.org"}] for name in ("one", "two")]
    both = await asyncio.gather(*(write(who, desk, batch) for batch in batches))
    first, second = sorted(both, key=lambda written: outcomes(written)[0])
    lone = (R, NO_ROOM[0]) if limit else (C, None)
    assert (told(first), told(second)) == ([(C, None), (C, None)], [(U, None), lone])
    assert await who.contacts.total() == (limit or 3)
    assert stored(second[0]) == await read_again(who, second[0])
    assert first[0].outcome.contact == second[0].outcome.contact
    winner, loser = stored(first[0]), stored(second[0])
    differing = {name for name in winner | loser if winner.get(name) != loser.get(name)}
    assert differing == {"last_name", "updated_at", "updated_via"}, "what was read once was decided twice, to the same end"


async def everything_defined(who: Tenant, parts: Parts) -> None:
    """What RICH names."""
    await parts.gateway.accounts.add_identifier(who.account.number, "crm")
    await who.lists.create("News")
    await who.fields.create("colours", FieldType.MULTI_SELECT, choices=("red", "blue"))
    await who.fields.create("since", FieldType.DATETIME)
    await parts.limit()
