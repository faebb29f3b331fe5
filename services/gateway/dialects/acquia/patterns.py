"""Wildcards as regular expressions of the database. Pure.

However many wildcards a text has, looking for it goes once through a value: nothing in a pattern is tried a second time.
"""

import re
from collections.abc import Iterator, Sequence

ANY = None
"""The part of a pattern that stands for any number of characters."""
_ONE = "."
Part = str | None
"""A piece of a regular expression, or ANY."""


def of_like(text: str) -> list[Part]:
    """SQL's: `%` is any number of characters, `_` is one, and a backslash before either, or before itself, takes that away."""
    return list(_like(text))


def of_search(text: str) -> list[Part]:
    """Those of searches: `%` and `*` are any number of characters."""
    return [ANY if letter in "%*" else re.escape(letter) for letter in text]


def is_plain(parts: Sequence[Part]) -> bool:
    """Whether there is no wildcard in it."""
    return all(part is not ANY and part != _ONE for part in parts)


def regex(parts: Sequence[Part]) -> str:
    """What fits from beginning to end, with the options `is`.

    Each run between two wildcards is taken where it comes first, and for good: if the rest fits behind a later place, it fits
    behind this one. Only the last run has to end the value.
    """
    first, *rest = _runs(parts)
    if not rest:
        return rf"^{first}\z"
    *middle, last = rest
    taken = "".join(f"(?>.*?{run})" for run in middle if run)
    return rf"^{first}{taken}" + (rf".*{last}\z" if last else "")


def _like(text: str) -> Iterator[Part]:
    letters = iter(text)
    for letter in letters:
        if letter == "\\":
            following = next(letters, "")
            yield re.escape(following if following in "%_\\" and following else letter + following)
        else:
            yield {"%": ANY, "_": _ONE}.get(letter, re.escape(letter))


def _runs(parts: Sequence[Part]) -> list[str]:
    """What stands between the wildcards for any number of characters; at least one run, and "" where there is nothing."""
    runs: list[list[str]] = [[]]
    for part in parts:
        if part is ANY:
            runs.append([])
        else:
            runs[-1].append(part)
    return ["".join(run) for run in runs]
