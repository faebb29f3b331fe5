"""The options of changes of lists and tags, deletions and restorations, checked: about whom, and what is to happen.

Contacts come in exactly one way: a selection, a file, or one by one. Nobody changes everything by leaving something out.
"""

from collections.abc import Callable, Coroutine, Mapping
from typing import Any

from services.gateway.context import Tenant
from services.gateway.given_options import invalid, validated
from services.gateway.names import field_numbers, list_numbers, tag_numbers
from services.gateway.problems import Problem
from services.gateway.selections import resolved
from shared.contract.bulk_options import (
    ChangeOptions,
    DeletionOptions,
    ListChangeOptions,
    RestorationOptions,
    TagChangeOptions,
)
from shared.contract.selection import Status
from shared.contract.values import Kind

MODELS: dict[Kind, type[ChangeOptions]] = {
    Kind.LIST_CHANGE: ListChangeOptions,
    Kind.TAG_CHANGE: TagChangeOptions,
    Kind.DELETION: DeletionOptions,
    Kind.RESTORATION: RestorationOptions,
}
_RESOLVERS = {"lists": list_numbers, "tags": tag_numbers, "fields": field_numbers}


async def checked(kind: Kind, given: Mapping[str, Any], tenant: Tenant, *, has_payload: bool) -> ChangeOptions:
    """The options, with numbers for names. `has_payload`: the contacts come as a file or one by one.

    Raises Problem 422: `source_missing`, `source_ambiguous`, `list_unknown`, `tag_unknown`, `field_unknown`, `leave_missing`,
    `option_invalid`, and those of `selections.resolved`.
    """
    options = validated(MODELS[kind], given, tenant)
    _check_source(options, has_payload)
    if isinstance(options, RestorationOptions):
        _check_statuses(options)
    about = await _about(options, tenant)
    return options.model_copy(update=about | await _particulars(options, about, tenant))


def _check_source(options: ChangeOptions, has_payload: bool) -> None:
    if isinstance(options, DeletionOptions) and options.what != "contacts":
        if has_payload or options.source or options.exclude:
            detail = f"The {options.what} to delete are named by `names`. Leave source, exclude and the file out."
            raise Problem(422, "source_ambiguous", detail, field="source")
        return
    if has_payload and options.source:
        raise Problem(422, "source_ambiguous", "The file names the contacts. Leave source out, or the file.", field="source")
    if not has_payload and options.source is None:
        detail = 'Say which contacts with source, as {"lists": ["News"]} or {"ids": [1, 2]}, or send a file that names them.'
        raise Problem(422, "source_missing", detail, field="source")


def _check_statuses(options: RestorationOptions) -> None:
    for name, selection in (("source", options.source), ("exclude", options.exclude)):
        if selection and set(selection.status) - {Status.DELETED}:
            detail = f"Only deleted contacts are restored. Leave {name}.status out, and say by something else which of them."
            raise invalid(f"{name}.status", detail)


async def _about(options: ChangeOptions, tenant: Tenant) -> dict[str, Any]:
    book = await tenant.fields.book(tenant.account)
    named = (("source", options.source), ("exclude", options.exclude))
    return {name: await resolved(selection, tenant, book, name) if selection else None for name, selection in named}


async def _particulars(options: ChangeOptions, about: Mapping[str, Any], tenant: Tenant) -> dict[str, Any]:
    match options:
        case ListChangeOptions():
            return await _list_change(options, about, tenant)
        case TagChangeOptions():
            return {"tags": await _tags(options, tenant)}
        case DeletionOptions():
            return {"names": await _things(options, tenant)}
    return {}


async def _list_change(options: ListChangeOptions, about: Mapping[str, Any], tenant: Tenant) -> dict[str, Any]:
    lists = await list_numbers(tenant, options.lists, "lists")
    leave = await list_numbers(tenant, options.leave, "leave")
    if options.action != "move":
        if leave:
            raise invalid("leave", f"leave goes with move. To {options.action}, name the lists in lists.")
        return {"lists": lists, "leave": ()}
    if set(leave) & set(lists):
        raise invalid("leave", "A list stands in leave and in lists. Contacts join or leave it: name it once.")
    source = about["source"]
    leave = leave or tuple(number for number in (source.lists if source else ()) if number not in lists)
    if not leave:
        detail = "Say with leave which lists the contacts leave: no list of the source does, or there is none."
        raise Problem(422, "leave_missing", detail, field="leave")
    return {"lists": lists, "leave": leave}


async def _tags(options: TagChangeOptions, tenant: Tenant) -> tuple[str | int, ...]:
    """Names as they are, for `add` makes those that do not exist; numbers where the request has numbers."""
    names = tuple(dict.fromkeys(name.strip() if isinstance(name, str) else name for name in options.tags))
    for place, name in enumerate(names):
        if isinstance(name, str) and (not name or name.startswith("-") or not name.isprintable()):
            detail = (
                f"tags.{place} must have letters or digits, be on one line, and not begin with a minus. To take tags off: remove."
            )
            raise invalid(f"tags.{place}", detail)
    if options.action == "remove":
        await tag_numbers(tenant, names, "tags")
    else:
        await tag_numbers(tenant, [name for name in names if isinstance(name, int)], "tags")
    return names


async def _things(options: DeletionOptions, tenant: Tenant) -> tuple[int, ...]:
    if options.what == "contacts":
        if options.names:
            raise invalid("names", "names is for lists, tags and fields. Say with source which contacts.")
        return ()
    if not options.names:
        raise invalid("names", f"Say with names which {options.what} are deleted: numbers, UUIDs or names.")
    find: Callable[..., Coroutine[Any, Any, tuple[int, ...]]] = _RESOLVERS[options.what]
    return await find(tenant, options.names, "names")
