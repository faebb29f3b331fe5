"""How a command ends: its exit codes, and the failures that lead to them. The numbers are a promise to scripts."""

from enum import IntEnum
from typing import Any


class ExitCode(IntEnum):
    """What the process answers."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    REJECTED_ROWS = 3
    CANCELLED = 4
    UNREACHABLE = 5
    NOT_ALLOWED = 6
    INTERRUPTED = 130


MEANINGS = {
    ExitCode.DONE: "done, and no row was rejected",
    ExitCode.FAILED: "the request was refused, or the job failed",
    ExitCode.USAGE: "the command was not understood, or a setting is missing",
    ExitCode.REJECTED_ROWS: "the job completed and rejected some rows",
    ExitCode.CANCELLED: "the job was cancelled",
    ExitCode.UNREACHABLE: "the server cannot be reached",
    ExitCode.NOT_ALLOWED: "the key is missing, wrong, or lacks a scope",
    ExitCode.INTERRUPTED: "Ctrl-C; a job that was being watched goes on",
}


class Failure(Exception):
    """A command ends here. `code` is stable, `detail` says what to do, `document` is what `--json` prints."""

    def __init__(self, exit_code: ExitCode, code: str, detail: str, **more: Any) -> None:
        super().__init__(detail)
        self.exit_code = exit_code
        self.code = code
        self.detail = detail
        self.document: dict[str, Any] = {"code": code, "detail": detail, **more}


def misused(detail: str) -> Failure:
    """The command cannot mean anything as it was given."""
    return Failure(ExitCode.USAGE, "usage", detail)


def exit_code_of(job: dict[str, Any]) -> ExitCode:
    """The exit code of a command that saw this job to its end."""
    match job["state"]:
        case "completed":
            return ExitCode.REJECTED_ROWS if job["counts"]["rejected"] else ExitCode.DONE
        case "cancelled":
            return ExitCode.CANCELLED
    return ExitCode.FAILED
