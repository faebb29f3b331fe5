"""The escape of formulas, undone on the way in: for every cell that has it, and for no other."""

import csv
import io
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from shared.contract.formula import escape
from shared.readers.payload import PayloadReader

TEXTS = st.text(st.sampled_from("'=+-@a,;\t\n\"| 1"), max_size=6)


def cells_of(content: str, piece_bytes: int, *, formula_escape: bool = True) -> list[list[Any]]:
    reader = PayloadReader("csv", None, ",", None, piece_bytes, formula_escape=formula_escape)
    rows = [row for part in reader.feed(content.encode()) for row in part] + reader.close()
    return [list(reader.columns), *(list(row.cells) for row in rows if row.problem is None)]


def written(rows: list[list[str]]) -> str:
    text = io.StringIO()
    csv.writer(text, quoting=csv.QUOTE_ALL if len(rows) % 2 else csv.QUOTE_MINIMAL).writerows(rows)
    return text.getvalue()


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.lists(st.tuples(TEXTS, TEXTS), max_size=12), st.integers(64, 300))
def test_what_was_escaped_comes_back_wherever_the_pieces_are_cut(rows: list[tuple[str, str]], piece_bytes: int) -> None:
    table = [[*row, "end"] for row in rows]
    content = written([["a", "b", "c"], *([escape(cell) for cell in row] for row in table)])
    assert cells_of(content, piece_bytes)[1:] == cells_of(written([["a", "b", "c"], *table]), piece_bytes, formula_escape=False)[1:]


def test_headings_are_unescaped_and_other_apostrophes_stay() -> None:
    content = "'=name,'quoted',O'Brien\n'=1,''=1,'x'\n"
    assert cells_of(content, 1_000) == [["=name", "'quoted'", "O'Brien"], ["=1", "'=1", "'x'"]]


def test_nothing_is_unescaped_where_it_is_switched_off() -> None:
    assert cells_of("'=name\n'=1\n", 1_000, formula_escape=False) == [["'=name"], ["'=1"]]
