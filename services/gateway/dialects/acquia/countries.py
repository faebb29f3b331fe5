"""The names by which this API knows countries, compared without regard to case, accents and punctuation. Pure.

ISO 3166-1 as pycountry has it, in short and in full, and the everyday names that ISO writes otherwise.
"""

import unicodedata
from functools import cache

import pycountry

EVERYDAY = (
    "Aland Islands",
    "Bolivia",
    "British Virgin Islands",
    "Brunei",
    "Burma",
    "Cape Verde",
    "Congo-Brazzaville",
    "Congo-Kinshasa",
    "Czech Republic",
    "Democratic Republic of the Congo",
    "East Timor",
    "Falkland Islands",
    "Great Britain",
    "Ivory Coast",
    "Kosovo",
    "Macau",
    "Macedonia",
    "Micronesia",
    "Palestine",
    "Palestinian Territories",
    "Reunion",
    "Republic of the Congo",
    "Russia",
    "Saint Helena",
    "Saint Martin",
    "Sint Maarten",
    "Swaziland",
    "The Bahamas",
    "The Gambia",
    "The Netherlands",
    "Turkey",
    "US Virgin Islands",
    "United States Virgin Islands",
    "Vatican",
    "Vatican City",
)
"""Names that people and forms use and that no entry of ISO 3166-1 has."""


def is_country(name: str) -> bool:
    """True for the name of a country. Codes are no names, as at the vendor."""
    return _bare(name) in _known()


@cache
def _known() -> frozenset[str]:
    kinds = ("name", "common_name", "official_name")
    names = (getattr(country, kind, None) for country in pycountry.countries for kind in kinds)
    return frozenset(_bare(name) for name in (*names, *EVERYDAY) if name)


def _bare(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).casefold()
    return "".join(character for character in plain if character.isalnum())
