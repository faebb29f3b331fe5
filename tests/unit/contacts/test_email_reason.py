"""Why an address is suppressed or left is a word to people: it bars nothing, whatever it says."""

import pytest

from shared.contacts.merge import Merge, Rules
from shared.contacts.present import status_of
from shared.contacts.standing import EMAIL_GROUND
from shared.contract.values import Outcome
from tests.unit.contacts.stored import contact, decided, written

EMAIL, REASON, STATUS = "c1@example.org", "channels.email.reason", "channels.email.status"


@pytest.mark.parametrize("merge", list(Merge))
@pytest.mark.parametrize("reason", ["unsubscribed", "suppressed", "Hard bounced"])
def test_a_reason_bars_neither_lists_nor_states_nor_permissions(reason: str, merge: Merge) -> None:
    rules = Rules(lists=(1,), merge=merge)
    after, (first,) = written(rules, [contact(1)], [{"email": EMAIL, REASON: reason}])
    assert (first.code, after[0]["channels"], len(after[0]["lists"])) == (None, {"email": {"reason": reason}}, 1)
    assert (status_of(after[0]), EMAIL_GROUND.of(after[0])) == ("active", "implicit")
    later, (second,) = written(rules, after, [{"email": EMAIL, "channels.email.permission": "explicit", STATUS: "subscribed"}])
    assert (second.outcome, second.code, later[0]["channels"]["email"]["status"]) == (Outcome.UPDATED, None, "subscribed")


def test_a_reason_stays_with_a_status_that_bars_and_goes_when_a_person_takes_that_back() -> None:
    barred, _ = written(Rules(), [contact(1)], [{"email": EMAIL, STATUS: "suppressed", REASON: "Hard bounced"}])
    kept, _ = written(Rules(), barred, [{"email": EMAIL, STATUS: "subscribed"}])
    assert kept[0]["channels"]["email"]["reason"] == "Hard bounced"
    (back,) = decided(Rules(), kept, {"email": EMAIL, STATUS: "subscribed"}, by_person=True)
    assert back.contact is not None
    assert "reason" not in back.contact.stored["channels"]["email"]


@pytest.mark.parametrize("is_there", [True, False])
@pytest.mark.parametrize("by_person", [True, False])
@pytest.mark.parametrize("status", ["subscribed", "pending", "none"])
@pytest.mark.parametrize("columns", [(REASON, STATUS), (STATUS, REASON)])
def test_a_reason_beside_a_status_that_ends_no_opt_out_stays_whichever_comes_first(
    columns: tuple[str, ...], status: str, by_person: bool, is_there: bool
) -> None:
    said = {REASON: "Soft bounced", STATUS: status}
    row = {"email": EMAIL, **{path: said[path] for path in columns}}
    (decision,) = decided(Rules(), [contact(1)] if is_there else [], row, by_person=by_person)
    assert decision.contact is not None
    assert decision.contact.stored["channels"]["email"] == {"status": status, "reason": "Soft bounced"}


@pytest.mark.parametrize(
    ("merge", "blank", "other"),
    [(Merge.OVERWRITE_NON_EMPTY, "old", "new"), (Merge.OVERWRITE, None, "new"), (Merge.FILL_EMPTY, "old", "old")],
)
def test_a_reason_follows_the_merge(merge: Merge, blank: str | None, other: str) -> None:
    stored = [contact(1, channels={"email": {"status": "suppressed", "reason": "old"}})]
    for said, expected in ((None, blank), ("new", other)):
        after, _ = written(Rules(merge=merge), stored, [{"email": EMAIL, REASON: said}])
        assert after[0]["channels"]["email"].get("reason") == expected


def test_the_reason_of_an_opt_out_from_sms_goes_as_that_of_one_from_email_does() -> None:
    rows = [{"email": EMAIL, "channels.sms.status": "unsubscribed", "channels.sms.reason": "STOP", REASON: "Hard bounced"}]
    after, _ = written(Rules(), [contact(1)], rows)
    kept, (refused,) = written(Rules(), after, [{"email": EMAIL, "channels.sms.status": "subscribed"}])
    assert (refused.code, kept[0]["channels"]["sms"]["reason"]) == ("sms_not_resubscribed", "STOP")
    (back,) = decided(Rules(), kept, {"email": EMAIL, "channels.sms.status": "subscribed"}, by_person=True)
    assert back.contact is not None
    channels = back.contact.stored["channels"]
    assert (channels["sms"]["status"], "reason" in channels["sms"], channels["email"]["reason"]) == (
        "subscribed",
        False,
        "Hard bounced",
    )
