"""The JSON of jobs and rows as the API describes it."""

from typing import Any

from pydantic import BaseModel, Field


class Progress(BaseModel):
    """How far a job is."""

    percent: float = Field(description="0 to 100; 100 only when completed.")
    rows_total: int | None = Field(description="Rows in the payload; null until planning has counted them.")
    rows_done: int = Field(description="Rows that have an outcome.")
    rows_per_second: float | None
    eta_seconds: float | None = Field(description="Seconds to the end at the rate so far.")
    phase: str = Field(description="planning, writing, or the state of the job.")


class CountsBody(BaseModel):
    """Rows by outcome. At the end they add up to `rows_total`, unless the job failed or was cancelled."""

    created: int
    updated: int
    unchanged: int
    skipped: int
    rejected: int


class ProblemNote(BaseModel):
    """Something to know or to mend."""

    code: str
    message: str


class PayloadBody(BaseModel):
    """The stored payload."""

    name: str
    bytes: int
    sha256: str


class FileBody(BaseModel):
    """The file that an export made; `links.file` leads to it."""

    name: str
    media_type: str
    rows: int = Field(description="Contacts in it.")
    bytes: int
    sha256: str


class JobBody(BaseModel):
    """A job."""

    id: str
    kind: str
    state: str = Field(
        description="waiting, queued, planning, processing, paused, cancelling, failing, completed, failed or cancelled."
    )
    name: str | None
    created_at: str
    run_at: str | None = Field(description="The moment in the future before which it was not to start.")
    started_at: str | None
    ended_at: str | None
    expires_at: str | None = Field(description="When the job and everything of it is deleted.")
    progress: Progress
    counts: CountsBody
    codes: dict[str, int] = Field(description="How often each code was given to a row.")
    problems: list[ProblemNote]
    payload: PayloadBody | None
    file: FileBody | None = Field(None, description="What a completed export made; null once a contact in it was erased.")
    error: ProblemNote | None = Field(description="Why the job failed.")
    after: list[str] = Field(description="Jobs that had to be completed first.")
    links: dict[str, str]


class JobPage(BaseModel):
    """Jobs, newest first."""

    items: list[JobBody]
    next_cursor: str | None = Field(None, description="Send it as `cursor` for the next page; absent on the last one.")


class RowBody(BaseModel):
    """What became of one row."""

    line: int = Field(description="Number of the row's first line in the payload; of the item in a JSON array.")
    outcome: str = Field(description="created, updated, unchanged, skipped or rejected.")
    contact_id: int | None
    code: str | None
    field: str | None
    message: str | None
    values: dict[str, Any] | None = Field(description="The original values of a row that was rejected or skipped.")


class RowPage(BaseModel):
    """Rows in the order of the payload."""

    items: list[RowBody]
    next_cursor: str | None = Field(None, description="Send it as `cursor` for the next page; absent on the last one.")
