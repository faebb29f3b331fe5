"""Bodies as real clients send them: JSON, forms with nested names, nothing at all; and those that cannot be read."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.dialects.acquia.vendor import CONTACTS, Vendor, error, values

pytestmark = pytest.mark.mongo

FORM = "application/x-www-form-urlencoded"
BATCH, BULK = f"{CONTACTS}/batch", f"{CONTACTS}/bulk"
SAID = [
    ("email", "ana@example.org"),
    ("firstname", "Ana Öl&Ähre"),
    ("points", "4"),
    ("tags[]", "a"),
    ("tags[]", "b"),
    ("owner[id]", "3"),
    ("doNotContact[0][channel]", "email"),
    ("doNotContact[0][reason]", "1"),
    ("doNotContact[1][channel]", "sms"),
    ("f_multiselect[]", "red"),
    ("f_multiselect[]", "blue"),
    ("f_boolean", "True"),
    ("ipAddress", "10.0.0.1"),
]
"""A contact as a form has it."""


async def form(vendor: Vendor, method: str, path: str, pairs: Any) -> Any:
    """The answer to a form."""
    body = pairs if isinstance(pairs, str) else urlencode(pairs)
    response = await vendor.client.request(method, path, content=body, headers={"Content-Type": FORM})
    assert response.is_success, response.text
    return response.json()


def inner(place: int, name: str) -> str:
    """The name of a member of one contact of many: its first word stands in brackets then."""
    word, bracket, rest = name.partition("[")
    return f"{place}[{word}]{bracket}{rest}"


async def check(vendor: Vendor, contact_id: int) -> None:
    """The contact has all that SAID says."""
    contact = await vendor.read(contact_id)
    own = {"email": "ana@example.org", "firstname": "Ana Öl&Ähre", "points": 4, "f_multiselect": "red|blue", "f_boolean": 1}
    assert values(contact) == own
    assert ([tag["tag"] for tag in contact["tags"]], contact["owner"]["id"]) == (["a", "b"], 3)
    assert [(each["channel"], each["reason"]) for each in contact["doNotContact"]] == [("email", 1), ("sms", 3)]
    assert list(contact["ipAddresses"]) == ["10.0.0.1"]


@pytest.mark.parametrize("kind", ["single", "batch", "bulk"])
async def test_a_form_says_all_that_json_says(vendor: Vendor, kind: str) -> None:
    for name, properties in (("multiselect", {"properties": {"list": "red|blue"}}), ("boolean", {})):
        field: Mapping[str, Any] = {"label": name, "alias": f"f_{name}", "type": name, **properties}
        assert (await vendor.client.post("/api/fields/contact/new", json=field)).status_code == 201
    nested = [(inner(0, name), value) for name, value in SAID]
    if kind == "single":
        made = (await form(vendor, "POST", f"{CONTACTS}/new", SAID))["contact"]["id"]
    elif kind == "batch":
        made = (await form(vendor, "POST", f"{BATCH}/new", nested))["contacts"][0]["id"]
    else:
        job = (await form(vendor, "POST", f"{BULK}/new", nested))["id"]
        ((first,),) = await vendor.pages(await vendor.completed(job))
        made = first["id"]
    await check(vendor, made)


async def test_forms_edit_by_put_and_patch_with_and_without_brackets(vendor: Vendor) -> None:
    made = await vendor.make(email="ana@example.org", firstname="Ana", city="Graz", tags=["a"])
    number = made["id"]
    await form(vendor, "PATCH", f"{CONTACTS}/{number}/edit", {"firstname": "", "lastname": "Ash", "tags": "-a,b"})
    contact = await vendor.read(number)
    assert values(contact) == {"email": "ana@example.org", "firstname": "Ana", "lastname": "Ash", "city": "Graz"}
    assert [tag["tag"] for tag in contact["tags"]] == ["b"]
    await form(vendor, "PATCH", f"{CONTACTS}/{number}/edit", {"city": "", "overwriteWithBlank": "1"})
    assert (await vendor.read(number))["fields"]["all"]["city"] is None
    answered = await form(
        vendor, "PUT", f"{BATCH}/edit", {"0[id]": number, "0[firstname]": "Ann", "1[id]": "x", "1[firstname]": "B"}
    )
    assert answered["statusCodes"] == [200, 404]
    assert values(await vendor.read(number)) == {"firstname": "Ann"}


@pytest.mark.parametrize(
    ("body", "keys"),
    [
        ("0[firstname]=A&1[firstname]=B", None),
        ("1[firstname]=A&2[firstname]=B", {"1", "2"}),
        ("ana[firstname]=A&bo[firstname]=B", {"ana", "bo"}),
        ("0%5Bfirstname%5D=A&1%5Bfirstname%5D=B", None),
        ("0[firstname]=A&1[firstname]=B&", None),
        ("0[firstname]=A&1[firstname]=B&0[lastname]=C", None),
        ("0[firstname]=X&0[firstname]=A&1[firstname]=B", None),
    ],
)
async def test_replies_to_forms_repeat_their_keys(vendor: Vendor, body: str, keys: set[str] | None) -> None:
    answered = await form(vendor, "POST", f"{BATCH}/new", body)
    if keys is None:
        assert answered["statusCodes"] == [201, 201]
        shown = answered["contacts"]
    else:
        assert answered["statusCodes"] == dict.fromkeys(keys, 201)
        assert set(answered["contacts"]) == keys
        shown = list(answered["contacts"].values())
    assert [contact["fields"]["all"]["firstname"] for contact in shown] == ["A", "B"]


@pytest.mark.parametrize("path", ["new", "batch/new", "bulk/new"])
@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (FORM, b"0[firstname=A"),
        (FORM, b"[x]=A"),
        (FORM, b"=A"),
        (FORM, b"firstname=%FF"),
        (FORM, b"firstname=\xff"),
        (FORM, b"a" + b"[b]" * 5 + b"=1"),
        ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="firstname"\r\n\r\nAna\r\n--x--\r\n'),
        ("application/json", b"firstname=Ana"),
        ("application/json", b'{"firstname": "Ana"'),
        ("application/json", b'{"0": {"firstname": "\xff"}}'),
        ("application/json", b"null"),
        ("application/json", b'"Ana"'),
        ("application/json", b"1"),
        ("application/xml", b"<contact/>"),
    ],
)
async def test_a_body_that_cannot_be_read_is_a_bad_request(vendor: Vendor, path: str, kind: str, body: bytes) -> None:
    refused = error(await vendor.client.post(f"{CONTACTS}/{path}", content=body, headers={"Content-Type": kind}), 400)
    assert refused["message"].startswith("This is a bad request.")
    assert kind[:9] != "multipart" or FORM in refused["message"]  # what to send instead
    assert await vendor.muster.contacts() == []


@pytest.mark.parametrize("kind", ["application/json", "application/json; charset=utf-8", "text/plain", "APPLICATION/JSON", None])
async def test_json_is_read_whatever_it_is_called_but_for_a_form(vendor: Vendor, kind: str | None) -> None:
    headers = {"Content-Type": kind} if kind else {}
    for path, body, status in (
        ("new", '{"firstname": "Ana"}', 201),
        ("batch/new", '[{"firstname": "Ana"}]', 201),
        ("bulk/new", "[{}]", 202),
    ):
        response = await vendor.client.post(f"{CONTACTS}/{path}", content=body.encode(), headers=headers)
        assert response.status_code == status, response.text
        assert path == "bulk/new" or "Ana" in response.text


@pytest.mark.parametrize("kind", ["application/json", FORM, None])
@pytest.mark.parametrize("body", ["", " \n"])
async def test_a_request_without_a_body_says_nothing_of_a_contact(vendor: Vendor, kind: str | None, body: str) -> None:
    headers = {"Content-Type": kind} if kind else {}
    made = await vendor.make(firstname="Ana")
    patched = await vendor.client.patch(f"{CONTACTS}/{made['id']}/edit", content=body, headers=headers)
    assert (patched.status_code, patched.json()["contact"]) == (200, made)
    created = await vendor.client.post(f"{CONTACTS}/new", content=body, headers=headers)
    assert (created.status_code, values(created.json()["contact"])) == (201, {})


async def test_a_list_as_the_body_of_a_single_contact_is_a_bad_request_but_for_an_empty_one(vendor: Vendor) -> None:
    error(await vendor.client.post(f"{CONTACTS}/new", json=[{"firstname": "Ana"}]), 400)
    assert (await vendor.client.post(f"{CONTACTS}/new", json=[])).status_code == 201


async def test_a_value_too_long_for_a_contact_fails_alone(vendor: Vendor) -> None:
    long, good = {"firstname": "x" * 2_000_000}, {"firstname": "Ana"}
    answered = (await vendor.client.post(f"{BATCH}/new", json=[long, good])).json()
    assert answered["statusCodes"] == [400, 201]
    assert [item["statusCode"] for item in await vendor.items([long, good])] == [400, 201]
    error(await vendor.client.post(f"{CONTACTS}/new", json=long), 413)


@pytest.mark.parametrize("name", ["a", "\\u0061", "0"])
async def test_a_key_that_stands_for_two_contacts_is_a_bad_request_that_names_it(vendor: Vendor, name: str) -> None:
    body = f'{{"{name}": {{"firstname": "A"}}, "b": {{}}, "{"0" if name == "0" else "a"}": {{"firstname": "B"}}}}'
    for method, path in (("POST", "new"), ("PUT", "edit"), ("PATCH", "edit")):
        for root in (BATCH, BULK):
            refused = error(await vendor.client.request(method, f"{root}/{path}", content=body), 400)
            assert f"The key {'0' if name == '0' else 'a'} stands for two contacts." in refused["message"]
    assert await vendor.muster.contacts() == []


@pytest.mark.parametrize(("root", "most", "status"), [(BATCH, 200, 500), (BULK, 10_000, 400)])
async def test_a_form_of_too_many_contacts_is_refused_before_the_rest_of_it_is_read(
    vendor: Vendor, root: str, most: int, status: int
) -> None:
    body = "&".join(f"{n}[a]=1" for n in range(most + 1)) + "&]["
    refused = error(await vendor.client.post(f"{root}/new", content=body, headers={"Content-Type": FORM}), status)
    assert refused["message"] == f"A max of {most} entities are supported at a time."
