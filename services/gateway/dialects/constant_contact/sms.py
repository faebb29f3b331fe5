"""Mobile numbers as this API writes them: a dial code, a country where the code has but one, and the rest. Pure."""

from services.gateway.dial_codes import COUNTRIES, country_of, dial_code_of
from services.gateway.dialects.constant_contact.errors import invalid
from shared.contacts.values import ValueProblem, shown
from shared.contacts.values.phones import mobile_from

_CODES = {country: code for code, country in COUNTRIES.items()} | {"CA": "1"}
_WITH_ZERO = "39"
"""Numbers of Italy keep their zero; elsewhere one in front is dialled within the country only."""
_mobile = mobile_from("us")


def parts_of(mobile: str) -> dict[str, str]:
    """`dial_code`, `country_code` where it is known, and `sms_address`, of a number in E.164."""
    digits = mobile.removeprefix("+")
    code, country = dial_code_of(mobile), country_of(mobile)
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
