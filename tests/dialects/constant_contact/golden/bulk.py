"""A bulk request in one line."""

from typing import Any

from tests.dialects.golden.case import Ask


def bulk(operation: str, **body: Any) -> Ask:
    """The request that starts this operation."""
    return Ask(f"POST /v3/activities/{operation}", json=body)
