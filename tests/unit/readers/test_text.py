"""Encodings: decided by mark, by pattern, by proof; a bad byte costs its row and never the file."""

import codecs

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.readers.reading import read, refusal

TABLE = "email,name\na@x,Zoë Müller\nb@x,O’Hara €5\n"
CELLS = [["a@x", "Zoë Müller"], ["b@x", "O’Hara €5"]]


@pytest.mark.parametrize(
    "mark, encoding",
    [
        (b"", "utf-8"),
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (b"", "utf-16-le"),
        (b"", "utf-16-be"),
        (b"", "cp1252"),
    ],
)
@pytest.mark.parametrize("piece_bytes", [64, 65, 262_144])
def test_the_encoding_is_recognised(mark: bytes, encoding: str, piece_bytes: int) -> None:
    reading = read(mark + TABLE.encode(encoding), piece_bytes=piece_bytes)
    assert reading.columns == ["email", "name"]
    assert reading.cells == CELLS
    assert reading.warned == ([] if encoding == "utf-8" else ["encoding_detected"])


def test_windows_letters_far_down_an_ascii_file_are_recognised() -> None:
    rows = [f"user{i}@example.com,Ann" for i in range(20_000)]
    rows[15_000] = "zoë@example.com,Zoë"
    reading = read(("email,name\n" + "\n".join(rows)).encode("cp1252"))
    assert reading.cells[15_000] == ["zoë@example.com", "Zoë"]
    assert set(reading.codes) == {None}


def test_a_bad_byte_in_a_utf8_file_costs_its_row_only() -> None:
    data = "email,name\na@x,Zoë\nb@x,M".encode() + b"\xfc" + "ller\nc@x,Jürgen\n".encode()
    reading = read(data)
    assert reading.codes == [None, "bad_bytes", None]
    assert reading.cells == [["a@x", "Zoë"], ["b@x", "M\ufffdller"], ["c@x", "Jürgen"]]
    problem = reading.rows[1].problem
    assert problem is not None
    assert "'name'" in problem.message


def test_a_bad_byte_long_after_the_choice_costs_its_row_only() -> None:
    rows = [f"user{i}@example.com,Zoë".encode() for i in range(20_000)]
    rows[15_000] += b"\xff"
    reading = read(b"email,name\n" + b"\n".join(rows))
    assert [i for i, code in enumerate(reading.codes) if code] == [15_000]


def test_a_replacement_character_that_was_in_the_file_is_no_problem() -> None:
    assert read("email,name\na@x,M\ufffdller\n").codes == [None]


def test_a_byte_without_meaning_in_windows_1252_costs_its_row_only() -> None:
    reading = read(b"email,name\na@x,\xe9\nb@x,\x81\n")
    assert reading.cells == [["a@x", "é"], ["b@x", "\ufffd"]]
    assert reading.codes == [None, "bad_bytes"]


def test_a_named_encoding_wins() -> None:
    data = "email,name\na@x,Łukasz\n"
    assert read(data.encode("iso8859-2"), encoding="latin2").cells == [["a@x", "Łukasz"]]
    assert read(data.encode("utf-16"), encoding="UTF-16").cells == [["a@x", "Łukasz"]]
    assert read(data.encode("utf-8-sig"), encoding="utf8").columns == ["email", "name"]
    assert read("email,name\na@x,東京\n".encode("shift_jis"), encoding="Shift-JIS").cells == [["a@x", "東京"]]


@pytest.mark.parametrize("encoding", ["klingon", "utf-7", "unicode_escape", "idna", "rot13", "zlib", "a\0b", "x" * 500])
def test_an_encoding_that_is_unknown_or_unsafe_is_refused(encoding: str) -> None:
    assert refusal("a\n", encoding=encoding).code == "encoding_unknown"


def test_utf_32_is_refused_by_name() -> None:
    assert "UTF-32" in refusal("email\na\n".encode("utf-32")).message


@settings(max_examples=300, deadline=None, derandomize=True)
@given(
    st.binary(max_size=300),
    st.sampled_from([None, "utf-8", "utf-16", "utf-16-be", "cp1252", "shift_jis", "gb18030", "euc_kr", "ascii"]),
)
def test_no_bytes_break_a_decoder(data: bytes, encoding: str | None) -> None:
    reading = (
        read(b"email,name\n" + data, encoding=encoding)
        if encoding not in ("utf-16", "utf-16-be")
        else read(b"a" * 64 + data, encoding=encoding)
    )
    for row in reading.rows:
        "".join(map(str, row.cells)).encode()


def test_bad_bytes_in_a_header_are_shown_and_told() -> None:
    reading = read(b"email,n\xffame\na@x,\xc3\xa9\xc3\xa9\n")
    assert reading.columns == ["email", "n\ufffdame"]
    assert reading.warned == ["bad_bytes"]
