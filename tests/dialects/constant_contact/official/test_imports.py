"""The vendor's clients import contacts, as a file and as JSON, and are told what became of them."""

from pathlib import Path

import pytest

from tests.dialects.constant_contact.official.behind import contact_by_email, field, lists_of
from tests.dialects.constant_contact.official.client import Client
from tests.dialects.constant_contact.vendor import Vendor

pytestmark = pytest.mark.mongo

GOOD_AND_BAD = """\
email,first_name,last_name,anniversary,cf:plan,favourite_colour
ana@example.org,Ana,Ortiz,03/15/2019,gold,green
"bo@example.org","Bo, the elder",,,,
no address at all,Cy,,,,
,Dee,,,,
eve@example.org,Eve,,the first of May,,
"""


async def test_a_client_imports_a_file_with_good_and_bad_rows(official: Client, vendor: Vendor, tmp_path: Path) -> None:
    await field(vendor, "plan")
    news, sheet = await vendor.list(), tmp_path / "autumn.csv"
    sheet.write_text(GOOD_AND_BAD, encoding="utf-8")
    activity = await official.done("create_csv_import_activity", {"$file": str(sheet)}, news)
    assert activity["source_file_name"] == "autumn.csv"
    assert activity["status"] == {
        "items_total_count": 6,
        "person_count": 5,
        "error_count": 0,
        "correctable_count": 3,
        "cannot_add_to_list_count": 0,
    }
    left_out, *rows = activity["activity_errors"]
    assert "favourite_colour" in left_out
    assert [error.split(":")[0] for error in rows] == ["Line 4", "Line 5", "Line 6"]
    ana, bo = await contact_by_email(vendor, "ana@example.org"), await contact_by_email(vendor, "bo@example.org")
    assert [ana["first_name"], bo["first_name"]] == ["Ana", "Bo, the elder"]
    assert ana["custom"] == {"plan": "gold"}
    assert [await lists_of(vendor, str(each["uuid"])) for each in (ana, bo)] == [[news]] * 2


async def test_a_file_may_name_several_lists_in_one_text(official: Client, vendor: Vendor, tmp_path: Path) -> None:
    lists, sheet = [await vendor.list(), await vendor.list()], tmp_path / "a list of people.csv"
    sheet.write_text("email\nana@example.org\n", encoding="utf-8")
    await official.done("create_csv_import_activity", {"$file": str(sheet)}, ",".join(lists))
    ana = await contact_by_email(vendor, "ana@example.org")
    assert sorted(await lists_of(vendor, str(ana["uuid"]))) == sorted(lists)


async def test_a_client_imports_json_with_good_and_bad_contacts(official: Client, vendor: Vendor) -> None:
    news = await vendor.list()
    people = [
        {"email": "ana@example.org", "first_name": "Ana", "birthday_month": 7, "birthday_day": 24, "work_phone": "555-1212"},
        {"email": "no address at all", "first_name": "Bo"},
    ]
    activity = await official.done("create_import_json_activity", {"import_data": people, "list_ids": [news]})
    assert activity["status"] == {
        "items_total_count": 2,
        "person_count": 2,
        "error_count": 0,
        "correctable_count": 1,
        "cannot_add_to_list_count": 0,
    }
    assert len(activity["activity_errors"]) == 1
    ana = await contact_by_email(vendor, "ana@example.org")
    assert ana["first_name"] == "Ana"
    assert await lists_of(vendor, str(ana["uuid"])) == [news]


async def test_json_brings_values_of_custom_fields(official: Client, vendor: Vendor) -> None:
    """The client for Python has one member for them all, with a name of its own, and cannot send `cf:plan`."""
    await field(vendor, "plan")
    body = {"import_data": [{"email": "ana@example.org", "cf:plan": "gold"}], "list_ids": [await vendor.list()]}
    if official.language == "python":
        await vendor.done("contacts_json_import", **body)
    else:
        await official.done("create_import_json_activity", body)
    assert (await contact_by_email(vendor, "ana@example.org"))["custom"] == {"plan": "gold"}


async def test_the_country_of_a_home_arrives_however_a_client_spells_its_name(official: Client, vendor: Vendor) -> None:
    """The client for Python sends `home country`, with a blank: the vendor's own description of the body misprints it."""
    person = {"email": "ana@example.org", "home_street": "1 Mill Lane", "home_city": "Ely", "home_country": "United Kingdom"}
    await official.done("create_import_json_activity", {"import_data": [person], "list_ids": [await vendor.list()]})
    ana = await contact_by_email(vendor, "ana@example.org")
    contact = await official("get_contact_by_id", ana["uuid"], include="street_addresses")
    (home,) = contact["street_addresses"]
    assert {name: home[name] for name in ("kind", "street", "city")} == {"kind": "home", "street": "1 Mill Lane", "city": "Ely"}
    assert home["country"] in ("United Kingdom", "GB")
