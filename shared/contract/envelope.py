"""How a message looks outside: CloudEvents 1.0, as headers beside a JSON body (binary mode) or as one JSON object (structured).

The body carries ids and numbers, never contact data. `id` stays the same however often a message is published, and that of the
end of a job can be told from the job: whoever reads an end from the broker and from the API sees one event.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from shared.contract.events import JobEnded
from shared.contract.messages import Message

CONTENT_TYPE = "content-type"
ATTEMPT = "muster-attempt"
PREFIX = "cloudEvents:"
MEDIA_TYPE = "application/json"
ENDS_SOURCE = "/muster/jobs"
"""The source of every end of a job, whichever service brought it about: an event is known by its source and id together."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """A message with what the transport needs to know of it."""

    id: str
    source: str
    time: datetime
    trace: str
    message: Message

    def headers(self) -> dict[str, str]:
        """The attributes for binary mode. `traceparent` is the W3C trace context of the request that caused the message."""
        return {CONTENT_TYPE: MEDIA_TYPE, **{f"{PREFIX}{name}": value for name, value in self._attributes().items()}}

    def structured(self) -> dict[str, Any]:
        """The message as one JSON object, whose `data` is what the body says in binary mode."""
        return {**self._attributes(), "datacontenttype": MEDIA_TYPE, "data": self.message.model_dump(mode="json")}

    def _attributes(self) -> dict[str, str]:
        attributes = {
            "specversion": "1.0",
            "id": self.id,
            "source": self.source,
            "type": type(self.message).wire_type(),
            "time": self.time.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "subject": self.message.job_id,
        }
        return {**attributes, "traceparent": self.trace} if self.trace else attributes


def enclose(message: Message, *, service: str, now: datetime, trace: str, new_id: Callable[[], str]) -> Envelope:
    """The envelope in which `service` sends the message: a new id each time, except for the end of a job."""
    if isinstance(message, JobEnded):
        return enclose_end(message, trace)
    return Envelope(new_id(), f"/muster/{service}", now, trace, message)


def enclose_end(end: JobEnded, trace: str = "") -> Envelope:
    """The envelope of the end of a job: id, source and time are the same whoever asks, because a job ends once."""
    return Envelope(f"{end.job_id}:end", ENDS_SOURCE, end.at, trace, end)


def attribute(headers: Mapping[str, object], name: str) -> str:
    """A CloudEvents attribute from the headers, or an empty string."""
    value = headers.get(f"{PREFIX}{name}", "")
    return value if isinstance(value, str) else ""
