"""How much the vendor has of one contact, and what is stored cut to it. Pure. What is cut away is not shown, and stays stored."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

PHONES, ADDRESSES, CUSTOM_FIELDS, MEMBERSHIPS, TAGGINGS, NOTES = 3, 3, 25, 50, 50, 150
"""Entries of each part."""
EMAIL, NAME, PHONE, STREET, ADDRESS, VALUE, REASON, NOTE = 80, 50, 25, 255, 50, 255, 255, 2000
"""Characters of texts; ADDRESS is for every part of one but the street."""
BEYOND = frozenset({"fax"})
"""Kinds of phones that this API does not have."""
ADDRESS_TEXTS = ("city", "state", "postal_code", "country")


def cut(text: str, length: int) -> str:
    """The text, or as much of it as fits, without white space at its end."""
    return text if len(text) <= length else text[:length].rstrip()


def cut_phone(number: str) -> str:
    """As `cut`; what is left ends in a digit, for a number that breaks off in "ext" is none."""
    return number if len(number) <= PHONE else re.sub("[^0-9]+$", "", number[:PHONE])


def shown_phones(stored: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The stored phones that this API shows."""
    return [each for each in stored.get("phones", ()) if each["kind"] not in BEYOND][:PHONES]


def shown_addresses(stored: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """The stored addresses that this API shows."""
    return list(stored.get("addresses", ()))[:ADDRESSES]


def shown_notes(stored: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """The stored notes that this API shows, the newest."""
    return list(stored.get("notes", ()))[:NOTES]


def shown_street(address: Mapping[str, Any]) -> str | None:
    """Both lines in one text; `contact_patch` takes them apart again."""
    if "street2" in address:
        return cut(f"{address.get('street', '')}\n{address['street2']}", STREET)
    return cut(address["street"], STREET) if "street" in address else None
