"""The whole life of bulk jobs over plain HTTP: sent, followed, read page by page."""

import pytest

from tests.dialects.acquia.vendor import CONTACTS, Vendor, address, error, values

pytestmark = pytest.mark.mongo

MANY = 10_000
PAGE = 200


def person(number: int) -> dict[str, object]:
    """A contact; every hundredth is faulty, in one of three ways."""
    if number % 100:
        return {"email": f"person{number}@example.org", "firstname": f"P{number}", "points": number % 7, "tags": ["bulk"]}
    faults = ({"email": "no address"}, {"points": "many"}, {"email": f"person{number}@example.org", "country": "Atlantis"})
    return {"firstname": "Faulty", **faults[number // 100 % 3]}


async def test_ten_thousand_contacts_are_made_and_each_item_says_in_order_what_became_of_it(vendor: Vendor) -> None:
    job = await vendor.job([person(number) for number in range(MANY)])
    seen = set()
    while (status := await vendor.status(job)) != "completed":
        seen.add(status)
    assert seen <= {"queued", "in_progress"}
    assert "in_progress" in seen
    pages = await vendor.pages(job)
    assert [len(page) for page in pages] == [PAGE] * (MANY // PAGE)
    items = [item for page in pages for item in page]
    assert [item["statusCode"] for item in items] == [201 if number % 100 else 400 for number in range(MANY)]
    assert [item["id"] is None for item in items] == [number % 100 == 0 for number in range(MANY)]
    assert [list(item["errors"]["details"]) for item in items[:300:100]] == [["email"], ["points"], ["country"]]
    for number in (1, 4_999, 9_999):
        made = values(await vendor.read(items[number]["id"]))
        assert (made["email"], made["firstname"]) == (f"person{number}@example.org", f"P{number}")


async def test_put_clears_what_is_not_sent_and_patch_leaves_it_alone(vendor: Vendor) -> None:
    people = [{"email": address(), "firstname": "Ana", "city": "Graz", "points": 4, "tags": ["a"]} for _ in range(4)]
    made = [item["id"] for item in await vendor.items(people)]
    patched = [{"id": number, "firstname": "", "lastname": "Ash", "points": 0, "tags": ["-a", "b"]} for number in made[:2]]
    assert await vendor.items(patched, "PATCH") == [{"id": number, "statusCode": 200} for number in made[:2]]
    replaced = [{"id": number, "email": people[2 + place]["email"], "lastname": "Ash"} for place, number in enumerate(made[2:])]
    assert await vendor.items(replaced, "PUT") == [{"id": number, "statusCode": 200} for number in made[2:]]
    contacts = [await vendor.read(number) for number in made]
    whole = {"firstname": "Ana", "lastname": "Ash", "city": "Graz", "points": 4}
    assert [values(contact) for contact in contacts] == [
        {**whole, "email": people[0]["email"]},
        {**whole, "email": people[1]["email"]},
        {"lastname": "Ash", "email": people[2]["email"]},
        {"lastname": "Ash", "email": people[3]["email"]},
    ]
    assert [[tag["tag"] for tag in contact["tags"]] for contact in contacts] == [["b"], ["b"], ["a"], ["a"]]


async def test_edits_are_told_in_request_order_with_ids_that_are_unknown_missing_and_faulty(vendor: Vendor) -> None:
    known = (await vendor.make(firstname="Ana"))["id"]
    edits = [{"firstname": "B"}, {"id": 999_999, "firstname": "B"}, {"id": known, "email": "no address"}, {"id": known}]
    items = await vendor.items(edits, "PATCH")
    assert [(item["id"], item["statusCode"]) for item in items] == [(None, 400), (999_999, 404), (known, 400), (known, 200)]
    assert items[0]["errors"] == {"message": "ID is missing from the payload.", "code": 400, "type": "api"}
    assert items[1]["errors"] == {"message": "Item was not found.", "code": 404, "type": "api"}
    assert items[2]["errors"]["message"] == "email: A valid email is required."
    (made,) = await vendor.items([{"id": 999_999, "email": address()}], "PUT")
    assert made["statusCode"] == 201
    assert made["id"] not in (None, known, 999_999)


async def test_a_page_of_details_is_a_number_whatever_zeros_stand_before_it(vendor: Vendor) -> None:
    path = f"{CONTACTS}/job/{await vendor.completed(await vendor.job([person(1)]))}"
    response = await vendor.client.get(path, params={"details": 1, "page": "0" * 5_000 + "1"})
    assert [item["statusCode"] for item in response.json()["details"]["contacts"]] == [201]
    for said in ("0", "0" * 9, "0" * 8 + "9" * 30, "9" * 5_000, "\u0661", "-1", "x"):
        assert error(await vendor.client.get(path, params={"details": 1, "page": said}), 400)["details"] == []


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
async def test_ten_thousand_edits_say_in_order_what_became_of_each(vendor: Vendor, method: str) -> None:
    people = [{"email": f"person{number}@example.org", "firstname": "Ana", "city": "Graz"} for number in range(MANY)]
    made = [item["id"] for item in await vendor.items(people)]
    edits = [{"id": number, "email": people[place]["email"], "lastname": f"L{place}"} for place, number in enumerate(made)]
    for place in range(0, MANY, 100):
        edits[place]["email"] = "no address"
    items = await vendor.items(edits, method)
    assert [item["id"] for item in items] == made
    assert [item["statusCode"] for item in items] == [200 if place % 100 else 400 for place in range(MANY)]
    stays = {"firstname": "Ana", "city": "Graz"}
    for place in (1, 100, MANY - 1):
        edited = {"lastname": f"L{place}", **(stays if method == "PATCH" else {})} if place % 100 else stays
        assert values(await vendor.read(made[place])) == {"email": people[place]["email"], **edited}
