"""What a request selects, made fit to be kept: names and UUIDs become numbers, moments UTC, conditions are tried out.

A wrong name or condition is refused here, with its place in the request, before the job is.
"""

from uuid import UUID

from services.gateway.context import Tenant
from services.gateway.moments import in_utc
from services.gateway.names import list_numbers, tag_numbers
from services.gateway.problems import Problem
from shared.contacts.choosing import SelectionProblem, query_of
from shared.contacts.patch import FieldBook
from shared.contract.identity import NUMBER_BITS, Thing
from shared.contract.selection import ContactSelection

_MOMENTS = ("created_after", "created_before", "updated_after", "updated_before")


async def resolved(selection: ContactSelection, tenant: Tenant, book: FieldBook, where: str) -> ContactSelection:
    """The selection with numbers for names. `where` is its place in the request: `select`, `source` or `exclude`.

    Raises Problem 422: `selection_empty`, `selection_ambiguous`, `id_invalid`, `list_unknown`, `tag_unknown`,
    `condition_invalid`, `option_invalid`.
    """
    _check_extent(selection, where)
    _check_conditions(selection, tenant, book, where)
    return selection.model_copy(
        update={
            "ids": tuple(_contact_number(tenant, each, f"{where}.ids.{place}") for place, each in enumerate(selection.ids)),
            "lists": await list_numbers(tenant, selection.lists, f"{where}.lists"),
            "tags": await tag_numbers(tenant, selection.tags, f"{where}.tags"),
            **{name: in_utc(getattr(selection, name), f"{where}.{name}", "option_invalid") for name in _MOMENTS},
        }
    )


def selection_empty(where: str) -> Problem:
    """The refusal of a selection that says nothing."""
    detail = f'{where} says nothing. Say which contacts, or {{"all": true}} for every one.'
    if where == "exclude":
        detail = "exclude says nothing. Say which contacts are to be left alone, or leave it out."
    return Problem(422, "selection_empty", detail, field=where)


def _check_extent(selection: ContactSelection, where: str) -> None:
    if selection.is_empty():
        raise selection_empty(where)
    if selection.all and selection.model_dump(exclude_defaults=True, exclude={"all"}):
        detail = f"{where}.all stands alone: it means every contact. Leave it out, or everything beside it."
        raise Problem(422, "selection_ambiguous", detail, field=f"{where}.all")


def _check_conditions(selection: ContactSelection, tenant: Tenant, book: FieldBook, where: str) -> None:
    """Each by itself, so that the refusal names the one."""
    for place, condition in enumerate(selection.where):
        try:
            query_of(ContactSelection(where=(condition,)), tenant.account.number, book)
        except SelectionProblem as problem:
            raise Problem(422, "condition_invalid", problem.message, field=f"{where}.where.{place}") from problem


def _contact_number(tenant: Tenant, named: int | str, where: str) -> int | str:
    """A number, or the text of an id that no contact of this account has, which finds nobody."""
    number = tenant.number_of(Thing.CONTACT, named) if isinstance(named, str) else named
    if number is None and not _is_uuid(str(named)):
        raise Problem(422, "id_invalid", f"{where} is neither a number nor a UUID. Write the id of a contact.", field=where)
    return number if number is not None and 0 < number < 1 << NUMBER_BITS else str(named)


def _is_uuid(text: str) -> bool:
    try:
        return bool(UUID(text))
    except ValueError:
        return text.isascii() and text.isdecimal()
