"""The options of jobs: what a request may say, checked at the gateway and read again by the service that works the job."""

import json
import re
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

PayloadFormat = Literal["auto", "csv", "ndjson", "json", "xlsx", "xls", "ods", "parquet"]
Delimiter = Literal[",", ";", "\t", "|"]
Match = Annotated[str, Field(pattern=r"^(email|id|uuid|mobile|identifier:[A-Za-z][A-Za-z0-9_-]{0,49})$")]
ImportMatch = Annotated[str, Field(pattern=r"^(email|id|uuid|mobile|email_or_mobile|row|identifier:[A-Za-z][A-Za-z0-9_-]{0,49})$")]


MENDING_COLUMNS = ("line", "code", "message")
"""Columns that a file of rejected rows has before the original ones. An import leaves them alone."""


class Duplicates(StrEnum):
    """What becomes of several rows for one contact in one payload."""

    MERGE = "merge"
    FIRST = "first"
    LAST = "last"
    REJECT = "reject"


class JobOptions(BaseModel):
    """What every kind of job may say."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    after: tuple[str, ...] = Field((), description="Jobs that must be completed before this one starts.", max_length=50)
    run_at: datetime | None = Field(None, description="Not to start before this moment; UTC where it has no offset.")
    name: str | None = Field(None, description="A name for people.", max_length=255)
    retention_days: Annotated[float, Field(gt=0)] | None = Field(
        None, description="Days after its end for which the job and everything of it is kept, up to the account's limit."
    )


class PayloadOptions(JobOptions):
    """How a payload is read."""

    format: PayloadFormat = Field("auto", description="Format of the payload; auto looks at its name and first bytes.")
    delimiter: Delimiter | None = Field(None, description="Delimiter of a CSV; counted in the header line when absent.")
    encoding: str | None = Field(None, description="Encoding of a CSV; found by its first bytes when absent.", max_length=40)
    sheet: str | int | None = Field(
        None, description="Sheet of a workbook, by name or by number from 1; the first with contents when absent."
    )
    formula_escape: bool = Field(
        True, description="Undo, in CSV and workbooks, the escape that exports put before cells a spreadsheet would run."
    )


class ImportOptions(PayloadOptions):
    """How a payload becomes contacts. Non-destructive unless told otherwise."""

    mapping: dict[str, str | None] | None = Field(
        None,
        description="Column to field; null ignores the column. Custom fields are `cf:<name>`. "
        "Columns not named here are mapped by their headings. A column that is sent to `refused` rejects every row in which it is "
        "not blank: its text is the message, or it is an object (or a list of them, of which the first counts) with `message`, "
        "`code` and `field`; codes are lower-case letters, digits and _, and tell of no person.",
    )
    columns: Literal["guess", "given"] = Field(
        "guess",
        description="guess: columns that the mapping does not name are mapped by their headings. "
        "given: they are left out, save those headed `cf:<name>` or `preference:<name>`, and the mapping may name columns that the "
        "file lacks; of several columns for one field, those that come later fill where the first is blank (of those for one "
        "preference or part of a consent record the first alone is read), and a birthday must be a whole one.",
    )
    create_fields: bool = Field(False, description="Make a custom text field of every column that nobody understands.")
    day_first: bool = Field(False, description="Read 03/04/2026 as 3 April.")
    match: ImportMatch = Field(
        "email",
        description="What finds the contact of a row: email, id, uuid, mobile, identifier:<name>; "
        "email_or_mobile: the e-mail where a contact has it, else the mobile; one that stands beside an e-mail finds only a "
        "contact without any; or row: what each row names as its `match_by`: email, mobile, id or identifier:<name>, or several of "
        "them, tried in turn, with | between; `new` finds nobody, and stands alone or last.",
    )
    mode: Literal["upsert", "create", "update"] = Field("upsert", description="Which contacts the job may touch.")
    merge: Literal["overwrite_non_empty", "overwrite", "fill_empty"] = Field(
        "overwrite_non_empty",
        description="overwrite_non_empty: blanks change nothing. overwrite: blanks clear. fill_empty: stored values win.",
    )
    taken: Literal["reject", "merge"] = Field(
        "reject",
        description="A row that gives its contact a unique key which another contact has. reject: the row is rejected. merge: the "
        "other contact is first merged into the row's, which keeps what it has and takes what it lacks, and is then deleted; what "
        "either unsubscribed from stays so. A deleted contact only gives up the key. A job that only creates merges nobody.",
    )
    duplicates: Duplicates = Field(
        Duplicates.MERGE,
        description="Several rows for one contact: apply all in file order, keep the first or the last, or reject the later ones.",
    )
    lists: tuple[str | int, ...] = Field((), description="Lists that every contact joins: numbers, UUIDs or names.", max_length=50)
    tags: tuple[Annotated[str, Field(min_length=1, max_length=255)], ...] = Field(
        (), description="Tags that every contact gets.", max_length=50
    )
    ended: Literal["apply", "reject"] = Field(
        "apply",
        description="Rows for contacts that unsubscribed, are suppressed, or were asked to confirm and have not. apply: all of "
        "the row but a new subscription. reject: nothing of the row, nor where it joins a list that the contact left; a row that "
        "says itself that the contact unsubscribes or is suppressed is applied, save for one that is suppressed already.",
    )
    new_email_permission: Literal["explicit", "implicit", "not_set", "pending_confirmation"] | None = Field(
        None,
        description="E-mail permission with which contacts that the job creates or brings back begin, unless their row says one.",
    )
    sms_permission: Literal["explicit", "not_set"] | None = Field(
        None,
        description="SMS permission that every row with a mobile gives, unless it says one itself. not_set: where none is stored.",
    )
    most_rows: Annotated[int, Field(gt=0)] | None = Field(
        None, description="Rows that the job takes at most; those after them are left out, and a problem says so."
    )
    most_bytes: Annotated[int, Field(gt=0)] | None = Field(
        None,
        description="The job takes the rows that end within so many bytes of the payload as it was sent, the last line "
        "end left out; those after them are left out, and a problem says so. Workbooks and Parquet are taken whole.",
    )
    quality_gate: Annotated[float, Field(gt=0, le=1)] | None = Field(
        None,
        description="Share of bad rows (0 to 1) beyond which the file is refused before anything is written; off when absent.",
    )
    quality_gate_from: Annotated[int, Field(ge=0)] = Field(
        0, description="Rows that a payload has at least where the quality gate is asked; smaller ones pass it."
    )


HEAD_BYTES = 256 * 1024
_OPTIONS_FIRST = re.compile(r'\ufeff?\s*\{\s*"options"\s*:\s*')


def options_in_head(head: bytes) -> dict[str, Any] | None:
    """The `options` with which a JSON document begins, out of its first `HEAD_BYTES`; None where it begins otherwise."""
    text = head[:HEAD_BYTES].decode("utf-8", "replace")
    start = _OPTIONS_FIRST.match(text)
    if start is None:
        return None
    try:
        options, _ = json.JSONDecoder().raw_decode(text, start.end())
    except (ValueError, RecursionError):
        return None
    return options if isinstance(options, dict) else None
