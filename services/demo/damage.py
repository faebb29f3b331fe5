"""What is wrong with rows in real files, each with the code that an import must give it. Pure."""

from collections.abc import Callable

from services.demo.dice import Dice
from services.demo.person import HEADINGS, Cells

Damage = Callable[[Cells, Dice], str]
"""Writes the row with its damage, as a line of the file."""

_EMAILS = ("ana.lima(at)example.org", "no-domain@", "two@@example.org", "jan,kees@example.org", "blank in@example.org")
_DAYS = ("2023-02-30", "31.04.2021", "2022/13/01", "someday")
_PHONES = ("ask at the desk", "n/a", "+44 12 see note")


def _with(heading: str, values: tuple[str, ...]) -> Damage:
    return lambda cells, dice: _line({**cells, heading: dice.pick(values)})


def _without_email(cells: Cells, _: Dice) -> str:
    return _line({**cells, "Email": ""})


def _unquoted_comma(cells: Cells, _: Dice) -> str:
    return _line(cells, Company="Brown, Green & Sons")


def _unclosed_quote(cells: Cells, _: Dice) -> str:
    """Nothing else on the line has quotes: with another one behind it, the quote would not be open but in the wrong place."""
    bare = {heading: text.replace('"', "").replace(",", "") for heading, text in cells.items()}
    return _line(bare, Company='"The Little Bakery')


def _stray_quote(cells: Cells, _: Dice) -> str:
    return _line(cells, Company='"The" Little Bakery')


DAMAGES: tuple[tuple[str, Damage], ...] = (
    ("email_invalid", _with("Email", _EMAILS)),
    ("date_invalid", _with("Anniversary", _DAYS)),
    ("too_many_cells", _unquoted_comma),
    ("email_missing", _without_email),
    ("unclosed_quote", _unclosed_quote),
    ("phone_invalid", _with("Work phone", _PHONES)),
    ("stray_quote", _stray_quote),
)


def _line(cells: Cells, **as_written: str) -> str:
    """The row on one line. `as_written` goes into the file as it is, quotes or not."""
    return ",".join(as_written.get(heading) or _quoted(cells.get(heading, "")) for heading in HEADINGS) + "\r\n"


def _quoted(text: str) -> str:
    one_line = text.replace("\n", " ")
    return f'"{one_line.replace(chr(34), chr(34) * 2)}"' if "," in one_line or '"' in one_line else one_line
