"""Payloads through the one interface: every format, child processes that end with their reader, and nothing left behind."""

import asyncio
import gzip
import io
import os
import random
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard

from shared.payloads import PayloadRows
from shared.payloads.child_rows import ReaderStoppedError
from shared.readers import ABSENT, SourceRow, UnreadablePayload
from tests.support.books import locked_xlsx, ods, ods_row, sheet_of, xls, xlsx
from tests.support.processes import ROOT, until

CSV = b"email,name\na@x.org,Ana\nb@x.org,'=Bo\n"
ROWS = [["a@x.org", "Ana"], ["b@x.org", "=Bo"]]
BIG = sheet_of(["email", "n"], *([f"u{number}@x.org", number] for number in range(40_000)))


class Blocks:
    """A payload in blocks, that knows whether its iterator was closed."""

    def __init__(self, content: bytes, size: int = 100_000) -> None:
        self._content = content
        self._size = size
        self.open = 0

    async def __call__(self) -> AsyncIterator[bytes]:
        self.open += 1
        try:
            for start in range(0, len(self._content), self._size):
                yield self._content[start : start + self._size]
        finally:
            self.open -= 1


async def read(content: bytes, name: str | None = None, size: int = 100_000, **how: Any) -> tuple[PayloadRows, list[SourceRow]]:
    payload = PayloadRows(Blocks(content, size), file_name=name, **how)
    return payload, [row for rows in [found async for found in payload] for row in rows]


async def refusal(content: bytes, name: str | None = None, **how: Any) -> UnreadablePayload:
    blocks = Blocks(content)
    with pytest.raises(UnreadablePayload) as caught:
        async for _ in PayloadRows(blocks, file_name=name, **how):
            pass
    assert blocks.open == 0
    return caught.value


def parquet() -> bytes:
    content = io.BytesIO()
    pq.write_table(pa.table({"email": ["a@x.org", "b@x.org"], "name": ["Ana", "=Bo"]}), content)
    return content.getvalue()


def table(*rows: list[str]) -> bytes:
    return ods("".join(ods_row(*row) for row in rows))


ESCAPED = [["email", "name"], ["a@x.org", "Ana"], ["b@x.org", "'=Bo"]]
JSON = b'[{"email": "a@x.org", "name": "Ana"}, {"email": "b@x.org", "name": "=Bo"}]'


@pytest.mark.parametrize("size", [1_000_000, 7])
@pytest.mark.parametrize(
    "content, name, format",
    [
        (CSV, "a.csv", "csv"),
        (gzip.compress(CSV), "a.csv.gz", "csv"),
        (zstandard.compress(CSV), "a.csv.zst", "csv"),
        (JSON, "a.json", "json"),
        (zstandard.compress(JSON), "a.json.zst", "json"),
        (b"\n".join(line.strip(b"[], ") for line in JSON.replace(b"}, {", b"}\n{").splitlines()), "a.ndjson", "ndjson"),
        (sheet_of(*ESCAPED), "a.xlsx", "xlsx"),
        (sheet_of(*ESCAPED), "misnamed.csv", "ods"),
        (xls(ESCAPED), "a.xls", "xls"),
        (table(*ESCAPED), "a.ods", "ods"),
        (parquet(), "a.parquet", "parquet"),
    ],
)
async def test_every_format_gives_the_same_rows(content: bytes, name: str, format: str, size: int) -> None:
    for how in ("auto", format):
        payload, rows = await read(content, name, size, format=how)
        assert [row.cells for row in rows] == ROWS
        assert payload.columns == ["email", "name"]
        assert payload.is_table == ("json" not in format)


@pytest.mark.parametrize("pack", [gzip.compress, zstandard.compress])
async def test_an_export_of_two_thousand_pieces_is_one_file(pack: Any) -> None:
    pieces = [pack(f"u{number}@x.org\n".encode()) for number in range(2_000)]
    _, rows = await read(pack(b"email\n") + b"".join(pieces))
    assert [row.cells[0] for row in rows] == [f"u{number}@x.org" for number in range(2_000)]


async def test_an_empty_cell_of_a_parquet_file_is_told_from_a_missing_one() -> None:
    content = io.BytesIO()
    pq.write_table(pa.table({"a": ["", None], "b": [["x"], None]}), content)
    _, rows = await read(content.getvalue())
    assert [row.cells for row in rows] == [["", ["x"]], [ABSENT, ABSENT]]


@pytest.mark.parametrize(
    "content, how, code",
    [
        (sheet_of(["email"]), {"format": "csv"}, "not_text"),
        (gzip.compress(sheet_of(["email"])), {}, "not_text"),
        (CSV, {"format": "xlsx"}, "format_unsupported"),
        (parquet(), {"format": "xls"}, "format_unsupported"),
        (b"", {"format": "parquet"}, "empty_file"),
        (b"", {}, "empty_file"),
        (b"%PDF-1.7", {}, "not_text"),
        (locked_xlsx(), {}, "workbook_protected"),
        (sheet_of(["email"]), {"sheet": "none"}, "sheet_unknown"),
        (parquet()[:-9], {}, "parquet_damaged"),
    ],
)
async def test_what_cannot_be_read_is_refused_with_a_code(content: bytes, how: dict[str, Any], code: str) -> None:
    assert (await refusal(content, **how)).code == code


def test_a_format_that_nobody_knows_is_refused_at_once() -> None:
    with pytest.raises(UnreadablePayload, match="xlsx"):
        PayloadRows(Blocks(CSV), file_name=None, format="docx")


async def test_a_sheet_that_makes_the_parser_abort_costs_a_child_and_not_the_service() -> None:
    far = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    found = await refusal(xlsx(far))
    assert found.code == "workbook_too_large"
    assert "far from the table" in found.message


async def test_a_workbook_that_needs_more_memory_than_a_child_may_take_is_refused() -> None:
    wide = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1000000"><c r="BZ1000000"><v>1</v></c></row>'
    assert (await refusal(xlsx(wide))).code == "workbook_too_large"


async def test_a_reader_that_is_left_early_leaves_no_child_no_pipe_and_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    await read(CSV)  # the loop has all its own pipes by now
    before, blocks = open_files(), Blocks(BIG)
    async with aclosing(aiter(PayloadRows(blocks, file_name=None))) as found:
        assert len(await anext(found)) == 1_000
        assert len(children()) == 1
        assert list(tmp_path.iterdir()) == []
    assert children() == []
    assert blocks.open == 0
    await until(lambda: no_more_files_than(before), 5, "the pipe to be closed")


async def test_a_small_payload_that_unpacks_to_much_leaves_the_loop_to_others() -> None:
    packed = zstandard.compress(b"{}\n") + zstandard.compress(b" \n" * 3_000_000)
    assert len(packed) < 10_000
    turns = 0

    async def others() -> None:
        nonlocal turns
        while True:
            await asyncio.to_thread(int)
            turns += 1

    async def blocks() -> AsyncIterator[bytes]:
        yield packed

    task = asyncio.create_task(others())
    async for _ in PayloadRows(blocks, file_name=None, format="ndjson"):
        pass
    task.cancel()
    assert turns > 10


async def test_a_task_that_is_cancelled_takes_its_child_with_it() -> None:
    started = asyncio.Event()

    async def consume() -> None:
        async for _ in PayloadRows(Blocks(BIG), file_name=None):
            started.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(consume())
    await started.wait()
    assert len(children()) == 1
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await until(no_children, 5, "the child to be gone")


async def test_a_child_that_somebody_stopped_says_nothing_about_the_payload() -> None:
    with pytest.raises(ReaderStoppedError):
        await read_while_killing(15)


async def test_a_child_that_the_kernel_killed_is_one_that_took_too_much() -> None:
    with pytest.raises(UnreadablePayload, match="memory") as caught:
        await read_while_killing(9)
    assert caught.value.code == "workbook_too_large"


async def test_a_child_dies_with_its_parent(tmp_path: Path) -> None:
    (tmp_path / "big.xlsx").write_bytes(BIG)
    parent = subprocess.Popen([sys.executable, "-c", _PARENT, str(tmp_path / "big.xlsx")], cwd=ROOT, stdout=subprocess.PIPE)
    try:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        assert Path(f"/proc/{child}").exists()
    finally:
        parent.kill()
        parent.communicate()
    await until(lambda: is_gone(child), 5, "the child to die")


async def test_every_row_of_a_long_workbook_comes_once_and_in_order() -> None:
    chance = random.Random(1)
    values = [chance.randrange(10**9) for _ in range(20_000)]
    _, rows = await read(sheet_of(["n"], *([value] for value in values)))
    assert [(row.line, row.cells) for row in rows] == [(line, [str(value)]) for line, value in enumerate(values, start=2)]


_PARENT = """
import asyncio, sys
from pathlib import Path
from shared.payloads import PayloadRows

async def blocks():
    yield Path(sys.argv[1]).read_bytes()

async def main():
    async for rows in PayloadRows(blocks, file_name=None):
        print(Path("/proc/self/task/%d/children" % __import__("os").getpid()).read_text().split()[0], flush=True)
        await asyncio.Event().wait()

asyncio.run(main())
"""


async def read_while_killing(signal: int) -> None:
    async for _ in PayloadRows(Blocks(BIG), file_name=None):
        for pid in children():
            os.kill(pid, signal)


def children() -> list[int]:
    """Pids of our own children that read payloads."""
    found = []
    for pid in Path(f"/proc/self/task/{os.getpid()}/children").read_text().split():
        command = Path(f"/proc/{pid}/cmdline")
        if b"shared.payloads" in (command.read_bytes() if command.exists() else b""):
            found.append(int(pid))
    return found


async def no_children() -> bool:
    return children() == []


def open_files() -> int:
    return len(os.listdir("/proc/self/fd"))


async def no_more_files_than(most: int) -> bool:
    return open_files() <= most


async def is_gone(pid: int) -> bool:
    status = Path(f"/proc/{pid}/status")
    return not status.exists() or "State:\tZ" in status.read_text()


@pytest.fixture(autouse=True)
def _no_child_stays() -> Iterator[None]:
    yield
    assert children() == []
