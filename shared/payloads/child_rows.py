"""The parent's side: starts a child on a file, takes its frames one by one, and says what its death means.

Whatever happens, the child is gone and reaped when the iterator is closed. It waits while nobody asks for rows."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from itertools import repeat
from pathlib import Path
from typing import IO, Any

import msgspec

from shared.payloads.frames import LENGTH_BYTES, Done, Frame, Head, Refused, Request, Rows, unpack
from shared.payloads.limits import MAX_FRAME_BYTES, SILENT_SECONDS
from shared.readers import Problem, SourceRow, UnreadablePayload
from shared.readers.formats import Binary

_ROOT = Path(__file__).resolve().parents[2]
_START = "import sys; sys.path.insert(0, sys.argv[1]); from {module} import main; main(sys.argv[2])"
_MODULES: dict[Binary, str] = {
    "zip": "shared.payloads.workbook",
    "ole": "shared.payloads.workbook",
    "parquet": "shared.payloads.parquet",
}
_STOPPED = (-signal.SIGTERM, -signal.SIGINT, -signal.SIGHUP)
_EXHAUSTED = (-signal.SIGABRT, -signal.SIGKILL, -signal.SIGXCPU)  # no memory (abort, or the kernel's choice), no time
_INHERITED = ("PATH", "LD_LIBRARY_PATH", "SYSTEMROOT")  # no more than the interpreter needs to start; secrets stay here
_PIPE_BYTES = 1024 * 1024
_new_row = tuple.__new__  # a third of the time of calling the class


class ReaderStoppedError(Exception):
    """Somebody ended the child from outside. That says nothing about the payload: it is to be read again."""


class ChildRows:
    """The rows of a workbook or a Parquet file, which a child process reads."""

    is_table = True
    options: dict[str, Any] | None = None
    mark_line: int | None = None

    def __init__(self, file: IO[bytes], kind: Binary, request: Request) -> None:
        self.columns: list[str] = []
        self.warnings: list[Problem] = []
        self._file = file
        self._kind = kind
        self._request = request

    async def rows(self) -> AsyncIterator[list[SourceRow]]:
        """Lists of at most FRAME_ROWS rows. Raises UnreadablePayload and ReaderStoppedError."""
        async with _child(_MODULES[self._kind], self._file, self._request) as (process, pipe):
            while True:
                match await self._frame(pipe):
                    case Head(columns):
                        self.columns = columns
                    case Rows() as found:
                        yield _source_rows(found)
                    case Refused(code, message):
                        raise UnreadablePayload(code, message)
                    case Done(warnings):
                        self.warnings = [Problem(*warning) for warning in warnings]
                        return
                    case None:
                        raise self._death(await process.wait())

    async def _frame(self, pipe: asyncio.StreamReader) -> Frame | None:
        """None when the child has closed its end."""
        try:
            async with asyncio.timeout(SILENT_SECONDS):
                length = int.from_bytes(await pipe.readexactly(LENGTH_BYTES), "big")
                if length > MAX_FRAME_BYTES:
                    raise self._damaged()
                return unpack(await pipe.readexactly(length))
        except asyncio.IncompleteReadError:
            return None
        except TimeoutError:
            raise self._exhausted() from None
        except msgspec.DecodeError:
            raise self._damaged() from None

    def _death(self, code: int) -> Exception:
        if code in _STOPPED:
            return ReaderStoppedError(f"the process that read the payload was stopped by signal {-code}")
        return self._exhausted() if code in _EXHAUSTED else self._damaged()

    def _exhausted(self) -> UnreadablePayload:
        if self._kind == "parquet":
            words = "Reading the Parquet file takes more memory or time than a file may. Write it with smaller row groups."
            return UnreadablePayload("parquet_too_large", words)
        words = (
            "Reading the workbook takes more memory or time than a file may. Delete cells far from the table, or save it as CSV."
        )
        return UnreadablePayload("workbook_too_large", words)

    def _damaged(self) -> UnreadablePayload:
        if self._kind == "parquet":
            return UnreadablePayload("parquet_damaged", "The Parquet file is damaged. Write it again.")
        words = "The workbook is damaged. Open it in a spreadsheet program, save it anew, or save it as CSV."
        return UnreadablePayload("workbook_damaged", words)


def _source_rows(found: Rows) -> list[SourceRow]:
    rows = [_new_row(SourceRow, row) for row in zip(found.lines, found.cells, repeat(None), strict=False)]
    for index, problem in found.problems.items():
        rows[index] = rows[index]._replace(problem=Problem(*problem))
    return rows


@asynccontextmanager
async def _child(
    module: str, file: IO[bytes], request: Request
) -> AsyncIterator[tuple[asyncio.subprocess.Process, asyncio.StreamReader]]:
    """A child with the file as its standard input, and our end of its standard output."""
    ours, theirs = os.pipe()
    pipe = asyncio.StreamReader(limit=_PIPE_BYTES)
    loop = asyncio.get_running_loop()
    transport: asyncio.ReadTransport | None = None
    try:
        transport, _ = await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(pipe), os.fdopen(ours, "rb", 0))
        process = await _start(module, file, theirs, request)
    except BaseException:
        if transport is not None:
            transport.close()
        raise
    finally:
        os.close(theirs)
    try:
        yield process, pipe
    finally:
        transport.close()
        if process.returncode is None:
            with suppress(ProcessLookupError):
                os.kill(process.pid, signal.SIGKILL)  # not `process.kill`: it may reap the child before asyncio does
        await process.wait()


async def _start(module: str, file: IO[bytes], output: int, request: Request) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-I", "-B", "-c", _START.format(module=module)),
        *(str(_ROOT), msgspec.json.encode(request).decode()),
        stdin=file,
        stdout=output,
        stderr=asyncio.subprocess.DEVNULL,
        env={name: os.environ[name] for name in _INHERITED if name in os.environ} | {"MALLOC_ARENA_MAX": "1"},
        cwd="/",
        start_new_session=True,  # Ctrl-C in a terminal is for the service, which ends its children itself
    )
