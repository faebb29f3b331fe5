"""What a child process tells its parent: frames of MessagePack, each behind its length in four bytes.

The parent believes nothing else of the child: it may have been taken over by the file that it reads."""

from typing import Any, Final

import msgspec

LENGTH_BYTES: Final = 4


class Request(msgspec.Struct, frozen=True):
    """What the parent asks for, as the child's one argument."""

    sheet: str | int | None = None
    formula_escape: bool = True


class Head(msgspec.Struct, frozen=True, array_like=True, tag="head"):
    """Comes first."""

    columns: list[str]


class Rows(msgspec.Struct, frozen=True, array_like=True, tag="rows"):
    """Rows in source order. `problems` has code and message by the row's place in this frame."""

    lines: list[int]
    cells: list[list[Any]]
    problems: dict[int, tuple[str, str]]


class Refused(msgspec.Struct, frozen=True, array_like=True, tag="refused"):
    """The payload cannot be read; nothing follows."""

    code: str
    message: str


class Done(msgspec.Struct, frozen=True, array_like=True, tag="done"):
    """All rows have been sent. A child that ends without this or `Refused` has died."""

    warnings: list[tuple[str, str]]


Frame = Head | Rows | Refused | Done

_encode = msgspec.msgpack.Encoder().encode
_decoder: msgspec.msgpack.Decoder[Frame] = msgspec.msgpack.Decoder(Frame)


def pack(frame: Frame) -> bytes:
    """The frame with its length before it."""
    content = _encode(frame)
    return len(content).to_bytes(LENGTH_BYTES, "big") + content


def unpack(content: bytes) -> Frame:
    """The frame without its length. Raises msgspec.DecodeError."""
    return _decoder.decode(content)
