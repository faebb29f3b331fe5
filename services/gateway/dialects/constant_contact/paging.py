"""Pages of this API: the collection first, then `_links.next` while there is more. Pure.

Clients rely on three things: the address of the next page begins with `/v3/` and says everything; on the last page `_links` is
left out altogether; and where a client repeats its own parameters beside the cursor, the cursor wins.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl, urlencode

from services.gateway.dialects.constant_contact.errors import invalid
from services.gateway.paging import decode_cursor, encode_cursor
from services.gateway.problems import Problem

_NEXT = "next"


def asked(query: Mapping[str, str], kind: str) -> tuple[dict[str, str], str | None]:
    """The parameters that count, and the position after which the page begins; None for the first page. Raises Problem 400."""
    cursor = query.get("cursor")
    if cursor is None:
        return dict(query), None
    try:
        inside = dict(parse_qsl(decode_cursor(cursor, kind), keep_blank_values=True))
    except Problem:
        inside = {}
    position = inside.pop(_NEXT, None)
    if not position:
        raise invalid("cursor does not have a valid value: send the address in _links.next of the page before as it is")
    return inside, position


def page(
    collection: str, items: Sequence[Any], path: str, query: Mapping[str, str], after: str | None, **beside: Any
) -> dict[str, Any]:
    """The JSON of a page. `after` is the position of its last item where there is more; `beside` are members such as a count."""
    body: dict[str, Any] = {collection: list(items), **{name: value for name, value in beside.items() if value is not None}}
    if after is not None:
        cursor = encode_cursor(urlencode({**query, _NEXT: after}), collection)
        body["_links"] = {"next": {"href": f"{path}?cursor={cursor}"}}
    return body
