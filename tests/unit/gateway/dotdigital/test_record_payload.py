"""Records on their way into the lines of a payload."""

import pytest

from services.gateway.dialects.dotdigital.record_payload import Lines, match_column
from services.gateway.problems import Problem


def test_records_stand_under_the_headings_of_their_columns() -> None:
    lines = Lines(10, {"email": "EMAIL"})
    assert list(lines.of([{"match_by": "email", "email": "a"}, {"match_by": "email", "email": "b"}])) == [
        {"match_by": "email", "EMAIL": "a"},
        {"match_by": "email", "EMAIL": "b"},
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
