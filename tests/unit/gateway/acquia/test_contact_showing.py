"""Stored contacts as this API shows them, where custom fields stand behind what is no field."""

from datetime import UTC, datetime
from typing import Any

import pytest

from services.gateway.dialects.acquia.contact_fields import BESIDE, contact_fields
from services.gateway.dialects.acquia.contact_showing import Shower
from shared.contacts.fields import Field, FieldType, custom_path
from shared.contacts.registry import CustomField

NOW = datetime(2026, 11, 22, tzinfo=UTC)
SHOWN = {"owner": "owner", "stage": "stage", "ip_address": "ipAddresses"}


def shown(name: str, kind: FieldType, value: Any) -> Any:
    """A contact that has this value in a custom field of this name."""
    fields = contact_fields([CustomField(1, Field(name, kind, custom_path(1), name), NOW, NOW, {}, {})], frozenset())
    return Shower(fields).contact({"_id": 1, "created_at": NOW, "updated_at": NOW, "custom": {"1": value}})


def test_years_have_four_digits() -> None:
    contact = shown("seen", FieldType.DATETIME, datetime(99, 2, 3, 4, 5, 6, tzinfo=UTC))
    assert contact["fields"]["all"]["seen"] == "0099-02-03 04:05:06"


@pytest.mark.parametrize(("name", "value"), [("owner", 5), ("stage", 5), ("ip_address", "192.0.2.1")])
def test_what_a_contact_has_beside_its_fields_stands_there_alone(name: str, value: Any) -> None:
    contact = shown(name, BESIDE[name][1], value)
    assert contact[SHOWN[name]]
    assert name not in contact["fields"]["all"]


@pytest.mark.parametrize(("name", "kind", "value"), [("owner", FieldType.TEXT, "Bo"), ("Stage", FieldType.NUMBER, 1.5)])
def test_a_field_of_another_type_is_shown_among_the_fields_alone(name: str, kind: FieldType, value: Any) -> None:
    contact = shown(name, kind, value)
    assert contact["fields"]["all"][name.lower()] == contact["fields"]["core"][name.lower()]["value"] == value
    assert contact[SHOWN[name.lower()]] is None


def test_an_address_of_another_type_is_no_address() -> None:
    contact = shown("ip_address", FieldType.URL, "https://example.org")
    assert (contact["ipAddresses"], contact["fields"]["all"]["ip_address"]) == ([], "https://example.org")
