"""Forty thousand rows over sixteen lanes, polled as a client would; and the rows that were bad, mended and sent again."""

import csv
import io
from typing import Any

import pytest

from shared.contract.values import ENDS
from tests.e2e.payloads import people
from tests.support.system import System

ROWS = 40_000
BAD_EVERY = 400
BAD = ROWS // BAD_EVERY


@pytest.fixture(scope="module")
async def polled(shared_muster: System) -> tuple[System, list[dict[str, Any]]]:
    """The account of the import, and the job at each poll."""
    muster = shared_muster
    job = await muster.submit(people(ROWS, bad_every=BAD_EVERY))
    polls = [job]
    while polls[-1]["state"] not in ENDS:
        polls.append(await muster.job(job["id"]))
    return muster, polls


Polled = tuple[System, list[dict[str, Any]]]


async def test_a_large_file_is_worked_in_sixteen_lanes_and_its_counts_add_up(polled: Polled) -> None:
    muster, polls = polled
    job = polls[-1]
    assert job["state"] == "completed", job
    assert job["counts"] == {"created": ROWS - BAD, "updated": 0, "unchanged": 0, "skipped": 0, "rejected": BAD}
    assert job["codes"] == {"email_invalid": BAD}
    assert len([lane async for lane in muster.database["lanes"].find({"job": job["id"]})]) == 16
    assert len(await muster.contacts()) == ROWS - BAD


async def test_percentages_never_go_back_and_never_promise_the_end(polled: Polled) -> None:
    _, polls = polled
    percents = [poll["progress"]["percent"] for poll in polls]
    done = [poll["progress"]["rows_done"] for poll in polls]
    assert percents == sorted(percents)
    assert done == sorted(done)
    assert all(poll["progress"]["percent"] < 100 for poll in polls if poll["state"] != "completed")
    assert any(0 < percent < 100 for percent in percents), "no progress was seen on the way"
    assert {poll["progress"]["rows_total"] for poll in polls} <= {None, ROWS}


async def test_rows_come_in_source_order_across_the_lanes_page_by_page(polled: Polled) -> None:
    muster, polls = polled
    rows = await muster.rows(polls[-1]["id"], limit=1_000)
    assert [row["line"] for row in rows] == list(range(2, ROWS + 2))
    assert sum(row["outcome"] == "created" for row in rows) == ROWS - BAD
    assert all((row["contact_id"] is not None) == (row["outcome"] == "created") for row in rows)


@pytest.mark.parametrize("outcome", ["created", "updated", "unchanged", "skipped", "rejected"])
async def test_rows_of_one_outcome_are_all_of_them_and_in_order(polled: Polled, outcome: str) -> None:
    muster, polls = polled
    job = polls[-1]
    rows = await muster.rows(job["id"], outcome=outcome, limit=997)
    assert len(rows) == job["counts"][outcome]
    assert {row["outcome"] for row in rows} <= {outcome}
    assert [row["line"] for row in rows] == sorted(row["line"] for row in rows)


async def test_rows_of_two_outcomes_may_be_asked_for_at_once(polled: Polled) -> None:
    muster, polls = polled
    rows = await muster.rows(polls[-1]["id"], outcome=["rejected", "skipped"], limit=7)
    assert len(rows) == BAD


async def test_the_rejected_rows_are_downloaded_mended_and_sent_again_and_only_they_change_anything(polled: Polled) -> None:
    muster, polls = polled
    response = await muster.client.get(f"/v1/jobs/{polls[-1]['id']}/rejected.csv")
    assert response.headers["content-type"].startswith("text/csv")
    rejected = list(csv.DictReader(io.StringIO(response.text, newline="")))
    assert len(rejected) == BAD
    assert list(rejected[0]) == ["line", "code", "message", "email", "first_name", "last_name"]
    assert [int(row["line"]) for row in rejected] == list(range(2, ROWS + 2, BAD_EVERY))
    assert rejected[1]["email"] == "person 400@example.org"
    still_bad = await muster.imported(response.content)
    assert still_bad["counts"]["rejected"] == BAD
    before = await muster.contacts()
    mended = await muster.imported(response.content.replace(b"person ", b"person"), match="email")
    assert mended["counts"] == {"created": BAD, "updated": 0, "unchanged": 0, "skipped": 0, "rejected": 0}, mended
    assert "unknown_columns" not in [problem["code"] for problem in mended["problems"]]
    after = await muster.contacts()
    assert after[: len(before)] == before
    assert len(after) == ROWS


async def test_a_cursor_that_this_list_did_not_make_is_refused(polled: Polled) -> None:
    muster, polls = polled
    page = f"/v1/jobs/{polls[-1]['id']}/rows"
    jobs = (await muster.client.get("/v1/jobs", params={"limit": 1})).json()
    for cursor in ("x", "cm93czp4", "cm93czotMQ", "cm93czo5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk", jobs.get("next_cursor", "y")):
        response = await muster.client.get(page, params={"cursor": cursor})
        assert (response.status_code, response.json()["code"]) == (400, "cursor_invalid"), cursor
