"""How the rows of a chunk lie in the database: MessagePack, compact and quick to read back.

What comes out is what went in, ABSENT distinct from "" and None. Chunks outlive a deployment: this format only grows."""

from typing import Any

import msgspec

EncodedRow = tuple[int, list[Any], str | None, str | None]
"""Line, cells, and the problem's code and message, if the row has one."""

_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(list[EncodedRow])


def encode_rows(rows: list[EncodedRow]) -> bytes:
    return _encoder.encode(rows)


def decode_rows(data: bytes) -> list[EncodedRow]:
    """Raises `msgspec.MsgspecError` when the bytes are not what `encode_rows` wrote."""
    return _decoder.decode(data)
