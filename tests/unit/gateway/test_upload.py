"""The pure parts of taking a body in: however it is cut, the same parts; however it is packed, small slices."""

import gzip
import zlib
from collections.abc import Iterable, Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.gateway.multipart import Multipart, PartBegins, PartEnds
from services.gateway.problems import Problem
from services.gateway.transfer import MOST_MEMBERS, SLICE_BYTES, Gunzip

EDGE = b"edge"
FRAGMENTS = st.sampled_from(
    [b"\r", b"\n", b"-", b"--", b"\r\n--", b"\r\n--edg", b"--edge", b"\r\n--edgf", b"\r\n", b"e", b"a,b\n", b"\0"]
)
DATA = st.lists(FRAGMENTS, max_size=12).map(b"".join).filter(lambda data: b"\r\n--edge" not in b"\r\n" + data)
CUTS = st.lists(st.integers(0, 400), max_size=12)


def body(*parts: tuple[str, bytes]) -> bytes:
    """A form of these parts."""
    heads = (f'--edge\r\nContent-Disposition: form-data; name="{name}"; filename="f"\r\n\r\n'.encode() for name, _ in parts)
    return b"".join(head + data + b"\r\n" for head, (_, data) in zip(heads, parts, strict=True)) + b"--edge--\r\n"


def cut(data: bytes, places: Sequence[int]) -> list[bytes]:
    """The data in blocks."""
    bounds = sorted({0, len(data), *(place for place in places if place < len(data))})
    return [data[start:end] for start, end in pairwise(bounds)]


def parts_of(blocks: Iterable[bytes]) -> tuple[list[tuple[str, bytes]], bool]:
    """The parts that are complete, and whether the form is."""
    multipart, parts, name, data = Multipart(EDGE), [], "", bytearray()
    for block in blocks:
        for event in multipart.feed(block):
            match event:
                case PartBegins():
                    name, data = event.name, bytearray()
                case PartEnds():
                    parts.append((name, bytes(data)))
                case _:
                    data += event
    return parts, multipart.is_complete


@given(st.lists(st.tuples(st.sampled_from(["file", "options"]), DATA), min_size=1, max_size=4), CUTS)
def test_any_cut_of_a_form_into_blocks_gives_the_same_parts(parts: list[tuple[str, bytes]], places: list[int]) -> None:
    assert parts_of(cut(body(*parts), places)) == (parts, True)


def test_a_form_that_comes_byte_by_byte_gives_the_same_parts() -> None:
    whole = body(("options", b"{}"), ("file", b"a\r\n--edg\r\n-b"))
    assert parts_of(whole[place : place + 1] for place in range(len(whole))) == (
        [("options", b"{}"), ("file", b"a\r\n--edg\r\n-b")],
        True,
    )


@given(st.integers(0, 90))
def test_a_form_without_its_last_boundary_is_never_complete(kept: int) -> None:
    whole = body(("file", b"a,b\n1,2\n"))
    assert not parts_of([whole[: min(kept, len(whole) - 5)]])[1]


@pytest.mark.parametrize(
    ("form", "code"),
    [
        (b"not a form at all", "body_damaged"),
        (b"--edge\r\nNo-Disposition: x\r\n\r\n", "body_damaged"),
        (b"--edge\r\nContent-Disposition: attachment; name=file\r\n\r\n", "body_damaged"),
        (b"--edge\r\nContent-Disposition: form-data; filename=f\r\n\r\n", "body_damaged"),
        (b"--edge\r\n" + b"X-A: b\r\n" * 100_000, "body_damaged"),
        (b"--edge\r\nX-A: " + b"b" * 100_000, "body_damaged"),
        (
            b"--edge\r\nContent-Disposition: form-data; name=file\r\nContent-Transfer-Encoding: base64\r\n\r\n",
            "encoding_unsupported",
        ),
        (body(*[("file", b"")] * 10_000), "too_many_parts"),
    ],
)
def test_what_is_no_form_or_no_reasonable_one_is_refused(form: bytes, code: str) -> None:
    with pytest.raises(Problem) as refused:
        parts_of([form])
    assert refused.value.code == code


def test_a_giant_boundary_is_refused() -> None:
    with pytest.raises(Problem) as refused:
        Multipart(b"x" * 10_000)
    assert refused.value.code == "body_damaged"


@given(st.lists(st.binary(max_size=300), min_size=1, max_size=4), st.integers(0, 5), CUTS)
def test_any_cut_of_a_gzip_stream_gives_the_same_bytes(members: list[bytes], padding: int, places: list[int]) -> None:
    packed = b"".join(gzip.compress(member) for member in members) + b"\0" * padding
    gunzip = Gunzip()
    assert b"".join(part for block in cut(packed, places) for part in gunzip.feed(block)) == b"".join(members)
    gunzip.finish()


@given(st.integers(0, 60))
def test_a_gzip_stream_that_ends_early_is_called_truncated(kept: int) -> None:
    packed = gzip.compress(b"a,b\n1,2\n3,4\n")
    gunzip = Gunzip()
    list(gunzip.feed(packed[: min(kept, len(packed) - 1)]))
    with pytest.raises(Problem) as refused:
        gunzip.finish()
    assert refused.value.code == "body_truncated"


@pytest.mark.parametrize("packed", [b"a,b\n1,2\n", gzip.compress(b"x") + b"rubbish", gzip.compress(b"x")[:-8] + b"\0" * 8])
def test_a_damaged_gzip_stream_is_called_damaged(packed: bytes) -> None:
    with pytest.raises(Problem) as refused:
        list(Gunzip().feed(packed))
    assert refused.value.code == "body_damaged"


def test_a_bomb_comes_out_in_small_slices() -> None:
    packer = zlib.compressobj(9, wbits=31)
    packed = b"".join(packer.compress(bytes(2**20)) for _ in range(256)) + packer.flush()
    lengths = [len(part) for part in Gunzip().feed(packed)]
    assert sum(lengths) == 2**28
    assert max(lengths) <= SLICE_BYTES


def test_an_endless_row_of_empty_gzip_members_is_refused() -> None:
    with pytest.raises(Problem, match="members"):
        list(Gunzip().feed(gzip.compress(b"") * (MOST_MEMBERS + 1)))
