"""What a contact keeps when it is sent back as it was shown: choices that are no more, and what is beyond the vendor's limits."""

import pytest

from tests.dialects.constant_contact.people import changed, field, get, make, put
from tests.dialects.constant_contact.vendor import Vendor, errors

pytestmark = pytest.mark.mongo

INVALID = "contacts.api.validation.error"


async def test_choices_may_be_named_by_their_ids(vendor: Vendor) -> None:
    size = await field(vendor, "Size", "single_select", choices=["S", "M"])
    colours = await field(vendor, "Colours", "multi_select", choices=["red", "green", "blue"])
    made = await make(vendor, custom_fields=[{"custom_field_id": size, "value": "M"}])
    (shown,) = made["custom_fields"]
    assert shown["value"] == "M"
    (chosen,) = shown["choice_ids"]
    values = [{"custom_field_id": size, "choice_ids": [chosen]}, {"custom_field_id": colours, "value": "red|blue"}]
    after = await changed(vendor, made["contact_id"], custom_fields=values)
    assert after["custom_fields"][0] == shown
    assert after["custom_fields"][1]["value"] == "red|blue"
    assert len(after["custom_fields"][1]["choice_ids"]) == 2
    refused = await put(vendor, made["contact_id"], custom_fields=[{"custom_field_id": size, "choice_ids": [999]}])
    assert "has no choice 999" in errors(refused, 400, INVALID)[0]


async def test_a_value_whose_choice_was_renamed_or_removed_is_shown_and_survives_being_sent_back(vendor: Vendor) -> None:
    colours = await field(vendor, "Colours", "multi_select", choices=["red", "green", "blue"])
    made = await make(vendor, custom_fields=[{"custom_field_id": colours, "value": "red|green|blue"}])
    path = f"/v3/contact_custom_fields/{colours}"
    custom = (await vendor.client.get(path)).json()
    red, _, blue = custom["choices"]
    kept = [{"choice_id": red["choice_id"], "choice_label": "crimson"}, {"choice_id": blue["choice_id"], "choice_label": "blue"}]
    response = await vendor.client.put(path, json={**custom, "choices": kept})
    assert response.status_code == 200, response.text
    after = await get(vendor, made["contact_id"])
    assert after["custom_fields"] == [{**made["custom_fields"][0], "value": "crimson|green|blue"}]
    assert await changed(vendor, made["contact_id"], **after) == after


async def test_a_contact_beyond_the_limits_of_the_vendor_is_shown_within_them_and_can_be_sent_back(vendor: Vendor) -> None:
    phones = [
        {"kind": kind, "number": f"030 {place}"} for place, kind in enumerate(("home", "work", "mobile", "other", "fax"), 100)
    ]
    tags = [f"T{number}" for number in range(60)]
    person = await vendor.contact(first_name="a" * 60, phones=phones, tags=tags)
    shown, before = await get(vendor, person), await vendor.native(person)
    assert (len(shown["first_name"]), len(shown["phone_numbers"]), len(shown["taggings"])) == (50, 3, 50)
    assert await changed(vendor, person, **{**shown, "update_source": "Account"}) == shown
    assert await vendor.native(person) == before
