"""What bulk jobs take and refuse: how many contacts, in which form, sent again, and with fields that the account has not yet."""

import asyncio
import csv
import io
from typing import Any

import pytest

from services.gateway.dialects.acquia.bulk import PAYLOAD_NAME
from shared.accounts.limits import Limit
from shared.platform.files import FILES_COLLECTION
from tests.dialects.acquia.vendor import CONTACTS, Vendor, address, error, values
from tests.dialects.acquia.ways_in import WayIn, batch, in_every_way

pytestmark = pytest.mark.mongo

NEW, EDIT = f"{CONTACTS}/bulk/new", f"{CONTACTS}/bulk/edit"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
MOST = 10_000
TOO_MANY = {"code": 400, "message": "A max of 10000 entities are supported at a time.", "details": [], "type": None}


def form(count: int) -> str:
    return "&".join(f"{n}[email]=p{n}%40example.org&{n}[firstname]=P&{n}[tags][]=a&{n}[tags][]=b" for n in range(count))


async def test_ten_thousand_contacts_of_a_nested_form_are_taken_and_one_more_is_refused(vendor: Vendor) -> None:
    assert error(await vendor.client.post(NEW, content=form(MOST + 1), headers=FORM), 400) == TOO_MANY
    response = await vendor.client.post(NEW, content=form(MOST), headers=FORM)
    assert response.status_code == 202, response.text
    pages = await vendor.pages(await vendor.completed(response.json()["id"]))
    items = [item for page in pages for item in page]
    assert [item["statusCode"] for item in items] == [201] * MOST
    last = await vendor.read(items[-1]["id"])
    assert values(last) == {"email": f"p{MOST - 1}@example.org", "firstname": "P"}
    assert [tag["tag"] for tag in last["tags"]] == ["a", "b"]


@pytest.mark.parametrize(("method", "path"), [("POST", NEW), ("PUT", EDIT), ("PATCH", EDIT)])
async def test_more_than_ten_thousand_are_refused_before_anything_is_done(vendor: Vendor, method: str, path: str) -> None:
    for body in ([{"id": 1}] * (MOST + 1), {f"k{n}": {"id": 1} for n in range(MOST + 1)}):
        assert error(await vendor.client.request(method, path, json=body), 400) == TOO_MANY
    jobs = (await vendor.client.get("/v1/jobs")).json()["items"]
    assert jobs == []


async def test_a_body_that_is_too_large_is_refused(vendor: Vendor) -> None:
    await vendor.muster.gateway.accounts.set_limit(vendor.muster.account.number, Limit.PAYLOAD_BYTES, 1_000)
    for path in ("bulk/new", "batch/new"):
        error(await vendor.client.post(f"{CONTACTS}/{path}", json=[{"firstname": "x" * 1_000}]), 413)
    assert (await vendor.client.post(NEW, json=[{"firstname": "x" * 900}])).status_code == 202


async def test_items_keep_the_order_of_the_keys_they_came_with(vendor: Vendor) -> None:
    body = {"z": {"email": "bad"}, "a": {"email": address()}, "7": {"points": "x"}}
    assert [item["statusCode"] for item in await vendor.items(body)] == [400, 201, 400]


async def test_the_same_request_with_the_same_key_is_one_job_and_another_is_refused(vendor: Vendor) -> None:
    key = {"Idempotency-Key": "once"}
    first = await vendor.client.post(NEW, json=[{"email": "ana@example.org"}], headers=key)
    again = await vendor.client.post(NEW, json=[{"email": "ana@example.org"}], headers=key)
    assert (first.status_code, again.status_code, again.json()) == (202, 202, first.json())
    for method, path, body in (("POST", NEW, [{"email": "bo@example.org"}]), ("PATCH", EDIT, [{"email": "ana@example.org"}])):
        refused = error(await vendor.client.request(method, path, json=body, headers=key), 400)
        assert refused["message"].startswith("This Idempotency-Key was used for another request.")
    assert len((await vendor.client.get("/v1/jobs")).json()["items"]) == 1


@pytest.mark.parametrize("method", ["PUT", "PATCH", "POST"])
async def test_a_request_that_brings_in_fields_is_known_again_by_its_key(vendor: Vendor, method: str) -> None:
    """The account has none of these fields before the first request, and all of them before the second."""
    made = [await vendor.make(), await vendor.make()]
    body = [{"id": made[0]["id"], "twitter": "t", "owner": 3}, {"id": made[1]["id"], "facebook": "", "overwriteWithBlank": True}]
    path, key = NEW if method == "POST" else EDIT, {"Idempotency-Key": "once"}
    answers = [await vendor.client.request(method, path, json=body, headers=key) for _ in range(2)]
    assert [(each.status_code, each.json()) for each in answers] == [(202, answers[0].json())] * 2


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
async def test_a_request_is_known_again_once_the_account_has_another_field(vendor: Vendor, method: str) -> None:
    made = await vendor.make()
    body, key = [{"id": made["id"], "firstname": "Ana", "shoe": "4"}], {"Idempotency-Key": "once"}
    first = await vendor.client.request(method, EDIT, json=body, headers=key)
    assert first.status_code == 202
    response = await vendor.client.post("/api/fields/contact/new", json={"label": "Shoe", "type": "text"})
    assert response.status_code == 201
    again = await vendor.client.request(method, EDIT, json=body, headers=key)
    assert (again.status_code, again.json()) == (202, first.json())
    await vendor.completed(first.json()["id"])
    assert await stored_payloads(vendor) == 1


async def test_a_request_is_another_if_its_body_is_said_to_be_something_else(vendor: Vendor) -> None:
    key = {"Idempotency-Key": "once"}
    assert (await vendor.client.post(NEW, json=[{"firstname": "Ana"}], headers=key)).status_code == 202
    said = {**key, "Content-Type": "text/plain"}
    error(await vendor.client.post(NEW, content=b'[{"firstname":"Ana"}]', headers=said), 400)


async def stored_payloads(vendor: Vendor) -> int:
    """How many payloads of bulk jobs of the account are stored."""
    query = {"filename": PAYLOAD_NAME, "metadata.account": vendor.muster.account.number}
    return int(await vendor.muster.database[FILES_COLLECTION].count_documents(query))


async def test_more_contacts_than_a_job_of_the_account_may_have_are_refused_at_once(vendor: Vendor) -> None:
    await vendor.muster.gateway.accounts.set_limit(vendor.muster.account.number, Limit.ROWS_PER_JOB, 2)
    refused = error(await vendor.client.post(NEW, json=[{"email": address()} for _ in range(3)]), 400)
    assert refused["message"] == "A max of 2 entities are supported at a time."
    assert [item["statusCode"] for item in await vendor.items([{"email": address()} for _ in range(2)])] == [201, 201]


@in_every_way
async def test_contacts_that_are_refused_or_say_nothing_bring_in_no_field(vendor: Vendor, send: WayIn) -> None:
    made = await vendor.make()
    nothing = {"id": made["id"], "owner": None, "stage": "", "ipAddress": "", "facebook": "", "overwriteWithBlank": True}
    refused = {"id": made["id"], "twitter": "t", "owner": 3, "country": "Nowhere"}
    found = await send(vendor, [nothing, refused, {"id": made["id"], "skype": "s"}], "PATCH")
    assert [each.status for each in found] == [200, 400, 200]
    assert found[1].aliases == ["country"]
    known = await vendor.muster.gateway.fields.of_account(vendor.muster.account.number).all()
    assert [each.field.name for each in known] == ["skype"]


async def test_what_a_refused_contact_says_of_a_field_that_is_not_there_can_be_mended_and_sent_again(vendor: Vendor) -> None:
    job_id = await vendor.completed(await vendor.job([{"email": address(), "twitter": "t", "country": "Nowhere"}]))
    text = (await vendor.client.get(f"/v1/jobs/{job_id}/rejected.csv")).text
    (row,) = csv.DictReader(io.StringIO(text))
    assert (row["cf:twitter"], row["address:home:country"]) == ("t", "Nowhere")


@in_every_way
async def test_put_clears_a_field_that_an_earlier_contact_of_the_request_was_the_first_to_bring_in(
    vendor: Vendor, send: WayIn
) -> None:
    made = await vendor.make()
    found = await send(vendor, [{"id": made["id"], "twitter": "t"}, {"id": made["id"], "firstname": "Ana"}], "PUT")
    assert [each.status for each in found] == [200, 200]
    assert values(await vendor.read(made["id"])) == {"firstname": "Ana"}


async def test_a_job_that_the_account_has_no_room_for_writes_nothing_and_says_so_of_each_contact(vendor: Vendor) -> None:
    ana = await vendor.make(email="ana@example.org")
    await vendor.muster.gateway.accounts.set_limit(vendor.muster.account.number, Limit.CONTACTS, 2)
    items = await vendor.items(
        [{"email": "ana@example.org", "city": "Graz"}, {"email": address()}, {"email": address()}, {"email": "bad"}]
    )
    assert [(item["id"], item["statusCode"], item["errors"]["code"]) for item in items] == [(None, 409, 409)] * 4
    assert "has room for 1" in items[0]["errors"]["message"]
    assert await vendor.read(ana["id"]) == ana
    assert [item["statusCode"] for item in await vendor.items([{"email": "ana@example.org"}, {"email": address()}])] == [200, 201]


async def test_ten_batches_at_once_with_the_same_new_e_mails_make_each_contact_once(vendor: Vendor) -> None:
    emails = [address() for _ in range(20)]

    async def send(place: int) -> list[int]:
        order = emails[place:] + emails[:place]
        body = (await batch(vendor, [{"email": email, "tags": [f"t{place}"], "twitter": "t"} for email in order])).json()
        assert "errors" not in body
        return list(body["statusCodes"])

    codes: list[Any] = [code for codes in await asyncio.gather(*map(send, range(10))) for code in codes]
    assert (codes.count(201), codes.count(200)) == (20, 180)
    stored = await vendor.muster.contacts()
    assert sorted(contact["email"] for contact in stored) == sorted(emails)
    assert [len(contact["tags"]) for contact in stored] == [10] * 20


async def test_single_contacts_batches_and_a_job_at_once_make_a_contact_once(vendor: Vendor) -> None:
    email = address()
    item = {"email": email, "firstname": "Ana"}
    sendings = [vendor.client.post(f"{CONTACTS}/new", json=item) for _ in range(5)]
    sendings += [vendor.client.post(f"{CONTACTS}/{kind}/new", json=[item]) for kind in ("batch", "bulk") for _ in range(3)]
    answers = await asyncio.gather(*sendings)
    assert {answer.status_code for answer in answers} <= {200, 201, 202}
    for answer in answers[-3:]:
        await vendor.completed(answer.json()["id"])
    assert [contact["email"] for contact in await vendor.muster.contacts()] == [email]
