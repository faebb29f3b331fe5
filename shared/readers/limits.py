"""How much of a payload is held at a time, and what is too much. Together they bound a reader's memory, whatever the file.

Characters unless the name says bytes. A change here changes which rows are read: it is part of the chunks' contract."""

from typing import Final

PIECE_BYTES: Final = 262_144
"""Every format sees the payload in pieces of this size, cut at fixed places. A file up to this size is judged whole."""

MAX_INFLATED_BYTES: Final = 8 * 1024**3
"""How much a compressed file may hold."""
MAX_RATIO: Final = 200
FREE_INFLATED_BYTES: Final = 64 * 1024 * 1024
"""Beyond so many bytes a compressed file may hold so many times what it has itself. Tables are packed 10-fold to 100-fold."""
PACKED_STEP_BYTES: Final = 16_384
"""Where the ratio is judged: at fixed places, lest it matter how the file was split on its way here."""
MIN_BLANK_RUN: Final = 64
"""So many blank lines in a row are passed over at once. Only the speed depends on this."""

MAX_CELL: Final = 65_536
MAX_RECORD: Final = 1_048_576
MAX_COLUMNS: Final = 1_200
MAX_DEPTH: Final = 32
MAX_SHOWN: Final = 1_000
"""How much of a cell is shown in a row that has a problem."""

MAX_OPEN_QUOTE: Final = 262_144
"""A quoted cell that goes on for longer than this was never closed."""
PATIENCE_LINES: Final = 100_000
PATIENCE_PER_LINE: Final = 4
IMPATIENT_OPEN_QUOTE: Final = 512
"""Looking for closing quotes that are not there may cost so many lines, and so many more for each line of the file. After
that a quoted cell may only be this long: a file made of lost quotes must not cost more time than its length explains."""
MAX_OPEN_LINES: Final = 100
"""A quoted cell that goes on for more lines than this was never closed, if most of those lines look like rows."""
FEWEST_INNER_ROWS: Final = 4
FEWEST_INNER_DELIMITERS: Final = 8
"""A quoted cell of the right place and end is not believed all the same, if it holds nothing but so many whole rows."""
