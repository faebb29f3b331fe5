"""Bytes to messages and back. An unknown type or version is refused here and nowhere else."""

from collections.abc import Mapping

from pydantic import ValidationError

from shared.contract.commands import ChangeChunk, ExportChunk, ImportChunk, StartChange, StartExport, StartImport
from shared.contract.envelope import attribute
from shared.contract.events import ChunkFinished, JobCancelled, JobCompleted, JobFailed, JobProcessing
from shared.contract.messages import Message

MESSAGES: tuple[type[Message], ...] = (
    StartImport,
    ImportChunk,
    StartExport,
    ExportChunk,
    StartChange,
    ChangeChunk,
    JobProcessing,
    JobCompleted,
    JobFailed,
    JobCancelled,
    ChunkFinished,
)
_BY_WIRE_TYPE = {kind.wire_type(): kind for kind in MESSAGES}


class UnreadableMessage(Exception):
    """The message is of a type or version that this release does not know, or its body is not what the type promises."""


def encode(message: Message) -> bytes:
    """The body as JSON."""
    return message.model_dump_json().encode()


def decode(body: bytes, headers: Mapping[str, object]) -> Message:
    """The message that the headers name. Raises UnreadableMessage."""
    wire_type = attribute(headers, "type")
    kind = _BY_WIRE_TYPE.get(wire_type)
    if kind is None:
        raise UnreadableMessage(f"unknown message type {wire_type[:80]!r}")
    try:
        return kind.model_validate_json(body)
    except ValidationError as error:
        places = ", ".join(".".join(map(str, problem["loc"])) for problem in error.errors())
        raise UnreadableMessage(f"{wire_type} does not fit its schema at: {places}") from error
