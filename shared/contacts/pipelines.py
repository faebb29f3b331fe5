"""What is asked of many contacts at once, as pipelines of the database. Pure; whose contacts are meant is said by the query."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from shared.contacts.document import BARRED, Document

Order = Sequence[tuple[Any, int]]
"""Expressions that put contacts in order, the first one foremost, each rising (1) or falling (-1)."""
BY_NUMBER = "$_id"


def in_order(query: Mapping[str, Any], order: Order, *, skip: int, limit: int) -> list[Document]:
    """The `_id`s of the contacts that fit the query, in order and then by number: no two are in one place.

    By their numbers first they are found as they stand in the index. Any other order reads every contact that fits, sorts what
    they are sorted by, and keeps of it in memory as many as are skipped and wanted.
    """
    found: list[Document] = [{"$match": dict(query)}]
    if order and order[0][0] == BY_NUMBER:
        found.append({"$sort": {"_id": order[0][1]}})
    else:
        found.append({"$project": {f"key{place}": expression for place, (expression, _) in enumerate(order)}})
        directions = {f"key{place}": direction for place, (_, direction) in enumerate(order)}
        found.append({"$sort": {**directions, "_id": 1}})
    return [*found, {"$skip": skip}, {"$limit": limit}, {"$project": {"_id": 1}}]


def of_each(path: str, numbers: Collection[int], query: Mapping[str, Any], *, ended_too: bool) -> list[Document]:
    """Contacts that fit the query, for each of these `lists` or `tags`: all are counted in one pass over those that have any."""
    field = "lists.id" if path == "lists" else path
    of_these: Document = {field: {"$in": sorted(numbers)}}
    live: Document = {} if ended_too else {"lists.status": {"$nin": sorted(BARRED)}}
    return [
        {"$match": {**query, path: {"$exists": True}, **of_these}},
        {"$project": {"_id": 0, path: 1}},
        {"$unwind": f"${path}"},
        {"$match": {**of_these, **live}},
        {"$group": {"_id": f"${field}", "contacts": {"$sum": 1}}},
    ]


def by_values(query: Mapping[str, Any], paths: Sequence[str]) -> list[Document]:
    """How many contacts fit the query, by what they have at these paths."""
    values = {str(place): f"${path}" for place, path in enumerate(paths)}
    return [{"$match": dict(query)}, {"$group": {"_id": values, "contacts": {"$sum": 1}}}]
