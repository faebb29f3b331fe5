"""Muster over HTTP. Requests outlive a restart of the gateway: they are sent again for a bounded time, and none takes effect twice.

Every POST carries an Idempotency-Key, the same in each attempt.
"""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

import httpx

from services.cli.exits import ExitCode, Failure
from services.cli.sending import Outgoing
from shared.platform.clock import Clock

LOCAL_HOSTS = {"127.0.0.1", "localhost", "::1"}
AWAY = {502, 503, 504}
BUSY = {429, *AWAY}
FIRST_SECONDS = 2.0
"""For how long a server that never answered is tried: a wrong address should not take long to tell."""
LATER_SECONDS = 60.0
"""For how long one that did answer is waited for: a restart takes less."""
TIMEOUT = httpx.Timeout(60, connect=5, read=180)

Params = Mapping[str, Any]


class Muster:
    """A connection to one server with one key. Every method raises Failure for what the server refuses, or when it is away."""

    def __init__(self, url: str, key: str, clock: Clock, *, first_seconds: float = FIRST_SECONDS) -> None:
        self.url = url
        self.clock = clock
        self._patience = first_seconds
        self._http = httpx.AsyncClient(
            base_url=url,
            headers={"Authorization": f"Bearer {key}", "User-Agent": "muster-cli"},
            timeout=TIMEOUT,
            trust_env=urlsplit(url).hostname not in LOCAL_HOSTS,  # no proxy leads to this machine
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self._http.aclose()

    async def get(self, path: str, **params: Any) -> dict[str, Any]:
        """The document at a path. Parameters that are None or empty are left out."""
        return await self._document(lambda: self._http.build_request("GET", path, params=_given(params)))

    async def post(self, path: str, body: Any = None, *, key: str | None = None) -> dict[str, Any]:
        """Send a JSON body, or none."""
        headers = self._once(key)
        return await self._document(lambda: self._http.build_request("POST", path, json=body, headers=headers))

    async def send_file(self, path: str, options: Params, file: Outgoing, *, key: str | None = None) -> dict[str, Any]:
        """Send a file with its options, as a stream. What cannot be read twice is sent once."""
        headers = self._once(key)
        return await self._document(
            lambda: self._http.build_request("POST", path, files=file.parts(options), headers=headers), file.can_repeat
        )

    async def delete(self, path: str) -> int:
        """The status of the answer: 204 when it is gone, 202 when it will be."""
        return (await self._sent(lambda: self._http.build_request("DELETE", path))).status_code

    async def pages(self, path: str, **params: Any) -> AsyncIterator[dict[str, Any]]:
        """Every item of a list, a page at a time."""
        cursor = None
        while True:
            page = await self.get(path, **params, cursor=cursor)
            for item in page["items"]:
                yield item
            cursor = page.get("next_cursor")
            if cursor is None:
                return

    @asynccontextmanager
    async def stream(self, path: str, headers: Mapping[str, str]) -> AsyncIterator[httpx.Response]:
        """An answer whose body is read by the caller, as it is on the wire."""
        request = lambda: self._http.build_request("GET", path, headers={"Accept-Encoding": "identity", **headers})  # noqa: E731
        response = await self._sent(request, is_stream=True)
        try:
            yield response
        finally:
            await response.aclose()

    def pauses(self) -> "Pauses":
        """The pauses between attempts at one thing."""
        return Pauses(self.clock, self._patience)

    def unreachable(self, error: Exception) -> Failure:
        """The failure to end with when the server does not answer."""
        what = str(error) or type(error).__name__
        detail = f"{self.url} cannot be reached: {what}. Check the address and that the server runs."
        return Failure(ExitCode.UNREACHABLE, "unreachable", detail)

    def _once(self, key: str | None) -> dict[str, str]:
        return {"Idempotency-Key": key or self.clock.new_id()}

    async def _document(self, build: Callable[[], httpx.Request], can_repeat: bool = True) -> dict[str, Any]:
        response = await self._sent(build, can_repeat)
        try:
            document = response.json()
        except ValueError:
            document = None
        if not isinstance(document, dict):
            raise self._not_muster(response)
        return document

    async def _sent(
        self, build: Callable[[], httpx.Request], can_repeat: bool = True, *, is_stream: bool = False
    ) -> httpx.Response:
        pauses = self.pauses()
        while True:
            try:
                response = await self._http.send(build(), stream=is_stream)
            except httpx.TransportError as error:
                if not self._may_repeat(error, can_repeat) or not await pauses.take():
                    raise self.unreachable(error) from error
                continue
            self._patience = pauses.patience = LATER_SECONDS
            if response.status_code in BUSY and can_repeat and await pauses.take(_seconds(response)):
                await response.aclose()
                continue
            if not response.is_success:
                await response.aread()
                raise self._refused(response)
            return response

    def _may_repeat(self, error: httpx.TransportError, can_repeat: bool) -> bool:
        if isinstance(error, httpx.UnsupportedProtocol | httpx.LocalProtocolError):
            return False
        return can_repeat or isinstance(error, httpx.ConnectError | httpx.ConnectTimeout)  # then nothing was read yet

    def _refused(self, response: httpx.Response) -> Failure:
        status = response.status_code
        try:
            problem = response.json()
            code, detail = str(problem["code"]), str(problem["detail"])
        except (ValueError, KeyError, TypeError):
            return self._not_muster(response)
        exit_code = ExitCode.NOT_ALLOWED if status in (401, 403) else ExitCode.UNREACHABLE if status in AWAY else ExitCode.FAILED
        return Failure(exit_code, **{**problem, "code": code, "detail": detail})

    def _not_muster(self, response: httpx.Response) -> Failure:
        status = response.status_code
        if status in AWAY:
            detail = f"{self.url} answers {status}: no gateway of Muster stands behind it just now."
            return Failure(ExitCode.UNREACHABLE, "unreachable", detail, status=status)
        detail = f"{self.url} answers {status}, and not as Muster does. Check the address."
        return Failure(ExitCode.FAILED, "not_muster", detail, status=status)


class Pauses:
    """Growing pauses with chance in them, for as long as patience lasts."""

    def __init__(self, clock: Clock, patience: float) -> None:
        self.patience = patience
        self._clock = clock
        self._start = clock.monotonic()
        self._next = 0.2

    async def take(self, wanted: float | None = None) -> bool:
        """Wait, at least as long as the server wants. False, at once, where patience would end before."""
        seconds = max(self._next - self._clock.jitter(self._next / 2), wanted or 0.0)
        if self._clock.monotonic() + seconds > self._start + self.patience:
            return False
        self._next = min(self._next * 2, 5.0)
        await self._clock.sleep(seconds)
        return True


def _given(params: Params) -> dict[str, Any]:
    return {name: value for name, value in params.items() if value not in (None, (), [])}


def _seconds(response: httpx.Response) -> float | None:
    """What `Retry-After` asks for. Muster says it in seconds; a proxy that names a date gets our own pauses."""
    text = response.headers.get("retry-after", "")
    return float(text) if text.isascii() and text.isdecimal() else None
