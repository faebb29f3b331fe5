"""multipart/form-data as a stream: blocks in, events out, nothing kept. Any cut of the body into blocks gives the same parts.

Bounds: 8 parts of at most 8 headers, 16 KB each. What comes before the first boundary or after the last one is no part.
"""

from dataclasses import dataclass

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser

from services.gateway.file_names import disposition, file_name
from services.gateway.problems import Problem

MOST_PARTS = 8
MOST_HEADERS = 8
MOST_HEADER_BYTES = 16 * 1024
PLAIN_ENCODINGS = {"", "7bit", "8bit", "binary"}


@dataclass(frozen=True, slots=True)
class PartBegins:
    """A part, as its headers name it. `file_name` is as sent, None where the part has none."""

    name: str
    file_name: str | None
    media_type: str


@dataclass(frozen=True, slots=True)
class PartEnds:
    """The part that began last is complete."""


Event = PartBegins | PartEnds | memoryview
"""A memoryview is bytes of the part that began last; good until the next `feed`."""


class Multipart:
    """One body. Raises Problem `body_damaged` (400) for what is not multipart, `too_many_parts` (400)."""

    def __init__(self, boundary: bytes) -> None:
        self.is_complete = False
        self._events: list[Event] = []
        self._parts = 0
        self._headers: dict[bytes, bytes] = {}
        self._field = bytearray()
        self._value = bytearray()
        try:
            self._parser = MultipartParser(
                boundary,
                {
                    "on_part_begin": self._part_begin,
                    "on_header_field": lambda data, start, end: self._field.extend(data[start:end]),
                    "on_header_value": lambda data, start, end: self._value.extend(data[start:end]),
                    "on_header_end": self._header_end,
                    "on_headers_finished": self._headers_finished,
                    "on_part_data": self._part_data,
                    "on_part_end": lambda: self._events.append(PartEnds()),
                    "on_end": self._end,
                },
                max_header_count=MOST_HEADERS,
                max_header_size=MOST_HEADER_BYTES,
            )
        except FormParserError:
            raise _damaged("its boundary is too long") from None

    def feed(self, block: bytes) -> list[Event]:
        """What the block brings, in order."""
        self._events = []
        try:
            self._parser.write(block)
        except FormParserError as error:
            raise _damaged(f"it breaks the rules at byte {getattr(error, 'offset', 0)} of a block") from None
        return self._events

    def _part_begin(self) -> None:
        self._parts += 1
        if self._parts > MOST_PARTS:
            raise Problem(
                400, "too_many_parts", f"A body has at most {MOST_PARTS} parts. Leave out what this address does not ask for."
            )
        self._headers.clear()

    def _header_end(self) -> None:
        self._headers.setdefault(bytes(self._field).lower(), bytes(self._value).strip())
        self._field.clear()
        self._value.clear()

    def _headers_finished(self) -> None:
        encoding = self._headers.get(b"content-transfer-encoding", b"").decode("latin-1").lower()
        kind, parameters = disposition(self._headers.get(b"content-disposition", b""))
        if kind != "form-data" or "name" not in parameters:
            raise _damaged("a part has no Content-Disposition: form-data with a name")
        if encoding not in PLAIN_ENCODINGS:
            detail = "Parts are taken as they are: leave Content-Transfer-Encoding out and send the bytes themselves."
            raise Problem(415, "encoding_unsupported", detail, field=parameters["name"][:64])
        media_type = self._headers.get(b"content-type", b"").decode("latin-1")
        self._events.append(PartBegins(parameters["name"], file_name(parameters), media_type))

    def _part_data(self, data: bytes, start: int, end: int) -> None:
        self._events.append(memoryview(data)[start:end])

    def _end(self) -> None:
        self.is_complete = True


def _damaged(what: str) -> Problem:
    return Problem(400, "body_damaged", f"The body is not valid multipart/form-data: {what}. Let your HTTP library build it.")
