"""`{"fileName": ..., "data": <base64>}`, read while it arrives. Pure: any cut of the body into blocks gives the same file.

Never is more held than one block of the file and the members beside it, which are bounded.
"""

import re

from services.gateway.dialects.dotdigital.v2.asking import Said, said
from services.gateway.dialects.dotdigital.v2.base64_text import Base64Text
from services.gateway.dialects.dotdigital.v2.errors import invalid, refused
from services.gateway.json_body import parse
from services.gateway.problems import Problem

MOST_BESIDE_BYTES = 256 * 1024
"""Of everything in the body that is not the file."""
_MARK = b"\xef\xbb\xbf"
_OUTSIDE = re.compile(rb'[^"{}\[\],:\s]+|\s+')
_INSIDE = re.compile(rb'[^"\\]+')
_DATA = "data"


class _Members(Said):
    filename: str | None = None
    data: str | None = None


class FileBody:
    """One body. What is beside the file is kept, with an empty text in its place, and judged as JSON at the end.

    Raises Problem 400: ERROR_BODY_DOES_NOT_MATCH_CONTENT_TYPE for what is no JSON, ERROR_MALFORMED_REQUEST for what is no
    base64, ERROR_PARAMETER_INVALID for members that are missing or wrong.
    """

    def __init__(self) -> None:
        self.name = ""
        """The member `fileName`, once the body is complete."""
        self._beside = bytearray()
        self._text: Base64Text | None = None
        self._has_data = False
        self._is_empty = True
        self._is_in_string = False
        self._is_escaped = False
        self._depth = 0
        self._key: int | None = None
        self._is_key_due = False
        self._is_value_due = False

    def feed(self, block: bytes) -> list[bytes]:
        """The bytes of the file that the block brings, in order."""
        found: list[bytes] = []
        at = 0
        while at < len(block):
            if self._text is None:
                at = self._in_string(block, at) if self._is_in_string else self._outside(block, at)
            else:
                end = block.find(b'"', at)
                found.append(self._text.feed(block[at : end if end >= 0 else None]))
                at = end + 1 if end >= 0 else len(block)
                if end >= 0:
                    found.append(self._text.finish())
                    self._keep(b'"')
                    self._text = None
        data = [each for each in found if each]
        self._is_empty = self._is_empty and not data
        return data

    def finish(self) -> None:
        """Judge the whole. The file is nothing before that."""
        if self._text is not None:
            raise _no_json()
        try:
            value = parse(bytes(self._beside).removeprefix(_MARK))
        except Problem:
            raise _no_json() from None
        if not isinstance(value, dict):
            raise _no_json()
        members = said(_Members, value)
        if not members.filename or not members.filename.strip():
            raise invalid("fileName is missing: it says by its ending what the file is, as people.csv does.")
        if self._is_empty:
            raise invalid("data is missing: it is the file in base64.")
        self.name = members.filename

    def _outside(self, block: bytes, at: int) -> int:
        """Where to go on, behind a sign or a run of other characters between strings."""
        run = _OUTSIDE.match(block, at)
        if run:
            # A value that is no text, as null: what follows it is no value of this member.
            self._is_value_due = self._is_value_due and block[at : at + 1].isspace()
            self._keep(run.group())
            return run.end()
        sign = block[at : at + 1]
        self._keep(sign)
        if sign == b'"':
            self._open()
        else:
            self._step(sign)
        return at + 1

    def _open(self) -> None:
        if self._is_value_due:
            if self._has_data:
                raise invalid("data stands there twice. Send one file to a request.")
            self._has_data, self._is_value_due = True, False
            self._text = Base64Text()
            return
        self._is_in_string = True
        self._key = len(self._beside) - 1 if self._is_key_due else None
        self._is_key_due = False

    def _step(self, sign: bytes) -> None:
        self._is_value_due = sign == b":" and self._depth == 1 and self._key is not None and self._is_data(self._key)
        self._key = None
        if sign in b"{[":
            self._depth += 1
        elif sign in b"}]":
            self._depth -= 1
        self._is_key_due = sign in b"{," and self._depth == 1

    def _is_data(self, start: int) -> bool:
        try:
            return str(parse(bytes(self._beside[start:]).rpartition(b":")[0])).lower() == _DATA
        except Problem:
            raise _no_json() from None

    def _in_string(self, block: bytes, at: int) -> int:
        """Where to go on, behind a run of letters, an escape or the closing quote."""
        run = None if self._is_escaped else _INSIDE.match(block, at)
        end = run.end() if run else at + 1
        sign = block[at:end]
        self._keep(sign)
        if run is None and not self._is_escaped:
            self._is_in_string = sign != b'"'
            self._is_escaped = sign == b"\\"
        else:
            self._is_escaped = False
        return end

    def _keep(self, text: bytes) -> None:
        self._beside += text
        if len(self._beside) > MOST_BESIDE_BYTES:
            detail = f"Beside data the body has more than {MOST_BESIDE_BYTES} bytes. Send fileName and data alone."
            raise refused(400, "ERROR_MALFORMED_REQUEST", detail)


def _no_json() -> Problem:
    detail = 'The body cannot be read as JSON: {"fileName": "people.csv", "data": "<the file in base64>"}.'
    return refused(400, "ERROR_BODY_DOES_NOT_MATCH_CONTENT_TYPE", detail)
