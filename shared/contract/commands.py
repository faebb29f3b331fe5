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


START_COMMANDS: dict[Kind, type[StartJob]] = {Kind.IMPORT: StartImport}
CHUNK_COMMANDS: dict[Kind, type[WorkChunk]] = {Kind.IMPORT: ImportChunk}
