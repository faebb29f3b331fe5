"""Custom fields as this API takes and shows them, with numbers for their choices. Pure.

What its clients refuse is cut: a page with one label of 51 letters would be lost to them as a whole.
"""

from collections.abc import Iterable, Mapping
from itertools import chain, count
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, Field

from services.gateway.dialects.constant_contact.asking import Said
from services.gateway.dialects.constant_contact.errors import invalid
from services.gateway.spelling import Choice, tidy
from shared.contacts.fields import FieldType
from shared.contacts.present import time_text
from shared.contacts.registry import CustomField

LABEL_LENGTH = 50
MOST_CHOICES = 100
MOST_CHOICES_IN_SIGHT = {"radio": 20, "checkbox": 20}
"""By `display_type`: of those that show all choices at once."""
TYPES = {
    "string": FieldType.TEXT,
    "text_area": FieldType.TEXT_AREA,
    "date": FieldType.DATE,
    "datetime": FieldType.DATETIME,
    "currency": FieldType.CURRENCY,
    "number": FieldType.NUMBER,
    "boolean": FieldType.BOOLEAN,
    "single_select": FieldType.SINGLE_SELECT,
    "multi_select": FieldType.MULTI_SELECT,
}
SHOWN = {native: name for name, native in TYPES.items()} | {
    FieldType.INTEGER: "number",
    FieldType.PHONE: "string",
    FieldType.URL: "string",
}
"""The type of each native field. A whole number is a `number` whose metadata say `integer`."""
_DATES = frozenset({FieldType.DATE, FieldType.DATETIME})
_REAL_DATES = 2
"""The version of date fields whose values are dates and not texts: Muster has no others."""

Label = Annotated[str, Field(min_length=1, max_length=LABEL_LENGTH), AfterValidator(tidy)]
TypeName = Literal["string", "text_area", "date", "datetime", "currency", "number", "boolean", "single_select", "multi_select"]


class Metadata(Said):
    """How values are shown and typed in. Kept and shown; of these, `integer` alone decides what a value may be."""

    display_type: Annotated[str, Field(max_length=20)] | None = None
    allow_negative: bool | None = None
    decimal_places: Annotated[int, Field(ge=0, le=4)] | None = None
    currency_code: Annotated[str, Field(pattern="^[A-Za-z]{3}$")] | None = None
    integer: bool | None = None
    display_format: Annotated[str, Field(max_length=50)] | None = None

    def given(self) -> dict[str, Any]:
        """What is said, as it is kept with the field."""
        return self.model_dump(exclude_none=True)


class ChoiceInput(Said):
    """One choice. `choice_id` says which of the field's choices it is, whatever it is called now."""

    choice_label: Choice
    choice_id: int | None = None
    display_order: int | None = None


class FieldPut(Said):
    """`PUT` of a custom field. What is left out stays; so does the name, by which files know the field."""

    label: Label | None = None
    type: TypeName | None = None
    metadata: Metadata = Metadata()
    choices: Annotated[tuple[ChoiceInput, ...], Field(max_length=MOST_CHOICES)] | None = None


class FieldPost(FieldPut):
    """`POST` of a custom field."""

    label: Label
    type: TypeName
    version: Literal[1, 2] | None = None


class FieldsWanted(Said):
    """How many custom fields a page shows."""

    limit: Annotated[int, Field(ge=1, le=100)] = 50


def name_of(label: str) -> str:
    """The name that a field is given with its label, by which files and imports know it."""
    return label.replace(" ", "_").lower()[:LABEL_LENGTH]


def with_label(label: str, fields: Iterable[CustomField]) -> CustomField | None:
    """The one of these fields whose label makes the same name: two such could not be told apart by people."""
    wanted = name_of(label).casefold()
    return next((each for each in fields if name_of(each.field.label).casefold() == wanted), None)


def free_name(label: str, fields: Iterable[CustomField]) -> str:
    """The name for a new field of this label: with a number where a field has the name that is called something else by now."""
    names, name = {each.field.name.casefold() for each in fields}, name_of(label)
    numbered = (f"{name[: LABEL_LENGTH - len(ending)]}{ending}" for ending in (f"_{number}" for number in count(2)))
    return next(each for each in chain([name], numbered) if each.casefold() not in names)


def kind_of(body: FieldPost) -> FieldType:
    """The native type."""
    return FieldType.INTEGER if body.type == "number" and body.metadata.integer else TYPES[body.type]


def kept_with(body: FieldPost) -> dict[str, Any]:
    """What the field keeps beside what it is natively."""
    return body.metadata.given() | ({} if body.version is None else {"version": body.version})


def changes(body: FieldPut, custom: CustomField) -> tuple[dict[str, Any], dict[str, int]]:
    """What of the field changes, and the numbers of choices that have them already. Raises Problem 400."""
    _check_unchanged(body, custom)
    facts: dict[str, Any] = {"label": body.label} if body.label else {}
    if given := body.metadata.given():
        facts["metadata"] = {**custom.metadata, **given}
    if body.choices is None or (not body.choices and not custom.field.choices):
        return facts, {}
    facts["choices"] = labels_of(body.choices, facts.get("metadata", custom.metadata))
    return facts, _numbers_said(body.choices, custom)


def labels_of(choices: Iterable[ChoiceInput], metadata: Mapping[str, Any]) -> list[str]:
    """The choices in the order in which they are shown. Raises Problem 400 where that are more than can be seen at once."""
    ordered = sorted(choices, key=lambda choice: (choice.display_order is None, choice.display_order or 0))
    most = MOST_CHOICES_IN_SIGHT.get(metadata.get("display_type", ""), MOST_CHOICES)
    if len(ordered) > most:
        raise invalid(f"choices does not have a valid value: a {metadata['display_type']} shows at most {most} choices")
    return [choice.choice_label for choice in ordered]


def field_body(custom: CustomField, field_id: UUID) -> dict[str, Any]:
    """The JSON of a custom field."""
    field = custom.field
    body: dict[str, Any] = {
        "custom_field_id": str(field_id),
        "label": field.label[:LABEL_LENGTH],
        "name": field.name[:LABEL_LENGTH],
        "type": SHOWN[field.type],
    }
    metadata = {name: custom.metadata[name] for name in Metadata.model_fields if name in custom.metadata}
    if field.type is FieldType.INTEGER:
        metadata["integer"] = True
    if metadata:
        body["metadata"] = metadata
    version = custom.metadata.get("version", _REAL_DATES if field.type in _DATES else None)
    if version is not None:
        body["version"] = version
    times = {"updated_at": time_text(custom.updated_at), "created_at": time_text(custom.created_at)}
    if field.choices:
        body["choices"] = [
            {
                "custom_field_id": str(field_id),
                "choice_id": custom.choice_ids[choice],
                "choice_label": choice,
                "display_order": place,
                **times,
            }
            for place, choice in enumerate(field.choices[:MOST_CHOICES], 1)
        ]
    return body | times


def _check_unchanged(body: FieldPut, custom: CustomField) -> None:
    shown, is_whole = SHOWN[custom.field.type], custom.field.type is FieldType.INTEGER
    if body.type is not None and body.type != shown:
        raise invalid(f"type does not have a valid value: the field is {shown} and stays so; make another one")
    if shown == "number" and body.metadata.integer not in (None, is_whole):
        kind = "whole numbers" if is_whole else "numbers with decimals"
        raise invalid(f"metadata.integer does not have a valid value: the field holds {kind} and stays so; make another one")


def _numbers_said(choices: Iterable[ChoiceInput], custom: CustomField) -> dict[str, int]:
    known, said = set(custom.choice_ids.values()), {}
    for choice in choices:
        if choice.choice_id is None:
            continue
        if choice.choice_id not in known:
            raise invalid(
                f"choice_id does not have a valid value: the field has no choice {choice.choice_id}; leave it out to add one"
            )
        known.discard(choice.choice_id)
        said[choice.choice_label] = choice.choice_id
    return said
