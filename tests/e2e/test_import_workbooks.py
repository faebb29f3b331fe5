"""Workbooks and Parquet through the whole system: what people send when they do not send CSV."""

import io
from datetime import UTC, date, datetime
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import zstandard

from tests.support.books import locked_xlsx, sheet_of, written
from tests.support.system import System

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PARQUET = "application/vnd.apache.parquet"


def contacts_book() -> bytes:
    def fill(book: Any) -> None:
        cover, sheet = book.add_worksheet("Cover"), book.add_worksheet("Contacts")
        cover.write(0, 0, "Contacts of the shop")
        day, moment = book.add_format({"num_format": "yyyy-mm-dd"}), book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        sheet.write_row(1, 0, ["email", "first_name", "cf:born", "cf:seen", "cf:vip", "cf:score", "cf:loyalty"])
        sheet.write_row(3, 0, ["ana@example.org", "'=Ana"])
        sheet.write_datetime(3, 2, date(1990, 2, 3), day)
        sheet.write_datetime(3, 3, datetime.fromisoformat("2026-01-02T03:04:05"), moment)
        sheet.write_row(3, 4, [True, 12.5, 490012341234123])
        sheet.write_row(6, 0, ["bo@example.org", "Bo", "", "", False, 7.0])
        sheet.write_row(7, 0, ["nobody", "Bad"])

    return written(fill)


async def with_fields(muster: System) -> None:
    """Custom fields, numbered from 1 in this order."""
    for name, kind in (("born", "date"), ("seen", "datetime"), ("vip", "boolean"), ("score", "number"), ("loyalty", "text")):
        answer = await muster.client.post("/v1/fields", json={"name": name, "type": kind})
        assert answer.status_code == 201, answer.text


async def test_a_workbook_with_dates_booleans_numbers_and_blank_rows_becomes_the_right_contacts(tenant: System) -> None:
    await with_fields(tenant)
    job = await tenant.imported(contacts_book(), media_type=XLSX, sheet="Contacts")
    assert (job["state"], job["counts"]["created"], job["counts"]["rejected"]) == ("completed", 2, 1), job
    ana, bo = await tenant.contacts()
    assert (ana["first_name"], bo["first_name"]) == ("=Ana", "Bo")
    seen = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert ana["custom"] == {"1": "1990-02-03", "2": seen, "3": True, "4": 12.5, "5": "490012341234123"}
    assert bo["custom"] == {"3": False, "4": 7}
    assert [row["line"] for row in await tenant.rows(job["id"], outcome="rejected")] == [8]


async def test_a_workbook_read_in_several_passes_finds_its_repeated_contacts(tenant: System) -> None:
    content = sheet_of(["email", "first_name"], ["a@x.org", "A"], ["b@x.org", "B"], ["A@x.org", "C"])
    job = await tenant.imported(content, media_type=XLSX, duplicates="last")
    assert (job["counts"]["created"], job["counts"]["skipped"]) == (2, 1), job
    assert [contact["first_name"] for contact in await tenant.contacts()] == ["B", "C"]


async def test_a_null_of_a_parquet_file_changes_nothing_even_where_blanks_clear(tenant: System) -> None:
    table = {"email": ["a@x.org", "b@x.org"], "first_name": ["A", "B"], "tags": [["x", "y"], None]}
    for first_names in (["A", "B"], [None, ""]):
        content = io.BytesIO()
        pq.write_table(pa.table(table | {"first_name": first_names}), content)
        job = await tenant.imported(content.getvalue(), media_type=PARQUET, merge="overwrite")
        assert job["state"] == "completed", job
    first, second = await tenant.contacts()
    assert (first["first_name"], len(first["tags"])) == ("A", 2)
    assert second.get("first_name") is None


async def test_a_csv_that_zstd_packed_is_an_ordinary_payload(tenant: System) -> None:
    job = await tenant.imported(zstandard.compress(b"email\na@x.org\n"), media_type="application/zstd")
    assert (job["state"], job["counts"]["created"]) == ("completed", 1), job


async def test_a_workbook_with_a_password_fails_the_job_and_says_what_to_do(tenant: System) -> None:
    job = await tenant.imported(locked_xlsx(), media_type=XLSX)
    assert (job["state"], job["error"]["code"]) == ("failed", "workbook_protected")
    assert "Save it without one" in job["error"]["message"]
