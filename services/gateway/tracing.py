"""The trace of a request: taken from a well-formed `traceparent`, else made; in every log line and every message it causes."""

import re

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.platform.clock import Clock
from shared.platform.observe import new_trace, working_on

_TRACEPARENT = re.compile(rb"00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")


class Tracing:
    """ASGI middleware. Answers carry the `traceparent` under which the work is logged."""

    def __init__(self, app: ASGIApp, clock: Clock) -> None:
        self._app = app
        self._clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = dict(scope["headers"]).get(b"traceparent", b"")
        trace = given.decode() if _TRACEPARENT.fullmatch(given) else new_trace(self._clock)

        async def send_with_trace(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), (b"traceparent", trace.encode())]
            await send(message)

        with working_on(trace):
            await self._app(scope, receive, send_with_trace)
