"""Country codes of mobile numbers in E.164, and the country that each stands for. Pure, and alike in every API."""

import re

_DIAL_CODE = re.compile(r"(?:1|7|2[07]|3[0-4]|36|39|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|[2-9][0-9]{2})(?=[0-9])")
"""ITU-T E.164 country codes: no code is the beginning of another; those of three digits are the ones that are left."""
COUNTRIES = {
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
"""ISO 3166 of the largest country of a code."""


def dial_code_of(mobile: str) -> str:
    """The country code of a number in E.164, without its plus; empty where it has none that is known."""
    match = _DIAL_CODE.match(mobile.removeprefix("+"))
    return match[0] if match else ""


def country_of(mobile: str) -> str | None:
    """The country of a number in E.164, by ISO 3166; None where it is not among COUNTRIES."""
    return COUNTRIES.get(dial_code_of(mobile))
