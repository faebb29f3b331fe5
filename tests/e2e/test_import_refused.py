"""Imports whose payload says of rows that they are unfit, through the gateway."""

import csv
import io
import json
from typing import Any

from tests.e2e.test_import_by_row import lines
from tests.e2e.test_import_options import counts
from tests.support.system import System

MAPPING = json.dumps({"match_by": "match_by", "email": "email", "first_name": "first_name", "why": "refused"})
BY_ROW = {"match": "row", "columns": "given", "mapping": MAPPING, "media_type": "application/x-ndjson"}


def row(email: str, **members: Any) -> dict[str, Any]:
    """A row that its e-mail finds."""
    return {"match_by": "email", "email": email, **members}


async def test_refused_rows_stand_in_the_report_in_their_place_and_nothing_of_them_is_written(tenant: System) -> None:
    unfit = {"code": "too_long", "field": "firstname", "message": "=The name is too long."}
    rows = [
        row("ana@example.org", first_name="refused", why=[unfit, {"message": "And more."}]),
        row("ana@example.org", first_name="Ana", why=None),
        {"why": "This is no contact."},
        row("bo@example.org", first_name="Bo", why=""),
        row("no address", why={"code": "Not A Code", "message": "Said first."}),
        row("no address"),
        row("ana@example.org", first_name="later"),
    ]
    job = await tenant.imported(lines(*rows), duplicates="first", **BY_ROW)
    assert counts(job) == (2, 0, 0, 1, 4)
    assert job["codes"] == {"too_long": 1, "refused": 2, "email_invalid": 1, "duplicate": 1}
    told = [(each["line"], each["code"], each["field"], each["message"]) for each in await tenant.rows(job["id"])]
    assert told[0] == (1, "too_long", "firstname", "=The name is too long.")
    assert told[2] == (3, "refused", "refused", "This is no contact.")
    assert told[4] == (5, "refused", "refused", "Said first.")
    assert [(line, code) for line, code, _, _ in told[5:]] == [(6, "email_invalid"), (7, "duplicate")]
    assert {contact["email"]: contact["first_name"] for contact in await tenant.contacts()} == {
        "ana@example.org": "Ana",
        "bo@example.org": "Bo",
    }
    mending = (await tenant.client.get(f"/v1/jobs/{job['id']}/rejected.csv")).text
    assert [record["message"] for record in csv.DictReader(io.StringIO(mending.removeprefix("\ufeff")))][:2] == [
        "'=The name is too long.",
        "This is no contact.",
    ]


async def test_refused_rows_ask_for_no_room(tenant: System) -> None:
    await tenant.gateway.accounts.set_limit(tenant.account.number, "contacts", 1)
    rows = [row(f"p{number}@example.org", why=None if number == 3 else "unfit") for number in range(6)]
    assert counts(await tenant.imported(lines(*rows), **BY_ROW)) == (1, 0, 0, 0, 5)
    unnamed = await tenant.imported(lines({"match_by": "new", "why": "unfit"}), **BY_ROW)
    assert counts(unnamed) == (0, 0, 0, 0, 1)
    again = [{name: value for name, value in each.items() if name != "match_by"} for each in rows]
    job = await tenant.imported(lines(*again), **{**BY_ROW, "match": "email"})
    assert counts(job) == (0, 0, 1, 0, 5)


async def test_without_a_mapping_that_sends_it_there_a_column_refuses_nothing(tenant: System) -> None:
    job = await tenant.imported(b"email,refused\nana@example.org,why not\n")
    assert (counts(job), [problem["code"] for problem in job["problems"]]) == ((1, 0, 0, 0, 0), ["unknown_columns"])


async def test_in_a_csv_the_cell_is_the_message(tenant: System) -> None:
    content = b"email,Remark\nana@example.org,Asked to be left out\nbo@example.org,\n"
    job = await tenant.imported(content, mapping=json.dumps({"Remark": "refused"}))
    assert counts(job) == (1, 0, 0, 0, 1)
    assert (await tenant.rows(job["id"]))[0]["message"] == "Asked to be left out"
