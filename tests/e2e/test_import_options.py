"""Every option of an import, through the gateway."""

import json
from typing import Any

import pytest

from shared.contract.identity import Thing, to_uuid
from tests.support.system import System

OUTCOMES = ("created", "updated", "unchanged", "skipped", "rejected")


def counts(job: dict[str, Any]) -> tuple[int, ...]:
    """Created, updated, unchanged, skipped, rejected; of a job that completed."""
    assert job["state"] == "completed", job
    assert sum(job["counts"].values()) == job["progress"]["rows_total"] == job["progress"]["rows_done"]
    return tuple(job["counts"][outcome] for outcome in OUTCOMES)


async def the_contact(muster: System) -> dict[str, Any]:
    """The only contact of the account."""
    contacts = await muster.contacts()
    assert len(contacts) == 1, contacts
    return contacts[0]


async def refused(muster: System, content: bytes = b"email\na@x.org\n", **query: Any) -> dict[str, Any]:
    """The problem with which the gateway answers a request that it does not accept."""
    response = await muster.client.post("/v1/imports", content=content, params=query, headers={"Content-Type": "text/csv"})
    assert response.status_code == 422, response.text
    assert response.headers["content-type"] == "application/problem+json"
    return dict(response.json())


@pytest.mark.parametrize("query, separator", [({}, ";"), ({"delimiter": "|"}, "|"), ({"delimiter": "tab"}, "\t"), ({}, ",")])
async def test_a_delimiter_is_found_or_told(tenant: System, query: dict[str, Any], separator: str) -> None:
    text = "email,first_name,last_name\nana@example.org,Ana,Lima\n".replace(",", separator)
    assert counts(await tenant.imported(text.encode(), **query)) == (1, 0, 0, 0, 0)
    assert (await the_contact(tenant))["last_name"] == "Lima"


@pytest.mark.parametrize(
    "query, codec", [({"encoding": "windows-1252"}, "cp1252"), ({}, "utf-16"), ({}, "utf-8-sig"), ({}, "utf-8")]
)
async def test_an_encoding_is_found_or_told(tenant: System, query: dict[str, Any], codec: str) -> None:
    await tenant.imported("email,first_name\nana@example.org,Zoë\n".encode(codec), **query)
    assert (await the_contact(tenant))["first_name"] == "Zoë"


async def test_the_format_that_is_told_wins_over_the_looks_of_the_payload(tenant: System) -> None:
    lines = b'{"email": "ana@example.org"}\n{"email": "bo@example.org"}\n'
    assert counts(await tenant.imported(lines, format="ndjson")) == (2, 0, 0, 0, 0)
    job = await tenant.imported(lines, format="csv")
    assert (job["state"], job["error"]["code"]) == ("failed", "match_column_missing")


async def test_a_mapping_sends_columns_where_it_says_and_null_leaves_one_out(tenant: System) -> None:
    mapping = json.dumps({"Who": "email", "Call me": "first_name", "last_name": None})
    await tenant.imported(b"Who,Call me,last_name\nana@example.org,Ana,Lima\n", mapping=mapping)
    contact = await the_contact(tenant)
    assert (contact["email"], contact["first_name"], "last_name" in contact) == ("ana@example.org", "Ana", False)


async def test_unknown_columns_are_reported_and_left_out(tenant: System) -> None:
    job = await tenant.imported(b"email,Shoe size\nana@example.org,44\n")
    problem = next(problem for problem in job["problems"] if problem["code"] == "unknown_columns")
    assert "'Shoe size'" in problem["message"]
    assert "create_fields" in problem["message"]


async def test_create_fields_makes_a_field_of_an_unknown_column_and_fills_it(tenant: System) -> None:
    content = b"email,Shoe size\nana@example.org,44\n"
    assert counts(await tenant.imported(content, create_fields="true")) == (1, 0, 0, 0, 0)
    fields = await tenant.gateway.fields.of_account(tenant.account.number).all()
    assert [field.field.name for field in fields] == ["shoe_size"]
    assert (await the_contact(tenant))["custom"] == {str(fields[0].number): "44"}
    assert counts(await tenant.imported(content)) == (0, 0, 1, 0, 0)


async def test_contacts_are_matched_by_id_and_keep_it_when_the_address_changes(tenant: System) -> None:
    await tenant.imported(b"email\nana@example.org\n")
    number = (await the_contact(tenant))["_id"] & 0xFFFFFFFFFF
    content = f"id,email\n{number},new@example.org\n999999,b@example.org\n".encode()
    job = await tenant.imported(content, match="id")
    assert counts(job) == (0, 1, 0, 0, 1)
    assert (await tenant.rows(job["id"]))[1]["code"] == "contact_not_found"
    contact = await the_contact(tenant)
    assert (contact["email"], contact["_id"] & 0xFFFFFFFFFF) == ("new@example.org", number)


async def test_contacts_are_matched_by_uuid_in_any_spelling(tenant: System) -> None:
    await tenant.imported(b"email\nana@example.org\n")
    number = (await the_contact(tenant))["_id"] & 0xFFFFFFFFFF
    uuid = to_uuid(tenant.account.uuid_base, Thing.CONTACT, number)
    content = f"uuid,first_name\n{uuid.hex},Ana\n{str(uuid).upper()},Anna\n".encode()
    assert counts(await tenant.imported(content, match="uuid")) == (0, 2, 0, 0, 0)
    assert (await the_contact(tenant))["first_name"] == "Anna"


async def test_contacts_are_matched_by_mobile_number_in_any_spelling(tenant: System) -> None:
    content = b"mobile,first_name\n+49 151 23456789,Ana\n+4915123456789,Anna\n"
    assert counts(await tenant.imported(content, match="mobile")) == (1, 1, 0, 0, 0)
    assert (await the_contact(tenant))["mobile"] == "+4915123456789"


async def test_contacts_are_matched_by_an_identifier_of_the_account(tenant: System) -> None:
    await tenant.gateway.accounts.add_identifier(tenant.account.number, "crm")
    content = b"identifier:crm,first_name\nA-1,Ana\nA-2,Bo\nA-1,Anna\n"
    assert counts(await tenant.imported(content, match="identifier:crm")) == (2, 1, 0, 0, 0)
    assert [contact["first_name"] for contact in await tenant.contacts()] == ["Anna", "Bo"]


async def test_an_identifier_that_the_account_lacks_is_refused_with_what_to_do(tenant: System) -> None:
    problem = await refused(tenant, match="identifier:crm")
    assert (problem["code"], problem["field"]) == ("option_invalid", "match")
    assert "POST /v1/account/identifiers" in problem["detail"]


STORED = b"email,first_name,last_name\nana@example.org,Ana,\n"
SENT = b"email,first_name,last_name\nana@example.org,,Lima\nbo@example.org,Bo,\n"


@pytest.mark.parametrize(
    "mode, expected, addresses",
    [("upsert", (1, 1, 0, 0, 0), 2), ("create", (1, 0, 0, 1, 0), 2), ("update", (0, 1, 0, 1, 0), 1)],
)
async def test_a_mode_says_which_contacts_may_be_touched(
    tenant: System, mode: str, expected: tuple[int, ...], addresses: int
) -> None:
    await tenant.imported(STORED)
    assert counts(await tenant.imported(SENT, mode=mode)) == expected
    assert len(await tenant.contacts()) == addresses


@pytest.mark.parametrize(
    "merge, first, last", [("overwrite_non_empty", "Ana", "New"), ("overwrite", None, "New"), ("fill_empty", "Ana", "Lima")]
)
async def test_a_merge_rule_says_what_a_value_does_to_a_stored_one(
    tenant: System, merge: str, first: str | None, last: str | None
) -> None:
    await tenant.imported(b"email,first_name,last_name\nana@example.org,Ana,Lima\n")
    await tenant.imported(b"email,first_name,last_name\nana@example.org,,New\n", merge=merge)
    contact = await the_contact(tenant)
    assert (contact.get("first_name"), contact["last_name"]) == (first, last)


@pytest.mark.parametrize("mode", ["upsert", "create", "update"])
@pytest.mark.parametrize("merge", ["overwrite_non_empty", "overwrite", "fill_empty"])
async def test_the_same_file_sent_again_changes_nothing_in_any_mode_and_merge(tenant: System, mode: str, merge: str) -> None:
    await tenant.imported(SENT, mode="upsert", merge=merge)
    before = await tenant.contacts()
    job = await tenant.imported(SENT, mode=mode, merge=merge)
    assert counts(job) == ((0, 0, 0, 2, 0) if mode == "create" else (0, 0, 2, 0, 0))
    assert await tenant.contacts() == before


@pytest.mark.parametrize(
    "duplicates, expected, name",
    [
        ("merge", (1, 2, 0, 0, 0), "third"),
        ("first", (1, 0, 0, 2, 0), "first"),
        ("last", (1, 0, 0, 2, 0), "third"),
        ("reject", (1, 0, 0, 0, 2), "first"),
    ],
)
async def test_a_rule_for_duplicates_says_which_row_counts(
    tenant: System, duplicates: str, expected: tuple[int, ...], name: str
) -> None:
    content = b"email,first_name\nana@example.org,first\nANA@example.org,second\n ana@Example.org ,third\n"
    job = await tenant.imported(content, duplicates=duplicates)
    assert counts(job) == expected
    assert (await the_contact(tenant))["first_name"] == name
    if duplicates != "merge":
        codes = [row["code"] for row in await tenant.rows(job["id"])]
        assert codes.count("duplicate") == 2


async def test_a_row_that_is_rejected_does_not_count_as_the_first(tenant: System) -> None:
    content = b"email,first_name,anniversary\nana@example.org,bad,never\nana@example.org,good,2024-02-01\nana@example.org,later,\n"
    job = await tenant.imported(content, duplicates="first")
    assert [(row["outcome"], row["code"]) for row in await tenant.rows(job["id"])] == [
        ("rejected", "date_invalid"),
        ("created", None),
        ("skipped", "duplicate"),
    ]
    assert (await the_contact(tenant))["first_name"] == "good"


async def test_every_contact_joins_the_lists_and_gets_the_tags_that_are_told(tenant: System) -> None:
    made = await tenant.gateway.lists.of_account(tenant.account.number).ensure(["News", "Offers"])
    job = await tenant.imported(b"email\nana@example.org\nbad\n", lists="news,Offers", tags=["vip", "2026"])
    assert counts(job) == (1, 0, 0, 0, 1)
    contact = await the_contact(tenant)
    assert sorted(entry["id"] for entry in contact["lists"]) == sorted(thing.number for thing in made.values())
    tags = await tenant.gateway.tags.of_account(tenant.account.number).by_names(["vip", "2026"])
    assert sorted(contact["tags"]) == sorted(tag.number for tag in tags.values())


async def test_a_list_that_does_not_exist_is_refused_before_the_job_is(tenant: System) -> None:
    problem = await refused(tenant, lists="nowhere")
    assert (problem["code"], problem["field"]) == ("list_unknown", "lists")
    assert (await tenant.client.get("/v1/jobs")).json()["items"] == []


BAD = b"email\na@example.org\nb@example.org\nbad one\nbad two\n"


async def test_a_quality_gate_refuses_the_file_and_writes_nothing(tenant: System) -> None:
    job = await tenant.imported(BAD, quality_gate=0.4, tags="never", lists="")
    assert (job["state"], job["error"]["code"]) == ("failed", "quality_gate")
    assert "2 of 4 rows" in job["error"]["message"]
    assert "line 4" in job["error"]["message"]
    assert sum(job["counts"].values()) == 0
    assert await tenant.contacts() == []
    for name in ("chunks", "outcomes"):
        prefix = {"_id": {"$gte": job["id"], "$lt": job["id"] + ";"}}
        assert await tenant.database[name].count_documents(prefix) == 0, name


@pytest.mark.parametrize("gate", ["0.5", "1", "off"])
async def test_a_quality_gate_lets_pass_what_it_allows(tenant: System, gate: str) -> None:
    assert counts(await tenant.imported(BAD, quality_gate=gate)) == (2, 0, 0, 0, 2)


async def test_a_name_is_kept_for_people(tenant: System) -> None:
    job = await tenant.submit(b"email\na@example.org\n", name="Spring fair")
    assert job["name"] == "Spring fair"
    assert (await tenant.ended(job["id"]))["name"] == "Spring fair"


@pytest.mark.parametrize(
    "query, field",
    [
        ({"mode": "delete"}, "mode"),
        ({"merge": "all"}, "merge"),
        ({"duplicates": "some"}, "duplicates"),
        ({"delimiter": "x"}, "delimiter"),
        ({"quality_gate": "2"}, "quality_gate"),
        ({"match": "shoe"}, "match"),
        ({"mapping": "not json"}, "mapping"),
        ({"mapping": "[]"}, "mapping"),
        ({"format": "docx"}, "format"),
        ({"unknown": "1"}, "unknown"),
    ],
)
async def test_an_option_that_is_not_valid_is_refused_by_its_name(tenant: System, query: dict[str, Any], field: str) -> None:
    problem = await refused(tenant, **query)
    assert problem["code"] == "option_invalid"
    assert problem["field"].split(".")[0] == field
    assert await tenant.database["payloads.files"].count_documents({"metadata.account": tenant.account.number}) == 0
