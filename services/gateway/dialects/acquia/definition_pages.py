"""How lists of segments and of tags are asked for: the order, and what they are searched by. Pure, but for the request."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from fastapi import Request

from services.gateway.dialects.acquia.directions import is_falling
from services.gateway.dialects.acquia.errors import bad_request
from shared.lists.store import Order, has_not

MOST_LETTERS = 500
"""Of a search."""
_WORD = re.compile(r'(!?)(?:(\w+):)?("[^"]*"|\S+)')

Condition = Mapping[str, Any]
Command = Callable[[str], Condition | None]
"""Makes a condition of what stands behind its colon; None where that means nothing to it, and the whole is plain text."""


def order_of(request: Request, columns: Mapping[str, Order], default: Order) -> tuple[Order, bool]:
    """`orderBy` and whether `orderByDir` lets it fall. Raises Problem 400 with the columns that there are."""
    column = request.query_params.get("orderBy", "").strip()
    if column and column not in columns:
        raise bad_request(f"orderBy is one of {', '.join(columns)}.")
    return columns.get(column, default), is_falling(request.query_params.get("orderByDir"))


def sought(request: Request, text: Callable[[str], Condition], commands: Mapping[str, Command]) -> list[Condition]:
    """What `search` asks for, all of it at once: words or "several in quotes", commands as `name:news`, each after a `!` for not.

    `text` makes a condition of plain words. Raises Problem 400.
    """
    said = request.query_params.get("search", "").strip()
    if len(said) > MOST_LETTERS or not said.isprintable():
        raise bad_request(f"search is one line of at most {MOST_LETTERS} characters.")
    found = []
    for negation, name, words in _WORD.findall(said):
        plain = words.strip('"').strip()
        if plain:
            command = commands.get(name.lower())
            condition = (command(plain) if command else None) or text(f"{name}:{plain}" if name else plain)
            found.append(has_not(condition) if negation else condition)
    return found
