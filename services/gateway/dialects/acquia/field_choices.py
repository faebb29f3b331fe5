"""What may be chosen in a field: the `properties` of selects and of booleans, in each of the ways clients write them. Pure.

Contacts hold the values of choices. The labels beside them are kept with the field, for this API alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.gateway.dialects.acquia.errors import Unfit
from services.gateway.dialects.acquia.php import as_list, key_of

LENGTH = 255
MOST_CHOICES = 1_000
BAR = "|"
"""Between the values of a contact that has several: no value may have one."""
_NO_AND_YES = {"no": "No", "yes": "Yes"}
_HOW = "Write a list of objects with label and value, a list of texts, or one text with bars between."


@dataclass(frozen=True, slots=True)
class Labelled:
    """One choice: what contacts hold, and what people read."""

    value: str
    label: str


def choices_said(properties: Any) -> list[Labelled]:
    """The choices of a select, in their order; none where none are said. Raises Unfit."""
    said = properties["list"] if isinstance(properties, Mapping) and "list" in properties else properties
    found = [_labelled(value, label) for value, label in _pairs(said)]
    if len(found) > MOST_CHOICES:
        raise Unfit(f"A field has at most {MOST_CHOICES} choices.")
    return found


def words_said(properties: Any) -> dict[str, str]:
    """What people read for no and for yes. Raises Unfit."""
    said = properties if isinstance(properties, Mapping) else {}
    return {name: _text(said.get(name) or word) for name, word in _NO_AND_YES.items()}


def choices_kept(choices: Sequence[Labelled]) -> dict[str, Any]:
    """Choices as they are kept with their field."""
    return {"list": [{"label": choice.label, "value": choice.value} for choice in choices]}


def choices_shown(choices: Sequence[str], kept: Mapping[str, Any]) -> dict[str, Any]:
    """The choices that a select has by now, with the labels that were kept."""
    labels = {each["value"]: each["label"] for each in kept.get("list", ())}
    return choices_kept([Labelled(choice, labels.get(choice, choice)) for choice in choices])


def words_shown(kept: Mapping[str, Any]) -> dict[str, str]:
    """What people read in a boolean."""
    return {name: kept.get(name, word) for name, word in _NO_AND_YES.items()}


def _pairs(said: Any) -> list[tuple[Any, Any]]:
    """Values with their labels, unchecked. An object has labels by values, unless its members are counted or objects."""
    if said is None or said == "":
        return []
    if isinstance(said, str):
        return [(part, part) for part in said.split(BAR)]
    if isinstance(said, Mapping):
        said = as_list({key_of(str(key)): value for key, value in said.items()})
    if isinstance(said, Mapping):
        if not all(isinstance(each, Mapping) for each in said.values()):
            return list(said.items())
        said = list(said.values())
    if not isinstance(said, list):
        raise Unfit(_HOW)
    return [_pair(each) for each in said]


def _pair(said: Any) -> tuple[Any, Any]:
    if not isinstance(said, Mapping):
        return said, said
    value, label = said.get("value"), said.get("label")
    return (label if value in (None, "") else value), (value if label in (None, "") else label)


def _labelled(value: Any, label: Any) -> Labelled:
    found = Labelled(_text(value), _text(label))
    if BAR in found.value:
        raise Unfit(f"The value of a choice has no {BAR}, which stands between the choices of a contact.")
    return found


def _text(said: Any) -> str:
    """A text for people. Numbers are texts in forms, and may be numbers in JSON."""
    if not isinstance(said, str | int | float) or isinstance(said, bool):
        raise Unfit(_HOW)
    text = str(said).strip()
    if not text or not text.isprintable() or len(text) > LENGTH:
        raise Unfit(f"A choice has 1 to {LENGTH} characters on one line.")
    return text
