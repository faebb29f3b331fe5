"""Cuts the incoming bytes, gunzipped where need be, into equal pieces, however they were split on the way here.

Everything behind it sees the same pieces every time: that is why rows are a pure function of the bytes."""

import zlib
from collections.abc import Iterator

from shared.readers.rows import UnreadablePayload

_GZIP = b"\x1f\x8b"
# zlib copies what it left over on each call; small steps keep a file of a million tiny members linear.
_STEP = 16_384


class Pieces:
    """Equal pieces of `size` bytes. Holds less than one piece besides the block that is being cut."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._held = bytearray()
        self._head: bytes | None = b""
        self._inflater: _Inflater | None = None

    def feed(self, block: bytes) -> Iterator[bytes]:
        if self._head is not None:
            block = self._head + block
            if len(block) < len(_GZIP):
                self._head = block
                return
            self._begin(block)
        yield from self._cut_all(block)

    def close(self) -> bytes:
        """The last piece, shorter than the others and perhaps empty."""
        if self._head is not None:
            self._held += self._head
        if self._inflater is not None:
            self._inflater.close()
        return bytes(self._held)

    def _begin(self, block: bytes) -> None:
        self._head = None
        if block.startswith(_GZIP):
            self._inflater = _Inflater(self._size)

    def _cut_all(self, block: bytes) -> Iterator[bytes]:
        if self._inflater is None:
            yield from self._cut(block)
            return
        for plain in self._inflater.feed(block):
            yield from self._cut(plain)

    def _cut(self, data: bytes) -> Iterator[bytes]:
        at = 0
        while at < len(data):
            end = at + self._size - len(self._held)
            self._held += data[at:end]
            at = end
            if len(self._held) == self._size:
                yield bytes(self._held)
                self._held.clear()


class _Inflater:
    """Gunzips any number of members, never more than `most` bytes at a time: a gzip bomb stays small."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._member = zlib.decompressobj(wbits=31)

    def feed(self, block: bytes) -> Iterator[bytes]:
        for start in range(0, len(block), _STEP):
            yield from self._inflate(block[start : start + _STEP])

    def close(self) -> None:
        if not self._member.eof:
            raise UnreadablePayload("damaged_gzip", "The gzip file ends too early: it was probably cut off on its way here.")

    def _inflate(self, data: bytes) -> Iterator[bytes]:
        more = True
        while data or more:
            if self._member.eof:
                data = data.lstrip(b"\0")  # some tools pad a member with zeros
                if not data:
                    return
                self._member = zlib.decompressobj(wbits=31)
            try:
                plain = self._member.decompress(data, self._most)
            except zlib.error as error:
                raise UnreadablePayload("damaged_gzip", f"The gzip file is damaged: {error}.") from error
            if plain:
                yield plain
            # A full answer may leave output inside zlib even when all input is used up.
            more = len(plain) == self._most
            data = self._member.unused_data if self._member.eof else self._member.unconsumed_tail
