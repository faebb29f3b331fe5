"""Which part of a file is asked for, and who has it already."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.gateway.ranges import Part, RangeUnsatisfiable, is_known, takes_gzip, wanted_part

TAG = '"abc"'


@pytest.mark.parametrize(
    ("header", "part"),
    [
        (None, None),
        ("bytes=0-", Part(0, 10)),
        ("bytes=0-0", Part(0, 1)),
        ("bytes=3-5", Part(3, 6)),
        ("bytes=9-9", Part(9, 10)),
        ("bytes=3-10", Part(3, 10)),
        ("bytes=3-999999999999", Part(3, 10)),
        ("bytes=-3", Part(7, 10)),
        ("bytes=-10", Part(0, 10)),
        ("bytes=-11", Part(0, 10)),
        (" Bytes = 3 - 5 ", Part(3, 6)),
        ("bytes=5-3", None),
        ("bytes=-", None),
        ("bytes=", None),
        ("bytes=a-b", None),
        ("bytes=0-1,3-4", None),
        ("rows=0-1", None),
        ("bytes=--1", None),
        ("bytes=1", None),
        ("bytes=\u0663-5", None),
        (f"bytes=0-{'9' * 5000}", None),
    ],
)
def test_a_range_is_one_part_of_the_file_or_as_if_it_were_not_there(header: str | None, part: Part | None) -> None:
    assert wanted_part(header, None, TAG, 10) == part


@pytest.mark.parametrize(
    ("header", "total"), [("bytes=10-", 10), ("bytes=11-12", 10), ("bytes=-0", 10), ("bytes=0-", 0), ("bytes=-1", 0)]
)
def test_a_part_that_begins_beyond_the_end_cannot_be_given(header: str, total: int) -> None:
    with pytest.raises(RangeUnsatisfiable):
        wanted_part(header, None, TAG, total)


@pytest.mark.parametrize(
    ("if_range", "is_part"),
    [
        (None, True),
        (TAG, True),
        (f" {TAG} ", True),
        ('"other"', False),
        (f"W/{TAG}", False),
        ("Sun, 22 Nov 2026 04:00:00 GMT", False),
    ],
)
def test_a_part_is_given_only_of_the_file_that_the_client_knows(if_range: str | None, is_part: bool) -> None:
    assert (wanted_part("bytes=1-2", if_range, TAG, 10) is not None) is is_part
    assert wanted_part("bytes=99-", '"other"', TAG, 10) is None


@given(st.integers(0, 50), st.integers(0, 60), st.integers(0, 60))
def test_a_part_is_never_more_than_the_file_has(total: int, first: int, last: int) -> None:
    for header in (f"bytes={first}-{last}", f"bytes={first}-", f"bytes=-{last}"):
        try:
            part = wanted_part(header, None, TAG, total)
        except RangeUnsatisfiable:
            continue
        if part is not None:
            data = bytes(range(total))
            assert 0 <= part.start < part.end <= total
            assert part.bytes == len(data[part.start : part.end])


@pytest.mark.parametrize(
    ("header", "known"),
    [
        (None, False),
        ("*", True),
        (TAG, True),
        (f"W/{TAG}", True),
        (f'"x", {TAG}', True),
        ('"x","y"', False),
        ("abc", False),
        ("", False),
    ],
)
def test_a_tag_among_those_of_the_client_is_known(header: str | None, known: bool) -> None:
    assert is_known(header, TAG) is known
    assert is_known(header, f"W/{TAG}") is known


@pytest.mark.parametrize(
    ("header", "taken"),
    [
        (None, False),
        ("", False),
        ("identity", False),
        ("gzip", True),
        ("deflate, GZip;q=0.5, br", True),
        ("gzip;q=0", False),
        ("gzip;q=0.0, *", False),
        ("*", True),
        ("*;q=0", False),
        ("x-gzip", True),
        ("br", False),
        ("gzip; q=x", False),
    ],
)
def test_gzip_is_taken_where_it_is_named_and_not_refused(header: str | None, taken: bool) -> None:
    assert takes_gzip(header) is taken
