"""Names of tags and lists into their numbers, for the gateway and the importer alike: one look-up for however many patches.

After it `patch["tags"]` holds numbers, negative ones to take a tag off, and `patch["lists"]` holds numbers.
"""

from collections.abc import Iterable, Sequence

from shared.contacts.setters import Patch, RowProblem
from shared.contacts.values import shown
from shared.contract.identity import NUMBER_BITS
from shared.lists.store import AccountThings, Named, name_key


async def resolve_names(patches: Sequence[Patch], tags: AccountThings, lists: AccountThings) -> list[RowProblem | None]:
    """Put numbers in place of the names in these patches; per patch None, or why it is not fit to be applied.

    A list is named by its name or, where no list has that name, by its number; a number that is no text is never a name. One
    that there is not is `list_unknown`.
    Tags are named by their names only, or a file's "2024" could mean tag number 2024; those that there are not are made,
    but not for a patch that is unfit. A leading minus takes a tag off; one that nobody has is left unmade.
    """
    problems = await _resolve_lists(patches, lists)
    sound = [patch for patch, problem in zip(patches, problems, strict=True) if problem is None]
    await _resolve_tags([patch for patch in sound if patch.get("tags")], tags)
    return problems


async def list_numbers(names: Iterable[str | int], lists: AccountThings) -> dict[str | int, int]:
    """The numbers of these lists, by what names them; unknown ones are left out. An int is a number and never a name."""
    wanted = set(names)
    texts = {text for text in wanted if isinstance(text, str)}
    by_name = await lists.by_names(texts) if texts else {}
    found: dict[str | int, int] = {text: by_name[name_key(text)].number for text in texts if name_key(text) in by_name}
    others = {text: int(text) for text in wanted if text not in found and _is_number(text)}
    by_number = await lists.by_numbers(others.values()) if others else {}
    return found | {text: number for text, number in others.items() if number in by_number}


async def _resolve_lists(patches: Sequence[Patch], lists: AccountThings) -> list[RowProblem | None]:
    numbers = await list_numbers((name for patch in patches for name in patch.get("lists") or ()), lists)
    problems: list[RowProblem | None] = []
    for patch in patches:
        named = patch.get("lists") or ()
        unknown = next((name for name in named if name not in numbers), None)
        if unknown is None:
            problems.append(None)
            if named:
                patch["lists"] = list(dict.fromkeys(numbers[name] for name in named))
        else:
            message = f"lists: there is no list {shown(unknown)}. Make the list first, or write its name or number as it is."
            problems.append(RowProblem("list_unknown", "lists", message))
    return problems


async def _resolve_tags(patches: Sequence[Patch], tags: AccountThings) -> None:
    named = [str(tag) for patch in patches for tag in patch["tags"]]
    known = await tags.ensure(tag for tag in named if not tag.startswith("-"))
    off = [_bare(tag) for tag in named if tag.startswith("-")]
    known = {**known, **await tags.by_names(off)} if off else known
    for patch in patches:
        numbers = (_number(str(tag), known) for tag in patch["tags"])
        patch["tags"] = list(dict.fromkeys(number for number in numbers if number))


def _number(tag: str, known: dict[str, Named]) -> int:
    named = known.get(name_key(_bare(tag)))
    if named is None:
        return 0
    return -named.number if tag.startswith("-") else named.number


def _bare(tag: str) -> str:
    return tag.removeprefix("-").strip()


def _is_number(name: str | int) -> bool:
    if isinstance(name, int):
        return 0 < name < 1 << NUMBER_BITS
    return name.isascii() and name.isdecimal() and len(name) < 13
