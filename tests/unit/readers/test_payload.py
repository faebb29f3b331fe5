"""The way in: formats, gzip, and the promise that splitting changes nothing."""

import gzip
import json
import random
import tracemalloc
import zlib
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.readers import UnreadablePayload, open_reader
from tests.unit.readers.reading import read, read_blocks, refusal

BYTES = st.lists(
    st.sampled_from([*(bytes([b]) for b in b'ab,;"\n\r\t\0\x81{}[]:\\'), "é".encode(), b'"a":1', b'{"a":1}\n', b"a,b\n"])
).map(b"".join)


def outcome(blocks: list[bytes], format: str, piece_bytes: int = 262_144) -> object:
    try:
        return read_blocks(blocks, format, piece_bytes=piece_bytes)
    except UnreadablePayload as error:
        return (error.code, error.message)


def split(data: bytes, places: list[int]) -> list[bytes]:
    edges = sorted({0, len(data), *(place % (len(data) + 1) for place in places)})
    return [data[a:b] for a, b in pairwise(edges)]


@settings(max_examples=400, deadline=None, derandomize=True)
@given(
    BYTES,
    st.lists(st.integers(0, 400), max_size=8),
    st.sampled_from(["auto", "csv", "json", "ndjson"]),
    st.booleans(),
    st.integers(64, 300),
)
def test_any_split_gives_the_same(data: bytes, places: list[int], format: str, is_zipped: bool, piece_bytes: int) -> None:
    data = gzip.compress(data, mtime=0) if is_zipped else data
    assert outcome(split(data, places), format, piece_bytes) == outcome([data], format, piece_bytes)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.randoms(use_true_random=False), st.sampled_from(["csv", "ndjson", "json"]), st.integers(64, 2_000))
def test_the_size_of_the_pieces_shows_in_nothing(chance: random.Random, format: str, piece_bytes: int) -> None:
    values = ["Zoë", "12, Road\nYork", 'the "best"', "", "x" * 70]
    objects = [{"email": f"u{i}@x", "note": chance.choice(values), "n": str(i)} for i in range(40)]
    if format == "json":
        data = json.dumps({"options": {"a": 1}, "contacts": objects}, ensure_ascii=False, indent=chance.choice([None, 1]))
    elif format == "ndjson":
        data = "\n".join(json.dumps(item, ensure_ascii=False) for item in objects)
    else:
        quoted = [",".join('"' + value.replace('"', '""') + '"' for value in item.values()) for item in objects]
        data = "\r\n".join(["email,note,n", *quoted])
    reading = read(data, format, piece_bytes=piece_bytes)
    assert reading == read(data, format)
    assert reading.cells == [list(item.values()) for item in objects]


@pytest.mark.parametrize(
    "data, name, columns",
    [
        (b"email,name\na,b\n", None, ["email", "name"]),
        (b' \n[{"email": "a"}]', None, ["email"]),
        (b' \n[{"email": "a"}]', "contacts.txt", ["email"]),
        (b"[email],[name]\na,b\n", "contacts.csv", ["[email]", "[name]"]),
        (b'{"email": "a"}\n{"email": "b"}\n', None, ["email"]),
        (b'{"email": "a"}', "contacts.json", ["email"]),
        (b'{"contacts": [{"email": "a"}]}', None, ["email"]),
        (b'{\n "options": {},\n "contacts": [{"email": "a"}]}', None, ["email"]),
        (b'{"email": "a"\n{"email": "b"}\n', "contacts.ndjson", ["email"]),
        (b'{"email": oops}\n{"email": "b"}\n', None, ["email"]),
    ],
)
@pytest.mark.parametrize("is_zipped", [False, True])
def test_the_format_is_recognised(data: bytes, name: str | None, columns: list[str], is_zipped: bool) -> None:
    data, name = (gzip.compress(data), name and name + ".GZ") if is_zipped else (data, name)
    assert read(data, "auto", file_name=name).columns == columns


@pytest.mark.parametrize("format", ["xlsx", "", "CSV"])
def test_an_unknown_format_is_refused(format: str) -> None:
    with pytest.raises(UnreadablePayload) as caught:
        open_reader(format, file_name=None, delimiter=None, encoding=None)
    assert caught.value.code == "format_unsupported"


@pytest.mark.parametrize(
    "data, words",
    [
        (b"PK\x03\x04\x14\0\x06\0[Content_Types].xml", "spreadsheet"),
        (b"PK\x03\x04\x14\0\x06\0contacts.csv", "zip archive"),
        (b"%PDF-1.7", "PDF"),
        (gzip.compress(gzip.compress(b"a,b\n")), "gzip"),
        (bytes(range(256)) * 40, "binary"),
    ],
)
def test_what_is_no_text_is_refused_by_name(data: bytes, words: str) -> None:
    error = refusal(data, "auto")
    assert error.code == "not_text"
    assert words in error.message


def test_a_web_page_is_refused() -> None:
    assert refusal("<!DOCTYPE html>\n<title>Log in", "auto").code == "format_unsupported"


def test_gzip_of_many_members_and_padding_is_one_file() -> None:
    parts = [gzip.compress(f"u{i}@x\n".encode()) + b"\0" * (i % 3) for i in range(3_000)]
    reading = read(b"".join([gzip.compress(b"email\n"), *parts]))
    assert len(reading.rows) == 3_000


@pytest.mark.parametrize("size", [1, 7, 1_000_000])
def test_damaged_gzip_is_refused(size: int) -> None:
    sound = gzip.compress(random.Random(1).randbytes(2_000).hex().encode())
    flipped = sound[:900] + bytes([sound[900] ^ 0xFF]) + sound[901:]
    for data in (sound[:-1], sound[:500], sound[:3], flipped, sound + b"more", sound + sound[:20]):
        with pytest.raises(UnreadablePayload) as caught:
            read_blocks([data[i : i + size] for i in range(0, len(data), size)])
        assert caught.value.code == "damaged_gzip"


@settings(max_examples=30, deadline=None, derandomize=True)
@given(st.integers(250_000, 270_000), st.integers(0, 9))
def test_gzip_gives_every_byte_back(length: int, level: int) -> None:
    data = b"email\n" + b"x" * 59_999 + b"\n" + b"y@example.com\n" * ((length - 60_000) // 14)
    assert len(read(gzip.compress(data, level)).rows) == 1 + (length - 60_000) // 14


def test_a_gzip_bomb_is_read_within_bounds() -> None:
    squeeze = zlib.compressobj(9, zlib.DEFLATED, 31)
    bomb = (
        squeeze.compress(b"email\n") + b"".join(squeeze.compress((b"a" * 99 + b"\n") * 10_000) for _ in range(10)) + squeeze.flush()
    )
    reader = open_reader("csv", file_name=None, delimiter=None, encoding=None)
    tracemalloc.start()
    try:
        assert sum(len(rows) for rows in reader.feed(bomb)) + len(reader.close()) == 100_000
        assert tracemalloc.get_traced_memory()[1] < 10_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("is_begun", [True, False])
def test_rows_left_unread_are_a_mistake_that_is_noticed(is_begun: bool) -> None:
    reader = open_reader("csv", file_name=None, delimiter=None, encoding=None)
    rows = reader.feed(b"email\n" + b"a@x\n" * 200_000)
    if is_begun:
        next(rows)
    with pytest.raises(RuntimeError):
        reader.close()
