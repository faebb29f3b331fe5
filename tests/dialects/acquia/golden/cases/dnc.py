"""Do-not-contact, at its paths and at those of older clients."""

from tests.dialects.acquia.golden.stage import ANA, BO, CY
from tests.dialects.golden.case import case

ONE = "POST /api/contacts"

CASES = (
    case(
        "dnc/add", f"{ONE}/{ANA}/dnc/email/add", 200, json={"channel": "email", "reason": 1, "channelId": None, "comments": "Asked"}
    ),
    case("dnc/add_with_nothing_said", f"{ONE}/{BO}/dnc/email/add", 200),
    case("dnc/add_for_sms_as_a_form", f"{ONE}/{ANA}/dnc/sms/add", 200, fields={"reason": "2", "comments": "Gone"}),
    case("dnc/add_as_older_clients_do", f"{ONE}/{BO}/dnc/add/email", 200, fields={"reason": "3", "comments": "via API"}),
    case("dnc/remove", f"{ONE}/{CY}/dnc/email/remove", 200, json={"channel": "email"}),
    case("dnc/remove_what_there_is_not", f"{ONE}/{BO}/dnc/email/remove", 200),
    case("dnc/remove_as_older_clients_do", f"{ONE}/4/dnc/remove/email", 200),
    case("dnc/add_to_an_unknown_contact", f"{ONE}/99/dnc/email/add", 404),
    case("dnc/remove_from_an_unknown_contact", f"{ONE}/99/dnc/email/remove", 404),
    case("dnc/a_channel_that_is_none", f"{ONE}/{ANA}/dnc/fax/add", 400),
    case("dnc/a_reason_that_is_none", f"{ONE}/{ANA}/dnc/email/add", 400, json={"reason": 9}),
    case("dnc/a_reason_that_ends_nothing", f"{ONE}/{ANA}/dnc/email/add", 400, json={"reason": 0}),
)
