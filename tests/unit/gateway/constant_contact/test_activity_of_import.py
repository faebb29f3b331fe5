"""The counters of an activity that is an import, out of what its job counted."""

from typing import Any

import pytest

from services.gateway.dialects.constant_contact.activity_body import activity
from shared.contract.values import Counts
from shared.jobs.job import job_from_document
from tests.unit.contacts.stored import NOW

CODES = {
    "email_invalid": 2,
    "email_or_mobile_missing": 3,
    "date_invalid": 1,
    "out_of_range": 1,
    "not_an_object": 4,
    "phone_invalid": 1,
}


def counters(payload: str, media_type: str, codes: dict[str, int], **options: Any) -> dict[str, int]:
    """The `status` of a completed import of twenty rows."""
    rejected = sum(count for code, count in codes.items() if code not in ("not_resubscribed", "restored"))
    stored = {"file_id": "f", "name": payload, "bytes": 1, "sha256": "", "media_type": media_type}
    document = {"_id": "j", "account": 1, "kind": "import", "state": "completed", "rev": 1, "options": options, "payload": stored}
    document |= {"rows_total": 20, "counts": Counts(created=20 - rejected, rejected=rejected, codes=codes).as_document()}
    made = activity(job_from_document({**document, "created_at": NOW, "started_at": NOW, "ended_at": NOW}))
    return dict(made["status"])


def test_rows_that_a_person_could_mend_are_counted_apart_from_those_that_cannot_be_read() -> None:
    assert counters("a.csv", "text/csv", {**CODES, "not_resubscribed": 5, "restored": 1}, format="csv") == {
        "items_total_count": 21,
        "person_count": 20,
        "error_count": 5,
        "correctable_count": 7,
        "cannot_add_to_list_count": 5,
    }


@pytest.mark.parametrize(
    ("payload", "media_type", "options", "header"),
    [
        ("upload_from_json.csv", "application/json", {"format": "json"}, 0),
        ("a.csv", "application/octet-stream", {"format": "auto"}, 1),
        ("a.NDJSON", "application/octet-stream", {"format": "auto"}, 0),
        ("upload.json", "application/json", {}, 0),
        ("book.xlsx", "application/octet-stream", {}, 1),
    ],
)
def test_the_line_of_the_header_counts_where_there_is_one(
    payload: str, media_type: str, options: dict[str, Any], header: int
) -> None:
    assert counters(payload, media_type, {}, **options)["items_total_count"] == 20 + header
