"""Gzip: any number of members one after the other, which is how tools append to a file and how exports are written.

Gives a bounded part at a time, whatever a member claims: a bomb stays small in memory."""

import zlib
from collections.abc import Iterator

from shared.readers.rows import UnreadablePayload

# zlib copies what it left over on each call; small steps keep a file of a million tiny members linear.
_STEP = 16_384


class Gunzip:
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
