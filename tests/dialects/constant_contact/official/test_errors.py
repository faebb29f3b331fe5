"""What the vendor's clients raise: their own exception for the status, with a body that they can read."""

from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from shared.accounts.keys import Scope
from tests.dialects.constant_contact.official.behind import key_for
from tests.dialects.constant_contact.official.client import Client, refused
from tests.dialects.constant_contact.vendor import Vendor

pytestmark = pytest.mark.mongo


async def test_a_client_learns_what_is_wrong_with_its_request(official: Client, vendor: Vendor) -> None:
    body = {"source": {"contact_ids": [str(uuid4())], "list_ids": [str(uuid4())]}, "list_ids": [await vendor.list()]}
    raised = await refused(official, 400, "create_list_add_activity", body)
    (error,) = raised.body
    assert error["error_key"] == "contacts.api.validation.error"
    assert "contact_ids and list_ids are mutually exclusive" in error["error_message"]


@pytest.mark.parametrize("activity_id", ["04fe9a97-a579-43c5-bb1a-58ed29bf0a6a", "no-id"])
async def test_a_client_learns_that_there_is_no_such_activity(official: Client, activity_id: str) -> None:
    raised = await refused(official, 404, "get_activity_by_id", activity_id)
    assert [error["error_key"] for error in raised.body] == ["contacts.api.not_found"]


async def test_a_client_learns_that_its_token_is_worth_nothing(official: Client, url: str) -> None:
    raised = await refused(official.of(url, "worth-nothing"), 401, "get_all_activities")
    assert raised.body == {"error_key": "unauthorized", "error_message": "Unauthorized"}


async def test_a_client_that_may_only_read_learns_that_it_may_not_write(official: Client, vendor: Vendor, url: str) -> None:
    reader = official.of(url, await key_for(vendor, Scope.CONTACTS_READ, Scope.JOBS_READ))
    assert (await reader("get_all_activities"))["activities"] == []
    raised = await refused(reader, 403, "create_list_delete_activity", {"list_ids": [await vendor.list()]})
    assert raised.body["error_key"] == "forbidden"


async def test_a_client_learns_that_its_file_is_none_of_contacts(official: Client, vendor: Vendor, tmp_path: Path) -> None:
    sheet = tmp_path / "people.xlsx"
    sheet.write_bytes(b"PK")
    raised = await refused(official, 415, "create_csv_import_activity", {"$file": str(sheet)}, await vendor.list())
    assert [error["error_key"] for error in raised.body] == ["contacts.api.unsupported_media_type"]


async def test_a_client_learns_that_it_has_too_many_activities(official: Client, vendor: Vendor) -> None:
    muster = vendor.muster
    await muster.gateway.accounts.set_limit(muster.account.number, "open_jobs", 1)
    await muster.ask("exports", run_at=(muster.platform.clock.now() + timedelta(days=1)).isoformat())
    raised = await refused(official, 429, "create_list_delete_activity", {"list_ids": [await vendor.list()]})
    assert [error["error_key"] for error in raised.body] == ["contacts.api.too_many_activities"]
