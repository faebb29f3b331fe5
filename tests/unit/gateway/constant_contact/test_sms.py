"""Mobile numbers in parts, and put together again."""

import pytest

from services.gateway.dialects.constant_contact.sms import mobile_of, parts_of


@pytest.mark.parametrize(
    ("mobile", "parts"),
    [
        ("+12025551234", {"sms_address": "2025551234", "dial_code": "1", "country_code": "US"}),
        ("+447700900123", {"sms_address": "7700900123", "dial_code": "44", "country_code": "GB"}),
        ("+353861234567", {"sms_address": "861234567", "dial_code": "353", "country_code": "IE"}),
        ("+79123456789", {"sms_address": "9123456789", "dial_code": "7"}),
        ("+996555123456", {"sms_address": "555123456", "dial_code": "996"}),
    ],
)
def test_a_number_is_taken_apart_and_comes_together_again(mobile: str, parts: dict[str, str]) -> None:
    assert parts_of(mobile) == parts
    assert mobile_of(parts["sms_address"], parts["dial_code"], "sms_address") == mobile


@pytest.mark.parametrize("written", ["12025551234", "+1 202 555 1234", "(202) 555-1234", "2025551234"])
def test_a_number_of_the_united_states_needs_no_country_code(written: str) -> None:
    assert mobile_of(written, None, "full_sms_address") == "+12025551234"
