"""Which way a list runs, wherever an order can be asked for. Pure."""

from typing import Any

from services.gateway.dialects.acquia.errors import bad_request

_WORDS = {"": False, "asc": False, "desc": True}


def is_falling(said: Any) -> bool:
    """Whether the greatest is to come first, as it does not where nothing is said. Raises Problem 400."""
    found = _WORDS.get(said.strip().lower()) if isinstance(said, str) else None
    if found is None and said:
        raise bad_request("orderByDir is asc or desc.")
    return bool(found)
