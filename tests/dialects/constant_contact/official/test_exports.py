"""The vendor's clients export contacts and fetch the file."""

import csv
import io

import pytest

from tests.dialects.constant_contact.official.client import Client, Raised
from tests.dialects.constant_contact.vendor import Vendor

pytestmark = pytest.mark.mongo


async def test_a_client_exports_the_members_of_a_list_and_fetches_the_file(official: Client, vendor: Vendor) -> None:
    news = await vendor.list()
    for name in ("ana", "bo"):
        await vendor.contact(email=f"{name}@example.org", first_name=name.title(), lists=[news])
    await vendor.contact(email="cy@example.org")
    body = {"list_ids": [news], "fields": ["email_address", "first_name"]}
    activity = await official.done("create_export_activity", body)
    assert activity["status"] == {"items_total_count": 2, "items_completed_count": 2}
    where, _, file_export_id = activity["_links"]["results"]["href"].rpartition("/")
    assert where == "/v3/contact_exports"
    text = await official("get_csv_export_file", file_export_id)
    rows = [{name: row[name] for name in ("Email address", "First name")} for row in csv.DictReader(io.StringIO(text))]
    assert sorted(rows, key=lambda row: row["Email address"]) == [
        {"Email address": "ana@example.org", "First name": "Ana"},
        {"Email address": "bo@example.org", "First name": "Bo"},
    ]


async def test_a_client_exports_everybody_with_every_field(official: Client, vendor: Vendor) -> None:
    await vendor.contact(email="ana@example.org", last_name="Ortiz")
    activity = await official.done("create_export_activity", {})
    text = await official("get_csv_export_file", activity["activity_id"])
    (row,) = csv.DictReader(io.StringIO(text))
    assert [row["Email address"], row["Last name"]] == ["ana@example.org", "Ortiz"]


async def test_the_client_learns_that_there_is_no_such_file(official: Client) -> None:
    with pytest.raises(Raised) as refused:
        await official("get_csv_export_file", "04fe9a97-a579-43c5-bb1a-58ed29bf0a6a")
    assert refused.value.status == 404
