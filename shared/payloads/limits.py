"""What a file may cost that a native parser reads: memory, time, and the size of what is in it."""

from typing import Final

FRAME_ROWS: Final = 1_000
FRAME_CHARACTERS: Final = 262_144
"""A frame from the child is closed at either."""
MAX_FRAME_BYTES: Final = 32 * 1024 * 1024
"""More than any sound child sends: a row has at most 1,048,576 characters."""

MEMORY_BYTES: Final = 1024**3
"""Address space of a child. It takes about 1 kB for each row of eleven cells of a workbook, whatever the file's size."""
CPU_SECONDS: Final = 60
PARQUET_CPU_SECONDS: Final = 600
"""A Parquet file is read as a stream and may be as long as a CSV; a workbook is read as a whole."""
SILENT_SECONDS: Final = 120.0
"""How long a child may work on one frame."""

MAX_PARTS: Final = 2_000
MAX_PLAIN_BYTES: Final = 500 * 1024 * 1024
MAX_RATIO: Final = 100
SMALL_PLAIN_BYTES: Final = 20 * 1024 * 1024
"""Up to this size the ratio of compression says nothing: a short sheet of equal rows is a thousand times smaller."""
MAX_DIRECTORY_BYTES: Final = 1024 * 1024
