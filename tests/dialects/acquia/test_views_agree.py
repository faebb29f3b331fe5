"""One contact seen through three APIs: made in this one, found by its e-mail in the others, edited in each."""

from collections.abc import Mapping
from typing import Any

import pytest

from tests.dialects.acquia.vendor import CONTACTS, Vendor, values

pytestmark = pytest.mark.mongo

EMAIL = "ana@example.org"


async def views(vendor: Vendor) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """The contact as each API finds it by its e-mail: Mautic, Constant Contact, Dotdigital."""
    here = await vendor.client.get(CONTACTS, params={"search": f"email:{EMAIL}"})
    (acquia,) = here.json()["contacts"].values()
    there = await vendor.client.get(
        "/v3/contacts", params={"email": EMAIL, "include": "custom_fields,street_addresses,phone_numbers"}
    )
    (constant,) = there.json()["contacts"]
    dotdigital = await vendor.client.get(f"/contacts/v3/email/{EMAIL}")
    assert dotdigital.status_code == 200, dotdigital.text
    return acquia, constant, dotdigital.json()


def agreed(found: tuple[Mapping[str, Any], Mapping[str, Any], Mapping[str, Any]]) -> dict[str, Any]:
    """What all three say, in one word each; fails where one of them says something else."""
    acquia, constant, dotdigital = found
    fields, data = acquia["fields"]["all"], dotdigital["dataFields"]
    (address,) = constant.get("street_addresses") or [{}]
    states = {"unsubscribed": True, "suppressed": True}
    same = {
        "first name": (fields["firstname"], constant.get("first_name"), data["FIRSTNAME"]),
        "last name": (fields["lastname"], constant.get("last_name"), data["LASTNAME"]),
        "post code": (fields["zipcode"], address.get("postal_code"), data["POSTCODE"]),
        "plan": (fields["plan"], *(each["value"] for each in constant["custom_fields"]), data["PLAN"]),
        "is barred": (
            bool(acquia["doNotContact"]),
            constant["email_address"]["permission_to_send"] == "unsubscribed",
            states.get(dotdigital["channelProperties"]["email"]["status"], False),
        ),
    }
    for name, said in same.items():
        assert len(set(said)) == 1, f"{name}: {said}"
    assert (fields["email"], constant["email_address"]["address"], dotdigital["identifiers"]["email"]) == (EMAIL,) * 3
    return {name: said[0] for name, said in same.items()}


async def test_a_contact_made_here_is_found_in_the_others_and_after_an_edit_in_each_all_views_agree(vendor: Vendor) -> None:
    field = await vendor.client.post("/api/fields/contact/new", json={"label": "Plan", "alias": "plan", "type": "text"})
    assert field.status_code == 201, field.text
    await vendor.make(email=EMAIL, firstname="Ana", lastname="Ash", zipcode="8010", plan="gold")
    known = {"first name": "Ana", "last name": "Ash", "post code": "8010", "plan": "gold", "is barred": False}
    assert agreed(await views(vendor)) == known

    _, constant, _ = await views(vendor)
    edit = {"email_address": {"address": EMAIL}, "last_name": "Birch", "update_source": "Account"}
    whole = {**{name: constant[name] for name in ("first_name", "street_addresses", "custom_fields")}, **edit}
    answer = await vendor.client.put(f"/v3/contacts/{constant['contact_id']}", json=whole)
    assert answer.status_code == 200, answer.text
    assert agreed(await views(vendor)) == {**known, "last name": "Birch"}

    patch = {"identifiers": {"email": EMAIL}, "dataFields": {"POSTCODE": "1010", "PLAN": "silver"}}
    answer = await vendor.client.patch(f"/contacts/v3/email/{EMAIL}", json=patch)
    assert answer.status_code == 200, answer.text
    assert agreed(await views(vendor)) == {**known, "last name": "Birch", "post code": "1010", "plan": "silver"}

    acquia, _, _ = await views(vendor)
    await vendor.edit(acquia["id"], firstname="Anna", doNotContact=[{"channel": "email", "reason": 1}])
    last = {"first name": "Anna", "last name": "Birch", "post code": "1010", "plan": "silver", "is barred": True}
    assert agreed(await views(vendor)) == last
    (record,) = (await vendor.read(acquia["id"]))["doNotContact"]
    assert (record["channel"], record["reason"]) == ("email", 1)
    assert values(await vendor.read(acquia["id"]))["plan"] == "silver"
