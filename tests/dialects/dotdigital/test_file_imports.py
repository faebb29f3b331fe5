"""Imports of files over v2: the cycle that every client goes through, for every kind of file and both ways of sending it."""

import json
from typing import Any

import httpx
import pytest

from services.gateway.dialects.dotdigital.verdicts import COUNTERS
from tests.dialects.dotdigital.vendor import Vendor, import_path
from tests.support.books import sheet_of, xls

pytestmark = pytest.mark.mongo
ROWS = [
    ["Email", "FirstName", "favourite", "OptInType", "EMAILTYPE", "nobody"],
    ["ana@example.org", "Ana", "red", "Single", "Html", "x"],
    ["bo", "Bo", "", "", "", ""],
    ["gone@example.org", "Gone", "", "", "", ""],
    ["ANA@example.org", "Anna", "blue", "", "", ""],
]


def csv_of(rows: list[list[str]], delimiter: str = ",") -> str:
    """The rows as text, for cells that need no quotes."""
    return "".join(delimiter.join(row) + "\r\n" for row in rows)


FILES = {
    "people.csv": csv_of(ROWS).encode(),
    "C:\\lists\\PEOPLE.CSV": csv_of(ROWS).encode(),
    "people.xls": xls(ROWS),
    "people.XLSX": sheet_of(*ROWS),
    "semicolons.csv": b"\xef\xbb\xbf" + csv_of(ROWS, ";").encode(),
    "tabs.csv": csv_of(ROWS, "\t").encode("utf-16"),
}


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("as_json", [False, True], ids=["multipart", "json"])
async def test_a_file_is_imported_into_an_address_book_and_reported(vendor: Vendor, name: str, as_json: bool) -> None:
    book = await vendor.book()
    await vendor.field("FAVOURITE")
    await vendor.contact(email="gone@example.org", channels={"email": {"status": "unsubscribed"}})
    import_id = await vendor.imported(FILES[name], name, book=book, as_json=as_json)
    assert await vendor.report(import_id) == {"newContacts": 1, "invalidEntries": 1, "unsubscribed": 1, "duplicateEmails": 1}
    assert await vendor.fault_lines(import_id) == [
        "Reason,Email,FirstName,favourite,OptInType,EMAILTYPE,nobody",
        "Invalid Email,bo,Bo,,,,",
        "Unsubscribed,gone@example.org,Gone,,,,",
        "Duplicate,ANA@example.org,Anna,blue,,,",
    ]
    ana, gone = await vendor.person("ana@example.org"), await vendor.person("gone@example.org")
    assert (ana["first_name"], ana["custom"], [each["id"] for each in ana["lists"]]) == ("Ana", {"FAVOURITE": "red"}, [book])
    channel = ana["channels"]["email"]
    assert (channel["opt_in"]["type"], channel["type"]) == ("single", "html")
    assert (gone["channels"]["email"]["status"], gone.get("first_name"), gone.get("lists", [])) == ("unsubscribed", None, [])


async def test_a_file_in_latin_letters_of_old_is_read(vendor: Vendor) -> None:
    await vendor.imported("Email,LASTNAME\nana@example.org,Müller\n".encode("latin-1"), as_json=True)
    assert (await vendor.person("ana@example.org"))["last_name"] == "Müller"


async def test_fields_of_almost_the_same_name_are_told_apart_by_their_letters(vendor: Vendor) -> None:
    await vendor.field("FIRST_NAME")
    await vendor.imported("email,first_name,firstname\nana@example.org,Custom,Ana\n")
    ana = await vendor.person("ana@example.org")
    assert (ana["first_name"], ana["custom"]) == ("Ana", {"FIRST_NAME": "Custom"})


async def test_the_cycle_works_as_the_php_clients_go_through_it(vendor: Vendor) -> None:
    """Headers and bodies as Magento's and Oro's clients send them, a GET with a body among them."""
    client, book = vendor.client, await vendor.book()
    odd = {"Accept": "application/xml;q=0.1, text/csv", "Content-Type": "application/json", "User-Agent": "Magento", "Expect": ""}
    form = {"uploaded": ("/var/export/Customers 2026.CSV", csv_of(ROWS).encode(), "text/comma-separated-values")}
    accepted = await client.post(f"/v2/address-books/{book}/contacts/import", files=form, headers={"Accept": "application/json"})
    assert (accepted.status_code, list(accepted.json()), accepted.json()["status"]) == (202, ["id", "status"], "NotFinished")
    import_id = accepted.json()["id"]
    await vendor.ended(accepted)
    polled = await client.request("GET", f"/v2/contacts/import/{import_id}", headers=odd, content="[]")
    assert (polled.status_code, polled.json()) == (200, {"id": import_id, "status": "Finished"})
    report = await client.request("GET", f"/v2/contacts/import/{import_id}/report", headers=odd, content="")
    assert (report.status_code, tuple(report.json())) == (200, COUNTERS)
    assert all(type(figure) is int for figure in report.json().values())
    faults = await client.request("GET", f"/v2/contacts/import/{import_id}/report-faults", headers=odd, content="{}")
    assert faults.status_code == 200
    with pytest.raises(json.JSONDecodeError):
        faults.json()
    assert "\r" not in faults.text


@pytest.mark.parametrize("merge", ["0", "1", "2", "Overwrite", "onlyoverwriteifnotempty", "ONLYOVERWRITEIFCONTACTDATANOTPOPULATED"])
@pytest.mark.parametrize("into_book", [False, True])
async def test_a_merge_option_is_a_number_or_a_name_in_any_letter_case(vendor: Vendor, merge: str, into_book: bool) -> None:
    await vendor.contact(email="ana@example.org", first_name="Ana", last_name="Old")
    book = await vendor.book() if into_book else None
    import_id = await vendor.imported("Email,FIRSTNAME,LASTNAME\nana@example.org,,New\n", book=book, merge=merge)
    assert await vendor.report(import_id) == {"updatedContacts": 1}
    ana = await vendor.person("ana@example.org")
    overwrites, fills = merge.lower() in ("0", "overwrite"), merge.lower() in ("2", "onlyoverwriteifcontactdatanotpopulated")
    assert (ana.get("first_name"), ana["last_name"]) == (None if overwrites else "Ana", "Old" if fills else "New")
    assert bool(ana.get("lists")) == into_book


async def test_an_import_that_is_sent_again_with_its_key_is_the_same_one(vendor: Vendor) -> None:
    async def send(content: str) -> httpx.Response:
        files: dict[str, Any] = {"file": ("a.csv", content)}
        return await vendor.client.post(import_path(), files=files, headers={"Idempotency-Key": "night-1"})

    first, again = await send("Email\nana@example.org\n"), await send("Email\nana@example.org\n")
    assert (first.status_code, again.status_code, again.json()["id"]) == (202, 202, first.json()["id"])
    assert (await send("Email\nbo@example.org\n")).status_code == 400
