"""The vendor's clients change lists, tags, contacts and custom fields in bulk, and poll the activities to their ends."""

import pytest

from tests.dialects.constant_contact.official.behind import field, lists_of, tag, tags_of
from tests.dialects.constant_contact.official.client import Client, Raised
from tests.dialects.constant_contact.vendor import Vendor

pytestmark = pytest.mark.mongo


async def test_a_client_puts_contacts_on_a_list(official: Client, vendor: Vendor) -> None:
    news, people = await vendor.list(), [await vendor.contact() for _ in range(3)]
    activity = await official.done("create_list_add_activity", {"source": {"contact_ids": people}, "list_ids": [news]})
    assert activity["status"] == {"items_total_count": 3, "items_completed_count": 3, "list_count": 1}
    assert activity["activity_errors"] == []
    assert activity["_links"]["self"]["href"] == f"/v3/activities/{activity['activity_id']}"
    assert [await lists_of(vendor, person) for person in people] == [[news]] * 3


async def test_a_client_takes_contacts_off_a_list(official: Client, vendor: Vendor) -> None:
    """The client for Python refuses to build this call: its description of the body allows no contact and no list at all."""
    news = await vendor.list()
    kept, gone = [await vendor.contact(lists=[news]) for _ in range(2)]
    body = {"source": {"contact_ids": [gone]}, "list_ids": [news]}
    if official.language == "python":
        with pytest.raises(Raised, match="at most 0 items") as refused:
            await official("create_list_remove_activity", body)
        assert (refused.value.name, refused.value.status) == ("ValidationError", None)
        activity = await vendor.done("remove_list_memberships", **body)
    else:
        activity = await official.done("create_list_remove_activity", body)
    assert activity["status"] == {"items_total_count": 1, "items_completed_count": 1, "list_count": 1}
    assert [await lists_of(vendor, kept), await lists_of(vendor, gone)] == [[news], []]


async def test_a_client_puts_a_tag_on_every_member_of_a_list_and_takes_it_off_one(official: Client, vendor: Vendor) -> None:
    news, (gold, name) = await vendor.list(), await tag(vendor)
    people = [await vendor.contact(lists=[news]) for _ in range(2)]
    added = await official.done("create_tag_add_contact_activity", {"source": {"list_ids": [news]}, "tag_ids": [gold]})
    assert added["status"] == {"items_total_count": 2, "items_completed_count": 2}
    assert [await tags_of(vendor, person) for person in people] == [[name]] * 2
    await official.done("create_tag_remove_activity", {"source": {"contact_ids": people[:1]}, "tag_ids": [gold]})
    assert [await tags_of(vendor, person) for person in people] == [[], [name]]


async def test_a_client_deletes_contacts_by_their_ids_and_by_their_list(official: Client, vendor: Vendor) -> None:
    news = await vendor.list()
    one, other, kept = await vendor.contact(), await vendor.contact(lists=[news]), await vendor.contact()
    by_id = await official.done("create_delete_activity", {"contact_ids": [one]})
    assert by_id["status"]["items_completed_count"] == 1
    by_list = await official.done("create_delete_activity", {"list_ids": [news]})
    assert by_list["status"] == {"items_total_count": 1, "items_completed_count": 1, "list_count": 1}
    found = [(await vendor.native(person)).get("deleted_at") for person in (one, other, kept)]
    assert [moment is not None for moment in found] == [True, True, False]


async def test_a_client_deletes_lists_and_their_members_stay(official: Client, vendor: Vendor) -> None:
    gone, kept = await vendor.list(), await vendor.list()
    person = await vendor.contact(lists=[gone, kept])
    activity = await official.done("create_list_delete_activity", {"list_ids": [gone]})
    assert activity["status"] == {"list_count": 1}
    assert await lists_of(vendor, person) == [kept]


async def test_a_client_deletes_tags_from_every_contact(official: Client, vendor: Vendor) -> None:
    (gone, name), (_, kept) = await tag(vendor), await tag(vendor)
    person = await vendor.contact(tags=[name, kept])
    activity = await official.done("create_tag_delete_activity", {"tag_ids": [gone]})
    assert activity["status"] == {"items_total_count": 1, "items_completed_count": 1}
    assert await tags_of(vendor, person) == [kept]


async def test_a_client_deletes_custom_fields(official: Client, vendor: Vendor) -> None:
    """The client for Python refuses to build this call too, for the same mistake in its description of the body."""
    plan = await field(vendor, "plan")
    body = {"custom_field_ids": [plan]}
    if official.language == "python":
        with pytest.raises(Raised, match="at most 0 items") as refused:
            await official("post_custom_field_delete", body)
        assert refused.value.status is None
        activity = await vendor.done("custom_fields_delete", **body)
    else:
        activity = await official.done("post_custom_field_delete", body)
    assert "status" not in activity
    assert (await vendor.client.get(f"/v1/fields/{plan}")).status_code == 404
