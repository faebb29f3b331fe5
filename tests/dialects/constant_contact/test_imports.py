"""Imports of contacts over the vendor's API: what becomes of a CSV in a form, and of records in JSON."""

import asyncio
from typing import Any
from uuid import UUID

import httpx
import pytest

from tests.dialects.constant_contact.importing import FILE, JSON, imported, person, send
from tests.dialects.constant_contact.vendor import Vendor, errors

pytestmark = pytest.mark.mongo


async def test_good_and_bad_rows_of_a_file_are_counted_and_named(vendor: Vendor) -> None:
    news = await vendor.list()
    rows = ["email,first_name,birthday_month,birthday_day,anniversary,sms_number"]
    rows += ["ana@example.org,Ana,12,24,11/23/2001,", "bo,Bo,1,1,,", "cy@example.org,Cy,13,1,,", "di@example.org,Di,1,1,soon,"]
    rows += [",Nobody,1,1,,", "ed@example.org,Ed,,,,12", ",Fay,,,,123-123-1234"]
    response = await send(vendor, "\n".join(rows), list_ids=news)
    assert response.status_code == 201, response.text
    accepted = response.json()
    assert response.headers["location"] == f"/v3/activities/{accepted['activity_id']}"
    assert (accepted["state"], accepted["source_file_name"], accepted["percent_done"]) == ("initialized", "people.csv", 0)
    assert accepted["status"] == {
        "items_total_count": 0,
        "person_count": 0,
        "error_count": 0,
        "correctable_count": 0,
        "cannot_add_to_list_count": 0,
    }
    ended = await vendor.ended(accepted["activity_id"])
    assert (ended["state"], ended["source_file_name"], ended["percent_done"]) == ("completed", "people.csv", 100)
    assert ended["status"] == {
        "items_total_count": 8,
        "person_count": 7,
        "error_count": 1,
        "correctable_count": 4,
        "cannot_add_to_list_count": 0,
    }
    assert [message.partition(":")[0] for message in ended["activity_errors"]] == [f"Line {line}" for line in (3, 4, 5, 6, 7)]
    assert ended["activity_errors"][3] == "Line 6: The row has neither e-mail nor mobile, by which this job finds contacts."
    assert ended["_links"]["rejected"]["href"] == f"/v1/jobs/{ended['activity_id']}/rejected.csv"
    ana = await person(vendor, email="ana@example.org")
    assert (ana["first_name"], ana["birthday_month"], ana["birthday_day"], ana["anniversary"]) == ("Ana", 12, 24, "2001-11-23")
    assert [each["uuid"] for each in ana["lists"]] == [news]
    assert ana["channels"]["email"]["permission"] == "implicit"
    assert (await person(vendor, mobile="+11231231234"))["first_name"] == "Fay"


async def test_every_column_lands_where_it_belongs_and_others_are_left_alone(vendor: Vendor) -> None:
    assert (await vendor.client.post("/v1/fields", json={"name": "Plan", "type": "text"})).status_code == 201
    kinds = ("", "work_", "other_")
    parts = ("street", "street2", "city", "state", "zip", "country")
    columns = {f"{kind}{part}": f"{kind}{part}!" for kind in kinds for part in parts}
    columns |= {"phone": "111 1111", "home_phone": "222 2222", "work_phone": "333 3333", "mobile_phone": "444 4444"}
    columns |= {
        "job_title": "Cook",
        "company_name": "Food",
        "cf:plan": "gold",
        "sms_number": "1231231234",
        "tags": "x",
        "mobile": "9",
    }
    text = ",".join(["Email", *columns]) + "\n" + ",".join(["ana@example.org", *columns.values()]) + "\n"
    ended = await imported(vendor, text, await vendor.list())
    assert ended["status"]["person_count"] == 1
    (said,) = ended["activity_errors"]
    assert "'tags', 'mobile'" in said
    ana = await person(vendor, email="ana@example.org")
    assert (ana["job_title"], ana["company_name"], ana["custom"], ana["mobile"], ana["tags"]) == (
        "Cook",
        "Food",
        {"Plan": "gold"},
        "+11231231234",
        [],
    )
    numbers = {phone["kind"]: phone["number"] for phone in ana["phones"]}
    assert numbers == {"other": "111 1111", "home": "222 2222", "work": "333 3333", "mobile": "444 4444"}
    for kind, begin in {"home": "", "work": "work_", "other": "other_"}.items():
        (address,) = [address for address in ana["addresses"] if address["kind"] == kind]
        ours = [address["postal_code" if part == "zip" else part] for part in parts]
        assert ours == [f"{begin}{part}!" for part in parts]


async def test_of_two_columns_for_one_field_the_more_telling_one_is_read_and_the_activity_says_so(vendor: Vendor) -> None:
    text = "email,street,home_street,home country,phone,other_phone\nana@example.org,No,Yes,Peru,1111,2222\n"
    ended = await imported(vendor, text, await vendor.list())
    ana = await person(vendor, email="ana@example.org")
    (address,) = ana["addresses"]
    assert (address["kind"], address["street"], address["country"]) == ("home", "Yes", "Peru")
    assert [(phone["kind"], phone["number"]) for phone in ana["phones"]] == [("other", "2222")]
    assert len(ended["activity_errors"]) == 2
    assert "'street' was read only where 'home_street', which fills the same field, is blank" in "".join(ended["activity_errors"])


async def test_records_that_spell_one_field_differently_lose_nothing(vendor: Vendor) -> None:
    assert (await vendor.client.post("/v1/fields", json={"name": "Plan B", "type": "text"})).status_code == 201
    records = [
        {"email": "ana@example.org", "street": "1 Road", "phone": "1111", "cf:Plan B": "gold"},
        {"email": "bo@example.org", "home_street": "2 Road", "other_phone": "2222", "cf:plan_b": "tin"},
    ]
    await vendor.done("contacts_json_import", import_data=records, list_ids=[await vendor.list()])
    for email, street, phone, plan in (("ana", "1 Road", "1111", "gold"), ("bo", "2 Road", "2222", "tin")):
        seen = await person(vendor, email=f"{email}@example.org")
        assert (seen["addresses"][0]["street"], seen["phones"][0]["number"], seen["custom"]) == (street, phone, {"Plan B": plan})


async def test_a_birthday_that_there_is_not_costs_its_row(vendor: Vendor) -> None:
    text = "email,birthday_month,birthday_day\na@example.org,2,29\nb@example.org,2,30\nc@example.org,2,\nd@example.org,,\n"
    ended = await imported(vendor, text, await vendor.list())
    assert [message.partition(":")[0] for message in ended["activity_errors"]] == ["Line 3", "Line 4"]
    assert ended["status"]["correctable_count"] == 2
    assert (await person(vendor, email="a@example.org"))["birthday_day"] == 29


async def test_that_no_permission_for_sms_is_set_takes_none_away(vendor: Vendor) -> None:
    news, text = await vendor.list(), "sms_number\n123-123-1234\n"
    await imported(vendor, text, news, sms_permission_to_send="explicit")
    await imported(vendor, text, news, sms_permission_to_send="not_set")
    assert (await person(vendor, mobile="+11231231234"))["channels"]["sms"]["permission"] == "explicit"


async def test_who_unsubscribed_from_sms_alone_is_put_on_the_list_and_not_counted(vendor: Vendor) -> None:
    news = await vendor.list()
    contact = await vendor.contact(mobile="+11231231234", channels={"sms": {"status": "unsubscribed"}})
    email = (await vendor.native(contact))["email"]
    ended = await imported(vendor, f"email,sms_number\n{email},1231231234\n", news, sms_permission_to_send="explicit")
    assert ended["status"]["cannot_add_to_list_count"] == ended["status"]["error_count"] == 0
    assert [each["uuid"] for each in (await vendor.native(contact))["lists"]] == [news]


async def test_records_in_bytes_that_are_no_utf8_are_not_guessed_at(vendor: Vendor) -> None:
    content = b'{"import_data":[{"email":"a@example.org","first_name":"Zo\xeb"},{"email":"b@example.org"}],"list_ids":["%s"]}'
    headers = {"Content-Type": "application/json"}
    response = await vendor.client.post(JSON, content=content % (await vendor.list()).encode(), headers=headers)
    ended = await vendor.ended(response.json()["activity_id"])
    assert (ended["status"]["person_count"], ended["status"]["error_count"]) == (2, 1), ended


async def test_blanks_and_absent_columns_change_nothing_and_the_last_value_of_repeated_rows_stays(vendor: Vendor) -> None:
    news, offers = await vendor.list(), await vendor.list()
    await imported(vendor, "email,first_name,last_name,job_title\nana@example.org,Ana,Li,Cook\n", news)
    await imported(vendor, "email,first_name,last_name\nANA@example.org,,Wu\nana@example.org,Anna,\n", offers)
    ana = await person(vendor, email="ana@example.org")
    assert (ana["email"], ana["first_name"], ana["last_name"], ana["job_title"]) == ("ana@example.org", "Anna", "Wu", "Cook")
    assert {each["uuid"] for each in ana["lists"]} == {news, offers}


async def test_a_permission_that_is_there_stays(vendor: Vendor) -> None:
    contact = await vendor.contact(channels={"email": {"permission": "explicit"}})
    email = (await vendor.native(contact))["email"]
    await imported(vendor, f"email,first_name\n{email},Ana\n", await vendor.list())
    assert (await vendor.native(contact))["channels"]["email"]["permission"] == "explicit"


async def test_who_unsubscribed_is_not_put_on_the_list_and_counted(vendor: Vendor) -> None:
    news = await vendor.list()
    contact = await vendor.contact(channels={"email": {"status": "unsubscribed"}})
    email = (await vendor.native(contact))["email"]
    ended = await imported(vendor, f"email,first_name\n{email},Ana\nbo@example.org,Bo\n", news)
    counters = {"items_total_count": 3, "person_count": 2, "error_count": 0, "correctable_count": 0, "cannot_add_to_list_count": 1}
    assert (ended["status"], ended["activity_errors"]) == (counters, [])
    seen = await vendor.native(contact)
    assert (seen["lists"], seen["first_name"], seen["channels"]["email"]["status"]) == ([], "Ana", "unsubscribed")


async def test_a_deleted_contact_comes_back(vendor: Vendor) -> None:
    news, contact = await vendor.list(), await vendor.contact()
    email = (await vendor.native(contact))["email"]
    assert (await vendor.client.delete(f"/v1/contacts/{UUID(contact)}")).status_code == 204
    await imported(vendor, f"email\n{email}\n", news)
    seen = await vendor.native(contact)
    assert "deleted_at" not in seen
    assert [each["uuid"] for each in seen["lists"]] == [news]


async def test_permission_for_sms_comes_from_the_request_and_its_moment_from_the_file(vendor: Vendor) -> None:
    text = "sms_number,sms_consent_date\n123-123-1234,1/2/2026\n"
    await imported(vendor, text, await vendor.list(), sms_permission_to_send="explicit")
    sms = (await person(vendor, mobile="+11231231234"))["channels"]["sms"]
    assert (sms["permission"], sms["opt_in"]["at"]) == ("explicit", "2026-01-02T00:00:00.000Z")


async def test_of_more_than_a_hundred_bad_rows_the_last_entry_says_how_many_more(vendor: Vendor) -> None:
    ended = await imported(vendor, "email\n" + "bad\n" * 103 + "good@example.org\n", await vendor.list())
    assert ended["status"]["correctable_count"] == 103
    assert len(ended["activity_errors"]) == 101
    assert ended["activity_errors"][99].startswith("Line 101: ")
    assert ended["activity_errors"][100] == f"and 3 more; all are in /v1/jobs/{ended['activity_id']}/rejected.csv"
    rejected = await vendor.client.get(ended["_links"]["rejected"]["href"])
    assert len(rejected.text.strip().splitlines()) == 104


async def test_records_in_json_are_contacts_and_one_that_is_none_is_a_problem_of_its_own(vendor: Vendor) -> None:
    news = await vendor.list()
    assert (await vendor.client.post("/v1/fields", json={"name": "plan", "type": "text"})).status_code == 201
    records: list[Any] = [
        {
            "email": "ana@example.org",
            "first_name": "Ana",
            "cf:plan": "gold",
            "home country": "Peru",
            "birthday_month": 2,
            "birthday_day": 1,
        },
        "nobody",
        {"email": "ana@example.org", "last_name": "Li", "first_name": "", "birthday_month": 3, "birthday_day": 4},
        {"sms_number": 1231231234, "street": "1 Road", "zip": 90210},
        {"first_name": "Nobody"},
    ]
    ended = await vendor.done("contacts_json_import", import_data=records, list_ids=[news])
    assert ended["source_file_name"] == "upload_from_json.csv"
    assert ended["status"] == {
        "items_total_count": 5,
        "person_count": 5,
        "error_count": 1,
        "correctable_count": 1,
        "cannot_add_to_list_count": 0,
    }
    assert [message.partition(":")[0] for message in ended["activity_errors"]] == ["Line 2", "Line 5"]
    ana = await person(vendor, email="ana@example.org")
    assert (ana["first_name"], ana["last_name"], ana["custom"], ana["birthday_month"]) == ("Ana", "Li", {"plan": "gold"}, 3)
    assert ana["addresses"][0]["country"] == "Peru"
    address = (await person(vendor, mobile="+11231231234"))["addresses"][0]
    assert (address["kind"], address["street"], address["postal_code"]) == ("home", "1 Road", "90210")


async def test_an_import_waits_for_the_activities_that_it_names(vendor: Vendor) -> None:
    news = await vendor.list()
    first = (await send(vendor, "email,first_name\nana@example.org,First\n", list_ids=news)).json()
    second = (await send(vendor, "email,first_name\nana@example.org,Second\n", list_ids=news, after=first["activity_id"])).json()
    body = {"import_data": [{"email": "ana@example.org", "first_name": "Third"}], "list_ids": [news]}
    third = await vendor.done("contacts_json_import", **body, after=[first["activity_id"], second["activity_id"]])
    assert third["started_at"] >= (await vendor.activity(second["activity_id"]))["completed_at"]
    assert (await person(vendor, email="ana@example.org"))["first_name"] == "Third"


async def test_an_import_that_is_sent_twice_with_one_key_makes_one_activity_and_another_file_does_not(vendor: Vendor) -> None:
    form_data, key = {"list_ids": await vendor.list()}, {"Idempotency-Key": "f"}

    async def again(content: bytes) -> httpx.Response:
        return await vendor.client.post(FILE, files={"file": ("a.csv", content)}, data=form_data, headers=key)

    answers = await asyncio.gather(*(again(b"email\nana@example.org\n") for _ in range(3)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["activity_id"] for answer in answers}) == 1
    message = errors(await again(b"email\nbo@example.org\n"), 400, "contacts.api.validation.error")[0]
    assert "Idempotency-Key was used" in message


async def test_records_that_are_sent_twice_with_one_key_make_one_activity(vendor: Vendor) -> None:
    news, key = await vendor.list(), {"Idempotency-Key": "j"}
    body: dict[str, Any] = {"import_data": [{"email": "ana@example.org"}], "list_ids": [news]}
    answers = [await vendor.client.post(JSON, json=body, headers=key) for _ in range(2)]
    assert len({answer.json()["activity_id"] for answer in answers}) == 1
    other = await vendor.client.post(JSON, json={**body, "import_data": [{"email": "bo@example.org"}]}, headers=key)
    assert "Idempotency-Key was used" in errors(other, 400, "contacts.api.validation.error")[0]
