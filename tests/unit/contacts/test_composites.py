"""Phones, addresses, notes and consents: lists of small documents with ids of their own."""

from typing import Any

import pytest
from bson import encode

from shared.contacts.composites import MOST_CONSENTS, add_consents, add_notes, drop_notes, has_room_for, merge_parts, replace_phones
from shared.contacts.merge import Merge
from shared.contacts.nested import CONSENT_PARTS
from tests.unit.contacts.stored import LATER, NOW

KEEP, CLEAR, FILL = Merge.OVERWRITE_NON_EMPTY, Merge.OVERWRITE, Merge.FILL_EMPTY
HOME = {"id": 4, "kind": "home", "number": "1"}
WORK = {"id": 7, "kind": "work", "number": "2"}


def changed(stored: list[dict[str, Any]], merge: Merge, **wanted: dict[str, Any]) -> list[dict[str, Any]]:
    """The entries after a row that says this of some kinds."""
    after = merge_parts(stored, wanted, merge)
    assert after != stored, "no change is None"
    return stored if after is None else after


@pytest.mark.parametrize(
    "merge,value,after",
    [(KEEP, "9", "9"), (CLEAR, "9", "9"), (FILL, "9", "1"), (KEEP, None, "1"), (CLEAR, None, None), (FILL, None, "1")],
)
def test_one_phone_by_kind_follows_the_merge_and_keeps_its_id(merge: Merge, value: str | None, after: str | None) -> None:
    expected = [HOME | {"number": after}, WORK] if after else [WORK]
    assert changed([HOME, WORK], merge, home={"number": value}) == expected


def test_a_phone_of_a_new_kind_gets_an_id_beyond_all_others() -> None:
    assert changed([HOME, WORK], FILL, fax={"number": "3"}) == [HOME, WORK, {"id": 8, "kind": "fax", "number": "3"}]


def test_a_whole_list_replaces_the_stored_one_and_entries_of_one_kind_keep_their_ids_in_order() -> None:
    second = {"id": 9, "kind": "home", "number": "3"}
    wanted = [{"kind": "home", "number": "5"}, {"kind": "home", "number": "6"}, {"kind": "home", "number": "7"}]
    assert [(entry["id"], entry["number"]) for entry in replace_phones([HOME, WORK, second], wanted, KEEP)] == [
        (4, "5"),
        (9, "6"),
        (10, "7"),
    ]


@pytest.mark.parametrize(
    "merge,value,after", [(KEEP, None, [HOME]), (CLEAR, None, []), (FILL, None, [HOME]), (FILL, [WORK], [HOME])]
)
def test_a_whole_list_follows_the_merge_as_well(merge: Merge, value: Any, after: list[dict[str, Any]]) -> None:
    assert replace_phones([HOME], value, merge) == after


def test_parts_of_an_address_are_set_one_by_one_and_an_empty_address_goes() -> None:
    address = {"id": 1, "kind": "work", "city": "Bonn", "street": "S"}
    assert changed([address], KEEP, work={"city": "Köln"}) == [address | {"city": "Köln"}]
    assert changed([address], FILL, work={"state": "NRW"}) == [address | {"state": "NRW"}]
    assert changed([address], FILL, work={"city": "Köln"}) == [address]
    less = changed([address], CLEAR, work={"city": None})
    assert less == [{"id": 1, "kind": "work", "street": "S"}]
    assert changed(less, CLEAR, work={"street": None}) == []


def test_the_stored_lists_themselves_are_never_changed() -> None:
    stored = [dict(HOME)]
    merge_parts(stored, {"home": {"number": "9"}}, KEEP)
    replace_phones(stored, [], KEEP)
    assert stored == [HOME]


def test_notes_come_newest_first_and_each_text_once() -> None:
    notes = [{"id": 2, "at": NOW, "text": "old"}]
    assert add_notes(notes, ["old", "new", "new"], LATER) == [{"id": 3, "at": LATER, "text": "new"}, *notes]


def test_a_consent_is_kept_for_good_and_recorded_once() -> None:
    first = add_consents([], [{"text": "yes", "at": NOW}], NOW)
    assert first == [{"text": "yes", "at": NOW, "recorded_at": NOW}]
    assert add_consents(first, [{"text": "yes", "at": NOW}], LATER) == first
    assert len(add_consents(first, [{"text": "yes", "at": LATER}], LATER)) == 2


def test_one_of_a_row_that_says_it_twice_is_recorded() -> None:
    twice: list[dict[str, Any]] = [{"text": "yes", "at": NOW}, {"at": NOW, "text": "yes"}, {"text": "yes"}]
    assert [consent.get("at") for consent in add_consents([], twice, LATER)] == [NOW, None]


def test_there_is_room_for_consents_up_to_the_most_and_always_for_those_that_are_there() -> None:
    records = [{"text": f"yes {number}"} for number in range(MOST_CONSENTS + 1)]
    stored = add_consents([], records[1:], NOW)
    assert has_room_for(records[:1], stored[1:])
    assert has_room_for(records[1:], stored)
    assert has_room_for(records[:1], add_consents([], records, NOW))
    assert has_room_for(records[2:] * 2, stored[1:])
    assert not has_room_for(records[:1], stored)
    assert not has_room_for(records, [])


def test_a_contact_with_the_most_and_longest_consents_fits_a_stored_document() -> None:
    longest = {part: "\U0001f600" * length for part, length in CONSENT_PARTS.items() if part != "ip"}
    records = [{**longest, "ip": f"{number:0{CONSENT_PARTS['ip']}}", "at": NOW} for number in range(MOST_CONSENTS)]
    stored = add_consents([], records, NOW)
    assert (len(stored), len(encode({"consents": stored})) < 15_000_000) == (MOST_CONSENTS, True)


def test_a_contact_without_any_gets_those_of_the_row_that_are_not_blank() -> None:
    wanted: dict[str, dict[str, Any]] = {"home": {"number": None}, "work": {"number": "2"}, "fax": {"number": "3"}}
    assert merge_parts([], wanted, KEEP) == [
        {"id": 1, "kind": "work", "number": "2"},
        {"id": 2, "kind": "fax", "number": "3"},
    ]
    assert merge_parts([], {"home": {"number": None}}, CLEAR) is None


def test_notes_that_are_taken_out_leave_the_others_as_they_are() -> None:
    notes = add_notes([], ["a", "b", "c"], NOW)
    assert drop_notes(notes, [2]) == [notes[0], notes[2]]
    assert drop_notes(notes, []) == notes
