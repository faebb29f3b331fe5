"""What becomes of a row: every mode and merge, keys that move and keys that are taken, and what bulk work never undoes."""

from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from shared.contacts.decide import Decider
from shared.contacts.document import keys_of, secondary_keys
from shared.contacts.merge import Merge, Mode, Rules
from shared.contract.values import Outcome
from tests.unit.contacts.stored import LATER, NOW, contact, decided, written

EMAIL = "c1@example.org"
KEEP, CLEAR, FILL = Merge.OVERWRITE_NON_EMPTY, Merge.OVERWRITE, Merge.FILL_EMPTY


@pytest.mark.parametrize(
    "mode,exists,outcome,code",
    [
        (Mode.UPSERT, True, Outcome.UPDATED, None),
        (Mode.UPSERT, False, Outcome.CREATED, None),
        (Mode.CREATE, True, Outcome.SKIPPED, "contact_exists"),
        (Mode.CREATE, False, Outcome.CREATED, None),
        (Mode.UPDATE, True, Outcome.UPDATED, None),
        (Mode.UPDATE, False, Outcome.SKIPPED, "contact_not_found"),
    ],
)
def test_the_mode_decides_which_contacts_may_be_touched(mode: Mode, exists: bool, outcome: Outcome, code: str | None) -> None:
    decision = decided(Rules(mode=mode), [contact()] if exists else [], {"email": EMAIL, "first_name": "A"})[0]
    assert (decision.outcome, decision.code) == (outcome, code)


@pytest.mark.parametrize(
    "merge,stored,value,after",
    [
        (KEEP, None, "new", "new"),
        (KEEP, "old", "new", "new"),
        (KEEP, "old", None, "old"),
        (KEEP, None, None, None),
        (CLEAR, None, "new", "new"),
        (CLEAR, "old", "new", "new"),
        (CLEAR, "old", None, None),
        (CLEAR, None, None, None),
        (FILL, None, "new", "new"),
        (FILL, "old", "new", "old"),
        (FILL, "old", None, "old"),
        (FILL, None, None, None),
    ],
)
@pytest.mark.parametrize("path", ["first_name", "custom.7", "mobile", "identifiers.crm", "channels.email.opt_in.source"])
def test_the_merge_decides_what_a_value_does(
    merge: Merge, stored: str | None, value: str | None, after: str | None, path: str
) -> None:
    rows = [{"email": EMAIL, path: stored}, {"email": EMAIL, path: value}]
    before, _ = written(Rules(merge=KEEP), [contact()], rows[:1])
    end, decisions = written(Rules(merge=merge), before, rows[1:])
    found: Any = end[0]
    for part in path.split("."):
        found = (found or {}).get(part)
    assert found == after
    assert decisions[0].outcome is (Outcome.UNCHANGED if stored == after else Outcome.UPDATED)
    assert end[0].get("keys", []) == secondary_keys(end[0])


def test_a_column_that_is_absent_changes_nothing_in_any_merge() -> None:
    for merge in Merge:
        stored = contact(first_name="A", tags=[1], phones=[{"id": 1, "kind": "home", "number": "1"}])
        end, decisions = written(Rules(merge=merge), [stored], [{"email": EMAIL}])
        assert (end, decisions[0].outcome) == ([stored], Outcome.UNCHANGED)


def test_an_email_is_matched_in_any_letter_case_and_kept_as_first_written() -> None:
    end, decisions = written(Rules(), [contact(email="Ana@Example.org")], [{"email": "ANA@example.ORG", "first_name": "A"}])
    assert (decisions[0].outcome, end[0]["email"], end[0]["first_name"]) == (Outcome.UPDATED, "Ana@Example.org", "A")


def test_found_by_something_else_the_email_takes_the_new_spelling() -> None:
    end, _ = written(Rules(match="id"), [contact(email="ana@example.org")], [{"id": 1, "email": "Ana@example.org"}])
    assert (end[0]["email"], end[0]["email_key"]) == ("Ana@example.org", "ana@example.org")


def test_ids_stay_when_the_email_changes_and_later_rows_find_the_contact_by_the_new_one() -> None:
    rows = [{"id": 1, "email": "New@example.org"}]
    end, decisions = written(Rules(match="id"), [contact()], rows)
    assert (decisions[0].outcome, end[0]["_id"], end[0]["email_key"]) == (Outcome.UPDATED, contact()["_id"], "new@example.org")


@pytest.mark.parametrize(
    "path,code", [("email", "email_taken"), ("mobile", "mobile_taken"), ("identifiers.crm", "identifiers_taken")]
)
def test_a_key_of_another_contact_is_refused_and_nothing_of_the_row_is_applied(path: str, code: str) -> None:
    owner = contact(2, email="taken@example.org", mobile="49301", identifiers={"crm": "x"})
    value = {"email": "TAKEN@example.org", "mobile": "49301", "identifiers.crm": "x"}[path]
    decision = decided(Rules(match="id"), [contact(1), owner], {"id": 1, "first_name": "A", path: value})[0]
    assert (decision.outcome, decision.code, decision.field) == (Outcome.REJECTED, code, path)
    assert decision.contact is not None
    assert "first_name" not in decision.contact.stored
    assert "contact 2" in str(decision.message)


def test_a_key_that_would_not_be_stored_is_nobodys_business() -> None:
    stored = [contact(1, mobile="1", keys=["mobile:1"]), contact(2, mobile="2", keys=["mobile:2"])]
    decision = decided(Rules(merge=FILL), stored, {"email": EMAIL, "mobile": "2", "first_name": "A"})[0]
    assert decision.outcome is Outcome.UPDATED


def test_a_key_of_a_deleted_contact_says_so() -> None:
    stored = [contact(1), contact(2, mobile="2", deleted_at=NOW)]
    decision = decided(Rules(), stored, {"email": EMAIL, "mobile": "2"})[0]
    assert "deleted" in str(decision.message)


def test_a_deleted_contact_comes_back_with_its_id_and_says_so() -> None:
    end, decisions = written(Rules(), [contact(deleted_at=NOW, first_name="A")], [{"email": EMAIL}])
    assert (decisions[0].outcome, decisions[0].code) == (Outcome.UPDATED, "restored")
    assert (end[0].get("deleted_at"), end[0]["first_name"]) == (None, "A")
    assert decided(Rules(mode=Mode.UPDATE), [contact(deleted_at=NOW)], {"email": EMAIL})[0].code == "contact_not_found"


def test_a_row_without_its_key_is_rejected_and_names_it() -> None:
    assert decided(Rules(), [], {"first_name": "A"})[0].code == "email_missing"
    assert decided(Rules(match="identifier:crm"), [], {"email": EMAIL})[0].code == "identifier_missing"
    assert decided(Rules(match="id"), [], {"email": EMAIL})[0].code == "id_missing"
    assert decided(Rules(match="id"), [], {"id": 5})[0].outcome is Outcome.REJECTED


def test_rows_of_one_contact_apply_in_order_each_seeing_the_earlier() -> None:
    rows: list[dict[str, Any]] = [
        {"email": "n@example.org", "first_name": "A"},
        {"email": "N@example.org", "first_name": "B", "last_name": "X"},
        {"email": "n@example.org", "first_name": "B"},
    ]
    end, decisions = written(Rules(), [], rows)
    assert [decision.outcome for decision in decisions] == [Outcome.CREATED, Outcome.UPDATED, Outcome.UNCHANGED]
    assert len(end) == 1
    assert (end[0]["first_name"], end[0]["last_name"]) == ("B", "X")


def test_a_key_given_up_in_a_chunk_is_free_for_a_later_row_and_the_loss_is_written_first() -> None:
    rules = Rules(match="identifier:crm")
    stored = [contact(1, identifiers={"crm": "a"}, keys=["identifier:crm:a"])]
    decider = Decider(rules, stored, LATER)
    decider.decide({"identifiers.crm": "a", "email": "moved@example.org"})
    taken = decider.decide({"identifiers.crm": "b", "email": EMAIL})
    assert taken.outcome is Outcome.CREATED
    assert [working.number for working in decider.handing_over()] == [1]


def test_two_contacts_cannot_swap_emails_by_one_row_each() -> None:
    rows = [{"id": 1, "email": "c2@example.org"}, {"id": 2, "email": "c1@example.org"}]
    assert [decision.code for decision in decided(Rules(match="id"), [contact(1), contact(2)], *rows)] == ["email_taken"] * 2


BARRED_EMAIL = {"email": {"status": "unsubscribed"}}


@pytest.mark.parametrize("status", ["unsubscribed", "suppressed"])
@pytest.mark.parametrize("merge", list(Merge))
@pytest.mark.parametrize("value", ["subscribed", "pending", "none", None])
def test_no_bulk_job_undoes_an_opt_out(status: str, merge: Merge, value: str | None) -> None:
    stored = contact(channels={"email": {"status": status}})
    end, decisions = written(Rules(merge=merge), [stored], [{"email": EMAIL, "channels.email.status": value, "first_name": "A"}])
    assert (end[0]["channels"], end[0]["first_name"]) == ({"email": {"status": status}}, "A")
    assert decisions[0].code == ("not_resubscribed" if value and merge is not FILL else None)


def test_no_bulk_job_puts_somebody_on_a_list_who_has_left() -> None:
    ended = {"id": 5, "status": "unsubscribed", "at": NOW}
    for stored in (contact(lists=[ended]), contact(channels=BARRED_EMAIL)):
        end, decisions = written(Rules(lists=(5,)), [stored], [{"email": EMAIL}])
        assert (end, decisions[0].code, decisions[0].outcome) == ([stored], "not_resubscribed", Outcome.UNCHANGED)


def test_a_person_subscribes_somebody_again_by_saying_so() -> None:
    ended = {"id": 5, "status": "unsubscribed", "at": NOW}
    stored = contact(lists=[ended], channels={"email": {"status": "suppressed", "reason": "bounced", "permission": "unsubscribed"}})
    patch = {"id": 1, "lists": [5, 6], "channels.email.status": "subscribed"}
    decision = decided(Rules("id", merge=CLEAR), [stored], patch, by_person=True)[0]
    assert decision.contact is not None
    assert decision.code is None
    assert decision.contact.stored["channels"] == {"email": {"status": "subscribed"}}
    assert [(item["id"], item["status"]) for item in decision.contact.stored["lists"]] == [(5, "subscribed"), (6, "subscribed")]


def test_an_opt_out_by_permission_is_one_by_status_and_its_time_is_kept() -> None:
    end, _ = written(Rules(), [contact()], [{"email": EMAIL, "channels.email.permission": "unsubscribed"}])
    assert end[0]["channels"]["email"] == {"permission": "unsubscribed", "status": "unsubscribed", "opt_out": {"at": LATER}}


def test_leaving_a_list_takes_it_off_but_keeps_the_record_of_an_opt_out() -> None:
    lists = [{"id": 5, "status": "subscribed", "at": NOW}, {"id": 6, "status": "unsubscribed", "at": NOW}]
    end, _ = written(Rules(), [contact(lists=lists)], [{"email": EMAIL, "lists": [-5, -6]}])
    assert end[0]["lists"] == lists[1:]


def test_tags_are_added_and_with_a_minus_taken_off() -> None:
    end, _ = written(Rules(tags=(9,)), [contact(tags=[1, 2])], [{"email": EMAIL, "tags": [3, -1]}])
    assert end[0]["tags"] == [2, 3, 9]


def test_a_stored_preference_wins_where_stored_values_win_and_any_name_will_do() -> None:
    stored = contact(preferences={"a.b": True, "$c": False})
    patch = {"email": EMAIL, "preferences": {"a.b": False, "d": True}}
    assert written(Rules(merge=FILL), [stored], [patch])[0][0]["preferences"] == {"a.b": True, "$c": False, "d": True}
    assert written(Rules(merge=KEEP), [stored], [patch])[0][0]["preferences"] == {"a.b": False, "$c": False, "d": True}
    assert "preferences" not in written(Rules(merge=CLEAR), [stored], [{"email": EMAIL, "preferences": None}])[0][0]


def test_a_contact_is_deleted_and_restored_by_number_once() -> None:
    decider = Decider(Rules("id"), [contact()], LATER)
    assert [decider.delete(1).outcome, decider.delete(1).outcome, decider.delete(2).outcome] == [
        Outcome.UPDATED,
        Outcome.SKIPPED,
        Outcome.SKIPPED,
    ]
    assert len(decider.updated()) == 1
    assert decider.restore(1).outcome is Outcome.UPDATED
    assert len(decider.updated()) == 1


TEXT = st.sampled_from(["x", "y", None])
PATCHES = st.fixed_dictionaries(
    {"email": st.sampled_from(["c1@example.org", "C2@example.org", "n@example.org"])},
    optional={
        "first_name": TEXT,
        "custom.1": TEXT,
        "mobile": st.sampled_from(["1", "2", None]),
        "identifiers.crm": TEXT,
        "phones.home": TEXT,
        "addresses.work.city": TEXT,
        "phones": st.none() | st.just([{"kind": "work", "number": "5"}, {"kind": "work", "number": "6"}]),
        "tags": st.lists(st.sampled_from([1, 2, -1, -2]), max_size=2),
        "lists": st.lists(st.sampled_from([1, 2, 3]), max_size=2),
        "notes": st.none() | st.lists(st.sampled_from(["n", "m"]), max_size=2),
        "consents": st.none() | st.just([{"text": "yes"}]),
        "preferences": st.none() | st.just({"p.q": True}),
        "channels.email.status": st.sampled_from(["subscribed", "unsubscribed", None]),
        "channels.email.permission": st.sampled_from(["explicit", "unsubscribed", None]),
    },
).filter(lambda patch: not {"phones", "phones.home"} <= patch.keys())  # no row says both: the whole list and one of it
STORED = [
    contact(1, first_name="x", mobile="1", keys=["mobile:1"], lists=[{"id": 1, "status": "unsubscribed", "at": NOW}]),
    contact(2, channels=BARRED_EMAIL, tags=[2], phones=[{"id": 3, "kind": "home", "number": "x"}]),
]


@given(patch=PATCHES, merge=st.sampled_from(list(Merge)))
@settings(max_examples=400, deadline=None)
def test_a_row_applied_twice_changes_nothing_the_second_time(patch: dict[str, Any], merge: Merge) -> None:
    rules = Rules(merge=merge)
    once, _ = written(rules, STORED, [patch])
    twice, decisions = written(rules, once, [patch])
    assert twice == once
    assert decisions[0].outcome in (Outcome.UNCHANGED, Outcome.REJECTED)


@given(patches=st.lists(PATCHES, max_size=6), merge=st.sampled_from(list(Merge)))
@settings(max_examples=300, deadline=None)
def test_rows_come_to_the_same_in_one_chunk_as_one_by_one_and_keys_stay_unique(patches: list[dict[str, Any]], merge: Merge) -> None:
    rules = Rules(merge=merge)
    together, decisions = written(rules, STORED, patches)
    alone, one_by_one = STORED, []
    for patch in patches:
        alone, found = written(rules, alone, [patch])
        one_by_one += found
    assert together == alone
    assert [(d.outcome, d.code) for d in decisions] == [(d.outcome, d.code) for d in one_by_one]
    keys = [key for document in together for key in keys_of(document)]
    assert len(keys) == len(set(keys))
    for document in together:
        assert document.get("keys", []) == secondary_keys(document)


@given(patches=st.lists(PATCHES, min_size=1, max_size=5))
@settings(max_examples=200, deadline=None)
def test_where_stored_values_win_a_file_applied_again_changes_nothing(patches: list[dict[str, Any]]) -> None:
    plain = [{path: value for path, value in patch.items() if path != "tags"} for patch in patches]
    once, decisions = written(Rules(merge=FILL), STORED, plain)
    assume(all(decision.outcome is not Outcome.REJECTED for decision in decisions))  # what stood in its way may be gone by now
    assert written(Rules(merge=FILL), once, plain)[0] == once
