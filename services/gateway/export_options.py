"""The options of an export, checked: which contacts, which columns, what file. Nothing is accepted that could not be made."""

from collections.abc import Mapping
from typing import Any

from services.gateway.context import Tenant
from services.gateway.given_options import invalid, validated
from services.gateway.names import near
from services.gateway.problems import Problem
from services.gateway.selections import resolved
from shared.contacts.columns import default_columns, resolve_column
from shared.contacts.patch import FieldBook
from shared.contract.bulk_options import ExportOptions

BOOKS = ("xlsx", "parquet")
_SHOWN_ONLY = ("status", "created_at", "updated_at", "created_via", "updated_via", "deleted_at", "list_statuses")
_DEFAULTS = {"delimiter": ExportOptions().delimiter, "bom": ExportOptions().bom}


async def checked(given: Mapping[str, Any], tenant: Tenant) -> ExportOptions:
    """The options, with numbers for names. Raises Problem 422: `option_invalid`, `field_unknown`, `field_repeated`, and those of
    `selections.resolved`."""
    options = validated(ExportOptions, given, tenant)
    _check_form(options)
    book = await tenant.fields.book(tenant.account)
    excluded = options.exclude
    return options.model_copy(
        update={
            "select": await resolved(options.select, tenant, book, "select"),
            "exclude": await resolved(excluded, tenant, book, "exclude") if excluded else None,
            "fields": _columns(options.fields, book),
        }
    )


def _check_form(options: ExportOptions) -> None:
    """What says something that the format has no place for is refused, not ignored."""
    if options.format in BOOKS and options.compression != "none":
        raise invalid("compression", f"{options.format} has a compression of its own. Leave compression out.")
    for name, default in _DEFAULTS.items():
        if options.format != "csv" and getattr(options, name) != default:
            raise invalid(name, f"{name} is for CSV; {options.format} has none. Leave it out, or export as csv.")


def _columns(names: tuple[str, ...], book: FieldBook) -> tuple[str, ...]:
    """The canonical names of the columns."""
    found: dict[str, int] = {}
    for place, name in enumerate(names):
        column, where = resolve_column(name, book), f"fields.{place}"
        if column is None:
            advice = near([name], [*default_columns(book), *_SHOWN_ONLY]) or " GET /v1/fields lists the custom ones."
            raise Problem(422, "field_unknown", f"There is no field {name[:80]!r} to export.{advice}", field=where)
        if column.name in found:
            detail = f"The field {column.name!r} is named twice. A file has it once: leave one out."
            raise Problem(422, "field_repeated", detail, field=where)
        found[column.name] = place
    return tuple(found)
