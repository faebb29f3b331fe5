"""The options of an export, checked: which contacts, which columns, what file. Nothing is accepted that could not be made."""

from collections.abc import Mapping, Sequence
from typing import Any

from services.gateway.context import Tenant
from services.gateway.given_options import invalid, validated
from services.gateway.names import near
from services.gateway.problems import Problem
from services.gateway.selections import resolved
from shared.contacts.columns import SHOWN_ONLY, Column, default_columns, resolve_column
from shared.contacts.headings import HeadingProblem, titled
from shared.contacts.patch import FieldBook
from shared.contract.bulk_options import ExportOptions

BOOKS = ("xlsx", "parquet")
_DEFAULTS = {"delimiter": ExportOptions().delimiter, "bom": ExportOptions().bom}


async def checked(given: Mapping[str, Any], tenant: Tenant) -> ExportOptions:
    """The options, with numbers for names. Raises Problem 422: `option_invalid`, `field_unknown`, `field_repeated`, and those of
    `selections.resolved`."""
    options = validated(ExportOptions, given, tenant)
    _check_form(options)
    book = await tenant.fields.book(tenant.account)
    excluded, columns = options.exclude, _columns(options.fields, book)
    return options.model_copy(
        update={
            "select": await resolved(options.select, tenant, book, "select"),
            "exclude": await resolved(excluded, tenant, book, "exclude") if excluded else None,
            "fields": tuple(columns),
            "headings": _headings(options.headings, columns or _columns(default_columns(book), book), book),
        }
    )


def _check_form(options: ExportOptions) -> None:
    """What says something that the format has no place for is refused, not ignored."""
    if options.format in BOOKS and options.compression != "none":
        raise invalid("compression", f"{options.format} has a compression of its own. Leave compression out.")
    for name, default in _DEFAULTS.items():
        if options.format != "csv" and getattr(options, name) != default:
            raise invalid(name, f"{name} is for CSV; {options.format} has none. Leave it out, or export as csv.")


def _columns(names: Sequence[str], book: FieldBook) -> dict[str, Column]:
    """The columns by their canonical names."""
    found: dict[str, Column] = {}
    for place, name in enumerate(names):
        column, where = resolve_column(name, book), f"fields.{place}"
        if column is None:
            advice = near([name], [*default_columns(book), *SHOWN_ONLY]) or " GET /v1/fields lists the custom ones."
            raise Problem(422, "field_unknown", f"There is no field {name[:80]!r} to export.{advice}", field=where)
        if column.name in found:
            detail = f"The field {column.name!r} is named twice. A file has it once: leave one out."
            raise Problem(422, "field_repeated", detail, field=where)
        found[column.name] = column
    return found


def _headings(given: Mapping[str, str], columns: Mapping[str, Column], book: FieldBook) -> dict[str, str]:
    """The headings by the canonical names of columns that the file has."""
    found: dict[str, str] = {}
    for name, heading in given.items():
        column, where = resolve_column(name, book), f"headings.{name[:80]}"
        if column is None or column.name not in columns:
            advice = near([name], columns) or " Name one of its fields, or leave the heading out."
            raise invalid(where, f"The file has no column {name[:80]!r} to put a heading on.{advice}")
        if column.name in found:
            raise invalid(where, f"The column {column.name!r} has two headings. Leave one out.")
        found[column.name] = heading
    try:
        titled(list(columns.values()), found)
    except HeadingProblem as problem:
        raise invalid(f"headings.{problem.column[:80]}", problem.message) from None
    return found
