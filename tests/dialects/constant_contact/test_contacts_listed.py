"""Pages of contacts over the vendor's API: filters, cursors, counts, and the ids of contacts whose numbers are known."""

from typing import Any
from uuid import uuid4

import pytest

from tests.dialects.constant_contact.people import ALL_PARTS, address, changed, found, get, make
from tests.dialects.constant_contact.vendor import Vendor, errors

pytestmark = pytest.mark.mongo

INVALID = "contacts.api.validation.error"


async def page(vendor: Vendor, path: str = "/v3/contacts", **query: Any) -> dict[str, Any]:
    response = await vendor.client.get(path, params=query or None)
    assert response.status_code == 200, response.text
    return dict(response.json())


async def test_pages_follow_each_other_and_the_last_one_has_no_links(vendor: Vendor) -> None:
    people = [await vendor.contact() for _ in range(5)]
    seen: list[str] = []
    body = await page(vendor, limit=2, include="notes", include_count=True)
    while True:
        assert next(iter(body)) == "contacts"
        assert body["contacts_count"] == 5
        assert all(each["notes"] == [] for each in body["contacts"])
        seen += [each["contact_id"] for each in body["contacts"]]
        if "_links" not in body:
            break
        path = body["_links"]["next"]["href"]
        assert path.startswith("/v3/contacts?cursor=")
        body = await page(vendor, path)
    assert seen == people
    assert body.keys() == {"contacts", "contacts_count"}


async def test_a_full_last_page_has_no_links_either(vendor: Vendor) -> None:
    for _ in range(2):
        await vendor.contact()
    assert (await page(vendor, limit=2)).keys() == {"contacts"}


async def test_parameters_repeated_beside_a_cursor_do_not_count(vendor: Vendor) -> None:
    people = [await vendor.contact() for _ in range(4)]
    first = await page(vendor, limit=2, include="taggings", status="active")
    cursor = first["_links"]["next"]["href"].partition("cursor=")[2]
    second = await page(vendor, cursor=cursor, limit=1, include="notes", status="deleted")
    assert [each["contact_id"] for each in second["contacts"]] == people[2:]
    assert "taggings" in second["contacts"][0]
    assert "notes" not in second["contacts"][0]


@pytest.mark.parametrize("cursor", ["nonsense", "Y29udGFjdHM6bmV4dD1hYmM", "bGlzdHM6bmV4dD0x"])
async def test_a_cursor_that_is_none_is_refused(vendor: Vendor, cursor: str) -> None:
    response = await vendor.client.get("/v3/contacts", params={"cursor": cursor})
    assert "cursor does not have a valid value" in errors(response, 400, INVALID)[0]


async def test_lists_are_those_that_a_contact_is_on_now(vendor: Vendor) -> None:
    news, offers, nobody = [await vendor.list() for _ in range(3)]
    both, one, gone = [await vendor.contact(lists=lists) for lists in ([news, offers], [offers], [news])]
    await vendor.client.delete(f"/v3/contacts/{gone}")
    assert await found(vendor, lists=news) == [both]
    assert await found(vendor, lists=f"{news}, {offers}") == [both, one]
    assert await found(vendor, lists=news, status="all") == [both]
    assert await found(vendor, lists=nobody) == await found(vendor, lists=str(uuid4())) == []
    await changed(vendor, both, list_memberships=[offers])
    assert await found(vendor, lists=news) == []


async def test_tags_and_an_address_find_their_contacts(vendor: Vendor) -> None:
    tag, mail = await vendor.tag(), address()
    tagged = await make(vendor, taggings=[tag], email_address={"address": mail})
    other = await make(vendor, taggings=[await vendor.tag()])
    assert await found(vendor, tags=tag) == await found(vendor, email=mail.upper()) == [tagged["contact_id"]]
    assert await found(vendor, tags=f"{tag},{other['taggings'][0]}") == [tagged["contact_id"], other["contact_id"]]
    assert await found(vendor, email=mail, tags=other["taggings"][0]) == await found(vendor, email=address()) == []


async def test_times_bound_what_is_found(vendor: Vendor) -> None:
    first, second = await make(vendor), await make(vendor)
    assert await found(vendor, created_before=second["created_at"], created_after=first["created_at"]) == [first["contact_id"]]
    after = await changed(vendor, first["contact_id"], first_name="Ana")
    assert await found(vendor, updated_after=after["updated_at"]) == [first["contact_id"]]
    assert await found(vendor, updated_before=after["updated_at"]) == [second["contact_id"]]


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ({"segment_id": 3}, "segment_id does not have a valid value: Muster has no segments"),
        ({"limit": 501}, "limit does not have a valid value"),
        ({"limit": 0}, "limit does not have a valid value"),
        ({"status": "active,gone"}, "status does not have a valid value: 'gone' is none of"),
        ({"sms_status": "implicit"}, "sms_status does not have a valid value"),
        ({"include": "everything"}, "include does not have a valid value"),
        ({"lists": "news"}, "lists.0 does not have a valid value"),
        ({"lists": ",".join(str(uuid4()) for _ in range(26))}, "lists does not have a valid value"),
        ({"tags": ",".join(str(uuid4()) for _ in range(51))}, "tags does not have a valid value"),
        ({"updated_after": "yesterday"}, "updated_after does not have a valid value"),
        ({"include_count": "perhaps"}, "include_count does not have a valid value"),
    ],
)
async def test_a_query_that_is_wrong_is_refused_by_name(vendor: Vendor, query: dict[str, Any], message: str) -> None:
    assert message in errors(await vendor.client.get("/v3/contacts", params=query), 400, INVALID)[0]


async def test_a_page_and_a_single_contact_show_the_same(vendor: Vendor) -> None:
    made = await make(vendor, taggings=[await vendor.tag()], notes=[{"content": "called"}])
    (listed,) = (await page(vendor, include=ALL_PARTS))["contacts"]
    assert listed == made == await get(vendor, made["contact_id"])


async def test_a_get_with_a_content_type_is_answered(vendor: Vendor) -> None:
    headers = {"Content-Type": "application/json", "Accept": "application/xml"}
    assert (await vendor.client.get("/v3/contacts", headers=headers)).status_code == 200


async def test_new_subscribers_are_counted_where_they_are_asked_for(vendor: Vendor) -> None:
    await vendor.contact()
    await vendor.contact(channels={"email": {"status": "unsubscribed"}})
    await vendor.contact(channels={"email": {"permission": "not_set"}})
    await vendor.client.delete(f"/v3/contacts/{await vendor.contact()}")
    counts = await page(vendor, "/v3/contacts/counts", include="new_subscriber")
    assert counts == {"total": 3, "explicit": 0, "implicit": 1, "pending": 0, "unsubscribed": 1, "new_subscriber": 1}
    errors(await vendor.client.get("/v3/contacts/counts", params={"include": "notes"}), 400, INVALID)


async def test_a_sequence_id_is_the_number_that_a_contact_has_in_the_native_api(vendor: Vendor) -> None:
    people = {str((await vendor.native(each))["id"]): each for each in [await vendor.contact() for _ in range(2)]}
    people |= {f"0{number}": each for number, each in people.items()}
    asked = ",".join([*people, "999999", "x", "9" * 30])
    body = await page(vendor, "/v3/contacts/contact_id_xrefs", sequence_ids=asked)
    assert body == {"xrefs": [{"sequence_id": number, "contact_id": each} for number, each in people.items()]}
    for wrong in ({}, {"sequence_ids": ",".join("1" * 501)}):
        errors(await vendor.client.get("/v3/contacts/contact_id_xrefs", params=wrong), 400, INVALID)
