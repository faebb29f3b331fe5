"""One consent record in columns of its own."""

from datetime import UTC, datetime

import pytest

from shared.contacts.columns import resolve_column
from shared.contacts.composites import MOST_CONSENTS
from shared.contacts.mapping import MappingProblem, plan_mapping
from shared.contacts.merge import Merge, Rules
from shared.contacts.nested import CONSENT_COLUMNS, CONSENT_PARTS
from shared.contacts.patch import ABSENT, FieldBook, Patch, RowProblem, parse_row, patch_from_json
from shared.contacts.targets import CONSENT_NAMES
from shared.contract.values import Outcome
from tests.unit.contacts.stored import LATER, NOW, contact, written

NINE = datetime(2026, 11, 21, 9, tzinfo=UTC)
WHOLE = {"text": "I agree", "url": "https://example.org/f", "at": "2026-11-21T09:00:00Z", "ip": "192.0.2.1", "user_agent": "Lynx"}


def row(cells: dict[str, object], *, day_first: bool = False) -> Patch:
    """The patch of a row of JSON with these headings."""
    return parse_row(plan_mapping(list(cells), None, FieldBook(), day_first=day_first).targets, list(cells.values()))


def test_the_columns_of_a_row_make_one_record_as_a_json_list_of_one_does() -> None:
    made = row({f"consent:{part}": cell for part, cell in WHOLE.items()})
    assert made == {"consents": [{**WHOLE, "at": NINE}]}
    assert made == patch_from_json({"consents": [WHOLE]}, FieldBook())
    assert set(CONSENT_COLUMNS) == {*CONSENT_PARTS, "at"} == set(WHOLE)


def test_blank_cells_are_left_out_and_a_row_of_them_says_nothing() -> None:
    assert row({"consent:text": "Yes", "consent:url": " ", "consent:ip": None}) == {"consents": [{"text": "Yes"}]}
    for blank in (None, "", " \u00a0\u200b", ABSENT):
        assert row(dict.fromkeys(CONSENT_NAMES, blank)) == {}


@pytest.mark.parametrize("merge", list(Merge))
def test_a_record_is_added_once_and_none_is_ever_cleared(merge: Merge) -> None:
    stored = [contact(1, consents=[{"text": "old", "recorded_at": NOW}])]
    said = {"email": "c1@example.org", **row({"consent:text": "new", "consent:at": "2026-11-21T09:00:00Z"})}
    blank = {"email": "c1@example.org", **row(dict.fromkeys(CONSENT_NAMES, ""))}
    after, _ = written(Rules(merge=merge), stored, [said, said, blank])
    both = [{"text": "old", "recorded_at": NOW}, {"text": "new", "at": NINE, "recorded_at": LATER}]
    assert after[0]["consents"] == both


@pytest.mark.parametrize("is_there", [True, False])
def test_a_row_beyond_the_most_records_of_its_contact_is_rejected_whole(is_there: bool) -> None:
    rows = [{"email": "c1@example.org", **row({"consent:text": f"yes {number}"})} for number in range(MOST_CONSENTS + 1)]
    last, again = {**rows.pop(), "first_name": "Ana"}, {**rows[7], "last_name": "Lima"}
    after, decisions = written(Rules(), [contact(1)] if is_there else [], [*rows, last, again, {"email": "c1@example.org"}])
    assert [decision.outcome for decision in decisions[-3:]] == [Outcome.REJECTED, Outcome.UPDATED, Outcome.UNCHANGED]
    assert (decisions[-3].code, decisions[-3].field) == ("consents_full", "consents")
    assert (len(after[0]["consents"]), after[0].get("first_name"), after[0]["last_name"]) == (MOST_CONSENTS, None, "Lima")


@pytest.mark.parametrize("part", CONSENT_PARTS)
def test_a_part_has_the_length_that_it_has_in_json(part: str) -> None:
    most = "x" * CONSENT_PARTS[part]
    assert row({f"consent:{part}": most}) == {"consents": [{part: most}]}
    with pytest.raises(RowProblem) as refused:
        row({f"consent:{part}": most + "x"})
    assert (refused.value.code, refused.value.field) == ("too_long", f"consent:{part}")


def test_the_moment_is_read_as_others_are() -> None:
    assert row({"consent:at": "03/04/2026 10:30"}, day_first=True)["consents"] == [{"at": datetime(2026, 4, 3, 10, 30, tzinfo=UTC)}]
    with pytest.raises(RowProblem) as refused:
        row({"consent:at": "never"})
    assert (refused.value.code, refused.value.field) == ("datetime_invalid", "consent:at")


@pytest.mark.parametrize("first", [("consents",), CONSENT_NAMES[:2]])
def test_records_of_a_json_list_beside_the_columns_stay_their_own(first: tuple[str, ...]) -> None:
    cells: dict[str, object] = {"consents": [{"text": "A"}], "consent:text": "B", "consent:url": "https://example.org/"}
    found = row({name: cells[name] for name in (*first, *(name for name in cells if name not in first))})["consents"]
    assert sorted(found, key=lambda record: str(record["text"])) == [{"text": "A"}, {"text": "B", "url": "https://example.org/"}]


@pytest.mark.parametrize("heading", ["consent text", "consent_text", "Consent:Text", "consent:", "consent:recorded_at"])
def test_no_heading_but_the_name_itself_is_taken_for_consent(heading: str) -> None:
    found = plan_mapping([heading], None, FieldBook(), nested=False)
    assert (found.targets, found.unknown) == ([], [heading])


def test_a_mapping_sends_columns_to_the_record_and_of_two_for_one_part_the_first_is_read() -> None:
    given = {"ConsentText": "consent:text", "Words": "Consent:Text"}
    found = plan_mapping(["Words", "ConsentText"], given, FieldBook(), only_given=True)
    assert (parse_row(found.targets, ["second", ""]), found.shadowed) == ({}, [("Words", "ConsentText")])
    assert plan_mapping(["consent:text"], None, FieldBook(), only_given=True).unknown == ["consent:text"]
    with pytest.raises(MappingProblem, match=r"Did you mean consent:user_agent\?"):
        plan_mapping(["Browser"], {"Browser": "consent:useragent"}, FieldBook())


@pytest.mark.parametrize("name", CONSENT_NAMES)
def test_no_file_shows_one_record_of_many(name: str) -> None:
    assert resolve_column(name, FieldBook()) is None
