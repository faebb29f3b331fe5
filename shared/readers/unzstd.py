"""Zstandard (RFC 8878): any number of frames one after the other, fed to the decoder a block at a time.

A block gives 128 KiB at most, and a decoder holds one window: that bounds the memory, whatever the file claims."""

from collections.abc import Callable, Iterator

import zstandard

from shared.readers.rows import UnreadablePayload

MAX_WINDOW_BYTES = 8 * 1024 * 1024
"""What every decoder is asked to support (RFC 8878, 3.1.1.1.2), and what levels up to 19 use."""

_MAGIC = b"\x28\xb5\x2f\xfd"
_SKIPPABLE = b"\x2a\x4d\x18"  # behind a byte from 50 to 5F
_MAX_BLOCK = 128 * 1024
_RLE = 1


def is_zstd(head: bytes) -> bool:
    """True when a file that begins so is made of zstd frames; some writers put one to be skipped first."""
    return head[:4] == _MAGIC or (head[1:4] == _SKIPPABLE and 0x50 <= head[0] <= 0x5F)


class Unzstd:
    """Walks over the headers of frames and blocks, so that every step of the decoder is a small one."""

    def __init__(self) -> None:
        self._held = bytearray()
        self._decoder = zstandard.ZstdDecompressor(max_window_size=MAX_WINDOW_BYTES)
        self._frame = self._decoder.decompressobj()
        self._step: Callable[[], int] = self._start
        self._skip = 0
        self._has_checksum = False

    def feed(self, block: bytes) -> Iterator[bytes]:
        """The plain bytes of the blocks that this one completes. Raises `damaged_zstd`, `zstd_unsupported`."""
        self._held += block
        while self._held:
            if self._skip:
                passed = min(self._skip, len(self._held))
                self._skip -= passed
                del self._held[:passed]
                continue
            length = self._step()
            if length:
                yield self._inflate(bytes(self._held[:length]))
                del self._held[:length]
            elif not self._skip:
                return

    def close(self) -> None:
        """Raises `damaged_zstd` in the middle of a frame."""
        if self._held or self._skip or self._step != self._start:
            raise _damaged("it ends too early, and was probably cut off on its way here")

    def _start(self) -> int:
        """Takes the header of a frame. All steps give how many bytes belong together, 0 while some are missing."""
        held = self._held
        if len(held) < 5:
            return 0
        if not is_zstd(bytes(held[:4])):
            raise _damaged("something else follows its end")
        if held[:4] != _MAGIC:
            if len(held) >= 8:
                self._skip = 8 + int.from_bytes(held[4:8], "little")
            return 0
        descriptor = held[4]
        is_single = bool(descriptor & 0x20)
        size_bytes = (int(is_single), 2, 4, 8)[descriptor >> 6]
        length = 5 + (not is_single) + (0, 1, 2, 4)[descriptor & 3] + size_bytes
        if len(held) < length:
            return 0
        self._has_checksum = bool(descriptor & 4)
        self._frame = self._decoder.decompressobj()
        self._step = self._block
        return length

    def _block(self) -> int:
        held = self._held
        if len(held) < 3:
            return 0
        header = int.from_bytes(held[:3], "little")
        kind, size = header >> 1 & 3, header >> 3
        if size > _MAX_BLOCK:
            raise _damaged("a block is longer than the format allows")
        length = 3 + (1 if kind == _RLE else size)
        if len(held) < length:
            return 0
        if header & 1:
            self._step = self._checksum if self._has_checksum else self._start
        return length

    def _checksum(self) -> int:
        if len(self._held) < 4:
            return 0
        self._step = self._start
        return 4

    def _inflate(self, part: bytes) -> bytes:
        try:
            return self._frame.decompress(part)
        except zstandard.ZstdError as error:
            if "too much memory" in str(error):
                words = f"The zstd file needs a window of more than {MAX_WINDOW_BYTES >> 20} MiB. Compress it without --long."
                raise UnreadablePayload("zstd_unsupported", words) from error
            raise _damaged(str(error)) from error


def _damaged(words: str) -> UnreadablePayload:
    return UnreadablePayload("damaged_zstd", f"The zstd file is damaged: {words}.")
