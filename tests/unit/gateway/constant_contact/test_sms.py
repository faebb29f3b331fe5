"""Mobile numbers in parts, and put together again."""

import pytest

from services.gateway.dialects.constant_contact.sms import mobile_of, parts_of
from services.gateway.problems import Problem


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


@pytest.mark.parametrize(
    ("number", "dial_code", "country", "mobile"),
    [
        ("2079460018", None, "GB", "+442079460018"),
        ("02079460018", None, "gb", "+442079460018"),
        ("02079460018", "44", None, "+442079460018"),
        ("0612345678", "39", None, "+390612345678"),
        ("2025551234", None, "CA", "+12025551234"),
        ("12025551234", None, "US", "+12025551234"),
        ("+442079460018", None, "US", "+442079460018"),
        ("00442079460018", None, "US", "+442079460018"),
        ("2079460018", "44", "XX", "+442079460018"),
    ],
)
def test_a_number_without_a_dial_code_is_one_of_its_country(number: str, dial_code: str | None, country: str, mobile: str) -> None:
    assert mobile_of(number, dial_code, "sms_address", country) == mobile


def test_a_country_that_is_not_known_is_named() -> None:
    with pytest.raises(Problem) as caught:
        mobile_of("2079460018", None, "sms_channel.sms_address", "XX")
    assert caught.value.status == 400
    assert caught.value.detail.startswith("sms_channel.country_code does not have a valid value")
