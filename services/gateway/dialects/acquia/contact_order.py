"""In which order a query wants contacts: `orderBy` with `orderByDir`, then `order[i][col|dir]`; by id unless it says so. Pure."""

from collections.abc import Iterator, Mapping
from typing import Any

from services.gateway.dialects.acquia.contact_columns import Columns
from services.gateway.dialects.acquia.directions import is_falling
from services.gateway.dialects.acquia.errors import bad_request
from shared.contacts.pipelines import BY_NUMBER, Order

MOST_COLUMNS = 8


def order_of(said: Mapping[Any, Any], columns: Columns) -> Order:
    """Expressions and directions, as the store takes them; none for contacts by their ids, rising. Raises Problem 400."""
    order: dict[str, tuple[Any, int]] = {}
    for name, direction in (*_by_one(said), *_by_several(said.get("order"))):
        column = columns.named(name)
        order.setdefault(column.name, (BY_NUMBER if column.name == "id" else column.order, -1 if is_falling(direction) else 1))
    if len(order) > MOST_COLUMNS:
        raise bad_request(f"There are more than {MOST_COLUMNS} columns to order by.")
    wanted = list(order.values())
    return [] if wanted[:1] == [(BY_NUMBER, 1)] else wanted


def _by_one(said: Mapping[Any, Any]) -> Iterator[tuple[Any, Any]]:
    """A direction without a column is that of the ids."""
    names, direction = said.get("orderBy") or "", said.get("orderByDir")
    if not isinstance(names, str):
        raise bad_request("orderBy is the name of a column, or several with commas between.")
    given = [name for name in (name.strip() for name in names.split(",")) if name]
    if not given and is_falling(direction) and not said.get("order"):
        given = ["id"]
    for name in given:
        yield name, direction


def _by_several(said: Any) -> Iterator[tuple[Any, Any]]:
    if said in (None, ""):
        return
    items = list(said.values()) if isinstance(said, Mapping) else None
    if items is None or not all(isinstance(item, Mapping) for item in items):
        raise bad_request("An order is order[0][col]=lastname&order[0][dir]=asc, and so on.")
    for item in items:
        yield item.get("col"), item.get("dir")
