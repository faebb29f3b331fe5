"""What columns can be aimed at, from the request to the contact: consents, preferences, reasons, lists by number."""

import csv
import io
import json

from tests.e2e.test_import_options import counts, the_contact
from tests.support.system import System

CONSENT = {
    "ConsentText": "consent:text",
    "ConsentUrl": "consent:url",
    "ConsentAt": "consent:at",
    "ConsentIp": "consent:ip",
    "ConsentAgent": "consent:user_agent",
}


def file(*rows: dict[str, str]) -> bytes:
    """A CSV of these rows, which have the same names."""
    text = io.StringIO()
    writer = csv.DictWriter(text, [*rows[0]])
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


async def test_columns_of_a_file_make_one_consent_record_and_preferences_by_their_headings(tenant: System) -> None:
    row = {
        "Email": "ana@example.org",
        "ConsentText": "I agree, always",
        "ConsentUrl": "https://example.org/form",
        "ConsentAt": "21/11/2026 09:00",
        "ConsentIp": "",
        "ConsentAgent": "Lynx",
        "Preference:News > Weekly.Sci": "yes",
        "preference: Offers": "no",
    }
    options = {"mapping": json.dumps({"Email": "email", **CONSENT}), "columns": "given", "day_first": True}
    assert counts(await tenant.imported(file(row), **options)) == (1, 0, 0, 0, 0)
    contact = await the_contact(tenant)
    (consent,) = contact["consents"]
    assert {name: str(value) for name, value in consent.items() if name != "recorded_at"} == {
        "text": "I agree, always",
        "url": "https://example.org/form",
        "at": "2026-11-21 09:00:00+00:00",
        "user_agent": "Lynx",
    }
    assert contact["preferences"] == {"News > Weekly.Sci": True, "Offers": False}
    assert counts(await tenant.imported(file(row), **options)) == (0, 0, 1, 0, 0)
    blank = {**dict.fromkeys(row, ""), "Email": "ana@example.org"}
    assert counts(await tenant.imported(file(blank), **options, merge="overwrite")) == (0, 0, 1, 0, 0)
    bad = await tenant.imported(file({**row, "ConsentIp": "1" * 46}), **options)
    assert (counts(bad), bad["codes"]) == ((0, 0, 0, 0, 1), {"too_long": 1})


async def test_a_number_in_json_is_a_lists_number_where_another_list_has_it_for_a_name(tenant: System) -> None:
    lists = tenant.gateway.lists.of_account(tenant.account.number)
    first = await lists.create("News")
    trap = await lists.create(str(first.number))
    rows = [
        {"email": "number@example.org", "lists": [first.number]},
        {"email": "alone@example.org", "lists": first.number},
        {"email": "text@example.org", "lists": [str(first.number)]},
        {"email": "none@example.org", "lists": [10**6]},
        {"email": "negative@example.org", "lists": [-first.number, 2**62]},
    ]
    job = await tenant.imported("\n".join(map(json.dumps, rows)).encode(), format="ndjson")
    assert (counts(job), job["codes"]) == ((3, 0, 0, 0, 2), {"list_unknown": 2})
    joined = {contact["email"]: [each["id"] for each in contact["lists"]] for contact in await tenant.contacts()}
    assert joined == {
        "number@example.org": [first.number],
        "alone@example.org": [first.number],
        "text@example.org": [trap.number],
    }


async def test_reasons_and_the_state_of_whatsapp_go_out_and_come_back_unchanged(tenant: System) -> None:
    row = {"email": "ana@example.org", "email_status": "suppressed", "Email reason": "Hard bounced", "whatsapp_status": "Pending"}
    row |= {"sms_status": "unsubscribed", "SMS reason": "Replied STOP"}
    assert counts(await tenant.imported(file(row))) == (1, 0, 0, 0, 0)
    exported = await tenant.exported(format="csv")
    (shown,) = csv.DictReader(io.StringIO(exported.decode("utf-8-sig")))
    assert (shown["email_reason"], shown["whatsapp_status"]) == ("Hard bounced", "pending")
    assert (shown["sms_status"], shown["sms_reason"]) == ("unsubscribed", "Replied STOP")
    assert counts(await tenant.imported(exported, merge="overwrite")) == (0, 0, 1, 0, 0)
