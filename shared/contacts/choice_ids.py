"""Numbers of a field's choices: a choice keeps its own whatever becomes of its name and its place. Pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

MOST_FORMER = 1_000
"""Names of choices that are no more, or are called otherwise now, which are still known; the oldest are forgotten first."""


@dataclass(frozen=True, slots=True)
class ChoiceIds:
    """The number of each choice by its name, former names included, and the last number that was given."""

    of: Mapping[str, int] = field(default_factory=dict)
    last: int = 0

    def for_choices(
        self, choices: Sequence[str], current: Collection[str] = (), given: Mapping[str, int] | None = None
    ) -> "ChoiceIds":
        """With a number for each of these choices: the one that is given for it, the one that it had, or a new one.

        No two choices share a number, and none is given twice. Where several names had one number, the `current` name keeps it.
        """
        given = given or {}
        known = frozenset(current)
        numbers, used, last = {**self.of, **given}, set(given.values()), self.last
        for choice in sorted(choices, key=lambda name: name not in known):
            if choice not in given:
                number = self.of.get(choice)
                if number is None or number in used:
                    number = last = last + 1
                numbers[choice] = number
                used.add(number)
        present = set(choices)
        former = [name for name in numbers if name not in present]
        for name in former[: max(0, len(former) - MOST_FORMER)]:
            del numbers[name]
        return ChoiceIds(numbers, last)
