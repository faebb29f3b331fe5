"""The merge options of both APIs and of the native imports, as one table: what a blank, a value and nothing at all do."""

import itertools
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

import pytest

from tests.dialects.dotdigital.vendor import Vendor

pytestmark = pytest.mark.mongo

Given = Mapping[str, str | None]
"""What an import says of one contact, by data field. A field that is not there has no column, or no member."""
OLD = {"FIRSTNAME": "Ana", "PLAN": "small", "JOINED": "2020-01-02"}
NEW = {"FIRSTNAME": "Anna", "PLAN": "large", "JOINED": "2026-11-21"}
STORED: dict[str, Mapping[str, str]] = {"empty": {}, "stored": OLD}
GIVEN: dict[str, Given] = {"absent": {}, "blank": dict.fromkeys(NEW, ""), "value": NEW}
WITH_NULL: dict[str, Given] = {**GIVEN, "null": dict.fromkeys(NEW)}
OPTIONS = ("overwrite", "overwrite_non_empty", "fill_empty")
NUMBERS = {option: number for number, option in enumerate(OPTIONS)}
V3_WORDS = dict(zip(OPTIONS, ("overwrite", "overwriteIfNotEmpty", "overwriteIfEmpty"), strict=True))


def merged(option: str, stored: str | None, given: Given, field: str) -> str | None:
    """The rule."""
    if field not in given:
        return stored
    value = given[field] or None
    if option == "overwrite":
        return value
    return value or stored if option == "overwrite_non_empty" else stored or value


async def v2_file(vendor: Vendor, option: str, people: Mapping[str, Given]) -> None:
    """A file for each set of columns: what a column is there for, it is there for in every row."""
    for columns, rows in _by_columns(people):
        lines = [",".join(["Email", *columns]), *(",".join([email, *(row[name] or "" for name in columns)]) for email, row in rows)]
        await vendor.imported("\n".join(lines), merge=str(NUMBERS[option]))


async def v2_collection(vendor: Vendor, option: str, people: Mapping[str, Given]) -> None:
    contacts = [
        {"email": email, "dataFields": [{"key": name, "value": value} for name, value in given.items()]}
        for email, given in people.items()
    ]
    body = {"addressBookIds": [], "mergeOption": NUMBERS[option], "contacts": contacts}
    assert (await vendor.ended(await vendor.client.post("/v2/contacts/import-collection", json=body)))[1] == "Finished"


async def v3(vendor: Vendor, option: str, people: Mapping[str, Given]) -> None:
    contacts = [
        {"matchIdentifier": "email", "identifiers": {"email": email}, "dataFields": dict(given)} for email, given in people.items()
    ]
    body = {"mergeOption": V3_WORDS[option], "contacts": contacts}
    assert (await vendor.ended(await vendor.client.put("/contacts/v3/import", json=body)))[1] == "Finished"


async def native(vendor: Vendor, option: str, people: Mapping[str, Given]) -> None:
    names = {"FIRSTNAME": "first_name", "PLAN": "cf:PLAN", "JOINED": "cf:JOINED"}
    rows = [{"email": email, **{names[name]: value for name, value in given.items()}} for email, given in people.items()]
    job = await vendor.muster.imported(json.dumps(rows).encode(), media_type="application/json", merge=option)
    assert (job["state"], job["counts"]["rejected"]) == ("completed", 0)


APIS: dict[str, tuple[Callable[[Vendor, str, Mapping[str, Given]], Awaitable[None]], dict[str, Given]]] = {
    "v2 file": (v2_file, GIVEN),
    "v2 collection": (v2_collection, WITH_NULL),
    "v3": (v3, WITH_NULL),
    "native": (native, WITH_NULL),
}


@pytest.mark.parametrize("option", OPTIONS)
@pytest.mark.parametrize("api", APIS)
async def test_every_cell_of_the_table_is_as_the_rule_says(vendor: Vendor, api: str, option: str) -> None:
    send, all_given = APIS[api]
    await vendor.field("PLAN")
    await vendor.field("JOINED", "date")
    cells = {f"{stored}.{given}@example.org": (stored, given) for stored, given in itertools.product(STORED, all_given)}
    for email, (stored, _) in cells.items():
        await vendor.contact(email=email, **_native(STORED[stored]))
    await send(vendor, option, {email: all_given[given] for email, (_, given) in cells.items()})
    found = {each["email"]: _values(each) for each in (await vendor.client.get("/v1/contacts?limit=100")).json()["items"]}
    assert found == {
        email: {name: merged(option, STORED[stored].get(name), all_given[given], name) for name in NEW}
        for email, (stored, given) in cells.items()
    }


def _by_columns(people: Mapping[str, Given]) -> Sequence[tuple[list[str], list[tuple[str, Given]]]]:
    sets: dict[tuple[str, ...], list[tuple[str, Given]]] = {}
    for email, given in people.items():
        sets.setdefault(tuple(given), []).append((email, given))
    return [(list(columns), rows) for columns, rows in sets.items()]


def _native(values: Mapping[str, str]) -> dict[str, Any]:
    names = {"FIRSTNAME": "first_name", "PLAN": "cf:PLAN", "JOINED": "cf:JOINED"}
    return {names[name]: value for name, value in values.items()}


def _values(contact: Mapping[str, Any]) -> dict[str, str | None]:
    """The values of a contact as the native API shows it. What it has no value of, it does not show."""
    shown = {"FIRSTNAME": contact.get("first_name"), **contact.get("custom", {})}
    return {name: shown.get(name) for name in NEW}
