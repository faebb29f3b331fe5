"""By what a trace of an erased contact is known: its number, its address, its mobile number, its identifiers. Pure.

In doubt it is a trace: what was removed from an old report is missed by nobody, what was left there was promised to be gone.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from shared.contacts.document import EMAIL, Key
from shared.contacts.values import ValueProblem, email_key, normalise_mobile

ERASED = "(erased)"
_ADDRESSES = re.compile(r"[^\s<>()\[\]{},;:\"'|\\]+@[^\s<>()\[\]{},;:\"'|\\]+").findall
_DIGITS = 8
"""A mobile number has no fewer."""


@dataclass(slots=True)
class Traces:
    """What some erased contacts are known by."""

    numbers: set[int] = field(default_factory=set)
    emails: set[str] = field(default_factory=set)
    others: set[str] = field(default_factory=set)

    def add(self, numbers: Iterable[int], keys: Iterable[Key]) -> None:
        """More contacts."""
        self.numbers.update(numbers)
        for kind, value in keys:
            (self.emails if kind == EMAIL else self.others).add(value)

    def holds(self, values: Iterable[Any]) -> bool:
        """True where one of these cells, or what is in it, names one of the contacts."""
        return any(map(self._is_trace, values))

    def without(self, facts: Any) -> Any:
        """Facts of a job, such as its options, without the contacts: taken out of lists, overwritten where they stand alone."""
        if isinstance(facts, Mapping):
            return {name: self._ids(value) if name == "ids" else self.without(value) for name, value in facts.items()}
        if isinstance(facts, list | tuple):
            return [self.without(each) for each in facts if not (isinstance(each, str) and self._is_trace(each))]
        return ERASED if isinstance(facts, str) and self._is_trace(facts) else facts

    def _ids(self, value: Any) -> Any:
        return [number for number in value if number not in self.numbers] if isinstance(value, list | tuple) else value

    def _is_trace(self, value: Any) -> bool:
        if isinstance(value, str):
            return self._is_in(value)
        if isinstance(value, Mapping):
            return self.holds(value.values())
        if isinstance(value, list | tuple):
            return self.holds(value)
        return isinstance(value, int | float) and self._is_other(str(value))

    def _is_in(self, text: str) -> bool:
        if "@" in text and (email_key(text) in self.emails or any(email_key(part) in self.emails for part in _parts(text))):
            return True
        return bool(self.others) and self._is_other(text.strip())

    def _is_other(self, text: str) -> bool:
        if text in self.others:
            return True
        if sum(map(str.isdigit, text)) < _DIGITS:
            return False
        try:
            return normalise_mobile(text) in self.others
        except ValueProblem:
            return False


def _parts(text: str) -> Sequence[str]:
    return [part.strip(".") for part in _ADDRESSES(text)]
