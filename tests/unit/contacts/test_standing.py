"""On what ground a contact may be written to: every status and permission, in either channel."""

import itertools
from typing import Any

import pytest

from shared.contacts.document import put_at
from shared.contacts.setters import CHANNEL_STATES, PERMISSIONS
from shared.contacts.standing import EMAIL_GROUND, SMS_GROUND, Ground


def contact(ground: Ground, status: str | None, permission: str | None, *, has_address: bool = True) -> dict[str, Any]:
    stored: dict[str, Any] = {ground.key: "x"} if has_address else {}
    for path, value in zip(ground.paths, (status, permission), strict=True):
        put_at(stored, path, value)
    return stored


@pytest.mark.parametrize(
    ("status", "permission", "word"),
    [
        (None, None, "implicit"),
        ("subscribed", None, "implicit"),
        ("none", "explicit", "explicit"),
        (None, "temp_hold", "temp_hold"),
        ("unsubscribed", "explicit", "unsubscribed"),
        ("suppressed", "explicit", "temp_hold"),
        ("pending", "explicit", "pending_confirmation"),
        (None, "pending_confirmation", "pending_confirmation"),
    ],
)
def test_a_status_that_bars_wins_over_the_permission(status: str | None, permission: str | None, word: str) -> None:
    assert EMAIL_GROUND.of(contact(EMAIL_GROUND, status, permission)) == word


@pytest.mark.parametrize(
    ("status", "permission", "word"),
    [
        (None, None, "not_set"),
        ("subscribed", None, "explicit"),
        ("subscribed", "not_set", "not_set"),
        ("suppressed", "explicit", "unsubscribed"),
        ("unsubscribed", None, "unsubscribed"),
        ("pending", None, "pending_confirmation"),
    ],
)
def test_nobody_agreed_to_sms_who_did_not_say_so(status: str | None, permission: str | None, word: str) -> None:
    assert SMS_GROUND.of(contact(SMS_GROUND, status, permission)) == word


def test_a_contact_without_an_address_has_no_ground() -> None:
    assert EMAIL_GROUND.of(contact(EMAIL_GROUND, "unsubscribed", "explicit", has_address=False)) == "not_set"
    assert SMS_GROUND.of(contact(SMS_GROUND, "subscribed", "explicit", has_address=False)) is None


@pytest.mark.parametrize("ground", [EMAIL_GROUND, SMS_GROUND])
def test_every_contact_has_a_word_that_a_permission_can_be(ground: Ground) -> None:
    pairs = itertools.product((None, *CHANNEL_STATES), (None, *PERMISSIONS))
    assert {ground.of(contact(ground, status, permission)) for status, permission in pairs} <= set(PERMISSIONS)
