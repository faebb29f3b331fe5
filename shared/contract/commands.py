"""The commands. Each kind of job has two: one that starts it and one that works its next chunk."""

from typing import ClassVar

from shared.contract.messages import Command
from shared.contract.values import Kind


class StartJob(Command):
    """Plan the job, or take up what an earlier attempt left."""


class WorkChunk(Command):
    """Work the chunk `sequence` of `lane`. Harmless when repeated or late: the lane's ledger has moved on."""

    lane: int
    sequence: int


class StartImport(StartJob):
    """Turn the payload of an import into chunks."""

    TYPE: ClassVar[str] = "import.start"


class ImportChunk(WorkChunk):
    """Write the contacts of one chunk."""

    TYPE: ClassVar[str] = "import.chunk"


class StartExport(StartJob):
    """Number the contacts of an export and divide them into chunks."""

    TYPE: ClassVar[str] = "export.start"


class ExportChunk(WorkChunk):
    """Write the part of the file that holds the contacts of one chunk."""

    TYPE: ClassVar[str] = "export.chunk"


class StartChange(StartJob):
    """Number what a change of lists or tags, a deletion or a restoration is about, and divide it into chunks."""

    TYPE: ClassVar[str] = "change.start"


class ChangeChunk(WorkChunk):
    """Change what one chunk names."""

    TYPE: ClassVar[str] = "change.chunk"


CHANGES = (Kind.LIST_CHANGE, Kind.TAG_CHANGE, Kind.DELETION, Kind.RESTORATION)
"""The kinds of job that the lists service works. They differ in their options and share their commands."""

START_COMMANDS: dict[Kind, type[StartJob]] = {
    Kind.IMPORT: StartImport,
    Kind.EXPORT: StartExport,
    **dict.fromkeys(CHANGES, StartChange),
}
CHUNK_COMMANDS: dict[Kind, type[WorkChunk]] = {
    Kind.IMPORT: ImportChunk,
    Kind.EXPORT: ExportChunk,
    **dict.fromkeys(CHANGES, ChangeChunk),
}
