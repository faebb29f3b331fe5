"""The contact fields of an account: the vendor's own in their order, then those that the account made."""

from datetime import UTC, datetime
from typing import Any

import pytest

from services.gateway.dialects.acquia.contact_fields import BESIDE, DEFAULTS, FIRST_CUSTOM, KEPT, TYPES, contact_fields
from shared.contacts.fields import Field, FieldType, custom_path
from shared.contacts.registry import CustomField
from shared.contacts.targets import resolve_target

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def custom(number: int, name: str, kind: FieldType = FieldType.TEXT, label: str = "", **kept: Any) -> CustomField:
    """A field that the account has."""
    metadata = {KEPT: kept} if kept else {}
    return CustomField(number, Field(name, kind, custom_path(number), label or name), NOW, NOW, metadata, {})


def fields(*own: CustomField) -> Any:
    return contact_fields(own, frozenset())


def test_an_account_without_fields_has_the_vendors_in_its_order() -> None:
    known = fields()
    assert [field.alias for field in known.all] == [field.alias for field in DEFAULTS]
    assert [field.id for field in known.all] == list(range(1, len(DEFAULTS) + 1))
    core = "title firstname lastname company position email mobile phone points fax address1 address2 city state zipcode country"
    rest = "preferred_locale timezone last_active attribution_date attribution website"
    assert [field.alias for field in known.all if field.group == "core"] == f"{core} {rest}".split()
    social = ["facebook", "foursquare", "instagram", "linkedin", "skype", "twitter"]
    assert [field.alias for field in known.all if field.group == "social"] == social


def test_every_default_has_a_place_in_a_contact_or_becomes_a_custom_field() -> None:
    known = fields()
    for field in known.all:
        is_made = field.target.startswith("cf:")
        assert (resolve_target(field.target, known.book) is None) == is_made, field.alias


def test_only_what_a_request_speaks_of_is_missing() -> None:
    known = fields(custom(1, "Twitter"))
    missing = known.missing(["cf:facebook", "cf:twitter", "cf:owner", "first_name", "cf:nobody_knows", "refused"])
    assert [(each.name, each.type) for each in missing] == [("facebook", FieldType.TEXT), ("owner", FieldType.INTEGER)]
    assert missing[0].metadata == {KEPT: {"type": "text", "group": "social"}}
    assert known.missing(["cf:TWITTER"]) == []


@pytest.mark.parametrize("name", list(BESIDE))
def test_what_a_contact_has_beside_its_fields_is_no_field(name: str) -> None:
    for known in (fields(), fields(custom(1, name, BESIDE[name][1])), fields(custom(1, name.upper(), BESIDE[name][1]))):
        assert name not in known.by_alias
        assert known.beside == set(BESIDE)


@pytest.mark.parametrize("name", list(BESIDE))
def test_a_field_of_another_type_is_one_of_the_account(name: str) -> None:
    known = fields(custom(1, name.upper(), FieldType.CURRENCY), custom(2, f"{name}!"))
    first, second = known.all[len(DEFAULTS) :]
    assert (first.id, first.alias, first.target, first.type) == (FIRST_CUSTOM + 1, name, f"cf:{name.upper()}", "number")
    assert second.alias == f"{name}_2"
    assert known.beside == set(BESIDE) - {name}
    assert known.missing([f"cf:{name}"]) == []


def test_a_custom_field_stands_behind_the_vendors_own_of_its_name_and_keeps_its_place() -> None:
    known = fields(custom(3, "Twitter", label="Chirps"), custom(4, "Attribution", FieldType.TEXT))
    twitter, attribution = known.by_alias["twitter"], known.by_alias["attribution"]
    assert (twitter.id, twitter.label, twitter.target, twitter.type) == (28, "Twitter", "cf:Twitter", "text")
    assert (attribution.id, attribution.type, attribution.native) == (21, "text", FieldType.TEXT)
    assert len(known.all) == len(DEFAULTS)


def test_fields_of_the_account_follow_with_ids_beyond_the_vendors() -> None:
    known = fields(custom(1, "Plan", label="The plan"), custom(7, "Shoe size", FieldType.INTEGER, group="personal"))
    plan, shoe = known.all[len(DEFAULTS) :]
    assert (plan.id, plan.alias, plan.label, plan.type, plan.group) == (FIRST_CUSTOM + 1, "plan", "The plan", "text", "core")
    assert (shoe.id, shoe.alias, shoe.target, shoe.type, shoe.group) == (
        FIRST_CUSTOM + 7,
        "shoe_size",
        "cf:Shoe size",
        "number",
        "personal",
    )


def test_no_two_fields_have_one_alias() -> None:
    known = fields(
        custom(1, "email"),
        custom(2, "E mail"),
        custom(3, "e-mail"),
        custom(4, "id"),
        custom(5, "Öl"),
        custom(6, "ähm"),
        custom(7, "日本"),
    )
    aliases = [field.alias for field in known.all]
    assert len(set(aliases)) == len(aliases)
    assert aliases[len(DEFAULTS) :] == ["email_2", "e_mail", "e_mail_2", "id_2", "l", "hm", "field"]


@pytest.mark.parametrize(("word", "kind"), TYPES.items())
def test_a_field_has_the_type_that_it_was_made_with_while_that_is_true(word: str, kind: FieldType) -> None:
    assert fields(custom(1, "x", kind, type=word)).by_alias["x"].type == word
    other = FieldType.CURRENCY
    assert fields(custom(1, "x", other, type=word)).by_alias["x"].type == "number"


@pytest.mark.parametrize("kind", FieldType)
def test_a_field_made_elsewhere_has_a_type_of_the_vendors(kind: FieldType) -> None:
    word = fields(custom(1, "x", kind)).by_alias["x"].type
    assert word in TYPES


@pytest.mark.parametrize("group", ["nowhere", None, 5, ["core"]])
def test_a_group_that_there_is_not_is_core(group: Any) -> None:
    assert fields(custom(1, "x", group=group, type="text")).by_alias["x"].group == "core"
