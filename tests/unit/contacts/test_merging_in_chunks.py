"""Merging contacts does not depend on where the rows of a payload are cut."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from shared.contacts.document import BARRED, EMAIL, Document, secondary_keys
from shared.contacts.merge import ROW, Merge, Mode, Rules
from tests.unit.contacts.stored import NOW
from tests.unit.contacts.test_absorbing import ANA, BO, keyed
from tests.unit.contacts.test_merging import THIRD, stored_after

EMAILS = st.sampled_from([f"c{number}@example.org" for number in range(1, 6)])
MOBILES = st.sampled_from([ANA, BO, THIRD])
STATUSES = st.sampled_from(["subscribed", "unsubscribed", None])
ROWS = st.fixed_dictionaries(
    {"match_by": st.sampled_from(["id|email|new", "email|mobile", "mobile|new", "new"])},
    optional={
        "id": st.integers(1, 3),
        EMAIL: EMAILS | st.none(),
        "mobile": MOBILES,
        "identifiers.crm": st.sampled_from(["x", "y"]),
        "first_name": st.sampled_from(["Ana", None]),
        "tags": st.lists(st.integers(1, 3), max_size=2),
        "lists": st.lists(st.integers(1, 2), max_size=2),
        "channels.email.status": STATUSES,
    },
)
RULES = st.builds(Rules, match=st.just(ROW), merge=st.sampled_from(Merge), mode=st.sampled_from(Mode), merges=st.just(True))


@st.composite
def contacts(draw: st.DrawFn) -> list[Document]:
    """Three stored contacts."""
    made = []
    for number, mobile in enumerate(draw(st.permutations([ANA, BO, None])), 1):
        members: dict[str, Any] = {"mobile": mobile} if mobile else {}
        if status := draw(STATUSES):
            members["channels"] = {"email": {"status": status}}
        if draw(st.booleans()):
            members["deleted_at"] = NOW
        made.append(keyed(number, **members))
    return made


@given(RULES, contacts(), st.lists(ROWS, max_size=6))
def test_however_rows_are_cut_into_chunks_the_same_becomes_of_them(
    rules: Rules, stored: list[Document], rows: list[dict[str, Any]]
) -> None:
    # A row that names the number of a contact which an earlier row made finds it in a later chunk only: here none does.
    together, decisions = stored_after(rules, stored, *rows)
    one_by_one, apart = stored, []
    for row in rows:
        one_by_one, (decision,) = stored_after(rules, one_by_one, row)
        apart.append(decision)
    assert [(each.outcome, each.code) for each in decisions] == [(each.outcome, each.code) for each in apart]
    assert bare(together) == bare(one_by_one)
    assert all(each.get("keys", []) == secondary_keys(each) for each in together)
    for before, after in zip(stored, together, strict=False):
        if "channels" in before and before["channels"]["email"]["status"] in BARRED:
            assert after["channels"]["email"]["status"] in BARRED


def bare(documents: list[Document]) -> list[Document]:
    """Contacts without what only a written one has."""
    return [
        {name: value for name, value in each.items() if name not in ("account", "created_at", "updated_at")} for each in documents
    ]
