"""The reader behind `open_reader`: bytes to equal pieces, pieces to text, text to rows.

The format is settled with the first piece and never changes after it."""

from collections.abc import Iterator
from typing import Any

from shared.readers.csv_rows import CsvRows
from shared.readers.formats import FORMATS, recognise, refuse_binary, refuse_noise
from shared.readers.json_rows import JsonRows
from shared.readers.limits import PIECE_BYTES
from shared.readers.ndjson_rows import NdjsonRows
from shared.readers.pieces import Pieces
from shared.readers.rows import Parser, Problem, SourceRow, UnreadablePayload
from shared.readers.text import Decoder


class PayloadReader:
    """A `Reader` for every format. Holds one piece, one unfinished record, and the rows of one piece."""

    def __init__(
        self,
        format: str,
        file_name: str | None,
        delimiter: str | None,
        encoding: str | None,
        piece_bytes: int = PIECE_BYTES,
        *,
        formula_escape: bool = False,
    ) -> None:
        if format not in FORMATS:
            words = f"The format '{format[:40]}' cannot be read. Use one of: {', '.join(FORMATS)}."
            raise UnreadablePayload("format_unsupported", words)
        self._format = format
        self._file_name = file_name
        self._delimiter = delimiter
        self._formula_escape = formula_escape
        self._pieces = Pieces(piece_bytes)
        self._decoder = Decoder(encoding)
        self._parser: Parser | None = None
        self._is_first_piece = True
        self._is_feeding = False
        self._marked: int | None = None
        """How many bytes of the next piece stand before the mark."""

    @property
    def columns(self) -> list[str]:
        return self._parser.columns if self._parser else []

    @property
    def is_table(self) -> bool:
        """See `Reader.is_table`."""
        return isinstance(self._parser, CsvRows)

    @property
    def warnings(self) -> list[Problem]:
        return self._decoder.warnings + (self._parser.warnings if self._parser else [])

    @property
    def options(self) -> dict[str, Any] | None:
        return self._parser.options if self._parser else None

    def feed(self, block: bytes) -> Iterator[list[SourceRow]]:
        """A list of rows for each piece, often empty. To be run through to its end before the next call."""
        self._begin()  # now, and not when the first list is asked for: a block that nobody reads would be lost in silence
        return self._rows(block)

    @property
    def mark_line(self) -> int | None:
        """See `Reader.mark_line`."""
        return self._parser.mark_line if self._parser else None

    def mark(self) -> None:
        """See `Reader.mark`."""
        self._marked = len(self._pieces.held)

    def close(self) -> list[SourceRow]:
        self._begin()
        try:
            piece = self._pieces.close()
        except UnreadablePayload as problem:
            raise self._with_what_is_held(problem) from problem.__cause__
        return self._parse(piece, last=True)

    def _rows(self, block: bytes) -> Iterator[list[SourceRow]]:
        pieces = self._pieces.feed(block)
        while True:
            try:
                piece = next(pieces, None)
            except UnreadablePayload as problem:
                raise self._with_what_is_held(problem) from problem.__cause__
            if piece is None:
                break
            yield self._parse(piece, last=False)  # an empty list too: whoever reads may have other things to do between
        self._is_feeding = False

    def _with_what_is_held(self, problem: UnreadablePayload) -> UnreadablePayload:
        """The same problem with the rows before it, where the bytes end in damage."""
        if self._pieces.held:
            problem.rows = self._parse(self._pieces.held, last=False)
        return problem

    def _begin(self) -> None:
        if self._is_feeding:
            raise RuntimeError("the rows of the last block were not read to their end")
        self._is_feeding = True

    def _parse(self, piece: bytes, last: bool) -> list[SourceRow]:
        if self._is_first_piece:
            self._is_first_piece = False
            refuse_binary(piece)
        marked, self._marked = self._marked, None
        text, mark = self._decoder.decode_marked(piece, last, marked)
        if self._parser is None:
            refuse_noise(text)
            self._parser = self._new_parser(text)
        return self._parser.feed(text, last, mark)

    def _new_parser(self, text: str) -> Parser:
        format = recognise(self._file_name, text) if self._format == "auto" else self._format
        if format == "json":
            return JsonRows()
        return NdjsonRows() if format == "ndjson" else CsvRows(self._delimiter, self._formula_escape)
