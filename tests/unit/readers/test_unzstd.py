"""Zstandard: frames of every shape give every byte back, a bounded part at a time; damage is named."""

import gzip
import random
import tracemalloc
from collections.abc import Callable
from typing import Any

import pytest
import zstandard

from shared.readers import UnreadablePayload, open_reader
from shared.readers.pieces import Pieces
from shared.readers.unzstd import Unzstd
from tests.unit.readers.reading import read, read_blocks

CHANCE = random.Random(7)
PLAIN = b"email\n" + b"".join(b"u%d@x.org\n" % CHANCE.randrange(10**6) for _ in range(40_000)) + b"z" * 60_000 + b"\n"
SKIPPED = b"\x5a\x2a\x4d\x18" + (300_000).to_bytes(4, "little") + bytes(300_000)


def packed(**how: Any) -> bytes:
    return zstandard.ZstdCompressor(**how).compress(PLAIN)


def streamed() -> bytes:
    """A frame that does not say how long it is, with blocks that were flushed early."""
    writer = zstandard.ZstdCompressor(write_checksum=True).compressobj()
    pieces = [
        writer.compress(PLAIN[at : at + 5_000]) + writer.flush(zstandard.COMPRESSOBJ_FLUSH_BLOCK) for at in range(0, 90_000, 5_000)
    ]
    return b"".join(pieces) + writer.compress(PLAIN[90_000:]) + writer.flush()


@pytest.mark.parametrize("size", [1, 1_000, 1_000_000])
@pytest.mark.parametrize(
    "content",
    [
        packed(),
        packed(level=19),
        packed(write_checksum=True),
        packed(write_content_size=False),
        streamed(),
        SKIPPED + packed() + SKIPPED,
        b"".join(zstandard.compress(PLAIN[at : at + 9_999]) for at in range(0, len(PLAIN), 9_999)),
        zstandard.compress(b"") + packed() + zstandard.compress(b""),
    ],
)
def test_zstd_gives_every_byte_back(content: bytes, size: int) -> None:
    inflater = Unzstd()
    plain = b"".join(part for at in range(0, len(content), size) for part in inflater.feed(content[at : at + size]))
    inflater.close()
    assert plain == PLAIN


def test_two_thousand_frames_are_one_file() -> None:
    frames = b"".join(zstandard.compress(b"u%d@x.org\n" % number) for number in range(2_000))
    assert len(read(zstandard.compress(b"email\n") + frames, "auto", file_name="a.csv.zst").rows) == 2_000


@pytest.mark.parametrize("size", [1, 1_000_000])
def test_damaged_zstd_is_refused(size: int) -> None:
    sound = packed(write_checksum=True)
    flipped = sound[:5_000] + bytes([sound[5_000] ^ 0xFF]) + sound[5_001:]
    for data in (
        sound[:-1],
        sound[:-4],
        sound[:500],
        sound[:5],
        sound[:4],
        flipped,
        sound + b"more!",
        sound + sound[:20],
        SKIPPED[:-1],
    ):
        with pytest.raises(UnreadablePayload) as caught:
            read_blocks([data[at : at + size] for at in range(0, len(data), size)])
        assert caught.value.code == "damaged_zstd"


def test_a_window_beyond_the_common_one_is_refused_with_advice() -> None:
    how = zstandard.ZstdCompressionParameters.from_level(3, window_log=25)
    writer = zstandard.ZstdCompressor(compression_params=how).compressobj()
    with pytest.raises(UnreadablePayload, match="--long") as caught:
        read(writer.compress(PLAIN) + writer.flush())
    assert caught.value.code == "zstd_unsupported"


def test_a_zstd_bomb_is_read_within_bounds() -> None:
    bomb = zstandard.compress(b"email\n" + (b"a" * 99 + b"\n") * 300_000)
    assert len(bomb) < 5_000
    reader = open_reader("csv", file_name=None, delimiter=None, encoding=None)
    tracemalloc.start()
    try:
        assert sum(len(rows) for rows in reader.feed(bomb)) + len(reader.close()) == 300_000
        assert tracemalloc.get_traced_memory()[1] < 10_000_000
    finally:
        tracemalloc.stop()


def test_a_file_that_unpacks_to_more_than_it_may_is_refused() -> None:
    pieces = Pieces(1_000, most=100_000)
    with pytest.raises(UnreadablePayload, match="100,000 bytes") as caught:
        for _ in pieces.feed(zstandard.compress(bytes(200_000))):
            pass
    assert caught.value.code == "payload_too_large"


def of_one_byte(blocks: int) -> bytes:
    """A frame of blocks that each say "128 KiB of line ends" in four bytes."""
    said = (1 << 1 | 131_072 << 3).to_bytes(3, "little") + b"\n"
    end = (1 | 1 << 1 | 1 << 3).to_bytes(3, "little") + b"\n"
    return b"\x28\xb5\x2f\xfd\x00\x40" + said * blocks + end


@pytest.mark.parametrize("size", [1, 700, 1_000_000])
def test_a_file_that_holds_far_more_than_it_has_is_refused_however_it_is_split(size: int) -> None:
    def given(blocks: int) -> int:
        data, pieces = of_one_byte(blocks), Pieces(1_000, free=1_000_000)
        cut = [data[at : at + size] for at in range(0, len(data), size)]
        return sum(len(piece) for part in cut for piece in pieces.feed(part)) + len(pieces.close())

    most = (1_000_000 + 200 * 16_384) // 131_072
    assert given(most) == most * 131_072 + 1
    with pytest.raises(UnreadablePayload, match=r"200 times as long, .* uncompressed") as caught:
        given(most + 1)
    assert caught.value.code == "payload_too_large"


@pytest.mark.parametrize("pack", [gzip.compress, zstandard.compress])
def test_a_table_that_is_packed_as_tables_are_is_read(pack: Callable[[bytes], bytes]) -> None:
    block = b"".join(b"u%d@x.org,Active,Newsletter of the house\n" % number for number in range(100_000, 103_000))
    plain = block * 100
    packed = b"".join(pack(plain[at : at + 400_000]) for at in range(0, len(plain), 400_000))
    assert len(plain) > 10 * len(packed)
    pieces = Pieces(262_144, free=1)
    assert sum(map(len, pieces.feed(packed))) + len(pieces.close()) == len(plain)
