"""Names of lists, tags and fields into their numbers, for the options of jobs: an unknown one is refused before the job is.

A number is a number. A text is a name; where nothing has that name, a UUID or a number.
"""

from collections.abc import Callable, Iterable, Sequence
from difflib import get_close_matches

from services.gateway.context import Tenant
from services.gateway.problems import Problem
from shared.contacts.mapping import CUSTOM_PREFIX
from shared.contract.identity import NUMBER_BITS, Thing
from shared.lists.store import AccountThings, name_key

Name = int | str


async def list_numbers(tenant: Tenant, named: Sequence[Name], where: str) -> tuple[int, ...]:
    """The numbers of these lists, each once. Raises Problem 422 `list_unknown` with the place of the name."""
    return await _numbers(tenant, tenant.lists, Thing.LIST, named, where)


async def tag_numbers(tenant: Tenant, named: Sequence[Name], where: str) -> tuple[int, ...]:
    """The numbers of these tags, each once. Raises Problem 422 `tag_unknown` with the place of the name."""
    return await _numbers(tenant, tenant.tags, Thing.TAG, named, where)


async def field_numbers(tenant: Tenant, named: Sequence[Name], where: str) -> tuple[int, ...]:
    """The numbers of these custom fields, each once. Raises Problem 422 `field_unknown` with the place of the name."""
    fields = await tenant.fields.all()
    by_name = {custom.field.name.casefold(): custom.number for custom in fields}
    existing = set(by_name.values())

    def number_of(name: Name) -> int | None:
        known = by_name.get(name.strip().removeprefix(CUSTOM_PREFIX).casefold()) if isinstance(name, str) else None
        number = known or _as_number(tenant, Thing.FIELD, name)
        return number if number in existing else None

    advice = f"{near(named, by_name)} Standard fields stay; GET /v1/fields lists the others."
    return _each(named, number_of, "field_unknown", "custom field", advice, where)


def near(wanted: Iterable[Name], known: Iterable[str]) -> str:
    """A sentence with the names most like those that are wanted; empty where nothing is."""
    names = list(known)
    found = dict.fromkeys(match for name in wanted for match in get_close_matches(str(name).lower(), names, 3))
    return f" Did you mean {', '.join(list(found)[:3])}?" if found else ""


async def _numbers(tenant: Tenant, things: AccountThings, thing: Thing, named: Sequence[Name], where: str) -> tuple[int, ...]:
    if not named:
        return ()
    word = "list" if thing is Thing.LIST else "tag"
    by_name = await things.by_names(name for name in named if isinstance(name, str))
    others = {name: _as_number(tenant, thing, name) for name in named}
    existing = await things.by_numbers(number for number in others.values() if number)

    def number_of(name: Name) -> int | None:
        found = by_name.get(name_key(name)) if isinstance(name, str) else None
        number = found.number if found else others[name]
        return number if found or number in existing else None

    advice = f" Create it with POST /v1/{word}s, or name one of GET /v1/{word}s."
    return _each(named, number_of, f"{word}_unknown", word, advice, where)


def _each(
    named: Sequence[Name], number_of: Callable[[Name], int | None], code: str, word: str, advice: str, where: str
) -> tuple[int, ...]:
    numbers = []
    for place, name in enumerate(named):
        number = number_of(name)
        if number is None:
            raise Problem(422, code, f"There is no {word} {str(name)[:80]!r}.{advice}", field=where, place=place)
        numbers.append(number)
    return tuple(dict.fromkeys(numbers))


def _as_number(tenant: Tenant, thing: Thing, name: Name) -> int | None:
    number = tenant.number_of(thing, name) if isinstance(name, str) else name
    return number if number is not None and 0 < number < 1 << NUMBER_BITS else None
