"""The columns of an import: each of them has a native target, and no other column has."""

from itertools import product

from services.gateway.dialects.constant_contact.import_columns import MAPPING
from shared.contacts.mapping import plan_mapping
from shared.contacts.patch import FieldBook, parse_row

PARTS = ("street", "street2", "city", "state", "zip", "country")


def test_every_column_of_the_vendor_has_a_target_that_there_is() -> None:
    named = {"email", "first_name", "last_name", "job_title", "company_name", "birthday_month", "birthday_day", "anniversary"}
    named |= {"phone", "home_phone", "work_phone", "mobile_phone", "other_phone", "sms_number", "sms_consent_date"}
    named |= {kind + part for kind, part in product(("", "home_", "work_", "other_"), PARTS)} | {"home country"}
    assert set(MAPPING) == named
    for column in named:
        assert len(plan_mapping([column], MAPPING, FieldBook(), only_given=True).targets) == 1, column


def test_dates_are_read_as_the_vendor_writes_them() -> None:
    made = plan_mapping(["anniversary", "sms_consent_date"], MAPPING, FieldBook(), only_given=True)
    for written in ("11/03/2001", "11/3/2001", "2001/11/03", "2001/11/3", "2001-11-03", "2001-11-3", "11-3-2001", "11-03-2001"):
        patch = parse_row(made.targets, [written, written])
        assert patch["anniversary"] == "2001-11-03"
        assert patch["channels.sms.opt_in.at"].isoformat() == "2001-11-03T00:00:00+00:00"
