"""Synchronous batches: who may send how many, what is answered in which shape, and that no contact's data reaches another's."""

from typing import Any

import pytest

from shared.accounts.limits import Limit
from tests.dialects.acquia.vendor import CONTACTS, Vendor, error, values
from tests.dialects.acquia.ways_in import batch, by_key

pytestmark = pytest.mark.mongo

BATCH = f"{CONTACTS}/batch"
GOOD, BAD = {"firstname": "Ana"}, {"firstname": "Bo", "email": "bad"}


@pytest.mark.parametrize(
    ("items", "contacts", "codes", "errors"),
    [
        ([GOOD, GOOD], [0, 1], [0, 1], None),
        ([GOOD, BAD, GOOD], {"0", "2"}, [0, 1, 2], {"1"}),
        ([GOOD, BAD], [0], [0, 1], {"1"}),
        ([BAD, GOOD], {"1"}, [0, 1], [0]),
        ([BAD, BAD], [], [0, 1], [0, 1]),
        ([BAD, GOOD, BAD], {"1"}, [0, 1, 2], {"0", "2"}),
        ([GOOD, BAD, BAD], [0], [0, 1, 2], {"1", "2"}),
        ({"0": GOOD, "1": GOOD}, [0, 1], [0, 1], None),
        ({"ana": GOOD, "bo": BAD}, {"ana"}, {"ana", "bo"}, {"bo"}),
        ({"3": GOOD, "4": BAD}, {"3"}, {"3", "4"}, {"4"}),
        ({"1": GOOD, "0": GOOD}, {"1", "0"}, {"1", "0"}, None),
    ],
)
async def test_arrays_are_lists_where_their_keys_count_up_and_objects_elsewhere(
    vendor: Vendor, items: Any, contacts: Any, codes: Any, errors: Any
) -> None:
    """A list of places stands for a list, a set of keys for an object."""
    body = (await batch(vendor, items)).json()
    keys = {name: set(array) if isinstance(array, dict) else list(range(len(array))) for name, array in body.items()}
    assert keys == {"contacts": contacts, "statusCodes": codes, **({"errors": errors} if errors else {})}
    said = dict(items) if isinstance(items, dict) else {str(place): item for place, item in enumerate(items)}
    found = body["statusCodes"]
    answered = found if isinstance(found, dict) else {str(place): code for place, code in enumerate(found)}
    assert answered == {key: 201 if item is GOOD else 400 for key, item in said.items()}


async def test_a_batch_of_new_contacts_tells_of_each_by_its_place(vendor: Vendor) -> None:
    ana = await vendor.make(email="ana@example.org", firstname="Ana")
    response = await batch(vendor, [{"email": "bo@example.org"}, {"email": "ana@example.org", "city": "Graz"}, BAD, {}])
    body = response.json()
    assert (response.status_code, body["statusCodes"]) == (201, [201, 200, 400, 201])
    assert (list(body["contacts"]), list(body["errors"])) == (["0", "1", "3"], ["2"])
    assert (body["contacts"]["1"]["id"], body["contacts"]["1"]["fields"]["all"]["city"]) == (ana["id"], "Graz")
    assert body["contacts"]["0"] == await vendor.read(body["contacts"]["0"]["id"])
    said = body["errors"]["2"]
    assert (said["code"], said["message"], said["type"]) == (400, "email: A valid email is required.", None)
    assert said["details"]["email"][0] == "A valid email is required."


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
async def test_no_contact_of_an_edit_gets_what_is_anothers_whatever_stands_between_them(vendor: Vendor, method: str) -> None:
    first, second, third = [await vendor.make(firstname=name) for name in ("Ana", "Bo", "Cy")]
    edits: list[Any] = [
        {"id": first["id"], "lastname": "First"},
        {"lastname": "nobody"},
        7,
        {"id": second["id"], "lastname": "Second", "email": "bad"},
        {"id": 987_654, "lastname": "Unknown"},
        {"id": str(third["id"]), "lastname": "Third"},
        None,
        {"id": first["id"], "city": "Graz"},
    ]
    response = await batch(vendor, edits, method)
    body = response.json()
    unknown = 201 if method == "PUT" else 404
    assert body["statusCodes"] == [200, 400, 400, 400, unknown, 200, 400, 200]
    errors = by_key(body["errors"])
    assert errors[1] == {"message": "ID is missing from the payload.", "code": 400, "type": "api"}
    assert [set(errors[place]) for place in (2, 6)] == [{"message", "code", "type"}] * 2
    assert set(errors[3]["details"]) == {"email"}
    if method == "PATCH":
        assert errors[4] == {"message": "Item was not found.", "code": 404, "type": "api"}
    contacts = by_key(body["contacts"])
    assert contacts[3] == await vendor.read(second["id"]) == second
    assert contacts[5]["id"] == third["id"]
    lastnames = [(await vendor.read(each["id"]))["fields"]["all"]["lastname"] for each in (first, second, third)]
    assert lastnames == (["First", None, "Third"] if method == "PATCH" else [None, None, "Third"])
    assert len(await vendor.muster.contacts()) == (4 if method == "PUT" else 3)


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH"])
async def test_two_hundred_contacts_are_taken_and_one_more_is_refused_with_nothing_done(vendor: Vendor, method: str) -> None:
    path = f"{BATCH}/{'new' if method == 'POST' else 'edit'}"
    made = await vendor.make(firstname="Ana")
    item = {"id": made["id"], "firstname": "Bo", "email": made["fields"]["all"]["email"]}
    refused = error(await vendor.client.request(method, path, json=[item] * 201), 500)
    assert refused == {"code": 500, "message": "A max of 200 entities are supported at a time.", "details": [], "type": None}
    assert await vendor.read(made["id"]) == made
    taken = await batch(vendor, [item] * 200, method)
    assert taken.json()["statusCodes"] == [200] * 200
    assert (await vendor.read(made["id"]))["fields"]["all"]["firstname"] == "Bo"


@pytest.mark.parametrize("path", ["batch/new", "bulk/new"])
@pytest.mark.parametrize(
    "body", ["[]", "{}", "", "  ", "null", "5", '"x"', "true", "[{]", "{", '[{"firstname": NaN}]', '[{"a":"\\ud800"}]', "[]]"]
)
async def test_bodies_without_contacts_are_bad_requests(vendor: Vendor, path: str, body: str) -> None:
    headers = {"Content-Type": "application/json"}
    refused = error(await vendor.client.post(f"{CONTACTS}/{path}", content=body, headers=headers), 400)
    assert refused["type"] is None
    assert await vendor.muster.contacts() == []


@pytest.mark.parametrize("item", [5, None, "x", [], True, [{"email": "ana@example.org"}]])
async def test_an_item_that_is_no_object_fails_alone(vendor: Vendor, item: Any) -> None:
    body = (await batch(vendor, [GOOD, item])).json()
    assert body["statusCodes"] == [201, 400]
    ((made, _), failed) = await vendor.items([GOOD, item]), body["errors"]["1"]
    assert (made["statusCode"], failed["code"], failed["type"]) == (201, 400, "api")


@pytest.mark.parametrize(
    "body", [GOOD, {"email": "ana@example.org", "tags": ["a"], "points": 3}, ["ana@example.org"], [None, 7], [[GOOD]], {"a": 5}]
)
@pytest.mark.parametrize("kind", ["batch", "bulk"])
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH"])
async def test_a_body_in_which_nothing_is_a_contact_is_a_bad_request(vendor: Vendor, body: Any, kind: str, method: str) -> None:
    path = f"{CONTACTS}/{kind}/{'new' if method == 'POST' else 'edit'}"
    found = error(await vendor.client.request(method, path, json=body), 400)
    assert found["message"] == "This is a bad request. The body has no contacts: send a list of them, also of one."
    assert await vendor.muster.contacts() == []
    assert (await vendor.client.get("/v1/jobs")).json()["items"] == []


async def test_the_room_of_an_account_ends_in_the_middle_of_a_batch(vendor: Vendor) -> None:
    ana = await vendor.make(email="ana@example.org")
    await vendor.muster.gateway.accounts.set_limit(vendor.muster.account.number, Limit.CONTACTS, 2)
    body = (await batch(vendor, [{"email": "bo@example.org"}, GOOD, {"email": "ana@example.org", "city": "Graz"}, BAD])).json()
    assert body["statusCodes"] == [201, 403, 200, 400]
    assert (body["contacts"]["2"]["id"], sorted(body["errors"])) == (ana["id"], ["1", "3"])
    said = body["errors"]["1"]
    assert (said["code"], set(said)) == (403, {"code", "message", "details", "type"})
    alone = error(await vendor.client.post(f"{CONTACTS}/new", json=GOOD), 403)
    assert alone["message"] == said["message"]
    assert len(await vendor.muster.contacts()) == 2


@pytest.mark.parametrize(
    "query",
    ["ids={0},{1}", "ids[]={0}&ids[]={1}", "ids[0]={0}&ids[1]={1}", "ids=%20{0}%20,{1},,{0}", "ids%5B%5D={0}&ids%5B%5D={1}"],
)
async def test_contacts_are_deleted_by_ids_in_the_query_and_answered_as_they_were(vendor: Vendor, query: str) -> None:
    made = [await vendor.make(firstname="Ana") for _ in range(3)]
    response = await vendor.client.delete(f"{BATCH}/delete?{query.format(made[0]['id'], made[1]['id'])}")
    assert (response.status_code, response.json()) == (200, {"contacts": made[:2]})
    assert [contact["_id"] & 0xFFFFFFFF for contact in await vendor.muster.contacts() if "deleted_at" not in contact] == [
        made[2]["id"]
    ]


async def test_ids_that_nobody_has_are_told_beside_those_that_are_deleted(vendor: Vendor) -> None:
    made = await vendor.make(firstname="Ana")
    body = (await vendor.client.delete(f"{BATCH}/delete?ids=987654,{made['id']},abc")).json()
    missing = {"message": "Item was not found.", "code": 404, "type": "api"}
    assert body == {"contacts": {"1": made}, "errors": {"0": missing, "2": missing}}
    again = (await vendor.client.delete(f"{BATCH}/delete?ids={made['id']}")).json()
    assert again == {"contacts": [], "errors": [missing]}


@pytest.mark.parametrize(
    ("query", "status"), [("", 400), ("?ids=", 400), ("?ids[]=", 400), ("?ids=" + ",".join(map(str, range(1, 202))), 500)]
)
async def test_a_deletion_names_one_to_two_hundred_contacts(vendor: Vendor, query: str, status: int) -> None:
    made = await vendor.make()
    error(await vendor.client.delete(f"{BATCH}/delete{query}"), status)
    assert await vendor.read(made["id"]) == made


async def test_a_later_item_shows_and_errors_do_not_mix_with_the_contact_that_was_merged_away(vendor: Vendor) -> None:
    first, second = await vendor.make(email="ana@example.org"), await vendor.make()
    edits = [{"id": second["id"], "email": "ana@example.org"}, {"id": first["id"], "firstname": "Bo"}]
    body = (await batch(vendor, edits, "PATCH")).json()
    assert body["statusCodes"] == [200, 404]
    assert [values(contact) for contact in body["contacts"]] == [{"email": "ana@example.org"}]
