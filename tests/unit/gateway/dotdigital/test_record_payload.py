"""Records as the lines of a payload."""

import json

import pytest

from services.gateway.dialects.dotdigital.record_payload import Lines, match_column
from services.gateway.problems import Problem


def test_records_become_lines_under_the_headings_of_their_columns() -> None:
    lines = Lines(10, {"email": "EMAIL"})
    text = b"".join(lines.of([{"match_by": "email", "email": "a"}, {"match_by": "email", "email": "b\nc"}]))
    assert [json.loads(line) for line in text.decode().splitlines()] == [
        {"match_by": "email", "EMAIL": "a"},
        {"match_by": "email", "EMAIL": "b\nc"},
    ]
    assert (lines.count, lines.match) == (2, "email")


def test_records_that_are_found_in_several_ways_are_matched_row_by_row() -> None:
    lines = Lines(10)
    list(lines.of([{"match_by": "email"}, {"match_by": "id"}]))
    assert lines.match == "row"
    assert match_column(lines.match) == {"match_by": "match_by"}
    assert match_column("email") == {"match_by": None}


def test_more_records_than_an_import_takes_are_refused() -> None:
    with pytest.raises(Problem) as refused:
        list(Lines(2).of([{"match_by": "email"}] * 3))
    assert refused.value.status == 413


def test_no_block_is_much_longer_than_what_is_held() -> None:
    blocks = list(Lines(10_000).of({"match_by": "email", "email": "x" * 1_000} for _ in range(1_000)))
    assert len(blocks) > 3
    assert max(map(len, blocks)) < 264 * 1024
