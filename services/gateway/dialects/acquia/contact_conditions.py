"""`where` of a query: conditions on columns, as a query of the database. Pure.

As in SQL, nothing is equal to what a contact lacks, nor unequal to it: only isNull finds it. Text is compared without regard to
case, and moments by the second, as they are shown.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from services.gateway.dialects.acquia import patterns
from services.gateway.dialects.acquia.contact_columns import NOTHING, Column, Columns, Query
from services.gateway.dialects.acquia.errors import bad_request
from services.gateway.dialects.acquia.patterns import Part
from services.gateway.dialects.acquia.php import as_list
from services.gateway.problems import Problem
from shared.contacts.fields import FieldType
from shared.contacts.values import ValueProblem

MOST_CONDITIONS = 100
MOST_VALUES = 1_000
"""Of one `in`."""
MOST_CHARACTERS = 1_000
"""Of a text that is looked for."""
_TOGETHER = 16_000
"""Characters of texts that are looked for in one go; the database takes patterns of twice that."""
_SECOND = timedelta(milliseconds=999)
"""From its first moment to its last: the database keeps milliseconds."""
_COMPARISONS = {"lt": "$lt", "lte": "$lte", "gt": "$gt", "gte": "$gte"}
_JOINS = {"andx": "$and", "orx": "$or"}
EXPRESSIONS = ("eq", "neq", "lt", "lte", "gt", "gte", "like", "notLike", "in", "notIn", "isNull", "isNotNull", "andX", "orX")


def where(said: Any, columns: Columns) -> list[Query]:
    """The conditions of `where[i][col|expr|val]`: all must hold. Raises Problem 400."""
    left = iter(range(MOST_CONDITIONS))
    return _conditions(said, columns, left) if said not in (None, "") else []


def equal(column: Column, texts: Iterable[str]) -> Query:
    """Contacts whose value is one of these. Raises Problem 400."""
    if column.is_folded:
        wanted = [_text(column, text) for text in texts]
        found = [column.that({"$regex": pattern, "$options": "i"}) for pattern in _alternatives(wanted)]
    else:
        values = [value for value in (_value(column, text) for text in texts) if value is not None]
        found = _equal_values(column, values)
        if column.otherwise is not None and column.otherwise in values:
            found.append({"$nor": [column.that({"$exists": True})]})
    return _joined(found, "$or")


def fits(column: Column, parts: Sequence[Part]) -> Query:
    """Contacts whose value fits a pattern. Of an e-mail the index finds the beginning. Raises Problem 400."""
    if not column.is_text:
        raise bad_request(f"{column.name} is no text, and has no beginning and no parts. Compare it with eq, lt, gt or in.")
    if column.is_email:
        lowered = [part if part is None else part.lower() for part in parts]
        return column.that({"$exists": True, "$regex": patterns.regex(lowered), "$options": "s"})
    return column.that({"$regex": patterns.regex(parts), "$options": "is"})


def printable(name: str, text: str) -> str:
    """The text, if one can look for it. Raises Problem 400."""
    if len(text) > MOST_CHARACTERS or not text.isprintable():
        raise bad_request(f"{name}: write a printable text of at most {MOST_CHARACTERS} characters.")
    return text


def _conditions(said: Any, columns: Columns, left: Iterator[int]) -> list[Query]:
    conditions = list(said.values()) if isinstance(said, Mapping) else said
    if not isinstance(conditions, list) or not conditions:
        raise bad_request("Conditions are where[0][col]=email&where[0][expr]=eq&where[0][val]=ana@example.org, and so on.")
    return [_condition(each, columns, left) for each in conditions]


def _condition(said: Any, columns: Columns, left: Iterator[int]) -> Query:
    if next(left, None) is None:
        raise bad_request(f"There are more than {MOST_CONDITIONS} conditions.")
    if not isinstance(said, Mapping):
        raise bad_request("A condition has the members col, expr and val: where[0][col]=email.")
    word = said.get("expr") or "eq"
    expression = word.lower() if isinstance(word, str) else ""
    if expression in _JOINS:
        return {_JOINS[expression]: _conditions(said.get("val"), columns, left)}
    compare = _EXPRESSIONS.get(expression)
    if compare is None:
        raise bad_request(f"There is no expr {str(word)[:40]!r}. Known are: {', '.join(EXPRESSIONS)}.")
    return compare(columns.named(said.get("col", said.get("column"))), said.get("val"))


def _eq(column: Column, value: Any) -> Query:
    text = _one(column, value)
    return equal(column, [text]) if text else NOTHING


def _compared(operator: str) -> Callable[[Column, Any], Query]:
    def compare(column: Column, value: Any) -> Query:
        text = _one(column, value)
        if not text or column.type is FieldType.MULTI_SELECT:
            raise _uncomparable(column, text)
        if column.is_folded:
            # The letters of ASCII, as the database's own lowering does: so what is less stands before.
            lowered = _text(column, text).encode().lower().decode()
            return {"$and": [column.there, {"$expr": {operator: [column.order, {"$literal": lowered}]}}]}
        found = _value(column, text)
        if found is None:  # nothing but characters that nobody sees
            raise _uncomparable(column, "")
        if isinstance(found, datetime):
            return column.that(_moments(operator, found.replace(microsecond=0)))
        matches = [column.that({operator: found})]
        if column.otherwise is not None and _HOLDS[operator](column.otherwise, found):
            matches.append({"$nor": [column.that({"$exists": True})]})
        return _joined(matches, "$or")

    return compare


def _uncomparable(column: Column, text: str) -> Problem:
    return bad_request(f"{column.name}: {'several choices have no order' if text else 'val is missing'}.")


def _like(column: Column, value: Any) -> Query:
    text = printable(column.name, _one(column, value))
    return fits(column, patterns.of_like(text)) if text else NOTHING


def _in(column: Column, value: Any) -> Query:
    return equal(column, _several(column, value))


def _but(compare: Callable[[Column, Any], Query]) -> Callable[[Column, Any], Query]:
    """The other contacts that have a value."""
    return lambda column, value: {"$and": [column.there, {"$nor": [compare(column, value)]}]}


_EXPRESSIONS: Mapping[str, Callable[[Column, Any], Query]] = {
    "eq": _eq,
    "neq": _but(_eq),
    **{word: _compared(operator) for word, operator in _COMPARISONS.items()},
    "like": _like,
    "notlike": _but(_like),
    "in": _in,
    "notin": _but(_in),
    "isnull": lambda column, _: column.not_there,
    "isnotnull": lambda column, _: column.there,
}
_HOLDS: Mapping[str, Callable[[Any, Any], bool]] = {
    "$lt": lambda one, other: bool(one < other),
    "$lte": lambda one, other: bool(one <= other),
    "$gt": lambda one, other: bool(one > other),
    "$gte": lambda one, other: bool(one >= other),
}


def _one(column: Column, value: Any) -> str:
    if value is None or isinstance(value, str):
        return value.strip() if value else ""
    raise bad_request(f"{column.name}: val is one text for this expr.")


def _several(column: Column, value: Any) -> list[str]:
    given = as_list(value)
    found = given.split(",") if isinstance(given, str) else list(given.values()) if isinstance(given, Mapping) else given
    if not isinstance(found, list) or not all(isinstance(each, str) for each in found):
        raise bad_request(f"{column.name}: val is a list for this expr, as val[]=1&val[]=2 or val=1,2.")
    texts = [text for text in (each.strip() for each in found) if text]
    if len(texts) > MOST_VALUES:
        raise bad_request(f"{column.name}: val has more than {MOST_VALUES} values.")
    return texts


def _text(column: Column, text: str) -> str:
    return printable(column.name, text)


def _value(column: Column, text: str) -> Any:
    try:
        return column.read(text)
    except ValueProblem as problem:
        raise bad_request(f"{column.name}: {problem.message}") from None


def _equal_values(column: Column, values: Sequence[Any]) -> list[Query]:
    if column.type is FieldType.DATETIME:
        moments = [value.replace(microsecond=0) for value in values]
        return [column.that({"$gte": moment, "$lte": moment + _SECOND}) for moment in moments]
    if column.type is FieldType.MULTI_SELECT:
        return [column.that({"$all": value, "$size": len(value)}) for value in values]
    return [column.that({"$in": list(values)})] if values else []


def _moments(operator: str, second: datetime) -> Query:
    """A second is over with the last moment of it: behind the last second there is none."""
    return {operator: second + _SECOND if operator in ("$gt", "$lte") else second}


def _alternatives(texts: Iterable[str]) -> Iterator[str]:
    """Patterns that fit one of the texts from beginning to end, each of no more than the database takes."""
    together: list[str] = []
    for text in texts:
        escaped = re.escape(text)
        if together and sum(map(len, together)) + len(escaped) > _TOGETHER:
            yield _one_of(together)
            together = []
        together.append(escaped)
    if together:
        yield _one_of(together)


def _one_of(escaped: Sequence[str]) -> str:
    return rf"^(?:{'|'.join(escaped)})\z"


def _joined(queries: Sequence[Query], operator: str) -> Query:
    if not queries:
        return NOTHING
    return queries[0] if len(queries) == 1 else {operator: list(queries)}
