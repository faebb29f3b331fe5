"""What a contact takes of another one that is merged into it, and what the other keeps."""

from copy import deepcopy
from datetime import timedelta
from typing import Any

import pytest

from shared.contacts.absorbing import absorb, consents_fit, keep_endings
from shared.contacts.applying import Working
from shared.contacts.composites import MOST_CONSENTS
from shared.contacts.document import Document, put_at, secondary_keys
from tests.unit.contacts.stored import LATER, NOW, contact

ANA, BO = "+447700900001", "+447700900002"
EARLIER = NOW - timedelta(days=1)
MOST_POINTS = 2**31 - 1


def keyed(number: int, **members: Any) -> Document:
    """A stored contact, with what stands in `keys`."""
    made = contact(number, **members)
    keys = secondary_keys(made)
    return made | ({"keys": keys} if keys else {})


def merged(own: dict[str, Any], theirs: dict[str, Any]) -> tuple[Document, Document]:
    """Both contacts after the second was merged into the first."""
    before = [keyed(1, **deepcopy(own)), keyed(2, **deepcopy(theirs))]
    one, other = (Working(deepcopy(document), is_new=False) for document in before)
    absorb(one, other, LATER)
    for document, working in zip(before, (one, other), strict=True):
        for path, value in working.changes.items():
            put_at(document, path, value)
        assert document == working.stored, "the changes alone make what is stored"
    return one.stored, other.stored


def taken(path: str, own: Any, theirs: Any) -> Any:
    """What the contact has at a path where the two have these values."""
    mine = {} if own is None else {path: own}
    return merged(mine, {path: theirs})[0].get(path)


@pytest.mark.parametrize("path", ["first_name", "anniversary", "source", "owner"])
def test_a_field_that_is_there_stays_and_one_that_is_not_is_taken(path: str) -> None:
    assert (taken(path, "mine", "theirs"), taken(path, None, "theirs")) == ("mine", "theirs")


def test_custom_fields_and_preferences_are_taken_one_by_one() -> None:
    assert taken("custom", {"1": "a", "2": False}, {"2": True, "3": 0}) == {"1": "a", "2": False, "3": 0}
    assert taken("custom", None, {"3": 0}) == {"3": 0}
    assert taken("preferences", {"x.y": False}, {"x.y": True, "z": True}) == {"x.y": False, "z": True}


def test_a_birthday_is_taken_whole_or_not_at_all() -> None:
    one, _ = merged({"birthday_month": 2}, {"birthday_month": 1, "birthday_day": 31})
    assert "birthday_day" not in one
    one, _ = merged({}, {"birthday_month": 1, "birthday_day": 31})
    assert (one["birthday_month"], one["birthday_day"]) == (1, 31)


@pytest.mark.parametrize(
    ("own", "theirs", "after"),
    [
        (5, 7, 12),
        (None, 7, 7),
        (5, -7, -2),
        (5, 0, 5),
        (MOST_POINTS, 1, MOST_POINTS),
        (-(2**31), -1, -(2**31)),
    ],
)
def test_points_are_added_up_within_what_a_contact_can_have(own: int | None, theirs: int, after: int) -> None:
    assert taken("points", own, theirs) == after


def test_phones_and_addresses_of_other_kinds_are_taken_under_numbers_of_their_own() -> None:
    home, work = {"id": 1, "kind": "home", "number": "1"}, {"id": 1, "kind": "work", "number": "2"}
    assert taken("phones", [home], [{**home, "number": "3"}, work]) == [home, {**work, "id": 2}]
    assert taken("addresses", None, [{"id": 4, "kind": "home", "city": "Porto"}]) == [{"id": 1, "kind": "home", "city": "Porto"}]


def test_the_tags_of_both_are_united() -> None:
    assert (taken("tags", [3, 1], [2, 3]), taken("tags", None, [2])) == ([1, 2, 3], [2])


def test_notes_are_added_newest_first_and_the_same_text_once() -> None:
    own = [{"id": 1, "at": NOW, "text": "mine"}]
    theirs = [{"id": 1, "at": LATER, "text": "new"}, {"id": 2, "at": NOW, "text": "mine"}, {"id": 3, "at": EARLIER, "text": "old"}]
    assert taken("notes", own, theirs) == [
        {"id": 2, "at": LATER, "text": "new"},
        {"id": 1, "at": NOW, "text": "mine"},
        {"id": 3, "at": EARLIER, "text": "old"},
    ]


def test_consent_records_are_added_as_they_were_recorded() -> None:
    own, theirs = {"text": "a", "recorded_at": NOW}, {"text": "b", "recorded_at": EARLIER}
    assert taken("consents", [own], [{**own, "recorded_at": EARLIER}, theirs]) == [own, theirs]


@pytest.mark.parametrize(
    ("own", "theirs", "more", "fits"), [(300, 200, 0, True), (300, 200, 1, False), (0, MOST_CONSENTS, 1, False)]
)
def test_consent_records_fit_together_or_not(own: int, theirs: int, more: int, fits: bool) -> None:
    def records(letter: str, count: int) -> list[dict[str, Any]]:
        return [{"text": f"{letter}{number}"} for number in range(count)]

    other = Working({"consents": records("b", theirs)}, is_new=False)
    mine = Working({"consents": records("a", own)}, is_new=False) if own else None
    assert consents_fit(mine, [other], records("c", more)) is fits
    assert consents_fit(mine, [other], records("b", more)) is (own + theirs <= MOST_CONSENTS)


@pytest.mark.parametrize(
    ("own", "theirs", "after"),
    [
        ("subscribed", "unsubscribed", "unsubscribed"),
        ("unsubscribed", "subscribed", "unsubscribed"),
        ("unsubscribed", "suppressed", "unsubscribed"),
        ("subscribed", "pending", "subscribed"),
        (None, "subscribed", "subscribed"),
        ("subscribed", None, "subscribed"),
    ],
)
def test_memberships_are_united_and_one_that_ended_wins(own: str | None, theirs: str | None, after: str) -> None:
    def lists(status: str | None, **more: Any) -> dict[str, Any]:
        return {"lists": [{"id": 5, "status": status, **more}]} if status else {}

    one, other = merged(lists(own, at=NOW), lists(theirs, at=EARLIER))
    assert [(each["id"], each["status"]) for each in one["lists"]] == [(5, after)]
    assert other.get("lists", []) == lists(theirs, at=EARLIER).get("lists", [])


def channel(own: dict[str, Any], theirs: dict[str, Any]) -> dict[str, Any]:
    """The e-mail channel of the contact where the two have these."""
    one, _ = merged(*({"channels": {"email": each}} if each else {} for each in (own, theirs)))
    found: dict[str, Any] = one.get("channels", {}).get("email", {})
    return found


def test_what_is_known_of_a_channel_fills_what_is_lacking_and_parts_that_belong_together_stay_so() -> None:
    theirs = {"status": "subscribed", "permission": "explicit", "type": "plain", "opt_in": {"at": NOW, "source": "shop"}}
    assert channel({}, theirs) == theirs
    own = {"status": "none", "opt_in": {"at": LATER}}
    assert channel(own, theirs) == {**own, "permission": "explicit", "type": "plain"}


@pytest.mark.parametrize("settled", [{"status": "unsubscribed"}, {"status": "pending"}, {"permission": "pending_confirmation"}])
def test_nothing_but_its_type_fills_a_channel_that_ended_or_is_awaited(settled: dict[str, Any]) -> None:
    theirs = {"status": "subscribed", "permission": "explicit", "type": "plain", "opt_in": {"at": NOW}}
    assert channel(settled, theirs) == {**settled, "type": "plain"}


@pytest.mark.parametrize("name", ["email", "sms", "whatsapp"])
def test_a_channel_that_ended_for_either_has_ended(name: str) -> None:
    said = {"status": "unsubscribed", "reason": "asked", "opt_out": {"at": NOW}, "permission": "unsubscribed"}
    own = {"status": "subscribed", "permission": "explicit", "opt_in": {"at": NOW}}
    one, other = merged({"channels": {name: own}}, {"channels": {name: said}})
    assert (one["channels"][name], other["channels"][name]) == ({**own, **said}, said)
    first = {"status": "suppressed", "reason": "bounced"}
    assert merged({"channels": {name: first}}, {"channels": {name: said}})[0]["channels"][name] == first


def test_a_ground_that_someone_had_before_an_opt_out_is_not_taken() -> None:
    assert channel({}, {"status": "unsubscribed", "permission": "explicit", "opt_in": {"at": NOW}}) == {"status": "unsubscribed"}


def test_keys_that_are_lacking_move_and_the_others_stay_where_they_were() -> None:
    one, other = merged(
        {"email": None, "identifiers": {"crm": "1"}}, {"mobile": BO, "identifiers": {"crm": "2", "till": "9"}, "first_name": "Bo"}
    )
    assert (one["email_key"], one["mobile"], one["identifiers"]) == ("c2@example.org", BO, {"crm": "1", "till": "9"})
    assert one["keys"] == ["identifier:crm:1", "identifier:till:9", f"mobile:{BO}"]
    assert not {"email", "email_key", "mobile"} & set(other)
    assert (other["identifiers"], other["keys"]) == ({"crm": "2"}, ["identifier:crm:2"])
    assert (other["first_name"], other["deleted_at"]) == ("Bo", LATER)


def test_a_contact_with_every_key_takes_none() -> None:
    one, other = merged({"mobile": ANA}, {"mobile": BO})
    assert (one["email"], one["keys"], other["email"], other["keys"]) == (
        "c1@example.org",
        [f"mobile:{ANA}"],
        "c2@example.org",
        [f"mobile:{BO}"],
    )


def test_what_the_row_began_again_ends_again() -> None:
    ended = {"channels": {"sms": {"status": "unsubscribed"}}, "lists": [{"id": 5, "status": "unsubscribed", "at": EARLIER}]}
    begun = {"channels": {"sms": {"status": "subscribed"}}, "lists": [{"id": 5, "status": "subscribed", "at": LATER}]}
    one = Working(contact(1, **begun), is_new=False, changes={"first_name": "Ana"})
    assert keep_endings(one, Working(contact(2, **ended), is_new=False))
    assert (one.stored["channels"], one.stored["lists"]) == (ended["channels"], ended["lists"])
    assert one.changes.keys() == {"first_name", "channels.sms.status", "lists"}
    assert not keep_endings(one, Working(contact(2, **ended), is_new=False))
