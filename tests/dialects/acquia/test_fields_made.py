"""Contact fields that an account makes: their aliases, what may be chosen in them, and what makes no field."""

import asyncio
from typing import Any

import pytest

from services.gateway.dialects.acquia import fields as routes
from tests.dialects.acquia.field_calls import LABELLED, PATH, aliases, made, native, refused
from tests.dialects.acquia.vendor import CONTACTS, Vendor, address, error

pytestmark = pytest.mark.mongo


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ({"list": LABELLED}, LABELLED),
        ({"list": [{"value": "s"}, {"label": "Large"}]}, [{"label": "s", "value": "s"}, {"label": "Large", "value": "Large"}]),
        ({"list": {"0": LABELLED[0], "2": LABELLED[1]}}, LABELLED),
        ({"list": {"s": "Small", "l": "Large"}}, LABELLED),
        ({"list": "s|l"}, [{"label": "s", "value": "s"}, {"label": "l", "value": "l"}]),
        ({"list": ["s", 7]}, [{"label": "s", "value": "s"}, {"label": "7", "value": "7"}]),
        ("s|l", [{"label": "s", "value": "s"}, {"label": "l", "value": "l"}]),
        (LABELLED, LABELLED),
    ],
)
async def test_choices_are_read_however_clients_write_them(vendor: Vendor, said: Any, shown: list[dict[str, str]]) -> None:
    field = await made(vendor, label="Size", type="select", properties=said)
    assert field["properties"] == {"list": shown}
    (custom,) = await native(vendor)
    assert (custom["type"], custom["choices"]) == ("single_select", [each["value"] for each in shown])


async def test_a_form_makes_a_field_with_choices_that_contacts_take(vendor: Vendor) -> None:
    form = {"label": "Sizes", "type": "multiselect", "isPubliclyUpdatable": "True", "isUniqueIdentifier": "0"}
    for place, choice in enumerate(LABELLED):
        form |= {f"properties[list][{place}][{name}]": text for name, text in choice.items()}
    response = await vendor.client.post(f"{PATH}/new", data=form)
    field = response.json()["field"]
    assert (response.status_code, field["properties"], field["isPubliclyUpdatable"]) == (201, {"list": LABELLED}, True)
    for sent in (["l", "s"], "l|s"):
        person = await vendor.make(sizes=sent)
        assert person["fields"]["all"]["sizes"] == "l|s"
        assert (await vendor.native(person["id"]))["custom"] == {"sizes": ["l", "s"]}
    unfit = error(await vendor.client.post(f"{CONTACTS}/new", json={"email": address(), "sizes": "m"}), 400)
    assert list(unfit["details"]) == ["sizes"]


@pytest.mark.parametrize(
    "properties",
    [
        None,
        [],
        {},
        {"list": []},
        {"list": ""},
        {"list": "a|a"},
        {"list": "a||b"},
        {"list": 7},
        {"list": [True]},
        {"list": [None]},
        {"list": [["a"]]},
        {"list": [{}]},
        {"list": [{"value": "a|b"}]},
        {"list": [{"value": "x" * 256}]},
        {"list": [{"value": "a\nb"}]},
        {"list": [str(number) for number in range(1_001)]},
    ],
)
async def test_a_select_without_sound_choices_is_refused(vendor: Vendor, properties: Any) -> None:
    said = await refused(vendor, label="Size", type="select", properties=properties)
    assert list(said["details"]) == ["properties"]
    assert await native(vendor) == []


async def test_a_boolean_keeps_its_words(vendor: Vendor) -> None:
    assert (await made(vendor, label="Plain", type="boolean"))["properties"] == {"no": "No", "yes": "Yes"}
    field = await made(vendor, label="Worded", type="boolean", properties={"no": "Nein", "yes": "Ja"})
    assert field["properties"] == {"no": "Nein", "yes": "Ja"}
    assert (await made(vendor, label="List", type="boolean", properties=[]))["properties"] == {"no": "No", "yes": "Yes"}
    assert (await vendor.make(worded="Yes"))["fields"]["all"]["worded"] == 1


async def test_an_alias_is_made_of_the_label_and_has_a_number_where_it_is_taken(vendor: Vendor) -> None:
    labels = ["Shoe-Size (EU)", "shoe size eu", "Tags", "Email", "2nd address", "日本", "x" * 60, "x" * 70]
    made_of = [(await made(vendor, label=label))["alias"] for label in labels]
    assert made_of == ["shoe_size_eu", "shoe_size_eu_2", "tags_2", "email_2", "f_2nd_address", "field", "x" * 50, f"{'x' * 50}_2"]
    assert await aliases(vendor, start=28) == made_of


async def test_fields_of_one_label_that_are_made_at_once_have_aliases_of_their_own(vendor: Vendor) -> None:
    both = await asyncio.gather(*(made(vendor, label="Colour") for _ in range(3)))
    assert sorted(field["alias"] for field in both) == ["colour", "colour_2", "colour_3"]


async def test_a_taken_alias_is_refused(vendor: Vendor) -> None:
    await made(vendor, label="Colour", alias="colour")
    await vendor.client.post("/v1/fields", json={"name": "Shoe Size", "type": "text"})
    for alias in ("colour", "shoe_size"):
        said = await refused(vendor, label="Another", alias=alias)
        assert said["details"] == {"alias": [f"There is another field with the alias {alias}. Use it, or choose another alias."]}
    assert len(await native(vendor)) == 2


@pytest.mark.parametrize("alias", ["firstname", "email", "facebook", "last_active", "owner", "stage", "ip_address", "id", "tags"])
async def test_an_alias_of_the_vendor_is_reserved(vendor: Vendor, alias: str) -> None:
    assert "reserved" in (await refused(vendor, label="Mine", alias=alias))["message"]
    assert await native(vendor) == []


async def test_a_native_field_called_like_a_member_of_contacts_hides_none_of_them(vendor: Vendor) -> None:
    for name in ("id", "tags"):
        await vendor.client.post("/v1/fields", json={"name": name, "type": "text"})
    person = await vendor.make(tags=["vip"], id_2="mine")
    assert person["fields"]["all"]["id"] == person["id"]
    assert [tag["tag"] for tag in person["tags"]] == ["vip"]
    assert (await vendor.native(person["id"]))["custom"] == {"id": "mine"}


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("label", None),
        ("label", "  "),
        ("label", "two\nlines"),
        ("label", "x" * 256),
        ("label", ["a"]),
        ("alias", "Upper"),
        ("alias", "two words"),
        ("alias", "_x"),
        ("alias", "a__b"),
        ("alias", "2nd"),
        ("alias", "größe"),
        ("alias", "x" * 51),
        ("alias", 7),
        ("type", "blob"),
        ("type", ["text"]),
        ("group", "company"),
        ("group", {"a": 1}),
        ("defaultValue", {"a": 1}),
        ("defaultValue", "x" * 4_001),
        ("isPublished", False),
        ("isUniqueIdentifier", True),
    ],
)
async def test_a_body_that_makes_no_field_is_refused_and_makes_none(vendor: Vendor, member: str, value: Any) -> None:
    said = await refused(vendor, **{"label": "Mine", "type": "text", member: value})
    assert list(said["details"]) == [member]
    assert said["message"].startswith(f"{member}: ")
    assert await native(vendor) == []


async def test_an_identifier_is_refused_however_it_is_spelled(vendor: Vendor) -> None:
    for name in ("isUniqueIdentifier", "isUniqueIdentifer"):
        response = await vendor.client.post(f"{PATH}/new", data={"label": "Number", name: "1"})
        assert "ask your operator" in error(response, 400)["message"]
    field = await made(vendor, label="Plain", isUniqueIdentifier=False)
    response = await vendor.client.patch(f"{PATH}/{field['id']}/edit", json={"isUniqueIdentifier": True})
    assert error(response, 400)["details"]["isUniqueIdentifier"]


async def test_an_account_has_so_many_fields_and_no_more(vendor: Vendor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(routes, "MOST_FIELDS", 2)
    for label in ("One", "Two"):
        await made(vendor, label=label)
    assert "at most 2 fields" in (await refused(vendor, label="Three"))["message"]
