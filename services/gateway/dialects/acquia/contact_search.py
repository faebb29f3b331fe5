"""The language of `search`, taken apart: words, `command:value`, quotes, `!` (not), `+` (exactly), brackets, OR and AND. Pure.

What stands side by side must all hold, and binds closer than OR.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from services.gateway.dialects.acquia.errors import bad_request

MOST_CHARACTERS = 1_000
MOST_TERMS = 50
MOST_DEPTH = 10
_TOKEN = re.compile(
    r"""\s*(?:
      (?P<bracket>[()]) |
      (?P<marks>[!+]*) (?:(?P<command>[A-Za-z_][A-Za-z0-9_]*):(?P<more>[!+]*))? (?:"(?P<quoted>[^"]*)"? | (?P<bare>[^\s()"]*))
    )""",
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Term:
    """A word, or the value of a command."""

    text: str
    command: str | None = None
    """In lower case; None for a word without one."""
    is_exact: bool = False


@dataclass(frozen=True, slots=True)
class Not:
    """What must not hold."""

    part: "Node"


@dataclass(frozen=True, slots=True)
class Group:
    """Parts that all hold, or of which any does."""

    parts: "tuple[Node, ...]"
    is_any: bool = False


Node = Term | Not | Group
_Token = Term | str
"""A term, or one of `(`, `)`, `!`, `OR`."""


def parse(search: str) -> Node | None:
    """What is looked for; None for nothing. Raises Problem 400 for what cannot be understood."""
    if len(search) > MOST_CHARACTERS:
        raise bad_request(f"The search has more than {MOST_CHARACTERS} characters.")
    tokens = list(_tokens(search))
    if sum(isinstance(token, Term) for token in tokens) > MOST_TERMS:
        raise bad_request(f"The search has more than {MOST_TERMS} words.")
    return _Reader(tokens).all()


def terms(node: Node | None) -> Iterator[Term]:
    """Every term in it."""
    match node:
        case Term():
            yield node
        case Not():
            yield from terms(node.part)
        case Group():
            for part in node.parts:
                yield from terms(part)


def _tokens(search: str) -> Iterator[_Token]:
    if not search.isprintable():
        raise bad_request("The search has a character that cannot be printed. Take it out.")
    place, end = 0, len(search.rstrip())
    while place < end:
        found = _TOKEN.match(search, place, end)
        if found is None or found.end() == place:
            raise bad_request(f"The search cannot be understood from {search[place : place + 20]!r} on. Put quotes around phrases.")
        place = found.end()
        yield from _token(found)


def _token(found: re.Match[str]) -> Iterator[_Token]:
    if bracket := found["bracket"]:
        yield bracket
        return
    marks = found["marks"] + (found["more"] or "")
    text = (found["quoted"] if found["quoted"] is not None else found["bare"]).strip()
    if not marks and found["command"] is None and found["quoted"] is None and text in ("OR", "AND"):
        yield from ["OR"] if text == "OR" else []
        return
    yield from ["!"] * (marks.count("!") % 2)
    if found["command"] is not None:
        if not text:
            raise bad_request(f"A value is missing behind {found['command']}: in the search.")
        yield Term(text, found["command"].lower(), "+" in marks)
    elif text:
        yield Term(text, None, "+" in marks)


class _Reader:
    """Reads tokens from left to right."""

    def __init__(self, tokens: Sequence[_Token]) -> None:
        self._tokens = list(reversed(tokens))

    def all(self) -> Node | None:
        """Whatever there is."""
        found = self._any(0)
        if self._tokens:
            raise bad_request("The search closes a bracket that it does not open. Put quotes around brackets that are looked for.")
        return found

    def _any(self, depth: int) -> Node | None:
        if depth > MOST_DEPTH:
            raise bad_request(f"The search has more than {MOST_DEPTH} brackets inside each other.")
        ways = [self._side_by_side(depth)]
        while self._next_is("OR"):
            self._tokens.pop()
            ways.append(self._side_by_side(depth))
        return _group([way for way in ways if way is not None], is_any=True)

    def _side_by_side(self, depth: int) -> Node | None:
        parts: list[Node] = []
        while self._tokens and not self._next_is(")") and not self._next_is("OR"):
            if (part := self._part(depth)) is not None:
                parts.append(part)
        return _group(parts)

    def _part(self, depth: int) -> Node | None:
        head = self._tokens.pop()
        if head == "!":
            followed = self._tokens and not self._next_is(")") and not self._next_is("OR")
            part = self._part(depth) if followed else None
            return None if part is None else Not(part)
        if isinstance(head, Term):
            return head
        found = self._any(depth + 1)
        if not self._next_is(")"):
            raise bad_request("The search opens a bracket that it does not close. Put quotes around brackets that are looked for.")
        self._tokens.pop()
        return found

    def _next_is(self, token: str) -> bool:
        return bool(self._tokens) and self._tokens[-1] == token


def _group(parts: Sequence[Node], *, is_any: bool = False) -> Node | None:
    if len(parts) < 2:
        return parts[0] if parts else None
    return Group(tuple(parts), is_any)
