"""The stored form of a chunk's rows gives back what was put in."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.importer.readers.chunk_codec import decode_rows, encode_rows
from services.importer.readers.rows import ABSENT

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False)
    | st.text(max_size=6)
    | st.just(ABSENT)
)
CELLS = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3), max_leaves=5
)
ROWS = st.lists(
    st.tuples(st.integers(1, 10**12), st.lists(CELLS, max_size=5), st.none() | st.text(), st.none() | st.text()), max_size=5
)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(ROWS)
def test_rows_come_back_as_they_were(rows: list[tuple[int, list[object], str | None, str | None]]) -> None:
    decoded = decode_rows(encode_rows(rows))
    assert decoded == rows
    assert repr(decoded) == repr(rows)  # 1 == 1.0 == True, and yet they differ


def test_absent_empty_and_none_stay_three_things() -> None:
    assert decode_rows(encode_rows([(1, [ABSENT, "", None], None, None)])) == [(1, [b"", "", None], None, None)]


@pytest.mark.parametrize("data", [b"", b"\x91", b"\xc1"])
def test_other_bytes_are_refused(data: bytes) -> None:
    with pytest.raises(Exception, match=r"."):
        decode_rows(data)
