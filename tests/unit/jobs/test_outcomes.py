"""Counts and outcomes as values."""

from dataclasses import asdict

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from shared.contract.values import MOST_CODES, OTHER_CODES, Counts, Outcome
from shared.jobs.outcomes import RowOutcome, _pack, _unpack, count

figures = st.integers(0, 10**9)
code_counts = st.dictionaries(st.sampled_from(["email_invalid", "duplicate", "restored"]), figures)
counts = st.builds(Counts, figures, figures, figures, figures, figures, code_counts)
texts = st.none() | st.text(max_size=20)
cells = st.none() | st.lists(st.one_of(st.text(max_size=9), st.integers(-5, 5), st.none(), st.binary(max_size=3)), max_size=5)
rows = st.builds(RowOutcome, st.integers(1, 2**40), st.sampled_from(Outcome), st.none() | figures, texts, texts, texts, cells)


@given(counts, counts, counts)
def test_counts_add_up_in_any_order(first: Counts, second: Counts, third: Counts) -> None:
    assert first + second == second + first
    assert (first + second) + third == first + (second + third)
    assert first + Counts() == first
    assert (first + second).rows == first.rows + second.rows


def test_codes_without_end_are_counted_together_from_some_number_on() -> None:
    total = Counts()
    for chunk in range(10):
        total += count([RowOutcome(line, Outcome.REJECTED, None, f"code_{chunk}_{line % 100}") for line in range(300)])
    assert (len(total.codes), sum(total.codes.values()), total.rejected) == (MOST_CODES + 1, 3_000, 3_000)
    assert total.codes[OTHER_CODES] == 3_000 - 3 * MOST_CODES


@given(counts)
def test_counts_come_back_from_their_document(kept: Counts) -> None:
    assert Counts.from_document(kept.as_document()) == kept
    assert set(kept.as_document()) == set(asdict(kept))


@given(counts, counts)
def test_adding_counts_changes_neither_of_them(first: Counts, second: Counts) -> None:
    before = asdict(first), asdict(second)
    _ = first + second
    assert (asdict(first), asdict(second)) == before


@given(rows)
def test_an_outcome_comes_back_as_it_was_kept(row: RowOutcome) -> None:
    back = _unpack(msgspec.msgpack.decode(msgspec.msgpack.encode(_pack(row))))
    if row.code is None and row.cells is None:
        row = RowOutcome(row.line, row.outcome, row.contact)
    assert back == row


@given(st.lists(rows, max_size=30))
def test_every_row_is_counted_once_by_outcome_and_every_code_as_often_as_it_was_given(outcomes: list[RowOutcome]) -> None:
    total = count(outcomes)
    assert total.rows == len(outcomes)
    for outcome in Outcome:
        assert getattr(total, outcome) == sum(row.outcome is outcome for row in outcomes)
    assert sum(total.codes.values()) == sum(bool(row.code) for row in outcomes)
