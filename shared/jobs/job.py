"""A job as a value, and the mistakes that end one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any

from shared.contract.values import Counts, JobState, Kind


@dataclass(frozen=True, slots=True)
class Problem:
    """Something a person should know or mend, with a stable code."""

    code: str
    message: str

    def as_document(self) -> dict[str, str]:
        """Plain values for the database and the API."""
        return {"code": self.code, "message": self.message}


class JobRefused(Exception):
    """The job as a whole cannot be done; nothing of it was written. `facts` stay in its plan."""

    def __init__(self, code: str, message: str, facts: Mapping[str, Any] = MappingProxyType({})) -> None:
        super().__init__(message)
        self.problem = Problem(code, message)
        self.facts = facts


@dataclass(frozen=True, slots=True)
class Payload:
    """The stored bytes of a request."""

    file_id: str
    name: str
    bytes: int
    sha256: str
    media_type: str
    erased_at: datetime | None = None
    """When the bytes were deleted because a contact in them was erased; None while they are there."""


@dataclass(frozen=True, slots=True)
class Job:
    """One accepted bulk request, as its document says it is."""

    id: str
    account: int
    kind: Kind
    state: JobState
    rev: int
    name: str | None
    options: Mapping[str, Any]
    payload: Payload | None
    after: tuple[str, ...]
    plan: Mapping[str, Any]
    rows_total: int | None
    open_lanes: int
    takeovers: int
    """How often a planner fell silent and another took over."""
    counts: Counts | None
    problems: tuple[Problem, ...]
    error: Problem | None
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    expires_at: datetime | None
    limits: Mapping[str, int] = field(default_factory=dict)
    """How its rows are cut, once somebody has begun to plan it."""
    run_at: datetime | None = None
    """Not to start before."""
    pending: tuple[str, ...] = ()
    """Those of `after` that are not known to have completed. The others may be forgotten."""
    is_cleared: bool = False
    """True once all jobs that it waits for have completed; they may be forgotten from then on."""
    holds: tuple[str, ...] = ("open_jobs",)
    """The figures of the quota that it took at its acceptance. Jobs of earlier releases hold the one."""
    place: str | None = None
    """The figure it took since, to run or to stand in line; None as long as it waits for something else."""
    reserved: int | None = None
    """How many contacts it may create; None where that was not counted."""
    result: Mapping[str, Any] = field(default_factory=dict)
    """What the completed job leaves behind, as `Work.finish` told it: the manifest of an export."""

    is_forgotten: bool = False
    """True once it is to be forgotten: now where it has ended, else the moment it ends. Nobody needs to be told of it any more."""

    @property
    def held(self) -> tuple[str, ...]:
        """Every figure of the quota that it gives back at its end."""
        return (*self.holds, self.place) if self.place else self.holds


def job_from_document(document: Mapping[str, Any]) -> Job:
    """The job that a stored document describes."""
    counts, error, payload = document.get("counts"), document.get("error"), document.get("payload")
    return Job(
        id=document["_id"],
        account=document["account"],
        kind=Kind(document["kind"]),
        state=JobState(document["state"]),
        rev=document["rev"],
        name=document.get("name"),
        options=document["options"],
        payload=Payload(**payload) if payload else None,
        after=tuple(document.get("after", ())),
        plan=document.get("plan") or {},
        rows_total=document.get("rows_total"),
        open_lanes=document.get("open_lanes", 0),
        takeovers=document.get("takeovers", 0),
        counts=Counts.from_document(counts) if counts else None,
        problems=tuple(Problem(**problem) for problem in document.get("problems", ())),
        error=Problem(**error) if error else None,
        created_at=document["created_at"],
        started_at=document.get("started_at"),
        ended_at=document.get("ended_at"),
        expires_at=document.get("expires_at"),
        limits=document.get("limits") or {},
        run_at=document.get("run_at"),
        pending=tuple(document.get("pending", document.get("after", ()))),
        is_cleared=document.get("is_cleared", False),
        holds=tuple(document.get("holds", ("open_jobs",))),
        place=document.get("place"),
        reserved=document.get("reserved"),
        result=document.get("result") or {},
        is_forgotten=document.get("is_forgotten", False),
    )
