"""The one way to the rows of a payload, whatever its format: text is read here, workbooks and Parquet in a child process.

The first bytes decide, then the name. Memory is bounded: a piece of text or a frame of rows, never the payload."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from typing import Any, Final, Protocol, TypeVar

from shared.payloads.child_rows import ChildRows
from shared.payloads.frames import Request
from shared.payloads.spool import spooled
from shared.readers import Problem, SourceRow, UnreadablePayload, open_reader
from shared.readers.formats import FORMATS, Binary, binary_kind

WORKBOOKS: Final = ("xlsx", "xls", "ods")
PARQUET: Final = "parquet"
_HEAD_BYTES = 8
_PACKED = (b"\x1f\x8b", b"\x28\xb5\x2f\xfd", *(bytes([first]) + b"\x2a\x4d\x18" for first in range(0x50, 0x60)))
_LINE_END = b"\r\n"

Blocks = Callable[[], AsyncIterator[bytes]]
T = TypeVar("T")


class _Source(Protocol):
    """What is known of a payload while its rows are read."""

    @property
    def columns(self) -> list[str]: ...
    @property
    def is_table(self) -> bool: ...
    @property
    def warnings(self) -> list[Problem]: ...
    @property
    def options(self) -> dict[str, Any] | None: ...
    @property
    def mark_line(self) -> int | None: ...


class PayloadRows:
    """The rows of one payload, read once: `async for rows in payload_rows` gives lists of SourceRow in source order.

    `blocks` is called once and its iterator is closed in every case. A consumer that stops early closes the iterator
    (`contextlib.aclosing(aiter(payload_rows))`): that ends the child process and gives its temporary file back.

    Cells of workbooks are text, written as a CSV of the workbook would have them; cells of Parquet are text, whole
    numbers, floats, booleans and lists, and a null is ABSENT. Both are tables: their columns stand at the beginning.
    The line of a row is its number in the sheet, or its place from 1 in the Parquet file.

    Raises, while iterating, `UnreadablePayload` with the codes of `open_reader` and: `workbook_too_large`, `workbook_unsafe`,
    `workbook_protected`, `workbook_damaged`, `sheet_unknown`, `parquet_damaged`, `parquet_unsupported`,
    `parquet_too_large`. The constructor raises it for a `format` that nobody knows.
    """

    def __init__(
        self,
        blocks: Blocks,
        *,
        file_name: str | None,
        format: str = "auto",
        delimiter: str | None = None,
        encoding: str | None = None,
        sheet: str | int | None = None,
        formula_escape: bool = True,
        mark_bytes: int | None = None,
    ) -> None:
        known = (*FORMATS, *WORKBOOKS, PARQUET)
        if format not in known:
            words = f"The format '{format[:40]}' cannot be read. Use one of: {', '.join(known)}."
            raise UnreadablePayload("format_unsupported", words)
        self._blocks = blocks
        self._file_name = file_name
        self._format = format
        self._delimiter = delimiter
        self._encoding = encoding
        self._request = Request(sheet, formula_escape)
        self._source: _Source | None = None
        self._mark = mark_bytes

    @property
    def columns(self) -> list[str]:
        """Header names, trimmed. JSON and NDJSON: the keys in first-seen order, growing while rows are read."""
        return self._source.columns if self._source else []

    @property
    def is_table(self) -> bool:
        """True for formats whose columns are all known before the first row."""
        return self._source is not None and self._source.is_table

    @property
    def warnings(self) -> list[Problem]:
        """What was noticed about the payload as a whole; complete after the last row."""
        return self._source.warnings if self._source else []

    @property
    def options(self) -> dict[str, Any] | None:
        """The `options` object of a JSON document, if it has one; certain after the last row."""
        return self._source.options if self._source else None

    @property
    def mark_line(self) -> int | None:
        """Of the rows given last, those from this line on did not end within the first `mark_bytes` bytes; of text alone.

        The line end behind them does not count. None as long as no row is behind the mark.
        """
        return self._source.mark_line if self._source else None

    def __aiter__(self) -> AsyncGenerator[list[SourceRow], None]:
        return self._rows()

    async def _rows(self) -> AsyncGenerator[list[SourceRow], None]:
        async with _closing(self._blocks()) as blocks:
            head = await _head(blocks)
            kind = self._kind(head)
            if kind is None:
                async for rows in self._text(head, blocks):
                    yield rows
                return
            async with spooled(head, blocks) as file:
                source = self._source = ChildRows(file, kind, self._request)
                async with _closing(source.rows()) as found:
                    async for rows in found:
                        yield rows

    async def _text(self, head: bytes, blocks: AsyncIterator[bytes]) -> AsyncIterator[list[SourceRow]]:
        reader = open_reader(
            self._format,
            file_name=self._file_name,
            delimiter=self._delimiter,
            encoding=self._encoding,
            formula_escape=self._request.formula_escape,
        )
        self._source = reader
        try:
            async for block, is_at_mark in _marked(head, blocks, self._mark):
                async for rows in _beside(reader.feed(block)):
                    yield rows
                if is_at_mark:
                    reader.mark()
            yield await asyncio.to_thread(reader.close)
        except UnreadablePayload as problem:
            if problem.rows:
                yield problem.rows
            raise

    def _kind(self, head: bytes) -> Binary | None:
        """What to open in a child, None for text. Of the three kinds of workbooks, the bytes say which one it is."""
        kind = binary_kind(head)
        if self._format in FORMATS:
            is_text_for_certain = self._format != "auto"
            return None if is_text_for_certain else kind
        if not head:
            raise UnreadablePayload("empty_file", "The file is empty.")
        if kind is None or (kind == "parquet") != (self._format == PARQUET):
            title = "a Parquet file" if self._format == PARQUET else "an Excel or OpenDocument workbook"
            words = f"This is not {title}, as `format` says. Leave `format` out, and the file's first bytes tell what it is."
            raise UnreadablePayload("format_unsupported", words)
        return kind


async def _marked(head: bytes, blocks: AsyncIterator[bytes], mark: int | None) -> AsyncIterator[tuple[bytes, bool]]:
    """The blocks, one of them cut in two at the mark if bytes follow it; True for the one that ends there.

    The mark stands behind a line end that follows it: the line before is whole. Of packed bytes none is a line end.
    """
    left, held, ahead = mark, b"", 1 if head.startswith(_PACKED) else len(_LINE_END)
    async for block in _all(head, blocks):
        if left is None:
            yield block, False
        elif len(whole := held + block) < left + ahead:
            held = whole[left:]
            yield whole[:left], False
            left -= len(whole) - len(held)
        else:
            left += 0 if ahead == 1 else _line_end(whole[left:])
            yield whole[:left], True
            yield whole[left:], False
            left, held = None, b""
    if held:
        if not _line_end(held):
            yield b"", True
        yield held, False


def _line_end(text: bytes) -> int:
    """How many bytes the line end has that the text begins with."""
    return 2 if text.startswith(_LINE_END) else 1 if text.startswith((b"\n", b"\r")) else 0


async def _all(head: bytes, blocks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield head
    async for block in blocks:
        yield block


async def _beside(pieces: Iterator[list[SourceRow]]) -> AsyncIterator[list[SourceRow]]:
    """The lists that are not empty, read beside the loop piece by piece: a few bytes may unpack to many pieces without a row."""
    while (rows := await asyncio.to_thread(next, pieces, None)) is not None:
        if rows:
            yield rows


async def _head(blocks: AsyncIterator[bytes]) -> bytes:
    head = b""
    async for block in blocks:
        head += block
        if len(head) >= _HEAD_BYTES:
            break
    return head


@asynccontextmanager
async def _closing(source: AsyncIterator[T]) -> AsyncIterator[AsyncIterator[T]]:
    """The iterator, closed at the end if it can be."""
    try:
        yield source
    finally:
        close = getattr(source, "aclose", None)
        if close is not None:
            await close()
