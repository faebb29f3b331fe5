"""Files on their way in: written beside their place and moved there whole, taken up where they broke off, checked at the end."""

import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Protocol

import httpx

from services.cli.client import Muster
from services.cli.exits import ExitCode, Failure
from services.cli.sending import free_place


class Hash(Protocol):
    """What of a hash is used here."""

    def update(self, data: bytes, /) -> None:
        """More bytes."""

    def hexdigest(self) -> str:
        """The hash so far."""


@dataclass
class Sink:
    """Where the bytes go, and what is known of them by now."""

    file: BinaryIO
    can_restart: bool
    told: Callable[[int], None]
    size: int = 0
    digest: Hash | None = None
    etag: str | None = None

    def write(self, block: bytes) -> None:
        """The next bytes."""
        if self.digest is None:
            self.digest = hashlib.sha256()
        self.digest.update(block)
        self.file.write(block)
        self.size += len(block)
        self.told(self.size)

    def restart(self) -> None:
        """From the first byte again. Raises Failure where they have gone out already."""
        if self.size:
            if not self.can_restart:
                detail = f"The answer broke off after {self.size} bytes and cannot be taken up there. Write it to a file."
                raise Failure(ExitCode.FAILED, "download_broken", detail)
            self.file.seek(0)
            self.file.truncate()
        self.size, self.digest = 0, None


async def fetch(muster: Muster, path: str, sink: Sink, manifest: dict[str, Any] | None = None) -> None:
    """Every byte of what is at a path, into the sink. A broken transfer goes on where it stopped while the file is the same.

    With a manifest (`bytes` and `sha256`) it is what that says, or Failure is raised; so it is when the server stays away.
    """
    await _transfer(muster, path, sink, manifest["bytes"] if manifest else None)
    if manifest:
        _check(sink, manifest)


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """A file to write that takes its place when all went well, and is gone otherwise."""
    part = free_place(path)
    try:
        with part.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


async def _transfer(muster: Muster, path: str, sink: Sink, expected: int | None) -> None:
    pauses, before = muster.pauses(), -1
    while sink.size != expected or expected == 0:
        try:
            async with muster.stream(path, _range(sink)) as response:
                _place(response, sink)
                async for block in response.aiter_raw():
                    sink.write(block)
            return
        except httpx.TransportError as error:
            if sink.size > before:
                pauses, before = muster.pauses(), sink.size
            if not await pauses.take():
                raise muster.unreachable(error) from error


def _range(sink: Sink) -> dict[str, str]:
    if sink.size and sink.etag and not sink.etag.startswith("W/"):
        return {"Range": f"bytes={sink.size}-", "If-Range": sink.etag}
    return {}


def _place(response: httpx.Response, sink: Sink) -> None:
    """Make sure that the next byte of the answer is the next byte of the sink."""
    is_rest = response.status_code == 206 and response.headers.get("content-range", "").startswith(f"bytes {sink.size}-")
    if not is_rest:
        sink.restart()
    sink.etag = response.headers.get("etag")


def _check(sink: Sink, manifest: dict[str, Any]) -> None:
    found = (sink.digest or hashlib.sha256()).hexdigest()
    if (sink.size, found) != (manifest["bytes"], manifest["sha256"]):
        detail = (
            f"What arrived ({sink.size} bytes, SHA-256 {found}) is not what the job wrote ({manifest['bytes']} bytes). Try again."
        )
        raise Failure(ExitCode.FAILED, "file_damaged", detail)
