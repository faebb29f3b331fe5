"""How lists, tags, custom fields and choices may be called, in whichever API they are made: by names that people can read."""

from collections.abc import Sequence
from typing import Annotated

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from services.gateway.problems import Problem
from shared.contacts.fields import FieldType

SELECTS = frozenset({FieldType.SINGLE_SELECT, FieldType.MULTI_SELECT})


def tidy(name: str) -> str:
    """A name for people: not blank, on one line. For pydantic; raises its error."""
    name = name.strip()
    if not name or not name.isprintable():
        raise PydanticCustomError("name_unreadable", "must have letters or digits and be on one line")
    return name


def _no_minus(name: str) -> str:
    if name.startswith("-"):
        raise PydanticCustomError("tag_begins_with_minus", "must not begin with a minus, which takes tags off")
    return name


Name = Annotated[str, Field(min_length=1, max_length=255), AfterValidator(tidy)]
"""Of a list."""
TagName = Annotated[Name, AfterValidator(_no_minus)]
Choice = Annotated[str, Field(min_length=1, max_length=255), AfterValidator(tidy)]


def check_choices(kind: FieldType, choices: Sequence[str]) -> None:
    """Selects have choices, each once, and other fields have none. Raises Problem 422 `choices_invalid`."""
    if (kind in SELECTS) != bool(choices):
        what = (
            "A select needs at least one choice." if kind in SELECTS else f"A field of type {kind} has no choices. Leave them out."
        )
        raise Problem(422, "choices_invalid", f"choices: {what}", field="choices")
    if len(set(choices)) != len(choices):
        raise Problem(422, "choices_invalid", "choices: one of them is there twice. Name each once.", field="choices")
