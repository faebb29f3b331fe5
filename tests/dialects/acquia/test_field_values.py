"""Values of fields of every type, good and bad, in every way in; what is wrong is said under the field's alias."""

import asyncio
from typing import Any

import pytest

from services.gateway.dialects.acquia.contact_fields import DEFAULTS
from tests.dialects.acquia.vendor import Vendor, values
from tests.dialects.acquia.ways_in import WayIn, in_every_way, sent

pytestmark = pytest.mark.mongo

COLOURS = {"list": [{"label": "Red", "value": "red"}, {"label": "Blue", "value": "blue"}]}
KINDS = ("text", "textarea", "number", "boolean", "date", "datetime", "url", "tel", "email", "country", "region", "locale", "time")
CHOICES = ("select", "multiselect")

GOOD: list[tuple[str, Any, Any]] = [
    ("f_text", "Öl & 'Ähre'\t", "Öl & 'Ähre'"),
    ("f_text", 5, "5"),
    ("f_textarea", "one\ntwo", "one\ntwo"),
    ("f_number", "1.25", 1.25),
    ("f_number", -3, -3),
    ("f_number", 0, 0),
    ("f_number", 10**13, 10**13),
    ("f_boolean", 1, 1),
    ("f_boolean", "0", 0),
    ("f_boolean", False, 0),
    ("f_boolean", "true", 1),
    ("f_boolean", "True", 1),
    ("f_date", "2024-02-29", "2024-02-29"),
    ("f_datetime", "2024-02-28 10:11:12", "2024-02-28 10:11:12"),
    ("f_datetime", "2024-02-28T10:11:12+02:00", "2024-02-28 08:11:12"),
    ("f_datetime", "2024-02-28", "2024-02-28 00:00:00"),
    ("f_url", "https://example.org/x?y=1", "https://example.org/x?y=1"),
    ("f_tel", "0660 1234567", "0660 1234567"),
    ("f_email", "x@example.org", "x@example.org"),
    ("f_country", "Austria", "Austria"),
    ("f_time", "10:11", "10:11"),
    ("f_select", "red", "red"),
    ("f_multiselect", "red|blue", "red|blue"),
    ("f_multiselect", ["red", "blue"], "red|blue"),
    ("f_multiselect", {"0": "blue"}, "blue"),
    ("f_multiselect", "red||", "red"),
    ("points", -(2**31), -(2**31)),
    ("points", "12", 12),
    ("phone", "+44 20 7946 0018", "+44 20 7946 0018"),
    ("mobile", "0660 1234567", "0660 1234567"),
    ("country", "austria", "austria"),
    ("country", "Côte d'Ivoire", "Côte d'Ivoire"),
    ("country", "United Kingdom", "United Kingdom"),
    ("last_active", "2024-01-02 03:04:05", "2024-01-02 03:04:05"),
    ("attribution", "2.5", 2.5),
    ("twitter", "@ana", "@ana"),
    ("owner_name", "not a field", None),
]
"""Alias, what is sent, and what is shown then."""

BAD: list[tuple[str, Any]] = [
    ("email", "no address"),
    ("email", "a b@example.org"),
    ("email", ["a@example.org"]),
    ("email", 5),
    ("firstname", "x" * 256),
    ("firstname", ["a"]),
    ("firstname", {"a": 1}),
    ("firstname", "a\0"),
    ("f_text", "x" * 4001),
    ("points", "many"),
    ("points", 1.5),
    ("points", True),
    ("points", 2**31),
    ("points", 10**30),
    ("attribution", 10**30),
    ("f_number", "1,5"),
    ("f_boolean", 2),
    ("f_boolean", "maybe"),
    ("f_date", "2024-02-30"),
    ("f_datetime", "2024-13-01 10:00:00"),
    ("f_url", "javascript:alert(1)"),
    ("f_country", "Atlantis"),
    ("f_select", "mauve"),
    ("f_multiselect", "red|mauve"),
    ("f_multiselect", ["mauve"]),
    ("phone", "nobody"),
    ("website", "nowhere"),
    ("country", "Atlantis"),
    ("country", "AT"),
    ("country", 5),
    ("country", ["Austria"]),
    ("last_active", "yesterday"),
    ("attribution_date", "2024-02-30 00:00:00"),
    ("ipAddress", "1\0"),
    ("ipAddress", ["1"]),
    ("tags", 5),
    ("tags", ["a", {"name": "b"}]),
    ("tags", [["a"]]),
    ("tags", ["-"]),
    ("tags", ["x" * 256]),
    ("tags", ["a\0"]),
]
WORDS = {"email": "A valid email is required.", "firstname": "This value is not valid."}


@pytest.fixture
async def kinds(vendor: Vendor) -> Vendor:
    """An account with a field of each type, called f_ and the type."""
    for kind in (*KINDS, *CHOICES):
        said = {"label": kind, "alias": f"f_{kind}", "type": kind, **({"properties": COLOURS} if kind in CHOICES else {})}
        response = await vendor.client.post("/api/fields/contact/new", json=said)
        assert response.status_code == 201, response.text
    return vendor


@in_every_way
async def test_a_value_of_each_type_is_shown_as_the_vendor_writes_it(kinds: Vendor, send: WayIn) -> None:
    found = await send(kinds, [{"firstname": "Ana", alias: value} for alias, value, _ in GOOD])
    assert [each.status for each in found] == [201] * len(GOOD)
    for each, (alias, _, value) in zip(found, GOOD, strict=True):
        shown = (await kinds.read(each.id or 0))["fields"]["all"]
        assert (alias, shown.get(alias)) == (alias, value)


@in_every_way
async def test_a_bad_value_refuses_its_contact_alone_and_names_its_alias(kinds: Vendor, send: WayIn) -> None:
    found = await send(kinds, [{"lastname": "Ash", alias: value} for alias, value in BAD])
    assert [(each.status, each.id, each.aliases) for each in found] == [(400, None, [alias]) for alias, _ in BAD]
    for each, (alias, value) in zip(found, BAD, strict=True):
        assert each.error is not None
        first, advice = each.error["details"][alias]
        assert each.error["message"] == f"{alias}: {first}"
        is_long = (isinstance(value, str) and len(value) > 100) or value == ["x" * 256]
        is_address = alias == "email" and isinstance(value, str)
        assert first == ("This value is too long." if is_long else WORDS["email"] if is_address else WORDS["firstname"])
        assert advice.endswith(".")
    assert await kinds.muster.contacts() == []


@in_every_way
async def test_all_that_is_wrong_is_said_at_once_in_the_order_of_the_fields(kinds: Vendor, send: WayIn) -> None:
    item = {"tags": 5, "f_date": "x", "email": "bad", "owner": "me", "points": "x", "country": "Atlantis", "doNotContact": 7}
    refused = await sent(send, kinds, item)
    assert refused.error is not None
    assert refused.aliases == ["email", "points", "country", "f_date", "owner", "tags", "doNotContact"]
    assert refused.error["message"].startswith("email: A valid email is required., points: This value is not valid., country: This")
    assert (refused.error["code"], refused.error["type"]) == (400, None)


@in_every_way
async def test_a_refused_edit_changes_nothing_of_its_contact(kinds: Vendor, send: WayIn) -> None:
    made = await kinds.make(firstname="Ana", tags=["a"])
    edit = {"id": made["id"], "firstname": "Bo", "tags": ["-a"], "f_date": "x"}
    for method in ("PATCH", "PUT"):
        assert (await sent(send, kinds, edit, method)).aliases == ["f_date"]
    assert await kinds.read(made["id"]) == made


@in_every_way
async def test_unknown_and_ignored_members_do_nothing(vendor: Vendor, send: WayIn) -> None:
    ignored = {
        "companies": [1],
        "utmtags": {"a": 1},
        "frequencyRules": [{"x": 1}],
        "shoe_size": 44,
        "fields": {"all": {"city": "Graz"}},
        "isPublished": False,
    }
    dates = {"dateAdded": "2001-01-01", "date_added": "2001-01-01", "dateIdentified": "x", "createdBy": 7, "color": "red"}
    made = await sent(send, vendor, {"id": 999, "firstname": "Ana", **ignored, **dates})
    shown = await vendor.read(made.id or 0)
    assert (made.status, values(shown), shown["dateAdded"][:4] > "2001", made.id == 999) == (201, {"firstname": "Ana"}, True, False)


async def test_the_vendors_own_fields_are_made_once_when_many_use_them_first_at_the_same_time(vendor: Vendor) -> None:
    social = {"twitter": "t", "facebook": "f", "owner": 3, "stage": 4, "ipAddress": "10.0.0.1", "attribution": 2}
    sendings = [vendor.make(**social) for _ in range(8)]
    for made in await asyncio.gather(*sendings):
        assert {alias: made["fields"]["all"][alias] for alias in ("twitter", "facebook", "attribution")} == {
            "twitter": "t",
            "facebook": "f",
            "attribution": 2,
        }
        assert (made["owner"]["id"], made["stage"], list(made["ipAddresses"])) == (3, {"id": 4}, ["10.0.0.1"])
    known = (await vendor.client.get("/api/contacts/list/fields")).json()
    assert [field["alias"] for field in known.values()] == [field.alias for field in DEFAULTS]
