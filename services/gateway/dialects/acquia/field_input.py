"""What bodies say of contact fields. Pure. What Muster does not do with a field is kept and shown as it was said, or refused."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.gateway.dialects.acquia.contact_fields import (
    BESIDE,
    DEFAULTS,
    GROUPS,
    KEPT,
    RESERVED,
    TYPES,
    ContactField,
    alias_of,
)
from services.gateway.dialects.acquia.errors import Unfit, unfit_body
from services.gateway.dialects.acquia.field_choices import Labelled, choices_kept, choices_said, words_said
from services.gateway.dialects.acquia.php import is_true
from services.gateway.problems import Problem, translating
from services.gateway.spelling import SELECTS, check_choices
from shared.contacts.fields import CUSTOM_TEXT_LENGTH, FieldType
from shared.contacts.registry import CustomField

LABEL_LENGTH = 255
DEFAULT_TYPE = "text"
_UNIQUE = ("isUniqueIdentifier", "isUniqueIdentifer")
"""The second is how the vendor spells it in its own forms."""
_VENDORS = frozenset((*(each.alias for each in DEFAULTS), *BESIDE, *RESERVED))
_GREATEST = 2**63 - 1


@dataclass(frozen=True, slots=True)
class NewField:
    """A custom field to make, as `AccountFields.create` takes it. Where the alias is None, the label gives it one."""

    alias: str | None
    label: str
    type: FieldType
    choices: Sequence[str]
    metadata: Mapping[str, Any]


def new_field(body: Mapping[str, Any]) -> NewField:
    """The field that a body asks for. Raises Problem 400."""
    _check_possible(body)
    alias, label = _alias(body.get("alias")), _label(body.get("label"))
    word = body.get("type") or DEFAULT_TYPE
    if not isinstance(word, str) or word not in TYPES:
        raise unfit("type", f"The type is one of {', '.join(TYPES)}.")
    choices, properties = _properties(word, body.get("properties"))
    kept = {"type": word, "group": _group(body.get("group")), **properties, **_kept(body)}
    return NewField(alias, label, TYPES[word], choices, {KEPT: kept})


def changes(body: Mapping[str, Any], field: ContactField, custom: CustomField) -> dict[str, Any]:
    """What of a custom field changes, as `AccountFields.change` takes it. What the body leaves out stays. Raises Problem 400."""
    _check_possible(body)
    for name, stays in (("type", field.type), ("alias", field.alias)):
        if body.get(name) not in (None, "", stays):
            raise unfit(name, f"The {name} of this field is {stays} and stays so. Leave it out, or make another field.")
    facts: dict[str, Any] = {"label": _label(body["label"])} if "label" in body else {}
    kept = _kept(body)
    if body.get("group"):
        kept["group"] = _group(body["group"])
    if body.get("properties"):  # a body that was read before says [] for types without any
        choices, properties = _properties(field.type, body["properties"])
        kept |= properties
        if custom.field.type in SELECTS:
            facts["choices"] = choices
    if kept:
        facts["metadata"] = {**custom.metadata, KEPT: {**custom.metadata.get(KEPT, {}), **kept}}
    return facts


def unfit(member: str, sentence: str) -> Problem:
    """The refusal of one member of a body: 400."""
    return unfit_body({member: [sentence]})


def taken(alias: str) -> Problem:
    """The refusal of an alias that a field has already."""
    return unfit("alias", f"There is another field with the alias {alias}. Use it, or choose another alias.")


def _check_possible(body: Mapping[str, Any]) -> None:
    """Raises Problem 400 for what no custom field can be here, and what a contact would notice."""
    if any(is_true(body.get(name)) for name in _UNIQUE):
        how = "What identifies contacts is set up for the whole account: ask your operator for an identifier, or leave this out."
        raise unfit(_UNIQUE[0], how)
    if body.get("isPublished") not in (None, "") and not is_true(body["isPublished"]):
        raise unfit("isPublished", "A field that there is, is published. Delete it, or leave this out.")


def _alias(said: Any) -> str | None:
    if said is None or said == "":
        return None
    if not isinstance(said, str) or alias_of(said) != said or not said[0].isalpha():
        raise unfit("alias", "Write at most 50 lower-case letters, digits and single underscores between them, a letter first.")
    if said in _VENDORS:
        raise unfit("alias", f"The alias {said} is reserved. Choose another one.")
    return said


def _label(said: Any) -> str:
    text = str(said).strip() if isinstance(said, str | int | float) and not isinstance(said, bool) else ""
    if not text:
        raise unfit("label", "This value should not be blank.")
    if not text.isprintable() or len(text) > LABEL_LENGTH:
        raise unfit("label", f"Write at most {LABEL_LENGTH} characters on one line.")
    return text


def _group(said: Any) -> str:
    group = said or GROUPS[0]
    if group not in GROUPS:
        raise unfit("group", f"The group is one of {', '.join(GROUPS)}.")
    return str(group)


def _properties(word: str, said: Any) -> tuple[list[str], dict[str, Any]]:
    """The choices of a field of this type, and what is kept of its properties. Types without choices keep none."""
    try:
        if word == "boolean":
            return [], {"properties": words_said(said)}
        if TYPES[word] not in SELECTS:
            return [], {}
        found: list[Labelled] = choices_said(said)
    except Unfit as problem:
        raise unfit("properties", str(problem)) from None
    choices = [choice.value for choice in found]
    with translating(lambda problem: unfit("properties", problem.detail.removeprefix("choices: "))):
        check_choices(TYPES[word], choices)
    return choices, {"properties": choices_kept(found)}


def _kept(body: Mapping[str, Any]) -> dict[str, Any]:
    """What is only shown again, as far as the body says it."""
    flags = ("isRequired", "isPubliclyUpdatable")
    kept: dict[str, Any] = {name: is_true(body[name]) for name in flags if body.get(name) is not None}
    if "defaultValue" in body:
        kept["defaultValue"] = _default(body["defaultValue"])
    return kept


def _default(said: Any) -> str | float | bool | None:
    """Kept in whatever type it came: forms have texts for numbers too."""
    if isinstance(said, str) and len(said) <= CUSTOM_TEXT_LENGTH and "\0" not in said:
        return said or None
    if said is None or isinstance(said, bool | float) or (isinstance(said, int) and abs(said) <= _GREATEST):
        return said
    raise unfit("defaultValue", f"Write a text of at most {CUSTOM_TEXT_LENGTH} characters, a number, true or false.")
