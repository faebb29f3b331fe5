"""Base64 as it stands in a JSON string, decoded in blocks. Pure: any cut into blocks gives the same bytes.

Line breaks and blanks in it are passed over, padding may be missing; anything else that is no base64 is refused.
"""

import binascii
import re

from services.gateway.dialects.dotdigital.v2.errors import refused
from services.gateway.problems import Problem

_BLANKS = b" \t\r\n"
_ESCAPE = re.compile(rb"\\(?:u([0-9A-Fa-f]{4})|(.))", re.DOTALL)
_CUT_ESCAPE = re.compile(rb"\\(?:u[0-9A-Fa-f]{0,3})?\Z")
_PLAIN = {b"/": b"/", b"n": b"\n", b"r": b"\r", b"t": b"\t"}
"""What may stand behind a backslash, and what it means. The other escapes of JSON mean nothing that base64 has."""


class Base64Text:
    """One text. Raises Problem 400 for what is no base64."""

    def __init__(self) -> None:
        self._held = b""
        self._digits = b""
        self._padding = 0
        self._is_padded = False

    def feed(self, text: bytes) -> bytes:
        """What the next bytes between the quotes bring."""
        whole = self._held + text
        cut = _CUT_ESCAPE.search(whole, max(0, len(whole) - 6)) if b"\\" in whole[-6:] else None
        end = cut.start() if cut else len(whole)
        self._held = whole[end:]
        digits = self._digits + self._unpadded(_plain(whole[:end]).translate(None, _BLANKS))
        fours = len(digits) // 4 * 4
        self._digits = digits[fours:]
        return _decoded(digits[:fours])

    def finish(self) -> bytes:
        """What is left at the closing quote."""
        missing = -len(self._digits) % 4
        if self._held or missing == 3 or self._padding > missing:
            raise _damaged("it ends in the middle")
        return _decoded(self._digits + b"=" * missing)

    def _unpadded(self, text: bytes) -> bytes:
        """The digits in the text, of which none follows padding."""
        digits, _, padding = (b"", b"", text) if self._is_padded else text.partition(b"=")
        if padding.strip(b"="):
            raise _damaged("something follows its end")
        self._padding += len(text) - len(digits)
        self._is_padded = self._padding > 0
        return digits


def _plain(text: bytes) -> bytes:
    """The text without the escapes of JSON. PHP writes one for each of the many slashes."""
    if b"\\" not in text:
        return text
    if b"\\\\" in text:
        raise _damaged("it holds a backslash")
    plain = text.replace(b"\\/", b"/")
    return _ESCAPE.sub(_meaning, plain) if b"\\" in plain else plain


def _meaning(escape: re.Match[bytes]) -> bytes:
    code, letter = escape.groups()
    if code is not None:
        return chr(int(code, 16)).encode("utf-8", "surrogatepass")
    if letter not in _PLAIN:
        raise _damaged("it holds an escape that stands for none of its characters")
    return _PLAIN[letter]


def _decoded(digits: bytes) -> bytes:
    try:
        return binascii.a2b_base64(digits, strict_mode=True)
    except binascii.Error:
        raise _damaged("it holds a character that is none of A-Z a-z 0-9 + / =") from None


def _damaged(what: str) -> Problem:
    return refused(400, "ERROR_MALFORMED_REQUEST", f"data is not base64: {what}. Encode the file as one base64 text.")
