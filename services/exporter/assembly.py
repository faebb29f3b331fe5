"""Making the file of those formats that are no mere row of pieces, in a process of its own.

The libraries are large, slow and hold on to memory: a child does the work and is gone, and the service goes on answering.
"""

import asyncio
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from typing import Any, BinaryIO

import msgspec

from services.exporter.books import assembler, used_columns
from shared.contacts.columns import Column, resolve_column
from shared.contacts.fields import Field
from shared.contacts.headings import titled
from shared.contacts.patch import FieldBook
from shared.contract.bulk_options import ExportOptions
from shared.jobs.job import Job
from shared.jobs.produced import assembled_by
from shared.platform.files import Files, StoredFile

BLOCK_BYTES = 256 * 1024
MOST_BYTES = 1 << 40
LENGTH_BYTES = 4


class AssemblyFailed(Exception):
    """The child did not finish the file. It is tried again, like any chunk that fails."""


@dataclass(frozen=True, slots=True)
class Order:
    """What the file is to be: enough for a process that has nothing else."""

    options: ExportOptions
    fields: tuple[str, ...]
    book: FieldBook

    @property
    def is_book(self) -> bool:
        """True where the file has to be made of its parts."""
        return assembler(self.options, ()) is not None

    @property
    def is_surveyed(self) -> bool:
        """True where columns without any value are left out: in a workbook whose columns nobody has named.

        Readers hold a sheet as a whole, with its empty cells.
        """
        return self.options.format == "xlsx" and not self.options.fields

    def columns(self) -> tuple[Column, ...]:
        """The columns in their order, under their headings.

        Raises LookupError for a field that the order does not know, and what `titled` does.
        """
        found = {name: resolve_column(name, self.book) for name in self.fields}
        unknown = next((name for name, column in found.items() if column is None), None)
        if unknown is not None:
            raise LookupError(unknown)
        return titled([column for column in found.values() if column is not None], self.options.headings)

    def facts(self) -> Mapping[str, Any]:
        """What planning keeps, so that every worker writes the same columns, whatever becomes of the fields meanwhile."""
        named = {name.lower().removeprefix("cf:") for name in self.fields}
        custom = [msgspec.to_builtins(field) for key, field in self.book.custom.items() if key in named]
        return {"fields": list(self.fields), "custom": custom, "identifiers": sorted(self.book.identifiers)}

    def packed(self) -> bytes:
        """For `unpacked` in the child."""
        return msgspec.msgpack.encode((self.options.model_dump_json(), self.facts()))


def ordered(options: ExportOptions, facts: Mapping[str, Any]) -> Order:
    """The order of which these are the facts."""
    custom = msgspec.convert(facts["custom"], list[Field])
    book = FieldBook({field.name.lower(): field for field in custom}, frozenset(facts["identifiers"]))
    return Order(options, tuple(facts["fields"]), book)


def unpacked(packed: bytes) -> Order:
    """The inverse of `Order.packed`."""
    options, facts = msgspec.msgpack.decode(packed, type=tuple[str, dict[str, Any]])
    return ordered(ExportOptions.model_validate_json(options), facts)


async def assembled(files: Files, job: Job, order: Order, parts: Sequence[StoredFile]) -> StoredFile:
    """The file made of these parts, in order; no job has taken it yet. Raises AssemblyFailed, and what reading a part raises."""
    pipe = asyncio.subprocess.PIPE
    child = await asyncio.create_subprocess_exec(sys.executable, "-m", "services.exporter.assembly", stdin=pipe, stdout=pipe)
    feeding = asyncio.create_task(_feed(child, files, order, parts))
    try:
        async with files.upload(job.account, "export", limit_bytes=MOST_BYTES, prefix=assembled_by(job.id)) as upload:
            async for block in _blocks(child):
                await upload.write(block)
            await feeding
            if await child.wait() != 0:
                raise AssemblyFailed(f"The {order.options.format} file could not be made of {len(parts)} parts.")
            return await upload.finish()
    finally:
        feeding.cancel()
        if child.returncode is None:
            child.kill()
            await child.wait()


async def _feed(child: Process, files: Files, order: Order, parts: Sequence[StoredFile]) -> None:
    """Give the child its order, and the parts as fast as it takes them: twice where it has to see them all first."""
    if child.stdin is None:
        return
    with suppress(BrokenPipeError, ConnectionResetError):  # a child that died says so by its exit code
        try:
            for frame in (order.packed(), str(len(parts)).encode()):
                child.stdin.write(len(frame).to_bytes(LENGTH_BYTES, "big") + frame)
            for part in [*parts, *parts] if order.is_surveyed else parts:
                child.stdin.write(part.bytes.to_bytes(LENGTH_BYTES, "big"))
                async for block in files.read(part.file_id):
                    child.stdin.write(block)
                    await child.stdin.drain()
        finally:
            child.stdin.close()  # also where a part could not be read: the child would wait for it for ever
        await child.stdin.wait_closed()


async def _blocks(child: Process) -> AsyncIterator[bytes]:
    while child.stdout is not None and (block := await child.stdout.read(BLOCK_BYTES)):
        yield block


def _frames(source: BinaryIO) -> Iterator[bytes]:
    while head := source.read(LENGTH_BYTES):
        yield source.read(int.from_bytes(head, "big"))


def main() -> None:
    """In the child: the order and the parts come in, the file goes out."""
    frames = _frames(sys.stdin.buffer)
    order, parts = unpacked(next(frames)), int(next(frames))
    columns = order.columns()
    kept = used_columns(columns, islice(frames, parts)) if order.is_surveyed else None
    assemble = assembler(order.options, columns, kept)
    if assemble is not None:
        assemble(frames, sys.stdout.buffer)
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
