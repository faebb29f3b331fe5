"""Fault reports: where the columns of a file stand in them, and what can never stand in the first two."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from services.gateway.dialects.dotdigital.v2.fault_rows import FaultRows
from shared.contract.values import Outcome
from shared.jobs.outcomes import RowOutcome
from tests.unit.gateway.dotdigital.jobs import job

CELLS = st.none() | st.booleans() | st.integers() | st.text() | st.just(b"") | st.sampled_from(['a,b"', "\r\n", "x\ny", ",", '"'])


def of(columns: Sequence[str], targets: Sequence[tuple[int, str]], hidden: Sequence[str] = ()) -> FaultRows:
    """The report of an import with these columns."""
    plan = {"columns": list(columns), "targets": [list(target) for target in targets]}
    return FaultRows(replace(job(), plan=plan), hidden)


def fault(code: str | None, *cells: Any) -> RowOutcome:
    """A row that was not applied."""
    return RowOutcome(2, Outcome.REJECTED, None, code, "why", None, cells)


def test_the_email_moves_to_the_front_and_every_other_column_keeps_its_place() -> None:
    faults = of(["FIRSTNAME", "odd", "E-Mail", "POSTCODE"], [(0, "first_name"), (2, "email")])
    assert faults.head == ["Reason", "E-Mail", "FIRSTNAME", "odd", "POSTCODE"]
    assert faults.row(fault("duplicate", "Ana", "x", "a@x.org", "N1")) == ["Duplicate", "a@x.org", "Ana", "x", "N1"]


def test_rows_that_are_too_short_or_too_long_keep_their_columns() -> None:
    faults = of(["Email", "A", "B"], [(0, "email")])
    assert faults.row(fault("email_invalid", "x")) == ["Invalid Email", "x", "", ""]
    assert faults.row(fault("too_many_cells", "x", "1", "2", "3", "4")) == ["Invalid Entries", "x", "1", "2", "3", "4"]
    assert faults.row(fault(None)) == ["Invalid Entries", "", "", ""]


def test_of_two_columns_for_the_email_the_one_that_is_read_stands_in_front() -> None:
    assert of(["email", "EMAIL (2)", "A"], [(1, "email")]).head == ["Reason", "EMAIL (2)", "email", "A"]


def test_columns_that_clients_did_not_send_are_left_out() -> None:
    faults = of(["By", "EMAIL", "A"], [(0, "match_by"), (1, "email")], hidden=("By",))
    assert (faults.head, faults.row(fault("duplicate", "email", "a", 7))) == (["Reason", "EMAIL", "A"], ["Duplicate", "a", "7"])


def test_an_import_that_was_never_read_has_headings_alone() -> None:
    assert FaultRows(replace(job(), plan={})).head == ["Reason", "Email"]


@given(st.lists(CELLS, max_size=4), st.text(), st.text())
def test_nothing_that_a_file_holds_gets_quotes_commas_or_line_ends_into_reason_and_email(
    cells: list[Any], email: str, other: str
) -> None:
    faults = of([other, email], [(1, "email")])
    for line in (faults.head, faults.row(fault("duplicate", *cells))):
        assert not set(line[0] + line[1]) & set('",\r\n')
        assert not set("".join(line)) & set("\r\n")
