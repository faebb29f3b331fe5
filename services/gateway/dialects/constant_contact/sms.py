"""Mobile numbers as this API writes them: a dial code, a country where the code has but one, and the rest. Pure."""

import re

from services.gateway.dialects.constant_contact.errors import invalid
from shared.contacts.values import ValueProblem, shown
from shared.contacts.values.phones import mobile_from

_DIAL_CODE = re.compile(r"(?:1|7|2[07]|3[0-4]|36|39|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|[2-9][0-9]{2})(?=[0-9])")
"""ITU-T E.164 country codes: no code is the beginning of another; those of three digits are the ones that are left."""
_COUNTRIES = {
    "1": "US",
    "27": "ZA",
    "30": "GR",
    "31": "NL",
    "32": "BE",
    "33": "FR",
    "34": "ES",
    "41": "CH",
    "43": "AT",
    "44": "GB",
    "45": "DK",
    "46": "SE",
    "48": "PL",
    "49": "DE",
    "52": "MX",
    "55": "BR",
    "61": "AU",
    "64": "NZ",
    "81": "JP",
    "91": "IN",
    "353": "IE",
}
"""ISO 3166 of the largest country of a code, which is what the vendor has for numbers of its own country too."""
_CODES = {country: code for code, country in _COUNTRIES.items()} | {"CA": "1"}
_WITH_ZERO = "39"
"""Numbers of Italy keep their zero; elsewhere one in front is dialled within the country only."""
_mobile = mobile_from("us")


def parts_of(mobile: str) -> dict[str, str]:
    """`dial_code`, `country_code` where it is known, and `sms_address`, of a number in E.164."""
    digits = mobile.removeprefix("+")
    match = _DIAL_CODE.match(digits)
    code = match[0] if match else ""
    country = _COUNTRIES.get(code)
    return {"sms_address": digits[len(code) :], "dial_code": code, **({"country_code": country} if country else {})}


def mobile_of(number: str, dial_code: str | None, member: str, country: str | None = None) -> str:
    """The number in E.164, its code that of the country where none is said.

    Without either, ten digits are one of the United States. Raises Problem 400 that names the member.
    """
    number = number.strip()
    code = (dial_code or "").strip().removeprefix("+") or _code_of(country)
    if code and not number.startswith(("+", "00")) and not (code == "1" and _has_one(number)):
        number = f"+{code}{number if code == _WITH_ZERO else number.removeprefix('0')}"
    try:
        return _mobile(number)
    except ValueProblem as problem:
        raise invalid(f"{member} does not have a valid value: {problem.message}") from None


def _has_one(number: str) -> bool:
    """True for a number of North America that has its code: no area there begins with 1."""
    return number.startswith("1") and sum(map(str.isdigit, number)) == 11


def _code_of(country: str | None) -> str:
    if not country:
        return ""
    code = _CODES.get(country.strip().upper())
    if code is None:
        raise invalid(f"sms_channel.country_code does not have a valid value: {shown(country)} is not known: send dial_code")
    return code
