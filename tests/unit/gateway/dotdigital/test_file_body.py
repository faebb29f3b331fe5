"""Files in JSON: however the body is cut and however its text is escaped, the same bytes; what is no file in base64 is refused."""

import base64
import json
import tracemalloc
from collections.abc import Iterable, Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.gateway.dialects.dotdigital.v2.file_body import MOST_BESIDE_BYTES, FileBody
from services.gateway.problems import Problem

CSV = "Email,First\r\nana@example.org,Änne\r\n".encode()
NO_JSON, NO_BASE64, WRONG = "ERROR_BODY_DOES_NOT_MATCH_CONTENT_TYPE", "ERROR_MALFORMED_REQUEST", "ERROR_PARAMETER_INVALID"
CUTS = st.lists(st.integers(0, 400), max_size=12)
FRAGMENTS = st.sampled_from(
    [
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        '"',
        '"data"',
        '"fileName"',
        '"Data":',
        '"a.csv"',
        "\\",
        "\\u00",
        "QQ==",
        "null",
        " ",
        "\\/",
        "é",
        "=",
    ]
)
ESCAPES = st.sampled_from(["/", "\\/", "\\u002f", "\\u002F"])
BLANKS = st.sampled_from(["", "", "", " ", "\n", "\\r\\n", "\\n", "\\t", "\\u000a", "\t"])


def cut(data: bytes, places: Sequence[int]) -> list[bytes]:
    """The data in blocks."""
    bounds = sorted({0, len(data), *(place for place in places if place < len(data))})
    return [data[start:end] for start, end in pairwise(bounds)]


def read(blocks: Iterable[bytes]) -> tuple[str, bytes]:
    """The name and the file of a body that comes in these blocks."""
    body = FileBody()
    data = b"".join(part for block in blocks for part in body.feed(block))
    body.finish()
    return body.name, data


def came_of(blocks: Iterable[bytes]) -> object:
    """As `read`; of what is refused, the code."""
    try:
        return read(blocks)
    except Problem as problem:
        return problem.code


def bytewise(text: bytes) -> list[bytes]:
    """Byte by byte."""
    return [text[at : at + 1] for at in range(len(text))]


def body_of(text: str, name: str = "people.csv") -> bytes:
    """A body whose data is this text, as it is written."""
    return f'{{"fileName":"{name}","data":"{text}"}}'.encode()


@given(st.lists(FRAGMENTS, max_size=25).map("".join), CUTS)
def test_any_cut_of_any_body_gives_the_same_file_or_the_same_refusal(text: str, places: list[int]) -> None:
    for whole in (text.encode(), body_of(text)):
        assert came_of(cut(whole, places)) == came_of([whole]) == came_of(bytewise(whole))


@given(st.data(), st.binary(min_size=1, max_size=60), CUTS)
def test_a_file_comes_out_as_it_went_in_whatever_its_text_looks_like(
    data: st.DataObject, content: bytes, places: list[int]
) -> None:
    letters = base64.b64encode(content).decode().rstrip("=" * data.draw(st.integers(0, 2)))
    text = "".join(data.draw(BLANKS) + (data.draw(ESCAPES) if letter == "/" else letter) for letter in letters)
    assert read(cut(body_of(text), places)) == ("people.csv", content)


@given(st.recursive(st.none() | st.integers() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)), CUTS)
def test_other_members_are_passed_over_wherever_they_stand(other: object, places: list[int]) -> None:
    file = {"fileName": "people.csv", "data": base64.b64encode(CSV).decode()}
    for members in ({"other": other, **file}, {**file, "other": other}, {"other": {"data": other}, **file}):
        for whole in (json.dumps(members), json.dumps(members, indent=2, ensure_ascii=False)):
            assert read(cut(whole.encode("utf-8", "replace"), places)) == ("people.csv", CSV)


@pytest.mark.parametrize(
    "names", [("fileName", "data"), ("FileName", "Data"), ("filename", "DATA"), ("FILENAME", "d\\u0061ta"), ("data", "fileName")]
)
def test_members_are_known_in_any_letter_case_and_order(names: tuple[str, str]) -> None:
    values = {name: base64.b64encode(CSV).decode() if name.lower() in ("data", "d\\u0061ta") else "a.csv" for name in names}
    whole = "{ " + " ,\n".join(f'"{name}" : "{value}"' for name, value in values.items()) + " }\n"
    assert read([whole.encode()]) == ("a.csv", CSV)


def test_a_byte_order_mark_before_the_body_is_passed_over() -> None:
    assert read(bytewise(b"\xef\xbb\xbf" + body_of("QUJD"))) == ("people.csv", b"ABC")


@pytest.mark.parametrize(
    "text", ["QQ", "QQ=", "QQ==", "Q Q = =", "QR==", "\\u0051Q==", "Q\\u0051\\u003d="], ids=lambda text: text.replace("\\", "~")
)
def test_padding_may_be_missing_or_spread(text: str) -> None:
    assert read([body_of(text)]) == ("people.csv", b"A")


@pytest.mark.parametrize(
    "text",
    [
        "Q",
        "QUJDR",
        "QUJD=",
        "QQ===",
        "QQ==QQ==",
        "QQ==Q",
        "Q-_Q",
        "QUJ,",
        "QUJé",
        "data:text/csv;base64,QUJD",
        "\\\\/QQ",
        "QU\\\\JD",
        "QU\\bJD",
        "QU\\JD",
        "QU\\u12JD",
        "QU\\u00e9",
        "QU\\ud800",
        "Q\0Q",
        '\\"',
        "QUJD\\u",
        "QUJD\\",
    ],
)
def test_what_is_no_base64_is_refused(text: str) -> None:
    assert came_of([body_of(text)]) == NO_BASE64 == came_of(bytewise(body_of(text)))


@pytest.mark.parametrize(
    "whole",
    [
        "",
        " ",
        "null",
        "[]",
        '"data"',
        "5",
        "{",
        "fileName=a.csv",
        '["fileName","data"]',
        '["x","data":"QUJD"]',
        '{"data":"QUJD"',
        "{]",
        '{"data":"QUJD","fileName":"a.csv"}}',
        '{"data":"QUJD" "fileName":"a.csv"}',
        '{"data":"QUJD","fileName":"a.csv",}',
        '{"data"::"QUJD","fileName":"a.csv"}',
        '{"data":"QUJD',
        '{"data":"QUJD","fileName":"a","fileName":"b"}',
        '{"data":"QUJD","fileName":"a\\x"}',
        '{"x":NaN,"data":"QUJD","fileName":"a"}',
    ],
)
def test_what_is_no_object_in_json_is_refused(whole: str) -> None:
    assert came_of([whole.encode()]) == NO_JSON == came_of(bytewise(whole.encode()))


@pytest.mark.parametrize(
    "whole",
    [
        "{}",
        '{"data":"QUJD"}',
        '{"fileName":"a.csv"}',
        '{"fileName":null,"data":"QUJD"}',
        '{"fileName":"","data":"QUJD"}',
        '{"fileName":"a.csv","data":null}',
        '{"fileName":"a.csv","data":""}',
        '{"fileName":"a.csv","data":" \\n"}',
        '{"fileName":7,"data":"QUJD"}',
        '{"fileName":"a.csv","data":7}',
        '{"fileName":"a.csv","data":["QUJD"]}',
        '{"fileName":"a.csv","data":{"data":"QUJD"}}',
        '{"fileName":"a.csv","data":"QUJD","Data":"QUJD"}',
    ],
)
def test_members_that_are_missing_or_wrong_are_refused(whole: str) -> None:
    assert came_of([whole.encode()]) == WRONG == came_of(bytewise(whole.encode()))


def test_what_is_nested_beyond_reason_is_refused() -> None:
    assert came_of([b'{"a":' * 20_000]) == NO_JSON == came_of([b"[" * 200_000])


def test_what_is_beside_the_file_is_bounded() -> None:
    assert came_of([b'{"note":"', *[b"x" * 65_536] * (MOST_BESIDE_BYTES // 65_536), b'"}']) == NO_BASE64
    assert came_of([b"{", *[b" " * 65_536] * (MOST_BESIDE_BYTES // 65_536 + 1)]) == NO_BASE64


def test_of_a_large_file_one_block_is_in_memory() -> None:
    block = (base64.b64encode(bytes(range(256)) * 48).replace(b"/", b"\\/") + b"\\r\\n") * 4
    body, size = FileBody(), 0
    body.feed(b'{"fileName":"a.csv","data":"')
    tracemalloc.start()
    for _ in range(200):
        size += sum(map(len, body.feed(block)))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    body.feed(b'"}')
    body.finish()
    assert size == 200 * 4 * 48 * 256
    assert peak < 6 * len(block)
