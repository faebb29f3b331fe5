"""From what a request selects to a query. Pure.

Values are read as an import reads cells, and never stand where an operator could.
"""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from shared.contacts.patch import COMPOSITES, FieldBook, Patch, resolve_target
from shared.contacts.selection import status_query
from shared.contacts.standing import EMAIL_GROUND
from shared.contacts.values import ValueProblem, email_key
from shared.contract.identity import NUMBER_BITS, pack
from shared.contract.selection import Condition, ContactSelection, Operator

Query = dict[str, Any]

_COMPARISONS = {Operator.LT: "$lt", Operator.LTE: "$lte", Operator.GT: "$gt", Operator.GTE: "$gte"}
MOST_LETTERS = 1_000
_NOT_COMPARED = frozenset({"tags", "lists", "notes", "id", "uuid", *COMPOSITES})


class SelectionProblem(Exception):
    """A condition that cannot be understood: the field it is about, and what to do."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field
        self.message = message


def query_of(selection: ContactSelection, account: int, book: FieldBook, *, deleted: bool = False) -> Query:
    """The contacts of a selection whose lists, tags and ids are numbers by now. Raises SelectionProblem.

    Deleted contacts are left out unless the selection asks for that status; with `deleted` they alone are meant.
    """
    parts: list[Mapping[str, Any]] = []
    if selection.ids:
        numbers = (number for number in selection.ids if isinstance(number, int) and 0 < number < 1 << NUMBER_BITS)
        parts.append({"_id": {"$in": sorted({pack(account, number) for number in numbers})}})
    if selection.emails:
        parts.append({"email_key": {"$in": sorted({email_key(email.strip()) for email in selection.emails})}})
    if selection.lists:
        parts.append({"lists": {"$exists": True}, "lists.id": {"$in": sorted(map(int, selection.lists))}})
    if selection.tags:
        parts.append({"tags": {"$exists": True, "$in": sorted(map(int, selection.tags))}})
    if deleted:
        parts.append({"deleted_at": {"$exists": True}})
    elif selection.status:
        parts.append({"$or": [status_query(status) for status in sorted(set(selection.status))]})
    else:
        parts.append({"deleted_at": {"$exists": False}})
    if selection.email_grounds:
        parts.append({"$or": [EMAIL_GROUND.query(word) for word in sorted(set(selection.email_grounds))]})
    parts.extend(_between("created_at", selection.created_after, selection.created_before))
    parts.extend(_between("updated_at", selection.updated_after, selection.updated_before))
    parts.extend(_condition(condition, book) for condition in selection.where)
    return {"$and": parts}


def without(query: Query, excluded: ContactSelection | None, account: int, book: FieldBook) -> Query:
    """The query without the contacts of another selection; see `excluding`. Raises SelectionProblem."""
    left_out = excluding(excluded, account, book)
    return {"$and": [*query["$and"], {"$nor": left_out}]} if left_out else query


def excluding(excluded: ContactSelection | None, account: int, book: FieldBook) -> list[Query]:
    """Queries for the contacts that are left out: deleted ones too unless a status says which. Raises SelectionProblem."""
    if excluded is None:
        return []
    queries = [query_of(excluded, account, book)]
    return queries if excluded.status else [*queries, query_of(excluded, account, book, deleted=True)]


def _between(path: str, after: datetime | None, before: datetime | None) -> list[Query]:
    bounds = {operator: _utc(bound) for operator, bound in (("$gte", after), ("$lt", before)) if bound is not None}
    return [{path: bounds}] if bounds else []


def _utc(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _condition(condition: Condition, book: FieldBook) -> Query:
    name, value = condition.field, condition.value
    target = resolve_target(name, book)
    if target is None or name in _NOT_COMPARED or name.startswith(("preference:", "consent:")):
        raise SelectionProblem(name, f"There is no field {name[:80]!r} to compare. See GET /v1/fields for the names.")

    def read(cell: Any) -> Any:
        patch: Patch = {}
        try:
            target.setter(cell, patch)
        except ValueProblem as problem:
            raise SelectionProblem(name, f"{name}: {problem.message}") from None
        stored = patch.get(target.path)
        if stored is None:
            raise SelectionProblem(name, f"{name}: a value to compare with is missing. For fields without a value use is_set.")
        return email_key(stored) if target.path == "email" else stored

    return _at("email_key" if target.path == "email" else target.path, _matcher(condition.op, value, name, read))


def _matcher(operator: Operator, value: Any, name: str, read: Callable[[Any], Any]) -> Any:
    match operator:
        case Operator.EQ:
            found = read(value)
            return {"$in": found} if isinstance(found, list) else found
        case Operator.IN:
            if not isinstance(value, list | tuple) or not value or len(value) > 1_000:
                raise SelectionProblem(name, f"{name}: `in` needs a list of 1 to 1,000 values.")
            return {"$in": [each for values in map(read, value) for each in _each(values)]}
        case Operator.IS_SET:
            if not isinstance(value, bool | None):
                raise SelectionProblem(name, f"{name}: `is_set` is compared with true or false.")
            return {"$exists": value is not False}
        case Operator.CONTAINS | Operator.STARTS_WITH:
            if not isinstance(value, str) or not 0 < len(value) <= MOST_LETTERS or not value.isprintable():
                raise SelectionProblem(name, f"{name}: `{operator}` needs a printable text of 1 to {MOST_LETTERS} characters.")
            begin = "^" if operator is Operator.STARTS_WITH else ""
            return {"$regex": begin + re.escape(value), "$options": "i"}
        case Operator.NE:
            return {"$nin": _each(read(value))}
        case _:
            found = read(value)
            if isinstance(found, list):
                raise SelectionProblem(name, f"{name} holds several choices, which have no order. Use eq, ne, in or is_set.")
            return {_COMPARISONS[operator]: found}


def _each(value: Any) -> list[Any]:
    """The choices of a field that holds several; the one value of any other."""
    return value if isinstance(value, list) else [value]


def _at(path: str, matcher: Any) -> Query:
    """Phones and addresses stand in lists, by their kind."""
    head, _, rest = path.partition(".")
    if head not in ("phones", "addresses"):
        return {path: matcher}
    kind, _, part = rest.partition(".")
    is_negative = isinstance(matcher, dict) and (matcher.get("$exists") is False or "$nin" in matcher)
    if not is_negative:
        return {head: {"$elemMatch": {"kind": kind, part or "number": matcher}}}
    positive = {"$exists": True} if "$exists" in matcher else {"$in": matcher["$nin"]}
    return {head: {"$not": {"$elemMatch": {"kind": kind, part or "number": positive}}}}
