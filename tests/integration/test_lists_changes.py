"""The lists service step by step on a real database: every kind of change, commands that come twice, jobs that overlap."""

import asyncio
from typing import Any

import pytest

from shared.contacts.changing import ContactChange
from shared.contract.values import JobState, Kind
from tests.integration.lists_parts import Lists, open_lists
from tests.integration.parts import Parts
from tests.support.changes import emails, named


@pytest.fixture
async def lists(parts: Parts) -> Lists:
    """The service and an account without contacts."""
    return await open_lists(parts)


def on(contact: dict[str, Any] | None) -> list[int]:
    """The lists that a contact is on."""
    assert contact is not None
    return [membership["id"] for membership in contact.get("lists", ())]


@pytest.mark.parametrize(
    ("facts", "change"),
    [
        ({}, ContactChange(join=(4, 5))),
        ({"lists": [1, 2]}, ContactChange(join=(4,))),
        ({"lists": [1, 2, 3]}, ContactChange(leave=(1, 3))),
        ({"lists": [1]}, ContactChange(leave=(1,), is_on_none=True)),
        ({"lists": [1, 2]}, ContactChange(join=(4,), leave=(1, 2))),
        ({}, ContactChange(tag=(9, 4))),
        ({"tags": [2, 8]}, ContactChange(tag=(9, 4))),
        ({"tags": [2, 8]}, ContactChange(untag=(8,))),
        ({"tags": [2]}, ContactChange(untag=(2,), has_no_tags=True)),
        ({}, ContactChange(is_deleted=True)),
        ({"deleted_at": True}, ContactChange(is_deleted=False)),
    ],
)
async def test_the_database_makes_of_a_change_what_was_decided(lists: Lists, facts: dict[str, Any], change: ContactChange) -> None:
    now = lists.parts.clock.now().replace(microsecond=0)
    if "lists" in facts:
        facts = {"lists": [{"id": number, "status": "subscribed", "at": now} for number in facts["lists"]]}
    if "deleted_at" in facts:
        facts = {"deleted_at": now}
    await lists.contacts(2, **facts)
    before = await lists.stored(1)
    assert before is not None
    contacts = lists.parts.gateway.contacts.of_account(lists.parts.account.number)
    await lists.parts.platform.mongo.transaction(lambda session: contacts.change_all(session, {change: [1]}, now, "a test"))
    wanted = change.applied_to(before, now) | {"updated_at": now, "updated_via": "a test"}
    assert await lists.stored(1) == {name: value for name, value in wanted.items() if value != []}
    untouched = await lists.stored(2)
    assert untouched is not None
    assert "updated_via" not in untouched


async def test_lists_are_joined_left_and_changed_for_others(lists: Lists) -> None:
    numbers = await lists.contacts(9)
    news, shop = await lists.a_list("News"), await lists.a_list("Shop")
    everybody = {"source": {"all": True}}
    joined = await lists.done(Kind.LIST_CHANGE, {"action": "add", "lists": [news], **everybody})
    assert joined.counts is not None
    assert (joined.rows_total, joined.counts.updated) == (9, 9)
    assert [row.contact for row in await lists.rows(joined)] == numbers
    moved = await lists.done(Kind.LIST_CHANGE, {"action": "move", "lists": [shop], "leave": [news], "source": {"ids": [1, 2, 3]}})
    assert moved.counts is not None
    assert moved.counts.updated == 3
    left = await lists.done(Kind.LIST_CHANGE, {"action": "remove", "lists": [news, shop], "source": {"lists": [shop]}})
    assert left.counts is not None
    assert left.counts.updated == 3
    contact = await lists.stored(1)
    assert contact is not None
    assert "lists" not in contact
    assert contact["updated_via"] == "list_change"
    assert on(await lists.stored(9)) == [news]


async def test_a_file_names_contacts_in_any_of_their_ways(lists: Lists) -> None:
    await lists.contacts(6)
    file = emails(["C1@Example.org", "nobody@example.org", "c3@example.org", "broken", "c1@example.org", "", "c6@example.org"])
    job = await lists.done(Kind.TAG_CHANGE, {"action": "add", "tags": ["vip"]}, file + b"\n,,\n")
    rows = {row.line: (str(row.outcome), row.code, row.contact) for row in await lists.rows(job)}
    assert {line: rows[line] for line in (2, 3, 4, 5, 6, 8)} == {
        2: ("updated", None, 1),
        3: ("rejected", "contact_not_found", None),
        4: ("updated", None, 3),
        5: ("rejected", "email_invalid", None),
        6: ("unchanged", None, 1),
        8: ("updated", None, 6),
    }
    assert [list(row.cells or ()) for row in await lists.rows(job) if row.line == 3] == [["nobody@example.org"]]
    headless = await lists.done(
        Kind.TAG_CHANGE, {"action": "remove", "tags": ["VIP", "unheard of"]}, b"c1@example.org\nc3@example.org\n"
    )
    assert [(row.line, str(row.outcome)) for row in await lists.rows(headless)] == [(1, "updated"), (2, "updated")]
    document = await lists.done(
        Kind.TAG_CHANGE, {"action": "add", "tags": ["vip"], "match": "id"}, named([{"id": 2}, {"id": 6}, {"id": 99}]), "who.json"
    )
    assert [str(row.outcome) for row in await lists.rows(document)] == ["updated", "unchanged", "rejected"]


@pytest.mark.parametrize("is_named", [False, True])
async def test_contacts_are_deleted_and_restored_as_they_were(lists: Lists, is_named: bool) -> None:
    await lists.contacts(6)
    file = emails([f"c{number}@example.org" for number in range(1, 7)]) if is_named else None
    who = {} if is_named else {"source": {"all": True}}
    before = await lists.stored(4)
    deleted = await lists.done(Kind.DELETION, {**who, "exclude": {"ids": [5]}}, file)
    assert deleted.counts is not None
    assert (deleted.counts.updated, deleted.counts.skipped) == (5, 1 if is_named else 0)
    fourth = await lists.stored(4)
    assert fourth is not None
    assert "deleted_at" in fourth
    again = await lists.done(Kind.DELETION, who, file)
    assert again.counts is not None
    assert dict(again.counts.codes) == ({"already_deleted": 5} if is_named else {})
    restored = await lists.done(Kind.RESTORATION, {**who, "exclude": {"ids": [1]}}, file)
    assert restored.counts is not None
    assert (restored.counts.updated, restored.counts.skipped) == (5, 1 if is_named else 0)
    first, after = await lists.stored(1), await lists.stored(4)
    assert first is not None
    assert "deleted_at" in first
    assert after is not None
    assert before is not None
    assert after.items() >= {**before, "updated_at": after["updated_at"]}.items()
    assert after.keys() - before.keys() == {"updated_via"}
    once_more = await lists.done(Kind.RESTORATION, who, file)
    assert once_more.counts is not None
    assert (once_more.counts.updated, once_more.counts.unchanged) == (1, 5 if is_named else 0)


async def test_lists_tags_and_fields_go_with_what_contacts_have_of_them(lists: Lists) -> None:
    news, shop = await lists.a_list("News"), await lists.a_list("Shop")
    now = lists.parts.clock.now()
    tags = lists.parts.gateway.tags.of_account(lists.parts.account.number)
    fields = lists.parts.gateway.fields.of_account(lists.parts.account.number)
    vip = (await tags.create("vip")).number
    size = (await fields.create("size", "text")).number  # type: ignore[arg-type]
    memberships = [{"id": number, "status": "subscribed", "at": now} for number in (news, shop)]
    await lists.contacts(3, lists=memberships, tags=[vip], custom={str(size): "L"})
    for what, number in (("lists", news), ("tags", vip), ("fields", size)):
        job = await lists.done(Kind.DELETION, {"what": what, "names": [number, 999, number]})
        assert job.state is JobState.COMPLETED
        assert [(str(row.outcome), row.code) for row in await lists.rows(job)] == [("updated", None), ("rejected", "not_found")]
    contact = await lists.stored(2)
    assert contact is not None
    assert on(contact) == [shop]
    assert not contact.get("tags")
    assert not contact.get("custom")
    assert await lists.parts.database["erasures"].count_documents({"again_at": {"$exists": True}}) == 3


async def test_a_chunk_delivered_twice_changes_its_contacts_once(lists: Lists) -> None:
    await lists.contacts(9)
    news = await lists.a_list("News")
    job = await lists.job(Kind.LIST_CHANGE, {"action": "add", "lists": [news], "source": {"all": True}})
    await asyncio.gather(lists.start(job), lists.start(job))
    await asyncio.gather(*(lists.chunk(job, lane, 0) for lane in (0, 1) for _ in range(3)))
    ended = await lists.run_out(job)
    await lists.chunk(job, 0, 0)
    assert ended.counts is not None
    assert ended.counts.updated == 9
    assert [on(await lists.stored(number)) for number in range(1, 10)] == [[news]] * 9


async def test_two_changes_of_the_same_contacts_at_once_both_come_true_and_are_counted_once(lists: Lists) -> None:
    await lists.contacts(12)
    news = await lists.a_list("News")
    options = {"action": "add", "lists": [news], "source": {"all": True}}
    jobs = [await lists.job(Kind.LIST_CHANGE, options) for _ in range(2)]
    ended = await asyncio.gather(*(lists.run_out(job) for job in jobs))
    counts = [job.counts for job in ended if job.counts is not None]
    assert [count.rows for count in counts] == [12, 12]
    assert sum(count.updated for count in counts) == 12
    assert sum(count.unchanged for count in counts) == 12
    assert [on(await lists.stored(number)) for number in range(1, 13)] == [[news]] * 12


async def test_whoever_said_no_is_not_put_on_a_list_again(lists: Lists) -> None:
    await lists.contacts(3, channels={"email": {"status": "unsubscribed"}})
    news = await lists.a_list("News")
    job = await lists.done(Kind.LIST_CHANGE, {"action": "add", "lists": [news], "source": {"all": True}})
    assert job.counts is not None
    assert dict(job.counts.codes) == {"not_resubscribed": 3}
    contact = await lists.stored(1)
    assert contact is not None
    assert "lists" not in contact
    assert "updated_via" not in contact


async def test_a_contact_that_goes_after_planning_is_skipped(lists: Lists) -> None:
    await lists.contacts(9)
    job = await lists.job(Kind.TAG_CHANGE, {"action": "add", "tags": ["x"], "source": {"all": True}})
    await lists.start(job)
    await lists.done(Kind.DELETION, {"source": {"ids": [4]}})
    ended = await lists.run_out(job)
    assert ended.counts is not None
    assert (ended.counts.updated, dict(ended.counts.codes)) == (8, {"contact_gone": 1})


@pytest.mark.parametrize(
    ("kind", "options", "content", "code"),
    [
        (Kind.LIST_CHANGE, {"action": "add", "lists": [77], "source": {"all": True}}, None, "list_unknown"),
        (Kind.LIST_CHANGE, {"action": "add", "lists": [1]}, None, "source_missing"),
        (Kind.LIST_CHANGE, {"action": "move", "lists": [1], "source": {"all": True}}, None, "leave_missing"),
        (Kind.TAG_CHANGE, {"action": "add", "tags": [77], "source": {"all": True}}, None, "tag_unknown"),
        (Kind.DELETION, {}, b"Name,Town\nAna,Rome\n", "match_column_missing"),
        (Kind.DELETION, {}, b"E-Mail,e mail\na@example.org,b@example.org\n", "match_column_twice"),
        (Kind.DELETION, {"column": "Mail"}, b"E-Mail\na@example.org\n", "match_column_missing"),
        (Kind.DELETION, {"encoding": "klingon"}, b"email\na@example.org\n", "encoding_unknown"),
        (Kind.RESTORATION, {"source": {"where": [{"field": "cf:gone", "value": 1}]}}, None, "condition_invalid"),
        (
            Kind.RESTORATION,
            {"exclude": {"where": [{"field": "cf:gone", "value": 1}]}},
            b"email\na@example.org\n",
            "condition_invalid",
        ),
    ],
)
async def test_what_cannot_be_done_as_a_whole_is_refused_before_anything_is_written(
    lists: Lists, kind: Kind, options: dict[str, Any], content: bytes | None, code: str
) -> None:
    await lists.contacts(2)
    await lists.a_list("News")
    job = await lists.done(kind, options, content)
    assert (job.state, job.error.code if job.error else None) == (JobState.FAILED, code)


async def test_a_job_about_nobody_completes_and_says_so(lists: Lists) -> None:
    for kind, options in (
        (Kind.TAG_CHANGE, {"action": "add", "tags": ["x"], "source": {"ids": [5]}}),
        (Kind.DELETION, {"mode": "erase", "source": {"ids": [5]}}),
    ):
        job = await lists.done(kind, options)
        assert (job.state, job.rows_total, [problem.code for problem in job.problems]) == (JobState.COMPLETED, 0, ["no_rows"])
