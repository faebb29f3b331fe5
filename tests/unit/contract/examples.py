"""One of each message, with every field filled in."""

from datetime import UTC, datetime

from shared.contract.codec import MESSAGES
from shared.contract.messages import Message

AT = datetime(2026, 3, 4, 5, 6, 7, 89_000, tzinfo=UTC)
_VALUES = {
    "job_id": "0198c0de-0000-7000-8000-000000000001",
    "account": 7,
    "lane": 3,
    "sequence": 41,
    "kind": "import",
    "rev": 5,
    "at": AT,
    "rows_total": 40_000,
    "lanes": 16,
    "rows_done": 1_000,
    "counts": {"created": 1, "updated": 2, "unchanged": 3, "skipped": 4, "rejected": 5, "codes": {"email_invalid": 5}},
    "error_code": "quality_gate",
}


def example(kind: type[Message]) -> Message:
    """A message of this kind. A field of a new name has to be given a value here."""
    return kind.model_validate({name: _VALUES[name] for name in kind.model_fields})


EXAMPLES = [example(kind) for kind in MESSAGES]
