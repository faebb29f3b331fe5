"""Web addresses: http or https with a host, kept as written."""

import re
from collections.abc import Callable

from shared.contacts.values.problem import ValueProblem, shown

_ordinary = re.compile(r"https?://[A-Za-z0-9][A-Za-z0-9.-]*+(?:/[!#-;=?-~]*+)?").fullmatch
_URL = re.compile(
    r"https?://(?:[^\s/?#@\\<>\"]*+@)?(?:\[[0-9A-Fa-f:.]+\]|[^\W_][^\s/?#@:\\<>\"\[\]]*+)(?::[0-9]{0,5})?(?:[/?#][^\s<>\"]*)?",
    re.IGNORECASE,
).fullmatch


def url_from_text(max_length: int) -> Callable[[str], str]:
    """A function that returns the address as written.

    `url_invalid` unless it is `http://` or `https://` (RFC 9110 4.2), a host, and nothing unprintable or blank;
    `too_long` above `max_length` characters.
    """

    def normalise(text: str) -> str:
        if len(text) <= max_length and _ordinary(text):
            return text
        if len(text) > max_length:
            raise ValueProblem("too_long", f"{shown(text)} has {len(text)} characters. At most {max_length} fit: shorten it.")
        if not (text.isprintable() and _URL(text)):
            raise ValueProblem(
                "url_invalid", f"{shown(text)} is not a web address. Write it with its scheme, as https://example.org/."
            )
        return text

    return normalise
