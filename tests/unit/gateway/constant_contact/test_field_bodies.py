"""Custom fields between the vendor's words and the native ones."""

from datetime import UTC, datetime

import pytest

from services.gateway.dialects.constant_contact.field_bodies import SHOWN, TYPES, ChoiceInput, free_name, labels_of, name_of
from services.gateway.problems import Problem
from shared.contacts.fields import Field, FieldType
from shared.contacts.registry import CustomField


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("Customer ID", "customer_id"),
        ("Vehicle make  and model", "vehicle_make__and_model"),
        ("Größe (cm)", "größe_(cm)"),
        ("İ" * 50, ("İ" * 50).lower()[:50]),
    ],
)
def test_a_name_is_the_label_in_small_letters_with_underscores(label: str, name: str) -> None:
    assert name_of(label) == name
    assert len(name) <= 50


def test_a_name_that_is_taken_gets_a_number_and_stays_short_enough() -> None:
    moment = datetime(2026, 1, 1, tzinfo=UTC)

    def named(name: str) -> CustomField:
        return CustomField(1, Field(name, FieldType.TEXT, "custom.1", label="Other"), moment, moment, {}, {})

    assert free_name("One", [named("two")]) == "one"
    assert free_name("One", [named("One"), named("one_2")]) == "one_3"
    assert free_name("x" * 50, [named("X" * 50)]) == "x" * 48 + "_2"


def test_every_native_type_is_shown_as_a_type_that_can_be_sent() -> None:
    assert set(SHOWN) == set(FieldType)
    assert set(SHOWN.values()) == set(TYPES)
    assert all(SHOWN[native] == name for name, native in TYPES.items())


def test_choices_without_a_place_come_after_those_with_one_in_the_order_sent() -> None:
    places = {"d": None, "b": 5, "c": None, "a": 0}
    choices = [ChoiceInput(choice_label=label, display_order=place) for label, place in places.items()]
    assert labels_of(choices, {}) == ["a", "b", "d", "c"]


@pytest.mark.parametrize(("display_type", "most"), [("radio", 20), ("checkbox", 20), ("dropdown", 100)])
def test_no_more_choices_than_can_be_shown_are_taken(display_type: str, most: int) -> None:
    choices = [ChoiceInput(choice_label=str(place)) for place in range(most + 1)]
    assert len(labels_of(choices[:most], {"display_type": display_type})) == most
    with pytest.raises(Problem) as refused:
        labels_of(choices, {"display_type": display_type})
    assert refused.value.status == 400
