"""Blank values: POST and PATCH leave alone what is stored, unless told to overwrite it; PUT clears it. In every way in."""

from collections.abc import Mapping
from typing import Any

import pytest

from tests.dialects.acquia.vendor import Vendor, address, values
from tests.dialects.acquia.ways_in import WayIn, in_every_way, sent

pytestmark = pytest.mark.mongo

FIELDS: Mapping[str, Any] = {
    "title": "Dr",
    "firstname": "Ana",
    "lastname": "Ash",
    "company": "Ash & Co",
    "position": "Boss",
    "mobile": "+436601234567",
    "phone": "+4331612345",
    "points": 4,
    "fax": "+4331612346",
    "address1": "Hauptplatz 1",
    "address2": "Top 2",
    "city": "Graz",
    "state": "Styria",
    "zipcode": "8010",
    "country": "Austria",
    "preferred_locale": "de_AT",
    "timezone": "Europe/Vienna",
    "last_active": "2024-01-02 03:04:05",
    "attribution_date": "2024-02-03 04:05:06",
    "attribution": 1.5,
    "website": "https://ash.example.org",
    "facebook": "ana.f",
    "foursquare": "ana.q",
    "instagram": "ana.i",
    "linkedin": "ana.l",
    "skype": "ana.s",
    "twitter": "ana.t",
}
"""A value for each of the vendor's own fields but the e-mail."""
BESIDE: Mapping[str, Any] = {
    "tags": ["a", "b"],
    "owner": 3,
    "stage": 2,
    "ipAddress": "10.0.0.1",
    "doNotContact": [{"channel": "email", "reason": 1, "comments": "bye"}],
}
KEPT = ("tags", "owner", "stage", "ipAddresses", "doNotContact")


async def whole(vendor: Vendor) -> dict[str, Any]:
    """A contact that has everything."""
    made = await vendor.make(**FIELDS, **BESIDE)
    assert {**values(made), "email": None} == {**FIELDS, "email": None}
    return made


def seen(contact: Mapping[str, Any]) -> dict[str, Any]:
    """What an edit might have changed."""
    return {**values(contact), **{name: contact[name] for name in KEPT}}


@in_every_way
@pytest.mark.parametrize("method", ["PATCH", "POST"])
async def test_blanks_leave_every_field_alone(vendor: Vendor, send: WayIn, method: str) -> None:
    blanks: list[Any] = [None, "", "  ", [], {}]
    before = [await whole(vendor) for _ in blanks]
    items = [{**dict.fromkeys((*FIELDS, "tags", "ipAddress", "doNotContact"), blank)} for blank in blanks]
    by = [{"id": each["id"]} if method == "PATCH" else {"email": each["fields"]["all"]["email"]} for each in before]
    found = await send(vendor, [{**item, **key} for item, key in zip(items, by, strict=True)], method)
    assert [(each.status, each.id) for each in found] == [(200, each["id"]) for each in before]
    assert [seen(await vendor.read(each["id"])) for each in before] == [seen(each) for each in before]


@in_every_way
async def test_blanks_that_are_to_overwrite_clear_each_field_that_is_sent_and_no_other(vendor: Vendor, send: WayIn) -> None:
    blanks: list[Any] = [None, "", []]
    before = [await whole(vendor) for _ in blanks]
    cleared = (*list(FIELDS)[::2], "email", "tags", "doNotContact")
    edits = [{**dict.fromkeys(cleared, blank), "id": each["id"]} for blank, each in zip(blanks, before, strict=True)]
    await send(vendor, [{**edit, "overwriteWithBlank": True} for edit in edits], "PATCH")
    for each in before:
        after = await vendor.read(each["id"])
        assert values(after) == {alias: FIELDS[alias] for alias in list(FIELDS)[1::2]}
        assert [after[name] for name in KEPT] == [each[name] for name in KEPT]


@pytest.mark.parametrize(
    "said", [True, 1, "1", "true", "True", "yes", 2, False, 0, "0", "false", "False", "", None, "off"], ids=repr
)
async def test_overwriting_with_blanks_is_asked_for_in_whatever_way_php_takes_for_true(vendor: Vendor, said: Any) -> None:
    made = await vendor.make(firstname="Ana")
    after = await vendor.edit(made["id"], firstname="", overwriteWithBlank=said)
    is_true = said in (True, 1, 2, "1", "true", "True", "yes")
    assert after["fields"]["all"]["firstname"] == (None if is_true else "Ana")


@in_every_way
async def test_a_contact_found_by_its_e_mail_is_overwritten_with_blanks_where_that_is_asked_for(
    vendor: Vendor, send: WayIn
) -> None:
    made = await vendor.make(email=(email := address()), firstname="Ana", city="Graz")
    again = {"email": email, "firstname": None, "overwriteWithBlank": True}
    assert (await sent(send, vendor, again)).id == made["id"]
    assert values(await vendor.read(made["id"])) == {"email": email, "city": "Graz"}


@in_every_way
async def test_put_clears_what_is_blank_or_not_sent_and_keeps_what_is_no_field(vendor: Vendor, send: WayIn) -> None:
    edits: list[dict[str, Any]] = [
        {},
        {"firstname": ""},
        dict.fromkeys(FIELDS),
        dict.fromkeys((*FIELDS, "tags", "doNotContact"), ""),
        {"unknown": 1},
    ]
    before = [await whole(vendor) for _ in edits]
    replaced = [{**edit, "lastname": "Birch", "id": each["id"]} for edit, each in zip(edits, before, strict=True)]
    assert [each.status for each in await send(vendor, replaced, "PUT")] == [200] * len(edits)
    for edit, each in zip(edits, before, strict=True):
        after = await vendor.read(each["id"])
        seen_last = {} if "last_active" in edit else {"last_active": FIELDS["last_active"]}
        assert values(after) == {"lastname": "Birch", **seen_last}
        assert [after[name] for name in KEPT] == [each[name] for name in KEPT]


POINTS: list[tuple[int, str, dict[str, Any], int]] = [
    (4, "PATCH", {"points": 0}, 4),
    (4, "PATCH", {"points": "0"}, 4),
    (4, "PATCH", {"points": 7}, 7),
    (4, "PATCH", {"points": " 8 "}, 8),
    (4, "PATCH", {"points": -3}, -3),
    (4, "PATCH", {"points": 0, "overwriteWithBlank": True}, 0),
    (4, "PATCH", {"points": None}, 4),
    (0, "PATCH", {"points": 1}, 1),
    (4, "PUT", {"points": 0}, 0),
    (4, "PUT", {"points": 5}, 5),
    (4, "PUT", {}, 0),
]
"""What a contact has, how it is edited, and what it has then."""


@in_every_way
@pytest.mark.parametrize("method", ["PATCH", "PUT"])
async def test_points_of_nought_are_a_blank_but_for_put(vendor: Vendor, send: WayIn, method: str) -> None:
    cases = [case for case in POINTS if case[1] == method]
    made = [await vendor.make(points=case[0]) for case in cases]
    assert [each["points"] for each in made] == [case[0] for case in cases]
    await send(vendor, [{**case[2], "id": each["id"]} for case, each in zip(cases, made, strict=True)], method)
    after = [await vendor.read(each["id"]) for each in made]
    assert [(each["points"], each["fields"]["all"]["points"]) for each in after] == [(case[3], case[3]) for case in cases]


OWNERS: list[tuple[dict[str, Any], int | None]] = [
    ({"*": 8}, 8),
    ({"*": "9"}, 9),
    ({"*": {"id": 7, "username": "x"}}, 7),
    ({"*": None}, None),
    ({"*": ""}, None),
    ({"*": 0}, None),
    ({"*": []}, None),
    ({}, 5),
]


@in_every_way
@pytest.mark.parametrize("method", ["PATCH", "PUT"])
@pytest.mark.parametrize(("alias", "other"), [("owner", "stage"), ("stage", "owner")])
async def test_owner_and_stage_are_kept_unless_sent_and_blanks_take_them_away(
    vendor: Vendor, send: WayIn, method: str, alias: str, other: str
) -> None:
    made = [await vendor.make(owner=5, stage=5) for _ in OWNERS]
    edits = [{alias: said["*"]} if said else {} for said, _ in OWNERS]
    await send(vendor, [{**edit, "id": each["id"]} for edit, each in zip(edits, made, strict=True)], method)
    after = [await vendor.read(each["id"]) for each in made]
    assert [each[alias] and each[alias]["id"] for each in after] == [number for _, number in OWNERS]
    assert [each[other]["id"] for each in after] == [5] * len(OWNERS)


@in_every_way
@pytest.mark.parametrize("alias", ["owner", "stage"])
async def test_an_owner_or_stage_that_is_no_id_is_refused(vendor: Vendor, send: WayIn, alias: str) -> None:
    unfit: list[Any] = ["me", "12abc", -1, 1.5, True, [3], {"id": "x"}, 10**13, "9" * 40]
    made = [await vendor.make(owner=5, stage=5) for _ in unfit]
    edits = [{"id": each["id"], "firstname": "Ana", alias: said} for each, said in zip(made, unfit, strict=True)]
    found = await send(vendor, edits, "PATCH")
    assert [(each.status, each.aliases) for each in found] == [(400, [alias])] * len(unfit)
    for each in made:
        after = await vendor.read(each["id"])
        assert (after["owner"]["id"], after["stage"]["id"], after["fields"]["all"]["firstname"]) == (5, 5, None)
