"""Long runs of blank lines: passed over at once, and seen in nothing but the time."""

import random
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.readers import csv_rows
from shared.readers.lines import blank_runs, count_lines, split_lines
from tests.unit.readers.reading import Reading, read

RUNS = st.sampled_from(["\n", "\r\n", "\r"]).flatmap(lambda end: st.integers(60, 200).map(lambda times: end * times))
PARTS = st.sampled_from(["a,b", "a,b\n", 'c,"d\n', '"', 'e"\r\n', "\r", "\n", " \n", "f,g\r", 'h,"i\n\nj"\n', "sep=,\n", '"k" l\n'])


def read_line_by_line(data: str, **how: Any) -> Reading:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(csv_rows, "blank_runs", lambda text: iter(()))
        return read(data, **how)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.lists(PARTS | RUNS, max_size=12).map("".join), st.sampled_from([64, 300, 262_144]))
def test_passing_over_blank_lines_shows_in_nothing(data: str, piece_bytes: int) -> None:
    data = "email,name\n" + data
    assert read(data, piece_bytes=piece_bytes) == read_line_by_line(data, piece_bytes=piece_bytes)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_run_begins_behind_the_end_of_a_line_and_all_its_lines_count(end: str) -> None:
    text = end * 100 + "a" + end * 101 + "b" + end
    assert [text[start:stop] for start, stop in blank_runs(text)] == [end * 100, end * 100]
    assert read("email" + end + text).lines == [102, 203]


def test_lines_are_counted_as_they_are_split() -> None:
    chance = random.Random(3)
    for _ in range(200):
        text = "".join(chance.choice(["\n", "\r", "\r\n"]) for _ in range(chance.randrange(1, 30)))
        assert count_lines(text) == len(split_lines(text))
        assert not re.search("[^\r\n]", text)


def test_blank_lines_in_an_open_quote_belong_to_its_value() -> None:
    note = "one" + "\n" * 1_000 + "two"
    reading = read(f'email,note\na@x,"{note}"\nb@x,three\n')
    assert (reading.cells, reading.lines) == ([["a@x", note], ["b@x", "three"]], [2, 1_003])


def test_lines_of_a_long_run_are_never_split_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    split: list[int] = []

    def noting(text: str) -> list[str]:
        lines = split_lines(text)
        split.append(len(lines))
        return lines

    monkeypatch.setattr(csv_rows, "split_lines", noting)
    assert read("email\n" + ("a@x\n" + "\n" * 50_000) * 20).lines == [2 + 50_001 * number for number in range(20)]
    assert sum(split) < 100
