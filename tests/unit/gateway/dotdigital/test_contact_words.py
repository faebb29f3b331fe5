"""What v2 says of where a contact stands, and since when its lists go back."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.gateway.dialects.dotdigital.v2.contact_words import is_barred, status_word
from services.gateway.dialects.dotdigital.v2.moments import since
from services.gateway.problems import Problem

VENDORS = frozenset(
    {
        *("Subscribed", "Unsubscribed", "SoftBounced", "HardBounced", "IspComplained", "MailBlocked", "PendingOptIn"),
        *("DirectComplaint", "Deleted", "SharedSuppression", "Suppressed", "NotAllowed", "DomainSuppression", "NoMxRecord"),
        "NotAvailableInThisVersion",
    }
)


@pytest.mark.parametrize(
    ("email", "word", "barred"),
    [
        ({}, "Subscribed", False),
        ({"status": "subscribed", "permission": "explicit"}, "Subscribed", False),
        ({"status": "pending"}, "PendingOptIn", False),
        ({"permission": "pending_confirmation"}, "PendingOptIn", False),
        ({"status": "unsubscribed", "reason": "Hard bounced"}, "Unsubscribed", True),
        ({"permission": "unsubscribed"}, "Unsubscribed", True),
        ({"status": "suppressed"}, "Suppressed", True),
        ({"status": "suppressed", "reason": "because"}, "Suppressed", True),
        ({"status": "suppressed", "reason": "Hard bounced"}, "HardBounced", True),
        ({"status": "suppressed", "reason": "soft_bounce"}, "SoftBounced", True),
        ({"status": "suppressed", "reason": "IspComplained"}, "IspComplained", True),
        ({"status": "suppressed", "reason": "direct complaint"}, "DirectComplaint", True),
        ({"status": "suppressed", "reason": "MailBlocked"}, "MailBlocked", True),
        ({"status": "suppressed", "reason": "DomainSuppression"}, "DomainSuppression", True),
        ({"status": "suppressed", "reason": "Blocked"}, "NotAllowed", True),
    ],
)
def test_a_status_is_one_of_the_vendors_words(email: dict[str, Any], word: str, barred: bool) -> None:
    stored = {"email": "ana@example.org", "channels": {"email": email}}
    assert (status_word(stored), is_barred(stored)) == (word, barred)
    assert word in VENDORS
    assert status_word({**stored, "deleted_at": datetime(2026, 1, 2, tzinfo=UTC)}) == "Deleted"


def test_a_list_that_was_left_is_no_matter_of_the_account() -> None:
    assert status_word({"lists": [{"id": 1, "status": "unsubscribed"}]}) == "Subscribed"


@pytest.mark.parametrize(
    ("text", "ago"),
    [
        ("2026-01-02", timedelta()),
        ("2026-01-02T00:00:00Z", timedelta()),
        ("2026-01-02 01:30:00", timedelta(hours=-1.5)),
        ("2026-01-02T01:30:00+01:00", timedelta(hours=-0.5)),
        ("2026-01-02T00:00:00.250000+00:00", timedelta(milliseconds=-250)),
    ],
)
def test_a_date_is_a_moment_in_utc(text: str, ago: timedelta) -> None:
    assert since(text) == datetime(2026, 1, 2, tzinfo=UTC) - ago


@pytest.mark.parametrize("text", ["", "today", "2026-13-01", "2026-01-02T", "0001-01-01T00:00:00+01:00"])
def test_what_is_no_date_says_how_to_write_one(text: str) -> None:
    with pytest.raises(Problem) as refused:
        since(text)
    assert (refused.value.status, refused.value.code) == (400, "ERROR_PARAMETER_INVALID")
