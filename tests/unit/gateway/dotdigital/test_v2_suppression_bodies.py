"""An opt-out is answered as it was written, whatever became of it before the contact was read again."""

from datetime import UTC, datetime
from typing import Any

import pytest

from services.gateway.dialects.dotdigital.v2.suppression_bodies import as_left

BEFORE, AT = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC)
OTHER = {"id": 2, "status": "subscribed", "at": BEFORE}


@pytest.mark.parametrize("lists", [{}, {"lists": [OTHER]}, {"lists": [{"id": 1, "status": "subscribed", "at": AT}, OTHER]}])
def test_who_is_not_seen_to_have_left_the_list_any_more_has_left_it(lists: dict[str, Any]) -> None:
    assert as_left({"_id": 5, "deleted_at": AT, **lists}, 1, AT) == {
        "_id": 5,
        "lists": [{"id": 1, "status": "unsubscribed", "at": AT}],
    }


@pytest.mark.parametrize("status", ["unsubscribed", "suppressed"])
def test_who_is_seen_to_have_left_the_list_has_left_it_when_and_how_is_stored(status: str) -> None:
    left = {"id": 1, "status": status, "at": BEFORE}
    assert as_left({"lists": [OTHER, left]}, 1, AT) == {"lists": [left]}


@pytest.mark.parametrize("channels", [{}, {"channels": {"email": {"type": "html", "status": "subscribed"}, "sms": {"x": 1}}}])
def test_who_is_not_seen_to_have_left_the_account_any_more_has_left_it(channels: dict[str, Any]) -> None:
    shown = as_left(channels, None, AT)["channels"]
    assert (shown["email"]["status"], shown["email"]["opt_out"]) == ("unsubscribed", {"at": AT})
    assert shown.get("sms") == channels.get("channels", {}).get("sms")


@pytest.mark.parametrize("email", [{"status": "unsubscribed"}, {"status": "suppressed", "permission": "unsubscribed"}])
def test_who_is_seen_to_have_left_the_account_is_shown_as_stored(email: dict[str, Any]) -> None:
    stored = {"channels": {"email": {**email, "opt_out": {"at": BEFORE}}}}
    assert as_left(stored, None, AT) == stored
