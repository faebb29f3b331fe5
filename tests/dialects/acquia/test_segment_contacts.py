"""Who is in a segment: joining, leaving, and who is not put back."""

from typing import Any

import pytest

from tests.dialects.acquia.segments import PATH, made, native_list
from tests.dialects.acquia.vendor import Vendor, address, error

pytestmark = pytest.mark.mongo
DONE = {"success": 1}
ADDS = ["contact/{}/add", "contact/add/{}"]
REMOVES = ["contact/{}/remove", "contact/remove/{}"]


async def person(vendor: Vendor, **members: Any) -> int:
    response = await vendor.client.post("/v1/contacts", json={"email": address(), **members})
    assert response.status_code == 201, response.text
    return int(response.json()["id"])


async def memberships(vendor: Vendor, contact: int) -> dict[int, str]:
    return {each["id"]: each["status"] for each in (await vendor.native(contact))["lists"]}


async def left(vendor: Vendor, segment: int) -> int:
    """A contact that unsubscribed from the segment, which another vendor's API was told."""
    email = address()
    contact = await person(vendor, email=email, lists=[segment])
    response = await vendor.client.post(f"/v2/address-books/{segment}/contacts/unsubscribe", json={"email": email})
    assert response.status_code == 200, response.text
    assert await memberships(vendor, contact) == {segment: "unsubscribed"}
    return contact


async def added(vendor: Vendor, segment: int, ids: Any) -> dict[str, Any]:
    response = await vendor.client.post(f"{PATH}/{segment}/contacts/add", json={"ids": ids})
    assert (response.status_code, response.json()["success"]) == (200, 1), response.text
    return dict(response.json()["details"])


@pytest.mark.parametrize(("add", "remove"), list(zip(ADDS, REMOVES, strict=True)))
async def test_a_contact_joins_and_leaves_and_may_be_told_twice(vendor: Vendor, add: str, remove: str) -> None:
    news, other = (await made(vendor, name="News"))["id"], await native_list(vendor, "Other")
    ana = await person(vendor, lists=[other])
    for _ in range(2):
        response = await vendor.client.post(f"{PATH}/{news}/{add.format(ana)}")
        assert (response.status_code, response.json()) == (200, DONE)
        assert await memberships(vendor, ana) == {other: "subscribed", news: "subscribed"}
    for _ in range(2):
        response = await vendor.client.post(f"{PATH}/{news}/{remove.format(ana)}")
        assert (response.status_code, response.json()) == (200, DONE)
        assert await memberships(vendor, ana) == {other: "subscribed"}


async def test_a_contact_that_nothing_but_its_id_could_find_joins_and_leaves_too(vendor: Vendor) -> None:
    news = (await made(vendor, name="News"))["id"]
    response = await vendor.client.post("/api/contacts/new", json={"firstname": "Ana"})
    ana = response.json()["contact"]["id"]
    assert (await vendor.client.post(f"{PATH}/{news}/contact/{ana}/add")).json() == DONE
    assert await memberships(vendor, ana) == {news: "subscribed"}
    assert (await vendor.client.post(f"{PATH}/{news}/contact/{ana}/remove")).json() == DONE
    assert await memberships(vendor, ana) == {}


async def test_a_contact_that_there_is_not_is_not_found(vendor: Vendor) -> None:
    news, gone = (await made(vendor, name="News"))["id"], await person(vendor)
    await vendor.client.delete(f"/v1/contacts/{gone}")
    for contact in ("0", "999999", "x", "9" * 30, gone):
        for path in (*ADDS, *REMOVES):
            response = await vendor.client.post(f"{PATH}/{news}/{path.format(contact)}")
            assert error(response, 404)["message"] == "Item was not found."
        assert error(await vendor.client.get(f"/api/contacts/{contact}/segments"), 404)["message"] == "Item was not found."
    assert (await vendor.native(gone))["lists"] == []


@pytest.mark.parametrize("status", ["unsubscribed", "suppressed"])
async def test_who_may_not_be_written_to_is_not_added_and_the_way_out_works(vendor: Vendor, status: str) -> None:
    news = (await made(vendor, name="News"))["id"]
    ana = await person(vendor, channels={"email": {"status": status}})
    message = error(await vendor.client.post(f"{PATH}/{news}/contact/{ana}/add"), 403)["message"]
    assert await memberships(vendor, ana) == {}
    path = message.rpartition("POST ")[2].rstrip(".")
    assert path == f"/api/contacts/{ana}/dnc/email/remove"
    assert (await vendor.client.post(path)).status_code == 200
    assert (await vendor.client.post(f"{PATH}/{news}/contact/{ana}/add")).json() == DONE
    assert await memberships(vendor, ana) == {news: "subscribed"}


async def test_who_left_a_segment_is_not_put_back_and_the_way_out_works(vendor: Vendor) -> None:
    news, other = (await made(vendor, name="News"))["id"], (await made(vendor, name="Other"))["id"]
    ana = await left(vendor, news)
    message = error(await vendor.client.post(f"{PATH}/{news}/contact/{ana}/add"), 403)["message"]
    assert await memberships(vendor, ana) == {news: "unsubscribed"}
    assert (await vendor.client.post(f"{PATH}/{other}/contact/{ana}/add")).json() == DONE
    path, _, body = message.rpartition("PATCH ")[2].rstrip(".").partition(" with ")
    response = await vendor.client.patch(path, content=body, headers={"Content-Type": "application/json"})
    assert response.status_code == 200, response.text
    assert await memberships(vendor, ana) == {news: "subscribed", other: "subscribed"}


async def test_that_somebody_left_is_not_wiped_out_by_taking_them_off(vendor: Vendor) -> None:
    news = (await made(vendor, name="News"))["id"]
    ana = await left(vendor, news)
    assert (await vendor.client.post(f"{PATH}/{news}/contact/{ana}/remove")).json() == DONE
    assert await memberships(vendor, ana) == {news: "unsubscribed"}


async def test_who_may_not_be_written_to_stays_in_a_segment_and_can_be_taken_off(vendor: Vendor) -> None:
    news = (await made(vendor, name="News"))["id"]
    ana = await person(vendor, lists=[news])
    await vendor.client.patch(f"/v1/contacts/{ana}", json={"channels": {"email": {"status": "unsubscribed"}}})
    assert (await vendor.client.post(f"{PATH}/{news}/contact/{ana}/add")).json() == DONE
    assert (await vendor.client.post(f"{PATH}/{news}/contact/{ana}/remove")).json() == DONE
    assert await memberships(vendor, ana) == {}


async def test_many_join_at_once_and_each_is_told(vendor: Vendor) -> None:
    news = (await made(vendor, name="News"))["id"]
    ana, bo, cy, gone = [await person(vendor) for _ in range(4)]
    await vendor.client.delete(f"/v1/contacts/{gone}")
    barred, has_left = await person(vendor, channels={"email": {"status": "unsubscribed"}}), await left(vendor, news)
    await added(vendor, news, [bo])
    details = await added(vendor, news, [ana, str(bo), ana, cy, gone, barred, has_left, 999999, "x", 0, -1, "9" * 30])
    is_in = {str(ana): True, str(bo): True, str(cy): True}
    is_not = dict.fromkeys([str(gone), str(barred), str(has_left), "999999", "x", "0", "-1", "9" * 30], False)
    assert {key: each["success"] for key, each in details.items()} == is_in | is_not
    assert [await memberships(vendor, contact) for contact in (ana, bo, cy)] == [{news: "subscribed"}] * 3
    assert [await memberships(vendor, contact) for contact in (gone, barred)] == [{}, {}]
    assert await memberships(vendor, has_left) == {news: "unsubscribed"}


async def test_nobody_is_an_empty_list_and_nobody_good_is_a_success(vendor: Vendor) -> None:
    news = (await made(vendor, name="News"))["id"]
    response = await vendor.client.post(f"{PATH}/{news}/contacts/add", json={"ids": []})
    assert response.json() == {"success": 1, "details": []}
    assert await added(vendor, news, [0]) == {"0": {"success": False}}
    assert await added(vendor, news, ["x"]) == {"x": {"success": False}}


@pytest.mark.parametrize("form", ["ids[]={}&ids[]={}", "ids[0]={}&ids[1]={}", "ids[5]={}&ids[7]={}", "ids%5B%5D={}&ids%5B%5D={}"])
async def test_a_form_names_many_too(vendor: Vendor, form: str) -> None:
    news, ana, bo = (await made(vendor, name="News"))["id"], await person(vendor), await person(vendor)
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    response = await vendor.client.post(f"{PATH}/{news}/contacts/add", content=form.format(ana, bo), headers=headers)
    assert response.json() == {"success": 1, "details": {str(ana): {"success": True}, str(bo): {"success": True}}}


@pytest.mark.parametrize(
    "body", [{}, {"ids": None}, {"ids": 1}, {"ids": "1,2"}, {"ids": [[1, 2]]}, {"ids": [True]}, {"ids": [1.5]}]
)
async def test_a_body_that_names_nobody_is_a_bad_request(vendor: Vendor, body: dict[str, Any]) -> None:
    news = (await made(vendor, name="News"))["id"]
    response = await vendor.client.post(f"{PATH}/{news}/contacts/add", json=body)
    assert error(response, 400)["message"].startswith("This is a bad request.")


async def test_ten_thousand_contacts_can_join_and_no_more(vendor: Vendor) -> None:
    news, ana = (await made(vendor, name="News"))["id"], await person(vendor)
    details = await added(vendor, news, list(range(1, 10_001)))
    assert [key for key, each in details.items() if each["success"]] == [str(ana)]
    assert len(details) == 10_000
    response = await vendor.client.post(f"{PATH}/{news}/contacts/add", json={"ids": list(range(1, 10_002))})
    assert error(response, 400)["message"] == "A max of 10000 entities are supported at a time."


async def test_a_form_names_as_many_as_json(vendor: Vendor) -> None:
    news, ana = (await made(vendor, name="News"))["id"], await person(vendor)
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    sent = [f"ids%5B%5D={number}" for number in range(1, 10_002)]
    response = await vendor.client.post(f"{PATH}/{news}/contacts/add", content="&".join(sent[:-1]), headers=headers)
    assert response.status_code == 200, response.text
    details = response.json()["details"]
    assert (len(details), details[str(ana)]) == (10_000, {"success": True})
    response = await vendor.client.post(f"{PATH}/{news}/contacts/add", content="&".join(sent), headers=headers)
    assert error(response, 400)["message"] == "A max of 10000 entities are supported at a time."


async def test_the_segments_of_a_contact_are_those_that_it_is_in_now(vendor: Vendor) -> None:
    news, other = (await made(vendor, name="News"))["id"], await native_list(vendor, "Other")
    ana = await left(vendor, news)
    path = f"/api/contacts/{ana}/segments"
    assert (await vendor.client.get(path)).json() == {"total": 0, "lists": []}
    await added(vendor, other, [ana])
    body = (await vendor.client.get(path)).json()
    assert body["lists"][str(other)].pop("dateAdded").endswith("+00:00")
    shown = {"id": other, "name": "Other", "alias": f"other--{other}", "manuallyAdded": True, "manuallyRemoved": False}
    assert body == {"total": 1, "lists": {str(other): shown}}


async def test_many_are_read_in_one_question_and_written_in_one_transaction(vendor: Vendor) -> None:
    news, people = (await made(vendor, name="News"))["id"], [await person(vendor) for _ in range(20)]
    database = vendor.muster.database
    await database.command("profile", 2)
    try:
        details = await added(vendor, news, people)
    finally:
        await database.command("profile", 0)
    assert all(each["success"] for each in details.values())
    asked = {"ns": f"{database.name}.contacts", "op": "query"}
    assert await database["system.profile"].count_documents(asked) == 1
    await database["system.profile"].drop()
    assert len({(await vendor.native(contact))["updated_at"] for contact in people}) == 1
