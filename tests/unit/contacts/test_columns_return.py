"""What an export shows of a contact, an import finds unchanged: for any contact, as text in cells and as JSON."""

from copy import deepcopy
from datetime import datetime
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from shared.contacts.columns import Column, default_columns, resolve_column
from shared.contacts.decide import Decider, Decision
from shared.contacts.document import Document
from shared.contacts.merge import Merge, Rules
from shared.contacts.patch import ABSENT, FieldBook, parse_row, resolve_target
from shared.contacts.present import time_text
from shared.contract.identity import Thing, from_uuid
from shared.contract.values import Outcome
from tests.unit.contacts.exported import BODIES, CHOICES, NAMES, book, numbered, patch_of
from tests.unit.contacts.stored import LATER, written

COLUMNS = {name: resolve_column(name, book()) for name in default_columns(book())}


def contacts_of(bodies: list[dict[str, Any]], merge: Merge) -> list[Document]:
    """What is stored after these bodies were imported, one chunk each."""
    stored: list[Document] = []
    for body in bodies:
        stored, _ = written(Rules(merge=merge), stored, [patch_of(body, book())])
    for document in stored:
        for number, membership in enumerate(document.get("lists", ())):
            membership["status"] = ("subscribed", "unsubscribed", "suppressed")[number % 3]
    return stored


def json_cell(value: Any) -> Any:
    if value is None:
        return ABSENT
    return time_text(value) if isinstance(value, datetime) else value


def text_cell(column: Column, value: Any) -> str:
    return "" if value is None else column.cell(value)


def imported(stored: Document, fields: FieldBook, rules: Rules, *, as_json: bool) -> tuple[Decision, Document]:
    """The contact, its default columns read into cells and these imported by the rules, and what became of it."""
    names = default_columns(fields)
    columns = [column for name in names if (column := resolve_column(name, fields))]
    targets = [target for name in names if (target := resolve_target(name, fields))]
    assert len(columns) == len(targets) == len(names)
    values = [column.value(stored, NAMES) for column in columns]
    cells = [json_cell(value) if as_json else text_cell(column, value) for column, value in zip(columns, values, strict=True)]
    patch = numbered(parse_row(list(enumerate(targets)), cells))
    assert from_uuid(NAMES.uuid_base, Thing.CONTACT, patch["uuid"]) == patch["id"]
    decider = Decider(rules, [deepcopy(stored)], LATER)
    decision = decider.decide(patch)
    assert decision.contact is not None, decision.message
    return decision, decision.contact.stored


@given(
    bodies=st.lists(BODIES, min_size=1, max_size=3),
    made=st.sampled_from(list(Merge)),
    merge=st.sampled_from(list(Merge)),
    match=st.sampled_from(["email", "id"]),
    as_json=st.booleans(),
)
@settings(max_examples=500, deadline=None)
def test_any_contact_comes_back_unchanged(
    bodies: list[dict[str, Any]], made: Merge, merge: Merge, match: str, as_json: bool
) -> None:
    for stored in contacts_of(bodies, made):
        decision, after = imported(stored, book(), Rules(match, merge=merge), as_json=as_json)
        assert (decision.outcome, decision.code) == (Outcome.UNCHANGED, None)
        assert after == stored


@given(body=BODIES, left=st.sets(st.sampled_from(CHOICES)), as_json=st.booleans())
@settings(max_examples=200, deadline=None)
def test_a_contact_whose_choices_are_gone_comes_back_unchanged(body: dict[str, Any], left: set[str], as_json: bool) -> None:
    fewer = book(tuple(choice for choice in CHOICES if choice in left))
    for stored in contacts_of([body], Merge.OVERWRITE_NON_EMPTY):
        decision, after = imported(stored, fewer, Rules(), as_json=as_json)
        assert (decision.outcome, decision.code) == (Outcome.UNCHANGED, None)
        assert after == stored


@given(body=BODIES)
@settings(max_examples=200, deadline=None)
def test_a_contact_made_of_an_export_shows_the_same(body: dict[str, Any]) -> None:
    """But for what is not the file's to say: numbers, and tags and lists that cannot be written."""
    for stored in contacts_of([body], Merge.OVERWRITE_NON_EMPTY):
        targets = [target for name in COLUMNS if (target := resolve_target(name, book())) is not None]
        shown = {name: column.value(stored, NAMES) for name, column in COLUMNS.items() if column}
        cells = [text_cell(column, shown[name]) for name, column in COLUMNS.items() if column]
        fresh, _ = written(Rules(), [], [numbered(parse_row(list(enumerate(targets)), cells))])
        barred = shown["email_status"] in ("unsubscribed", "suppressed")
        for name, column in COLUMNS.items():
            if column and name not in ("id", "uuid") and not (name == "lists" and barred):
                assert column.value(fresh[0], NAMES) == shown[name], name
