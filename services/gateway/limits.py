"""What every request and every answer goes through first: bounded bodies, unambiguous lengths, and headers for safety.

Pure ASGI, outermost: nothing behind it ever reads more of a body than is allowed at its address.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.gateway.problems import Problem, answer, of_path
from shared.platform.clock import Clock

MOST_HINT_CHARACTERS = 64
_SAID = "answer_headers"


class BodyLimit:
    """Refuses bodies over `limit_bytes` with 413, except at paths of which `limits_itself` says so.

    A refusal never says `Connection: close`: the server then goes on reading (and dropping) for its keep-alive time, and a
    client that is still sending sees the answer instead of a reset.
    """

    def __init__(self, app: ASGIApp, *, limit_bytes: int, limits_itself: Callable[[str], bool]) -> None:
        self._app = app
        self._limit_bytes = limit_bytes
        self._limits_itself = limits_itself

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on if its body may be read."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = None if self._limits_itself(scope["path"]) else self._limit_bytes
        meter = _Meter(receive, send, limit)
        refusal = _length_problem(Headers(scope=scope), limit)
        if refusal:
            await answer(refusal, scope)(scope, receive, send)
            return
        try:
            await self._app(scope, meter.receive, meter.send)
        except Exception:
            if not meter.is_over:
                raise
        if meter.is_over and not meter.has_begun:
            await answer(too_large(self._limit_bytes), scope)(scope, receive, send)


class PlainPaths:
    """Lets a slash at the end of a path change nothing. One that is written %2F is part of a name, and stays."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, for the path without the slash."""
        if scope["type"] == "http":
            path, raw = scope["path"], scope.get("raw_path") or scope["path"].encode()
            if raw.endswith(b"/") and len(raw) > 1:
                scope = {**scope, "path": path[:-1], "raw_path": raw[:-1]}
        await self._app(scope, receive, send)


class Frame:
    """Gives each request an id, for its answer and its log, and each answer the headers that keep browsers and caches from harm.

    It also puts on every answer, errors that nobody foresaw included, what the API always says that the path is of
    (`by_beginning`, see `of_path`), and what was given to `say_with_answer`.
    """

    def __init__(self, app: ASGIApp, clock: Clock, by_beginning: Mapping[str, Mapping[str, str]] = MappingProxyType({})) -> None:
        self._app = app
        self._clock = clock
        self._by_beginning = by_beginning

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on. An id that the client sent stands in the log beside ours, as a hint."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = self._clock.new_id()
        hint = _hint(Headers(scope=scope).get("x-request-id", ""))
        state = scope.setdefault("state", {})
        always = of_path(self._by_beginning, scope["path"]) or {}

        async def framed(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["X-Request-Id"] = request_id
                headers.setdefault("X-Content-Type-Options", "nosniff")
                headers.setdefault("Cache-Control", "no-store")
                headers.update({**always, **state.get(_SAID, {})})
            await send(message)

        with structlog.contextvars.bound_contextvars(request_id=request_id, **({"client_request_id": hint} if hint else {})):
            await self._app(scope, receive, framed)


def say_with_answer(scope: Scope, headers: Mapping[str, str]) -> None:
    """Let these headers stand on the answer to this request, whatever it will be."""
    scope.setdefault("state", {})[_SAID] = dict(headers)


def too_large(limit_bytes: int) -> Problem:
    """The answer to a body over the limit of the address."""
    detail = f"The body has more than {limit_bytes} bytes, the most that this address takes. Send less at once."
    return Problem(413, "body_too_large", detail, limit_bytes=limit_bytes)


class _Meter:
    """Counts what is read of one body."""

    def __init__(self, receive: Receive, send: Send, limit_bytes: int | None) -> None:
        self.is_over = False
        self.has_begun = False
        self._receive = receive
        self._send = send
        self._limit_bytes = limit_bytes
        self._bytes = 0

    async def receive(self) -> Message:
        """The next message; past the limit, what the application hears is that the client has gone."""
        message = await self._receive() if not self.is_over else {"type": "http.disconnect"}
        self._bytes += len(message.get("body", b""))
        if self._limit_bytes is not None and self._bytes > self._limit_bytes:
            self.is_over = True
            return {"type": "http.disconnect"}
        return message

    async def send(self, message: Message) -> None:
        """Pass the answer on; one that the application gives to a body cut by the limit is dropped."""
        if self.has_begun or not self.is_over:
            self.has_begun = True
            await self._send(message)


def _length_problem(headers: Headers, limit_bytes: int | None) -> Problem | None:
    lengths = headers.getlist("content-length")
    if not lengths:
        return None
    length = lengths[0]
    is_number = length.isascii() and length.isdecimal() and len(length) < 19
    if len(lengths) > 1 or not is_number or "transfer-encoding" in headers:
        detail = "The request must say the length of its body once, as a number of bytes, or use Transfer-Encoding alone."
        return Problem(400, "content_length_invalid", detail, field="Content-Length")
    return too_large(limit_bytes) if limit_bytes is not None and int(length) > limit_bytes else None


def _hint(text: str) -> str:
    is_plain = all(letter.isascii() and (letter.isalnum() or letter in "-_.:/") for letter in text)
    return text if is_plain and len(text) <= MOST_HINT_CHARACTERS else ""
