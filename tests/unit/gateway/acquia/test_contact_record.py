"""Records made of contacts: what is written, what is cleared, what is left out, and by what a contact is found."""

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.gateway.dialects.acquia.contact_fields import DEFAULTS, ContactFields, contact_fields
from services.gateway.dialects.acquia.contact_record import (
    RECORD_BYTES,
    Record,
    Way,
    is_of_object,
    may_be_contact,
    names_needed,
    record_of,
)
from services.gateway.json_list import Cut
from shared.contacts.fields import Field, FieldType, custom_path
from shared.contacts.refused import REFUSED
from shared.contacts.registry import CustomField
from shared.readers.limits import MAX_CELL

FIELDS = contact_fields([], frozenset())
CLEARED = dict.fromkeys(field.target for field in DEFAULTS if not field.target.startswith("cf:"))
"""What PUT clears in an account that has none of the fields that are made on first use."""


def record(item: Any, way: Way = Way.PATCH) -> Record:
    return record_of({"id": 7, **item}, FIELDS, way)


def with_custom(*names: str) -> ContactFields:
    """The fields of an account that has these whole numbers."""
    at = datetime(2026, 11, 22, tzinfo=UTC)
    known = (Field(name, FieldType.INTEGER, custom_path(number), name) for number, name in enumerate(names, 1))
    return contact_fields([CustomField(number, each, at, at, {}, {}) for number, each in enumerate(known, 1)], frozenset())


def problems(found: Record) -> list[tuple[str, str]]:
    """Code and field of all that is wrong."""
    return [(problem["code"], problem["field"]) for problem in found.get(REFUSED, [])]


@pytest.mark.parametrize(
    ("way", "item", "by"),
    [
        (Way.NEW, {"id": 7, "email": "a@b.c"}, {"match_by": "email|new"}),
        (Way.NEW, {"id": 7}, {"match_by": "new"}),
        (Way.NEW, {"id": "x", "email": " , "}, {"match_by": "new"}),
        (Way.PATCH, {"id": 7, "email": "a@b.c"}, {"match_by": "id", "id": 7}),
        (Way.PATCH, {"id": " 7 "}, {"match_by": "id", "id": 7}),
        (Way.PATCH, {"id": 7.0}, {"match_by": "id", "id": 7}),
        (Way.PUT, {"id": 7}, {"match_by": "id|new", "id": 7}),
        (Way.PUT, {"id": "7", "email": "a@b.c"}, {"match_by": "id|email|new", "id": 7}),
        (Way.PUT, {"id": 2**40 - 1}, {"match_by": "id|new", "id": 2**40 - 1}),
    ],
)
def test_by_what_a_contact_is_found(way: Way, item: Any, by: Any) -> None:
    found = record_of(item, FIELDS, way)
    assert {name: found[name] for name in ("match_by", "id") if name in found} == by


@pytest.mark.parametrize("item", [5, None, "x", [], True, 1.5])
@pytest.mark.parametrize("way", Way)
def test_what_is_no_object_is_no_contact(item: Any, way: Way) -> None:
    assert problems(record_of(item, FIELDS, way)) == [("item_invalid", "contact")]


@pytest.mark.parametrize("way", [Way.PUT, Way.PATCH])
@pytest.mark.parametrize("said", [{}, {"id": None}, {"id": ""}, {"id": []}])
def test_an_edit_without_an_id_is_refused(way: Way, said: Any) -> None:
    assert problems(record_of({**said, "email": "a@b.c"}, FIELDS, way)) == [("id_missing", "id")]


@pytest.mark.parametrize("way", [Way.PUT, Way.PATCH])
@pytest.mark.parametrize("said", ["abc", -1, "-1", 1.5, -1.0, float("inf"), True, [1], {"id": 1}, "1 2", "²"])
def test_an_id_that_is_no_number_is_nobodys(way: Way, said: Any) -> None:
    assert problems(record_of({"id": said}, FIELDS, way)) == [("contact_not_found", "id")]


@pytest.mark.parametrize("said", [0, "0", 2**40, 10**30, "9" * 5000])
@pytest.mark.parametrize("way", [Way.PUT, Way.PATCH])
def test_a_number_that_nobody_can_have_is_not_found(said: Any, way: Way) -> None:
    assert problems(record_of({"id": said}, FIELDS, way)) == [("contact_not_found", "id")]


@pytest.mark.parametrize("blank", [None, "", " \t", [], {}])
@pytest.mark.parametrize("alias", ["firstname", "email", "points", "country", "twitter"])
def test_a_blank_is_left_out_or_clears(blank: Any, alias: str) -> None:
    target = FIELDS.by_alias[alias].target
    kept = {"match_by": "id", "id": 7}
    assert record({alias: blank}) == kept
    cleared = {} if target.startswith("cf:") else {target: None}
    assert record({alias: blank, "overwriteWithBlank": True}) == {**kept, **cleared}
    assert record({alias: blank}, Way.PUT) == {**CLEARED, "match_by": "id|new", "id": 7}


def test_put_writes_what_is_sent_and_clears_the_rest() -> None:
    found = record({"firstname": "Ana", "twitter": "t", "points": 5}, Way.PUT)
    assert found == {**CLEARED, "first_name": "Ana", "cf:twitter": "t", "points": 5, "match_by": "id|new", "id": 7}


@pytest.mark.parametrize(
    ("said", "written"), [(0, None), ("0", None), (0.0, None), (" 0 ", None), (1, 1), ("4", "4"), (False, False)]
)
def test_points_of_nought_are_blank(said: Any, written: Any) -> None:
    assert record({"points": said}).get("points") == written
    for item, way in (({"points": said}, Way.PUT), ({"points": said, "overwriteWithBlank": True}, Way.PATCH)):
        assert record(item, way)["points"] == written


@pytest.mark.parametrize(
    ("said", "names"),
    [
        (["a", " b ", "-c"], ["a", "b", "-c"]),
        ("a, b ,-c,,", ["a", "b", "-c"]),
        ({0: "a", 1: "b"}, ["a", "b"]),
        ({"x": "a"}, ["a"]),
        ([{"id": 3, "tag": "a"}, "b"], ["a", "b"]),
        ([5], ["5"]),
        (["", None, "a"], ["a"]),
        ([], None),
        ("", None),
        (" , ", None),
        (None, None),
    ],
)
def test_tags_are_a_list_or_a_text_with_commas(said: Any, names: Any) -> None:
    for way in (Way.PATCH, Way.PUT):
        found = record({"tags": said, "overwriteWithBlank": True}, way)
        assert (found.get("tags"), problems(found)) == (names, [])


@pytest.mark.parametrize(
    ("said", "number"), [(5, 5), ("5", 5), ({"id": 5}, 5), (None, None), ("", None), ({"id": None}, None), ({}, None), (0, None)]
)
def test_owner_and_stage_are_ids_or_taken_away(said: Any, number: Any) -> None:
    for fields, absent in ((with_custom("owner", "stage"), None), (FIELDS, "left out")):
        found = record_of({"id": 7, "owner": said, "stage": said}, fields, Way.PATCH)
        assert [found.get(f"cf:{name}", "left out") for name in ("owner", "stage")] == [number or absent] * 2
        assert problems(found) == []


def test_owner_and_stage_that_are_not_sent_are_left_alone() -> None:
    assert not {"cf:owner", "cf:stage", "cf:ip_address", "tags"} & set(record({}, Way.PUT))


@pytest.mark.parametrize(
    ("alias", "kind"), [("owner", FieldType.TEXT), ("stage", FieldType.BOOLEAN), ("ip_address", FieldType.URL)]
)
@pytest.mark.parametrize("way", Way)
def test_a_field_of_another_type_is_written_as_any_field(alias: str, kind: FieldType, way: Way) -> None:
    at = datetime(2026, 11, 22, tzinfo=UTC)
    known = contact_fields([CustomField(1, Field(alias, kind, custom_path(1), alias), at, at, {}, {})], frozenset())
    said = {"id": 7, alias: "5", **({"ipAddress": "192.0.2.1"} if alias == "ip_address" else {})}
    assert record_of(said, known, way)[f"cf:{alias}"] == "5"
    assert record_of({"id": 7, alias: None}, known, way).get(f"cf:{alias}", "") == (None if way is Way.PUT else "")


def test_the_time_of_the_last_visit_has_two_names() -> None:
    for name in ("lastActive", "last_active"):
        assert record({name: "2024-01-02 03:04:05"})["cf:last_active"] == "2024-01-02 03:04:05"


@pytest.mark.parametrize(
    ("item", "field"),
    [
        ({"firstname": "a\0"}, "first_name"),
        ({"tags": ["a", "b\0"]}, "tags"),
        ({"points": 2**63}, "points"),
        ({"points": -(2**63) - 1}, "points"),
        ({"firstname": {"a": ["\0"]}}, "first_name"),
        ({"ipAddress": "\0"}, "cf:ip_address"),
    ],
)
def test_what_no_payload_can_hold_is_refused_before_it_is_in_one(item: Any, field: str) -> None:
    found = record(item)
    assert problems(found) == [("value_invalid", field)]
    assert field not in found


@pytest.mark.parametrize(
    ("item", "field"),
    [
        ({"firstname": "x" * (MAX_CELL + 1)}, "first_name"),
        ({"tags": ["a", "x" * (MAX_CELL + 1)]}, "tags"),
        ({"twitter": {"a": "\0" + "é" * MAX_CELL}}, "cf:twitter"),
    ],
)
def test_a_text_that_no_payload_can_hold_is_too_long(item: Any, field: str) -> None:
    found = record(item)
    assert problems(found) == [("too_long", field)]
    assert found[REFUSED][0]["message"] == "This value is too long. Write 65,536 characters at most."
    assert field not in found
    assert "first_name" in record({"firstname": "é" * MAX_CELL})


@pytest.mark.parametrize("way", Way)
def test_a_record_that_is_longer_than_a_line_is_refused_and_keeps_its_id(way: Way) -> None:
    tags = ["x" * 65_000] * 16
    room = RECORD_BYTES - len(msgspec.json.encode(record({"tags": [*tags, "x"]}, way))) + 1
    assert problems(record({"tags": [*tags, "x" * room]}, way)) == []
    found = record({"tags": [*tags, "x" * (room + 1)]}, way)
    assert problems(found) == [("item_too_long", "contact")]
    words = f"The contact is longer than {RECORD_BYTES:,} bytes{' with all that it clears' if way is Way.PUT else ''}."
    assert found[REFUSED][0]["message"] == f"{words} Send less of it."
    assert set(found) == {REFUSED, "match_by"} | (set() if way is Way.NEW else {"id"})
    assert found.get("id", 7) == 7


def test_an_item_of_which_only_the_beginning_was_read_is_too_long_and_may_be_a_contact() -> None:
    found = record_of(Cut('{"id": 7'), FIELDS, Way.PATCH)
    assert problems(found) == [("item_too_long", "contact")]
    assert found[REFUSED][0]["message"] == "The contact is longer than 1,048,576 bytes. Send less of it."
    assert is_of_object(found)
    assert (may_be_contact(Cut("x")), may_be_contact({}), may_be_contact("x")) == (True, True, False)


def test_fields_are_needed_for_what_contacts_say_that_are_not_refused() -> None:
    sent = [{"twitter": "t"}, {"owner": None, "stage": ""}, {"facebook": "f", "country": "Nowhere"}, {"skype": ""}]
    records = [record(item) for item in sent]
    assert set(names_needed(records)) == {"match_by", "id", "cf:twitter"}
    assert records[2]["cf:facebook"] == "f"


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
NAMES = st.sampled_from(
    [*FIELDS.by_alias, "id", "tags", "owner", "stage", "ipAddress", "lastActive", "doNotContact", "overwriteWithBlank"]
)


@given(st.dictionaries(NAMES, ANYTHING, max_size=6), st.sampled_from(Way))
def test_whatever_a_contact_says_there_is_a_record_of_it_that_can_be_written(item: dict[str, Any], way: Way) -> None:
    found = record_of(item, FIELDS, way)
    assert found["match_by"]
    assert msgspec.json.decode(msgspec.json.encode(found)) == found or "inf" in repr(found)
    assert record_of(item, FIELDS, way) == found
