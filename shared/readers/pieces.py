"""Cuts the incoming bytes, unpacked where need be (gzip, zstd), into equal pieces, however they were split on the way here.

Everything behind it sees the same pieces every time: that is why rows are a pure function of the bytes."""

from collections.abc import Iterator
from typing import Protocol

from shared.readers.gunzip import Gunzip
from shared.readers.limits import FREE_INFLATED_BYTES, MAX_INFLATED_BYTES, MAX_RATIO, PACKED_STEP_BYTES
from shared.readers.rows import UnreadablePayload
from shared.readers.unzstd import Unzstd, is_zstd

_GZIP = b"\x1f\x8b"
_MARK_BYTES = 4  # of the longer of the two marks


class Inflater(Protocol):
    """Unpacks what was compressed as a whole, a bounded part at a time."""

    def feed(self, block: bytes) -> Iterator[bytes]:
        """The plain bytes that this block completes."""

    def close(self) -> None:
        """End of input. Raises `UnreadablePayload` where more was to come."""


class Pieces:
    """Equal pieces of `size` bytes. Holds less than one piece besides the block that is being cut."""

    def __init__(self, size: int, most: int = MAX_INFLATED_BYTES, free: int = FREE_INFLATED_BYTES) -> None:
        self._size = size
        self._most = most
        self._free = free
        self._packed = 0
        self._inflated = 0
        self._held = bytearray()
        self._head: bytes | None = b""
        self._inflater: Inflater | None = None

    def feed(self, block: bytes) -> Iterator[bytes]:
        if self._head is not None:
            block = self._head + block
            if len(block) < _MARK_BYTES:
                self._head = block
                return
            self._begin(block)
        yield from self._cut_all(block)

    @property
    def held(self) -> bytes:
        """What there is of the next piece."""
        return self._head or bytes(self._held)

    def close(self) -> bytes:
        """The last piece, shorter than the others and perhaps empty."""
        if self._head:
            head = self._head
            self._begin(head)
            for _ in self._cut_all(head):
                raise AssertionError("a head is shorter than a piece")
        if self._inflater is not None:
            self._inflater.close()
        return bytes(self._held)

    def _begin(self, block: bytes) -> None:
        self._head = None
        if block.startswith(_GZIP):
            self._inflater = Gunzip(self._size)
        elif is_zstd(block):
            self._inflater = Unzstd()

    def _cut_all(self, block: bytes) -> Iterator[bytes]:
        if self._inflater is None:
            yield from self._cut(block)
            return
        for step in self._steps(block):
            for plain in self._inflater.feed(step):
                self._inflated += len(plain)
                self._check_size()
                yield from self._cut(plain)

    def _steps(self, packed: bytes) -> Iterator[bytes]:
        """The block, cut at the places where the ratio is judged."""
        at = 0
        while at < len(packed):
            step = packed[at : at + PACKED_STEP_BYTES - self._packed % PACKED_STEP_BYTES]
            at += len(step)
            self._packed += len(step)
            yield step

    def _check_size(self) -> None:
        if self._inflated > self._most:
            words = f"Unpacked, the file has more than {self._most:,} bytes. Split it into smaller files."
            raise UnreadablePayload("payload_too_large", words)
        steps = -(-self._packed // PACKED_STEP_BYTES)
        if self._inflated > self._free + steps * PACKED_STEP_BYTES * MAX_RATIO:
            words = f"Unpacked, the file is more than {MAX_RATIO} times as long, as hardly any table is. Send it uncompressed."
            raise UnreadablePayload("payload_too_large", words)

    def _cut(self, data: bytes) -> Iterator[bytes]:
        at = 0
        while at < len(data):
            end = at + self._size - len(self._held)
            self._held += data[at:end]
            at = end
            if len(self._held) == self._size:
                yield bytes(self._held)
                self._held.clear()
