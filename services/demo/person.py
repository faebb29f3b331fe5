"""One made-up contact as the cells of a row, and how files name somebody a second time. Pure."""

import unicodedata
from dataclasses import dataclass

from services.demo.dice import Dice
from services.demo.words import COLOURS, COMPANIES, CULTURES, JOBS, NOTES, PHONES, TAGS, Culture

Cells = dict[str, str]

HEADINGS = (
    "Email",
    "First name",
    "Last name",
    "Company",
    "Job title",
    "Work phone",
    "Street",
    "City",
    "Postal code",
    "Country",
    "Anniversary",
    "Favourite colour",
    "Notes",
    "Tags",
)
"""`Favourite colour` is nothing that Muster knows: the import makes a custom field of it."""

_LATIN = str.maketrans({"ł": "l", "ø": "o", "ß": "ss", "þ": "th", "ð": "d", "æ": "ae", "œ": "oe", "đ": "d"})


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who does not exist."""

    cells: Cells

    @classmethod
    def make(cls, dice: Dice, number: int) -> "Person":
        """A person whose e-mail address nobody else has: `number` is in it."""
        culture = dice.pick(CULTURES)
        first, last = dice.pick(culture.first.split()), dice.pick(culture.last.split())
        city, postal_code = dice.pick(culture.cities)
        cells = {
            "Email": _email(dice, culture, first, last, number),
            "First name": first,
            "Last name": last,
            "Company": dice.pick(COMPANIES) if dice.chance(60) else "",
            "Job title": dice.pick(JOBS) if dice.chance(40) else "",
            "Work phone": _phone(dice) if dice.chance(50) else "",
            "Street": dice.pick(culture.streets),
            "City": city,
            "Postal code": postal_code,
            "Country": culture.country,
            "Anniversary": _day(dice) if dice.chance(70) else "",
            "Favourite colour": dice.pick(COLOURS) if dice.chance(50) else "",
            "Notes": dice.pick(NOTES) if dice.chance(15) else "",
            "Tags": "|".join(dict.fromkeys((dice.pick(TAGS), dice.pick(TAGS)))),
        }
        return cls(cells)


def again(person: Person, dice: Dice) -> Cells:
    """A later row about the same person: the address spelled otherwise, most cells blank, and something new."""
    return {
        "Email": _otherwise(person.cells["Email"]),
        "Job title": "Moved on: now at the head office",
        "Work phone": _phone(dice),
        "Favourite colour": dice.pick(COLOURS),
        "Tags": "came twice",
    }


def same_again(person: Person) -> Cells:
    """A later row that says nothing new."""
    cells = person.cells
    return {"Email": _otherwise(cells["Email"]), "First name": cells["First name"], "Country": cells["Country"]}


def _otherwise(email: str) -> str:
    """The same mailbox in other letters: capitals where the script has them, and a stray blank."""
    local, _, domain = email.partition("@")
    return f" {local.title() if local.isascii() else local}@{domain.upper()}"


def _email(dice: Dice, culture: Culture, first: str, last: str, number: int) -> str:
    if culture.writes_own_script and dice.chance(50):
        return unicodedata.normalize("NFC", f"{first}.{last}{number}@{culture.domain}".lower())
    local = ".".join(filter(None, (_plain(first), _plain(last)))) or "contact"
    domain = culture.domain if culture.domain.isascii() else "example.org"
    return f"{local}.{number}@{domain}" if dice.chance(50) else f"{local}+{dice.pick(TAGS[:3])}{number}@mail.{domain}"


def _plain(name: str) -> str:
    """The name in ASCII letters, as far as it has any."""
    bare = unicodedata.normalize("NFKD", name.lower().translate(_LATIN))
    return "".join(letter for letter in bare if letter.isascii() and letter.isalpha())


def _phone(dice: Dice) -> str:
    return dice.pick(PHONES).format(10 + dice.below(90))


def _day(dice: Dice) -> str:
    """A day in one of the three ways that everybody reads alike."""
    year, month, day = 1970 + dice.below(55), 1 + dice.below(12), 1 + dice.below(28)
    return dice.pick((f"{year}-{month:02d}-{day:02d}", f"{year}/{month}/{day}", f"{day:02d}.{month:02d}.{year}"))
