"""Contacts that are longer than a payload can hold: refused alone, in the same words whichever way they come."""

from typing import Any

import pytest

from services.gateway.dialects.acquia import bulk
from services.gateway.dialects.acquia.contact_record import RECORD_BYTES
from services.gateway.json_list import ITEM_BYTES
from shared.contacts.fields import FieldType
from shared.readers.limits import MAX_CELL
from tests.dialects.acquia.vendor import CONTACTS, Vendor, address, error, values
from tests.dialects.acquia.ways_in import WayIn, batch, in_every_way, sent

pytestmark = pytest.mark.mongo

CUT = {"code": 400, "type": "api", "message": f"The contact is longer than {ITEM_BYTES:,} bytes. Send less of it."}


async def with_areas(vendor: Vendor, count: int) -> list[str]:
    """The aliases of so many fields of the account for long texts."""
    fields = vendor.muster.gateway.fields.of_account(vendor.muster.account.number)
    aliases = [f"area_{number}" for number in range(count)]
    for alias in aliases:
        await fields.create(alias, FieldType.TEXT_AREA)
    return aliases


@in_every_way
@pytest.mark.parametrize("alias", ["firstname", "email", "twitter", "tags", "ipAddress"])
async def test_a_text_that_is_too_long_is_refused_under_its_alias(vendor: Vendor, send: WayIn, alias: str) -> None:
    said = "x" * (MAX_CELL + 1)
    found = await sent(send, vendor, {"email": address(), alias: [said] if alias == "tags" else said})
    assert (found.status, found.error and found.error["message"]) == (400, f"{alias}: This value is too long.")
    assert found.error is not None
    assert found.error["details"] == {alias: ["This value is too long.", "Write 65,536 characters at most."]}


@in_every_way
async def test_a_contact_that_is_too_long_as_a_record_is_refused_with_its_id_and_hinders_no_other(
    vendor: Vendor, send: WayIn
) -> None:
    areas = await with_areas(vendor, 17)
    made = await vendor.make()
    long = {"id": made["id"], **dict.fromkeys(areas, "x" * 61_480)}
    found = await send(vendor, [long, {"id": made["id"], "firstname": "Ana"}], "PUT")
    said = f"The contact is longer than {RECORD_BYTES:,} bytes with all that it clears. Send less of it."
    assert [each.status for each in found] == [400, 200]
    assert found[0].error is not None
    assert found[0].error["message"] == said
    assert found[0].id in (None, made["id"])
    assert found[1].id == made["id"]
    assert values(await vendor.read(made["id"])) == {"firstname": "Ana"}


async def test_a_job_names_the_contact_that_is_too_long_as_a_record(vendor: Vendor) -> None:
    areas = await with_areas(vendor, 17)
    made = await vendor.make()
    (found,) = await vendor.items([{"id": made["id"], **dict.fromkeys(areas, "x" * 61_480)}], "PATCH")
    assert (found["id"], found["statusCode"]) == (made["id"], 400)


async def test_a_contact_that_is_too_long_as_it_came_is_told_so(vendor: Vendor) -> None:
    long: dict[str, Any] = {"email": address(), "ignored": "x" * ITEM_BYTES}
    for contacts in ([long], [long, {"firstname": "Ana"}]):
        codes = [400, 201][: len(contacts)]
        body = (await batch(vendor, contacts)).json()
        assert (body["statusCodes"], body["errors"]) == (codes, [CUT])
        items = await vendor.items(contacts)
        assert ([item["statusCode"] for item in items], items[0]["errors"]) == (codes, CUT)


async def test_contacts_that_are_too_much_as_records_are_refused_with_what_to_do(
    vendor: Vendor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "STORED_BYTES", 1024 * 1024)
    contacts = [{"id": number} for number in range(1, 9_001)]
    refused = error(await vendor.client.put(f"{CONTACTS}/bulk/edit", json=contacts), 413)
    assert "have more than 1 MB (1048576 bytes), the most that one job takes. Send fewer than " in refused["message"]
    assert "file" not in refused["message"]
    assert (await vendor.client.patch(f"{CONTACTS}/bulk/edit", json=contacts)).status_code == 202
