"""The vendor's limits on imports: where they fall, what is said of what was dropped, and the setting that refuses instead."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import httpx
import pytest

from services.gateway.settings import GatewaySettings
from services.lists import app as lists
from services.status import app as status
from tests.dialects.constant_contact.importing import FILE, JSON
from tests.dialects.constant_contact.vendor import Vendor, errors
from tests.support.system import platform_for, system

pytestmark = pytest.mark.mongo

MOST_BYTES = 4_194_304
HEADER = b"email,first_name,note\n"


def row(number: int, length: int = 0) -> bytes:
    """A row of one and the same contact, whose first name says which row was applied last; `length` counts its line end."""
    text = b"ana@example.org,%d,\n" % number
    return text[:-1] + b"x" * (length - len(text)) + b"\n"


def lines(count: int) -> bytes:
    """A file of so many lines, header and all."""
    return HEADER + b"".join(row(number) for number in range(2, count + 1))


def long_lines(count: int) -> bytes:
    """A header and so many lines of a thousand bytes."""
    return HEADER + b"".join(row(number, 1_000) for number in range(2, count + 2))


def records(count: int, length: int = 0) -> bytes:
    """The same in JSON; `length` counts the comma behind a record."""
    texts = [b'{"email":"ana@example.org","first_name":"%d","note":""}' % number for number in range(1, count + 1)]
    return b"[" + b",".join(text[:-2] + b"x" * (length - 1 - len(text)) + text[-2:] for text in texts) + b"]"


async def pages(vendor: Vendor) -> list[list[dict[str, Any]]]:
    """Every page of the activities."""
    found, address = [], "/v3/activities?limit=500"
    while address:
        body = (await vendor.client.get(address)).json()
        found.append(body["activities"])
        address = body.get("_links", {}).get("next", {}).get("href", "")
    return found


@pytest.fixture
async def strict(mongo_url: str) -> AsyncIterator[Vendor]:
    """A Muster that refuses what is over the limits. Nobody works in it."""
    settings = GatewaySettings(constant_contact_oversize="refuse")
    async with system(platform_for(mongo_url, f"muster-{uuid4().hex[:12]}"), services=(), gateway_settings=settings) as whole:
        yield Vendor(whole)


@pytest.fixture
def room(is_full: bool) -> int:
    """Open activities of an account: the vendor's in the long form, fewer in every run."""
    return GatewaySettings().open_jobs if is_full else 100


@pytest.fixture
async def idle(mongo_url: str, room: int) -> AsyncIterator[Vendor]:
    """A Muster in which nobody works yet."""
    settings = GatewaySettings(open_jobs=room)
    async with system(platform_for(mongo_url, f"muster-{uuid4().hex[:12]}"), services=(), gateway_settings=settings) as whole:
        yield Vendor(whole)


async def send(vendor: Vendor, content: bytes) -> httpx.Response:
    return await vendor.client.post(FILE, files={"file": ("a.csv", content)}, data={"list_ids": await vendor.list()})


async def send_records(vendor: Vendor, records: bytes) -> httpx.Response:
    body = b'{"import_data":' + records + b',"list_ids":["' + (await vendor.list()).encode() + b'"]}'
    return await vendor.client.post(JSON, content=body, headers={"Content-Type": "application/json"})


async def ended(vendor: Vendor, response: httpx.Response) -> tuple[dict[str, int], list[str], str]:
    """The counters of the activity, its errors, and the number of the row that was applied last."""
    assert response.status_code == 201, response.text
    activity = await vendor.ended(response.json()["activity_id"])
    assert activity["state"] == "completed", activity
    (contact,) = (await vendor.client.get("/v1/contacts")).json()["items"]
    said = [error for error in activity["activity_errors"] if "'note'" not in error]
    return activity["status"], said, contact["first_name"]


@pytest.mark.parametrize("content", [lines(40_000), lines(40_000)[:-1]], ids=["with", "without"])
async def test_a_file_of_forty_thousand_lines_is_taken_whole_with_and_without_a_last_line_end(
    vendor: Vendor, content: bytes
) -> None:
    counters, said, applied = await ended(vendor, await send(vendor, content))
    assert (counters["items_total_count"], counters["person_count"], said, applied) == (40_000, 39_999, [], "40000")


async def test_of_a_file_of_fifty_thousand_lines_the_first_forty_thousand_are_taken_and_the_rest_is_named(vendor: Vendor) -> None:
    counters, said, applied = await ended(vendor, await send(vendor, lines(50_000)))
    assert (counters["items_total_count"], counters["person_count"], applied) == (40_000, 39_999, "40000")
    (dropped,) = said
    assert dropped.startswith("Line 40001 is the first that was not processed")
    assert "10,000 rows were dropped" in dropped


async def test_of_a_file_of_five_megabytes_the_lines_that_end_within_four_are_taken_and_the_rest_is_named(vendor: Vendor) -> None:
    counters, said, applied = await ended(vendor, await send(vendor, long_lines(5_000)))
    fit = (MOST_BYTES - len(HEADER)) // 1_000
    assert (counters["items_total_count"], counters["person_count"], applied) == (fit + 1, fit, str(fit + 1))
    (dropped,) = said
    assert dropped.startswith(f"Line {fit + 2} is the first that was not processed")
    assert f"{5_000 - fit:,} rows were dropped" in dropped


@pytest.mark.parametrize("over", [0, 1, 2])
async def test_the_limit_of_bytes_falls_behind_the_line_that_ends_at_it(vendor: Vendor, over: int) -> None:
    start = long_lines(4_193)
    content = start + row(4_195, MOST_BYTES - len(start) + over) + row(4_196)
    assert len(content) - len(row(4_196)) == MOST_BYTES + over
    _, said, applied = await ended(vendor, await send(vendor, content))
    assert (applied, len(said)) == (str(4_195 - over // 2), 1)  # its line end does not count
    assert said[0].startswith(f"Line {4_196 - over // 2} is the first")


async def test_of_records_in_json_the_first_forty_thousand_are_taken_and_the_rest_is_named(vendor: Vendor) -> None:
    counters, said, applied = await ended(vendor, await send_records(vendor, records(40_002)))
    assert (counters["items_total_count"], counters["person_count"], applied) == (40_000, 40_000, "40000")
    assert said[0].startswith("Line 40001 is the first that was not processed")
    assert "2 rows were dropped" in said[0]


async def test_of_records_in_json_those_that_end_within_four_megabytes_are_taken(vendor: Vendor) -> None:
    counters, said, applied = await ended(vendor, await send_records(vendor, records(5_000, 1_000)))
    fit = (MOST_BYTES - len("[") + len(",")) // 1_000
    assert (counters["person_count"], applied) == (fit, str(fit))
    assert said[0].startswith(f"Line {fit + 1} is the first that was not processed")
    assert f"{5_000 - fit:,} rows were dropped" in said[0]


async def test_a_setting_refuses_what_would_be_dropped_and_nothing_less(strict: Vendor) -> None:
    for content in (lines(40_000), lines(40_000)[:-1], b"\n\n" + lines(40_000), long_lines(4_194), b"not,text\0\n"):
        assert (await send(strict, content)).status_code == 201
    for content in (lines(40_001), lines(40_001)[:-1], long_lines(4_195)):
        (message,) = errors(await send(strict, content), 413, "contacts.api.payload_too_large")
        assert "40,000 lines (1 header and 39,999 contacts) and 4194304 bytes" in message


async def test_the_setting_is_for_rows_and_not_for_the_line_end_behind_the_last(strict: Vendor) -> None:
    start = long_lines(4_193)
    for over, expected in ((0, 201), (1, 413)):
        content = start + row(4_195, MOST_BYTES - len(start) + over + 1)
        assert len(content) == MOST_BYTES + 1 + over
        assert (await send(strict, content)).status_code == expected


async def test_the_setting_holds_for_records_in_json_too(strict: Vendor) -> None:
    assert (await send_records(strict, records(40_000))).status_code == 201
    for content in (records(40_001), records(4_195, 1_000)):
        (message,) = errors(await send_records(strict, content), 413, "contacts.api.payload_too_large")
        assert "40,000 contacts in import_data and 4194304 bytes" in message


async def test_a_body_of_more_than_the_gateway_takes_is_refused(vendor: Vendor) -> None:
    response = await send_records(vendor, b"[" + b" " * 32 * 1024 * 1024 + b"{}]")
    assert "33554432 bytes" in errors(response, 413, "contacts.api.payload_too_large")[0]


def test_the_vendors_number_of_open_activities_is_the_default() -> None:
    assert GatewaySettings().open_jobs == 1_000


async def test_as_many_activities_as_there_is_room_for_are_accepted_the_next_is_not_and_all_end(idle: Vendor, room: int) -> None:
    empty, news = await idle.list(), await idle.list()
    body = {"source": {"list_ids": [empty]}, "list_ids": [news]}
    path = "/v3/activities/add_list_memberships"
    answers = await asyncio.gather(*(idle.client.post(path, json=body) for _ in range(room + 1)))
    accepted = [answer.json()["activity_id"] for answer in answers if answer.status_code == 201]
    assert len(accepted) == room
    (refused,) = [answer for answer in answers if answer.status_code != 201]
    assert f"{room} jobs" in errors(refused, 429, "contacts.api.too_many_activities")[0]
    assert int(refused.headers["retry-after"]) > 0
    also = await send(idle, b"email\nana@example.org\n")
    errors(also, 429, "contacts.api.too_many_activities")
    await idle.muster.start("lists", lists.build(idle.muster.platform))
    await idle.muster.start("status", status.build(idle.muster.platform))

    running = idle.muster.database["jobs"]

    async def all_ended() -> bool:
        return not await running.count_documents({"state": {"$ne": "completed"}})

    await idle.muster.until(all_ended, seconds=120)
    shown = [activity for page in await pages(idle) for activity in page]
    assert {activity["activity_id"] for activity in shown} == set(accepted)
    assert {activity["state"] for activity in shown} == {"completed"}
    assert (await send(idle, b"email\nana@example.org\n")).status_code == 201
