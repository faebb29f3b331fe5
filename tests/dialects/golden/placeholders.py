"""Takes out of an answer what is different each time, and puts a name there that stays: {news}, {uuid:1}, {time}. Pure."""

import json
import re
from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Any

UUID = re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b")
Naming = tuple[re.Pattern[str], str]
"""What is different each time, as the text of the JSON has it, and the name for it."""
_NAMES: tuple[Naming, ...] = (
    (re.compile(r"\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?"), "{time}"),
    (re.compile(r"\b\d{8}-\d{6}\b"), "{time}"),
    (re.compile(r"(?<=\"deleted_at\": \")\d{4}-\d\d-\d\d(?=\")"), "{day}"),
    (re.compile(r"(?<=[?&]code=)[^&\"]+"), "{code}"),
    (re.compile(r"\bcursor=[A-Za-z0-9_%=-]+"), "cursor={cursor}"),
    (re.compile(r"\bin \d+ s\b"), "in {seconds} s"),
    (re.compile(r"(?<=\"retry-after\": \")\d+(?=\")"), "{seconds}"),
)
MOST_ALIKE = 10
"""Neighbours in a list that are alike and that are all written down."""
_SECRETS = frozenset({"access_token", "refresh_token", "id_token"})


def named(answer: Any, names: Mapping[str, str], more: Iterable[Naming] = ()) -> Any:
    """The answer with names for what is known, and numbers for ids that are not, in the order in which they appear.

    `more` is what only one dialect says anew each time.
    """
    text = json.dumps(_without_secrets(answer), ensure_ascii=False)
    for name, value in names.items():
        text = text.replace(value, f"{{{name}}}")
    seen: dict[str, str] = {}
    text = UUID.sub(lambda found: seen.setdefault(found[0], f"{{uuid:{len(seen) + 1}}}"), text)
    for pattern, name in (*_NAMES, *more):
        text = pattern.sub(name, text)
    return json.loads(text)


def filled(template: Any, names: Mapping[str, str]) -> Any:
    """The other way: a request with the values for its names."""
    text = json.dumps(template, ensure_ascii=False)
    for name, value in names.items():
        text = text.replace(f"{{{name}}}", json.dumps(value)[1:-1])
    return json.loads(text)


def shortened(body: Any) -> Any:
    """With one of many neighbours in a list that are alike, and how many more there are: nobody reads ten thousand of them."""
    if isinstance(body, dict):
        return {name: shortened(value) for name, value in body.items()}
    if not isinstance(body, list):
        return body
    found: list[Any] = []
    for alike in (list(run) for _, run in groupby(body)):
        first, more = shortened(alike[0]), len(alike) - 1
        found += [first, f"{{{more} more}}"] if len(alike) > MOST_ALIKE else [first] * len(alike)
    return found


def _without_secrets(answer: Any) -> Any:
    if isinstance(answer, dict):
        return {name: f"{{{name}}}" if name in _SECRETS else _without_secrets(value) for name, value in answer.items()}
    return [_without_secrets(each) for each in answer] if isinstance(answer, list) else answer
