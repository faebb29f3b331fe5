"""Columns of contacts as queries name them, each with where its value stands, how values are read, and what puts it in order. Pure.

No name and no value of a client ever stands where an operator or a path could.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from services.gateway.dialects.acquia.contact_fields import BESIDE, OWNER, ContactField, ContactFields
from services.gateway.dialects.acquia.errors import bad_request
from shared.contacts.fields import Field, FieldType
from shared.contacts.patch import Patch, resolve_target
from shared.contacts.values import ValueProblem, email_key, normaliser
from shared.contract.identity import NUMBER_BITS, pack

Query = dict[str, Any]
Read = Callable[[str], Any]

NOBODY = "custom.0"
"""Where no contact has a value: custom fields are numbered from 1."""
NOTHING: Query = {NOBODY: {"$exists": True}}
"""Finds no contact."""
_CAPITAL = re.compile(r"(?<=[a-z0-9])([A-Z])")
_WHOLE = re.compile(r"-?[0-9]{1,18}").fullmatch
_OTHER_NAMES = {"owner_id": "owner", "stage_id": "stage", "date_created": "date_added"}
_FOLDED = frozenset({FieldType.TEXT, FieldType.TEXT_AREA, FieldType.PHONE, FieldType.URL, FieldType.SINGLE_SELECT})


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value stands: a path, or a part of the entries of one kind in a list."""

    path: str
    kind: str = ""
    part: str = ""

    def that(self, matcher: Any) -> Query:
        """Contacts whose value here fits."""
        return {self.path: {"$elemMatch": {"kind": self.kind, self.part: matcher}}} if self.kind else {self.path: matcher}

    @property
    def value(self) -> Any:
        """The value as an expression, null where there is none. Of several entries of a kind it is that of the first."""
        if not self.kind:
            return {"$ifNull": [f"${self.path}", None]}
        entries = {"$filter": {"input": {"$ifNull": [f"${self.path}", []]}, "cond": {"$eq": ["$$this.kind", self.kind]}}}
        return {"$let": {"vars": {"entry": {"$first": entries}}, "in": {"$ifNull": [f"$$entry.{self.part}", None]}}}


@dataclass(frozen=True, slots=True)
class Column:
    """One column."""

    name: str
    type: FieldType
    places: Sequence[Place]
    """Where its value stands; of several the first one that has any is shown."""
    read: Read
    """The value to compare with, out of its text, or a list of several choices. Raises ValueProblem."""
    only: Any = None
    """An expression: whether a contact has a value at all, where the place does not say it."""
    otherwise: Any = None
    """The value of contacts that have none there."""
    is_email: bool = False

    @property
    def is_folded(self) -> bool:
        """Whether it is compared without regard to case, as the vendor's database does. E-mails are kept so."""
        return self.type in _FOLDED and not self.is_email

    @property
    def is_text(self) -> bool:
        """Whether wildcards can be looked for in it."""
        return self.type in _FOLDED or self.type in (FieldType.DATE, FieldType.MULTI_SELECT)

    def that(self, matcher: Any) -> Query:
        """Contacts whose value fits."""
        found = _any([place.that(matcher) for place in self.places])
        return {"$and": [found, {"$expr": self.only}]} if self.only else found

    @property
    def there(self) -> Query:
        """Contacts that have a value."""
        return {} if self.otherwise is not None else self.that({"$exists": True})

    @property
    def not_there(self) -> Query:
        """Contacts that have none."""
        return NOTHING if self.otherwise is not None else {"$nor": [self.that({"$exists": True})]}

    @property
    def order(self) -> Any:
        """What puts contacts in the order of this column, as an expression: without regard to case, first those that have none."""
        value: Any = {"$ifNull": [*(place.value for place in self.places), {"$literal": self.otherwise}]}
        if self.only is not None:
            value = {"$cond": [self.only, value, None]}
        return {"$toLower": value} if self.is_folded else value


class Columns:
    """The columns of one account by the names that queries have for them."""

    def __init__(self, fields: ContactFields, account: int) -> None:
        own = (*_own(account), *(_of_field(each, fields) for each in fields.all), *_beside(fields))
        self._by_name: Mapping[str, Column] = {each.name: each for each in own}
        self.unowned: Query = self._by_name[OWNER].not_there if OWNER in fields.beside else {}
        """Contacts that nobody owns."""

    @property
    def names(self) -> list[str]:
        """All of them."""
        return sorted(self._by_name)

    def named(self, name: Any) -> Column:
        """The column of this name, in snake case or with capitals inside as answers write it. Raises Problem 400."""
        column = self.find(name)
        if column is None:
            raise bad_request(f"There is no column {str(name)[:60]!r}. Known are: {', '.join(self.names)}.")
        return column

    def find(self, name: Any) -> Column | None:
        """The column of this name, or None."""
        if not isinstance(name, str):
            return None
        snake = _CAPITAL.sub(r"_\1", name.strip()).lower()
        return self._by_name.get(_OTHER_NAMES.get(snake, snake))


def _own(account: int) -> list[Column]:
    changed = {"$ne": ["$updated_at", "$created_at"]}
    identified = {"$ne": [{"$type": "$email"}, "missing"]}
    when = normaliser(Field("", FieldType.DATETIME, ""))
    return [
        Column("id", FieldType.INTEGER, [Place("_id")], partial(_packed, account)),
        Column("date_added", FieldType.DATETIME, [Place("created_at")], when),
        Column("date_modified", FieldType.DATETIME, [Place("updated_at")], when, changed),
        Column("date_identified", FieldType.DATETIME, [Place("created_at")], when, identified),
        Column("is_published", FieldType.BOOLEAN, [Place(NOBODY)], normaliser(Field("", FieldType.BOOLEAN, "")), otherwise=True),
    ]


def _of_field(each: ContactField, fields: ContactFields) -> Column:
    target = resolve_target(each.target, fields.book)
    if target is None:
        return Column(each.alias, each.native, [Place(NOBODY)], normaliser(Field(each.alias, each.native, NOBODY)))
    read = partial(_set, target.setter, target.path)
    if target.path == "email":
        return Column(each.alias, FieldType.TEXT, [Place("email_key")], _address, is_email=True)
    places = [_place(target.path)]
    if each.alias == "mobile":
        return Column(each.alias, FieldType.PHONE, [*places, Place("mobile")], str.strip)
    return Column(each.alias, each.native, places, read, otherwise=0 if target.path == "points" else None)


def _beside(fields: ContactFields) -> list[Column]:
    columns = []
    for alias, (_, native) in BESIDE.items():
        if alias not in fields.beside:
            continue
        known = fields.book.custom.get(alias)
        path = known.path if known else NOBODY
        columns.append(
            Column(alias, known.type if known else native, [Place(path)], normaliser(known or Field(alias, native, path)))
        )
    return columns


def _place(path: str) -> Place:
    head, _, rest = path.partition(".")
    if head not in ("phones", "addresses"):
        return Place(path)
    kind, _, part = rest.partition(".")
    return Place(head, kind, part or "number")


def _any(queries: Sequence[Query]) -> Query:
    return queries[0] if len(queries) == 1 else {"$or": list(queries)}


def _set(setter: Callable[[object, Patch], None], path: str, text: str) -> Any:
    patch: Patch = {}
    setter(text, patch)
    return patch.get(path)


def _packed(account: int, text: str) -> int:
    """Ids that nobody can have stand at either end."""
    if not _WHOLE(text.strip()):
        raise ValueProblem("number_invalid", f"{text[:40]!r} is not an id. Write a whole number.")
    return pack(account, 0) + min(max(int(text), -1), 1 << NUMBER_BITS)


def _address(text: str) -> str:
    """An address has no blank: one inside was a plus which the client did not escape."""
    return email_key(text.strip().replace(" ", "+"))
