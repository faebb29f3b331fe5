"""A cell in which whoever prepares a payload says that a row is unfit, so that the report names the row in its place. Pure.

No heading means it, no export shows it, no body of the API has it: it is read only where a mapping names it.
"""

import re
from collections.abc import Mapping
from typing import Any

from shared.contacts.setters import Patch, RowProblem
from shared.contacts.targets import Target
from shared.contacts.values import trim

REFUSED = "refused"
"""The name of the target, the code of rows of which no other is said, and the field of those of which none is."""
CODE_LENGTH = 64
MESSAGE_LENGTH = 1_000
FIELD_LENGTH = 255
_UNSAID = "The row was found unfit before it was sent, and nothing more is said of it. Mend it, and send it again."
_code = re.compile(rf"[a-z][a-z0-9_]{{0,{CODE_LENGTH - 1}}}").fullmatch


class Refused(RowProblem):
    """What a row itself says against it, in its own words: the message need not begin with the field."""


def refused_target() -> Target:
    """Rejects every row whose cell is not blank, and puts nothing into the patches of others."""
    return Target(REFUSED, REFUSED, _refuse)


def problems_said(cell: object) -> list[Refused]:
    """What the cell says, one problem or several; nothing where it is blank.

    Text is a message. An object has `message`, and `code` and `field` where they are known: the code is lower-case letters,
    digits and `_`, else REFUSED. A list has several of these, of which the first is the row's. Whatever else is not blank
    says that the row is unfit, and not why. A message that no report could show as it is gets a sign for what is unfit in it.
    """
    said = cell if isinstance(cell, (list, tuple)) else (cell,)
    return [_problem(each) for each in said if not _is_blank(each)]


def _refuse(cell: object, _: Patch) -> None:
    if problems := problems_said(cell):
        raise problems[0]


def _is_blank(said: object) -> bool:
    return said is None or (isinstance(said, (bytes, Mapping)) and not said) or (isinstance(said, str) and not trim(said))


def _problem(said: object) -> Refused:
    known: Mapping[Any, Any] = said if isinstance(said, Mapping) else {"message": said}
    code = known.get("code")
    is_code = isinstance(code, str) and _code(code) is not None
    field = _words(known.get("field"), FIELD_LENGTH) or REFUSED
    return Refused(str(code) if is_code else REFUSED, field, _words(known.get("message"), MESSAGE_LENGTH) or _UNSAID)


def _words(said: object, length: int) -> str:
    text = trim(said) if isinstance(said, str) else ""
    cut = text if len(text) <= length else text[: length - 1] + "…"
    return cut if cut.isprintable() else "".join(map(_shown, cut))


def _shown(letter: str) -> str:
    return letter if letter.isprintable() else " " if letter.isspace() else "\ufffd"
