"""The options of exports, changes of lists and tags, deletions and restorations, as they are kept with the job."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from shared.contract.options import Delimiter, JobOptions, Match, PayloadOptions
from shared.contract.selection import ContactSelection

ListName = int | str
TagName = Annotated[str, Field(min_length=1, max_length=255)]
ColumnName = Annotated[str, Field(max_length=300, pattern=r"^[^\x00]*$")]
Heading = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=255)]


class ExportOptions(JobOptions):
    """Which contacts become a file, and what the file is like."""

    select: ContactSelection = Field(ContactSelection(all=True), description="Which contacts; all of them when absent.")
    exclude: ContactSelection | None = Field(None, description="And which of these not.")
    fields: tuple[ColumnName, ...] = Field(
        (),
        description="Columns in this order, by canonical name: `email`, `first_name`, `cf:<name>`, `lists`, `tags`, `id` ... "
        "Every field that an import reads, when absent; in a workbook those that any of the contacts has.",
        max_length=1_200,
    )
    headings: dict[ColumnName, Heading] = Field(
        {},
        description="Headings by the canonical names of columns, whose place they take; in JSON they name the members. "
        "An import that is to read such a file is told of them by its option `mapping`.",
        max_length=1_200,
    )
    format: Literal["csv", "ndjson", "json", "xlsx", "parquet"] = "csv"
    compression: Literal["none", "gzip", "zstd"] = Field("none", description="Of the whole file; xlsx and parquet have their own.")
    delimiter: Delimiter = Field(",", description="Delimiter of a CSV.")
    bom: bool = Field(False, description="Begin a CSV with the mark by which Excel knows UTF-8.")
    formula_escape: bool = Field(
        True, description="Put an apostrophe before cells of CSV and xlsx that a spreadsheet would run; an import takes it off."
    )


class ChangeOptions(PayloadOptions):
    """Which contacts a change is about: a selection, or the contacts that a payload names."""

    source: ContactSelection | None = Field(None, description="Which contacts; absent where a file names them.")
    exclude: ContactSelection | None = Field(None, description="And which of these not.")
    match: Match = Field("email", description="What names the contacts of a file: email, id, uuid, mobile or identifier:<name>.")
    column: str | None = Field(
        None, description="Column of the file that holds it; found by its heading when absent.", max_length=255
    )


class ListChangeOptions(ChangeOptions):
    """Puts contacts on lists, takes them off, or moves them from some to others."""

    action: Literal["add", "remove", "move"]
    lists: tuple[ListName, ...] = Field(
        description="Lists to join (add, move) or to leave (remove): numbers, UUIDs or names.", min_length=1, max_length=50
    )
    leave: tuple[ListName, ...] = Field(
        (), description="With move: the lists to leave; the lists of the source when absent.", max_length=50
    )


class TagChangeOptions(ChangeOptions):
    """Puts tags on contacts, or takes them off."""

    action: Literal["add", "remove"]
    tags: tuple[TagName | int, ...] = Field(
        description="Names of tags. Those that do not exist are made by add.", min_length=1, max_length=50
    )


class DeletionOptions(ChangeOptions):
    """Deletes contacts, or lists, tags or custom fields together with what contacts have of them."""

    what: Literal["contacts", "lists", "tags", "fields"] = "contacts"
    mode: Literal["soft", "erase"] = Field(
        "soft", description="Of contacts. soft: they can be restored. erase: gone for good, with every trace in earlier jobs."
    )
    names: tuple[ListName, ...] = Field(
        (), description="What is deleted, where it is not contacts: numbers, UUIDs or names.", max_length=1_000
    )


class RestorationOptions(ChangeOptions):
    """Brings deleted contacts back as they were."""
