"""Files on their way in over a line that breaks, from a server of files that knows ranges."""

import hashlib
import os
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from services.cli.client import Muster
from services.cli.exits import ExitCode, Failure
from services.cli.fetching import Sink, fetch, replacing
from shared.platform.clock import SystemClock
from tests.support.bad_line import BadLine, bad_line
from tests.support.command_line import served

CONTENT = bytes(range(256)) * 4_000
MANIFEST = {"bytes": len(CONTENT), "sha256": hashlib.sha256(CONTENT).hexdigest()}


@dataclass
class Files:
    """The file that is served over a bad line, and what was asked for."""

    line: BadLine
    kept: Path
    place: Path
    asked: list[str | None]

    async def fetch(self, sink: Sink) -> None:
        async with Muster(self.line.url, "a-key", SystemClock()) as muster:
            await fetch(muster, "/file", sink, MANIFEST)

    def replace_while_it_is_sent(self, content: bytes) -> Callable[[int], None]:
        """For the sink to tell: the first bytes that arrive make the file another one."""

        def told(_: int) -> None:
            if self.kept.read_bytes() != content:
                fresh = self.kept.with_name("fresh")
                fresh.write_bytes(content)
                os.utime(fresh, (1, 1))
                fresh.replace(self.kept)

        return told


@pytest.fixture
async def files(tmp_path: Path) -> AsyncIterator[Files]:
    kept = tmp_path / "kept.csv"
    kept.write_bytes(CONTENT)
    asked: list[str | None] = []

    async def send(request: Request) -> Response:
        asked.append(request.headers.get("range"))
        return FileResponse(kept)

    async with served(Starlette(routes=[Route("/file", send)])) as url, bad_line(url) as line:
        yield Files(line, kept, tmp_path / "contacts.csv", asked)


async def test_a_broken_transfer_goes_on_where_it_stopped(files: Files) -> None:
    files.line.cuts = [300_000, 0, 300_000]
    with replacing(files.place) as file:
        await files.fetch(Sink(file, True, lambda _: None))
        assert not files.place.exists()
    assert files.place.read_bytes() == CONTENT
    assert files.asked[0] is None
    starts = [int((each or "").removeprefix("bytes=").rstrip("-")) for each in files.asked[1:]]
    assert len(starts) == 2
    assert 0 < starts[0] < 300_000 < starts[1] < 600_000


async def test_a_file_that_changed_meanwhile_is_fetched_from_its_beginning(files: Files) -> None:
    files.kept.write_bytes(CONTENT[::-1])
    files.line.cuts = [300_000]
    with replacing(files.place) as file:
        await files.fetch(Sink(file, True, files.replace_while_it_is_sent(CONTENT)))
    assert files.place.read_bytes() == CONTENT
    assert files.asked[1] is not None


async def test_what_has_gone_out_to_a_pipe_is_not_sent_from_its_beginning_again(files: Files, tmp_path: Path) -> None:
    files.line.cuts = [300_000]
    with (tmp_path / "pipe").open("wb") as file:
        sink = Sink(file, False, files.replace_while_it_is_sent(CONTENT[::-1]))
        with pytest.raises(Failure, match="cannot be taken up") as caught:
            await files.fetch(sink)
    assert caught.value.code == "download_broken"


async def test_damaged_bytes_never_take_the_place_of_a_good_file(files: Files) -> None:
    files.place.write_bytes(b"what was there")
    files.kept.write_bytes(CONTENT[:-1] + b"?")
    with pytest.raises(Failure, match="is not what the job wrote") as caught, replacing(files.place) as file:
        await files.fetch(Sink(file, True, lambda _: None))
    assert caught.value.exit_code is ExitCode.FAILED
    assert files.place.read_bytes() == b"what was there"
    assert sorted(path.name for path in files.place.parent.iterdir()) == ["contacts.csv", "kept.csv"]
