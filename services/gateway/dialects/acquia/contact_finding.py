"""What a search finds: each of its terms as a query of the database.

Words find the beginning of first name, last name, e-mail or company, or one whole e-mail address; commands look in one place.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from services.gateway.context import Tenant
from services.gateway.dialects.acquia.contact_columns import NOTHING, Columns, Query
from services.gateway.dialects.acquia.contact_conditions import equal, fits
from services.gateway.dialects.acquia.contact_search import Node, Not, Term, terms
from services.gateway.dialects.acquia.errors import bad_request
from services.gateway.dialects.acquia.patterns import ANY, is_plain, of_search
from services.gateway.dialects.acquia.segment_bodies import list_number_of_alias
from shared.contacts.selection import Selection
from shared.contacts.values import ValueProblem, normalise_email
from shared.lists.store import name_key

IS, NAME, SEGMENT, TAG, IDS, IP = "is", "name", "segment", "tag", "ids", "ip"
COMMANDS = (IS, NAME, SEGMENT, TAG, IDS, IP)
"""Beside them every column is one."""
_WORDS = ("firstname", "lastname", "email", "company")
_ANYBODY: Query = {}
_IDENTIFIED: Query = {"email_key": {"$exists": True}}
_STATES: Mapping[str, Query] = {
    "published": _ANYBODY,
    "unpublished": NOTHING,
    "anonymous": {"$nor": [_IDENTIFIED]},
    "identified": _IDENTIFIED,
}
_UNOWNED = "unowned"
MOST_IDS = 1_000


@dataclass(frozen=True, slots=True)
class Finder:
    """Turns the terms of one search into queries, with the numbers behind its names."""

    columns: Columns
    segments: Mapping[str, int | None] = field(default_factory=dict)
    tags: Mapping[str, int] = field(default_factory=dict)
    """By `name_key`."""

    def query(self, node: Node) -> Query:
        """Contacts of which all this holds. Raises Problem 400 for a command that there is not, or that cannot have this value."""
        match node:
            case Term():
                return self._word(node) if node.command is None else self._command(node.command, node)
            case Not():
                return {"$nor": [self.query(node.part)]}
        return {"$or" if node.is_any else "$and": [self.query(part) for part in node.parts]}

    def _command(self, command: str, term: Term) -> Query:
        match command:
            case "is":
                return self._state(term.text.lower())
            case "name":
                return {
                    "$and": [self._begins(("firstname", "lastname"), Term(word, None, term.is_exact)) for word in term.text.split()]
                }
            case "segment":
                number = self.segments.get(term.text)
                return NOTHING if number is None else Selection(on_lists=(number,), with_deleted=True).query()
            case "tag":
                number = self.tags.get(name_key(term.text))
                return NOTHING if number is None else Selection(tags=(number,), with_deleted=True).query()
            case "ids":
                return equal(self.columns.named("id"), _ids(term.text))
        name = "ip_address" if command == IP else command
        if self.columns.find(name) is None:
            known = ", ".join((*COMMANDS, *self.columns.names))
            raise bad_request(f"The search knows no command {command[:40]!r}; put quotes around text. Known are: {known}.")
        return self._begins((name,), term)

    def _state(self, word: str) -> Query:
        if word == _UNOWNED:
            return self.columns.unowned
        if word not in _STATES:
            raise bad_request(f"The search knows no is:{word[:40]}. Known are: {', '.join((*_STATES, _UNOWNED))}.")
        return _STATES[word]

    def _word(self, term: Term) -> Query:
        return self._begins(("email",) if "@" in term.text and " " not in term.text else _WORDS, term)

    def _begins(self, names: tuple[str, ...], term: Term) -> Query:
        """In any of these columns: it is the beginning, or all of it where that is asked for or the column has no parts."""
        ways = [self._in(name, term) for name in names]
        return ways[0] if len(ways) == 1 else {"$or": ways}

    def _in(self, name: str, term: Term) -> Query:
        column, parts = self.columns.named(name), of_search(term.text)
        if not column.is_text or (is_plain(parts) and (term.is_exact or (column.is_email and _is_address(term)))):
            return equal(column, [term.text])
        return fits(column, [*parts, ANY] if is_plain(parts) else parts)


async def finder_of(asker: Tenant, columns: Columns, node: Node) -> Finder:
    """What finds the contacts of this search, with the numbers behind the segments and tags that it names."""
    named = list(terms(node))
    segments = {term.text: await list_number_of_alias(asker, term.text) for term in named if term.command == SEGMENT}
    tags = await asker.tags.by_names(term.text for term in named if term.command == TAG)
    return Finder(columns, segments, {name: tag.number for name, tag in tags.items()})


def _is_address(term: Term) -> bool:
    """Whether it is a whole e-mail address, or somebody asks for one by the command."""
    try:
        normalise_email(term.text)
    except ValueProblem:
        return term.command == "email"
    return True


def _ids(text: str) -> list[str]:
    ids = [part for part in (part.strip() for part in text.split(",")) if part]
    if len(ids) > MOST_IDS:
        raise bad_request(f"A search names at most {MOST_IDS} ids.")
    return ids
