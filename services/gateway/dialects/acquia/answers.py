"""Answers as JSON, written by the fastest writer there is here: two hundred contacts are a megabyte and more."""

from collections.abc import Mapping
from typing import Any

import msgspec
from starlette.responses import Response


def _plain(value: Any) -> int:
    """Whole numbers beyond 32 bits come from the database in a type of its own, which the writer does not know."""
    if isinstance(value, int):
        return int(value)
    raise TypeError(f"{type(value).__name__} is no JSON")


_encode = msgspec.json.Encoder(enc_hook=_plain).encode


def encoded(body: Any) -> bytes:
    """The body as JSON, whatever of it came from the database."""
    return _encode(body)


def answer(body: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """The body as JSON."""
    return Response(encoded(body), status, headers, "application/json")


def done() -> Response:
    """What small actions are answered with."""
    return answer({"success": 1})
