"""How a message looks on the wire: JSON body, CloudEvents 1.0 attributes as headers (binary content mode, AMQP binding).

The body carries ids and numbers, never contact data. `id` stays the same however often a message is published.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from shared.contract.messages import Message

CONTENT_TYPE = "content-type"
ATTEMPT = "muster-attempt"
PREFIX = "cloudEvents:"


@dataclass(frozen=True, slots=True)
class Envelope:
    """A message with what the transport needs to know of it."""

    id: str
    source: str
    time: datetime
    trace: str
    message: Message

    def headers(self) -> dict[str, str]:
        """CloudEvents attributes. `traceparent` is the W3C trace context of the request that caused the message."""
        kind = type(self.message)
        return {
            CONTENT_TYPE: "application/json",
            f"{PREFIX}specversion": "1.0",
            f"{PREFIX}id": self.id,
            f"{PREFIX}source": self.source,
            f"{PREFIX}type": kind.wire_type(),
            f"{PREFIX}time": self.time.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            f"{PREFIX}subject": self.message.job_id,
            f"{PREFIX}traceparent": self.trace,
        }


def attribute(headers: Mapping[str, object], name: str) -> str:
    """A CloudEvents attribute from the headers, or an empty string."""
    value = headers.get(f"{PREFIX}{name}", "")
    return value if isinstance(value, str) else ""
