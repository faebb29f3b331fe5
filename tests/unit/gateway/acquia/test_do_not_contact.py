"""Do-not-contact records into native cells, and back out of stored contacts."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.gateway.dialects.acquia.do_not_contact import CHANNELS, cells_for, cells_of, is_barred, records_of
from services.gateway.dialects.acquia.errors import Unfit
from shared.contacts.patch import FieldBook, patch_from_json
from shared.contacts.setters import REASON_LENGTH


def stored(cells: dict[str, Any]) -> dict[str, Any]:
    """A contact that has these cells."""
    channels: dict[str, dict[str, Any]] = {}
    for target, value in cells.items():
        channel, _, leaf = target.partition("_")
        channels.setdefault(channel, {})[leaf] = value
    return {
        "channels": {name: {leaf: value for leaf, value in said.items() if value is not None} for name, said in channels.items()}
    }


COMMENTS = st.text(st.characters(categories=["L", "N", "P"]), max_size=241)
HARD = st.sampled_from(
    ["bounced twice", "manual: x", "manual:", "manual", "hard_bounced: x", "Hard bounce", "a: bounce", "manual: bounced"]
)


@given(st.sampled_from(CHANNELS), st.sampled_from([1, 2, 3]), COMMENTS | HARD)
def test_a_record_is_read_back_as_it_was_said(channel: str, reason: int, comments: str) -> None:
    (record,) = records_of(stored(cells_for(channel, reason, comments)), 7)
    assert (record["channel"], record["reason"], record["comments"]) == (channel, reason, comments)


def test_the_longest_comment_fits_with_what_stands_before_it() -> None:
    cells = cells_for("email", 2, "x" * (REASON_LENGTH - len("hard_bounced: ")))
    assert len(cells["email_reason"]) == REASON_LENGTH


def test_a_record_that_is_taken_back_says_nothing_of_the_comments() -> None:
    assert cells_of([{"reason": 0, "comments": "x"}, {"reason": "0", "channel": "sms"}]) == {
        "email_status": "subscribed",
        "sms_status": "subscribed",
    }


def test_the_last_word_on_a_channel_stands() -> None:
    assert cells_of([{"reason": 0}, {"reason": 1, "comments": "bye"}]) == {"email_status": "unsubscribed", "email_reason": "bye"}


@pytest.mark.parametrize(
    ("comments", "kept"),
    [
        ("x" * 5_000, "x" * 241),
        ("x" * 240 + " y", "x" * 240),
        (" by\r\n\tphone\0 \x07now\x7f", "by phone now"),
        (7, "7"),
        (1.5, "1.5"),
        (True, ""),
        (["a"], ""),
        ({"a": "b"}, ""),
    ],
)
def test_nobodys_opt_out_is_refused_for_its_comments(comments: Any, kept: str) -> None:
    for reason in (1, 2, 3):
        cells = cells_for("email", reason, comments)
        assert patch_from_json(cells, FieldBook())
        ((record),) = records_of(stored(cells), 7)
        assert (record["reason"], record["comments"]) == (reason, kept)


@pytest.mark.parametrize("reason", [None, "", 3, "3", 3.0])
def test_without_a_reason_it_is_by_hand(reason: Any) -> None:
    assert cells_for("sms", reason, None) == {"sms_status": "suppressed", "sms_reason": None}


@pytest.mark.parametrize(
    "said",
    [
        5,
        "x",
        {"reason": 1},
        [5],
        [None],
        [[]],
        [{"channel": "push"}],
        [{"channel": {"a": 1}}],
        [{"reason": {}}],
        [{"reason": "²"}],
        [{"reason": "9" * 5000}],
        [{"reason": "٣"}],
    ],
)
def test_what_is_no_record_is_unfit(said: Any) -> None:
    with pytest.raises(Unfit, match=r"\.$"):
        cells_of(said)


@pytest.mark.parametrize(
    ("status", "reason", "record"),
    [
        ("unsubscribed", "by post", (1, "by post")),
        ("unsubscribed", None, (1, "")),
        ("suppressed", "hard_bounced", (2, "")),
        ("suppressed", "HARD BOUNCED: full", (2, "full")),
        ("suppressed", "soft bounce", (2, "")),
        ("suppressed", "complained", (3, "complained")),
        ("suppressed", None, (3, "")),
    ],
)
def test_what_other_apis_keep_is_shown_as_a_record(status: str, reason: str | None, record: tuple[int, str]) -> None:
    contact = stored({"sms_status": status, "sms_reason": reason})
    ((shown),) = records_of(contact, 7)
    assert shown == {"id": 15, "reason": record[0], "comments": record[1], "channel": "sms", "channelId": None}
    assert (is_barred(contact, "sms"), is_barred(contact, "email")) == (True, False)


@pytest.mark.parametrize("status", ["subscribed", "pending_confirmation", None])
def test_who_may_be_written_to_has_no_record(status: str | None) -> None:
    assert records_of(stored({"email_status": status}), 7) == []


@given(st.sets(st.tuples(st.integers(1, 500), st.sampled_from(CHANNELS)), min_size=2))
def test_no_two_records_of_an_account_have_one_id(which: set[tuple[int, str]]) -> None:
    ids = [record["id"] for number, channel in which for record in records_of(stored({f"{channel}_status": "suppressed"}), number)]
    assert len(set(ids)) == len(which)
