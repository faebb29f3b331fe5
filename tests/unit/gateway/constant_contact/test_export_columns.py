"""From the vendor's field names to columns: each is one that there is, under a title or a name that an import reads."""

import pytest

from services.gateway.dialects.constant_contact.export_columns import BESIDE_EMAIL, FIELDS, headings
from services.gateway.problems import Problem
from shared.contacts.columns import SHOWN_ONLY, resolve_column
from shared.contacts.fields import Field, FieldType
from shared.contacts.mapping import plan_mapping
from shared.contacts.patch import FieldBook

OF_VENDOR = """
    first_name last_name email_address email_lists phone_number company_name job_title social_profiles website notes street city
    state zip country anniversary birthday birthday_day birthday_month source_name created_at updated_at email_optin_source
    email_optin_date email_optout_source email_optout_date email_optout_reason
"""
CUSTOM = [
    Field("plan", FieldType.TEXT, "custom.1", "Which plan"),
    Field("Other", FieldType.TEXT, "custom.2", " Which plan "),
    Field("City", FieldType.TEXT, "custom.3", "City - Home"),
    Field("blank", FieldType.TEXT, "custom.4", "\x1c"),
    Field("sly", FieldType.TEXT, "custom.5", "cf:plan"),
]
BOOK = FieldBook({field.name.lower(): field for field in CUSTOM})


def titles(*names: str) -> dict[str, str]:
    return headings(names, CUSTOM, as_imported=False)


def imported(*names: str) -> dict[str, str]:
    return headings(names, CUSTOM, as_imported=True)


def refusal(*names: str, as_imported: bool = False) -> str:
    with pytest.raises(Problem) as refused:
        headings(names, CUSTOM, as_imported=as_imported)
    assert refused.value.status == 400
    return refused.value.detail


def test_every_field_of_the_vendor_is_known() -> None:
    assert set(OF_VENDOR.split()) <= FIELDS.keys()


def test_every_column_is_one_that_a_file_can_have_and_no_two_have_one_heading() -> None:
    for found in (titles(), imported(), titles(*FIELDS)):
        assert [column.name for name in found if (column := resolve_column(name, BOOK))] == list(found)
        assert len(set(found.values())) == len(found)
        assert all(0 < len(heading.strip()) <= 255 for heading in found.values())


def test_titles_are_those_of_the_vendor() -> None:
    assert titles("email_address", "first_name", "company_name", "created_at") == {
        "email": "Email address",
        "first_name": "First name",
        "company_name": "Company",
        "created_at": "Created At",
    }
    assert list(titles("phone_number").values())[:2] == ["Phone - home", "Phone - work"]
    assert list(titles("city", "country").values()) == [
        f"{part} - {kind}" for part in ("City", "Country") for kind in ("Home", "Work", "Other")
    ]


def test_columns_stand_in_the_order_in_which_they_are_named_and_once() -> None:
    assert list(titles("last_name", "CF:Plan", "first_name", "last_name")) == ["last_name", "cf:plan", "first_name"]


def test_a_label_that_would_be_the_title_of_two_columns_gives_way_to_the_name() -> None:
    own = {name: heading for name, heading in titles().items() if name.startswith("cf:")}
    assert own == {
        "cf:plan": "Which plan",
        "cf:Other": "cf:Other",
        "cf:City": "cf:City",
        "cf:blank": "cf:blank",
        "cf:sly": "cf:sly",
    }


def test_an_import_reads_every_column_of_a_file_for_imports_as_that_column() -> None:
    found = imported()
    plan = plan_mapping(list(found.values()), None, BOOK, nested=False, match="email")
    assert {found[target.name]: target.name for _, target in plan.targets} == {heading: name for name, heading in found.items()}
    assert [*plan.unknown, *plan.ignored, *plan.shadowed] == []
    assert not set(SHOWN_ONLY) & found.keys()
    names = ["email", "first_name", "sms_number", "home_phone", "phone", "home_street", "work_zip", "birthday_month", "cf:plan"]
    assert set(names) <= set(found.values())


def test_a_file_for_imports_leaves_out_the_part_of_a_field_that_no_import_reads() -> None:
    assert list(imported("phone_number").values()) == ["home_phone", "work_phone", "mobile_phone", "phone"]
    assert imported("email_address", "social_profiles") == {"email": "email"}


@pytest.mark.parametrize("name", ["tags", "created_at", "email_lists", "email_status"])
def test_a_field_that_no_import_reads_is_refused_in_a_file_for_imports(name: str) -> None:
    detail = refusal("email_address", name, as_imported=True)
    assert detail.startswith(f"fields.1 does not have a valid value: no import reads {name}.")


def test_a_birthday_is_imported_by_month_and_day() -> None:
    assert "name birthday_month and birthday_day" in refusal("birthday", as_imported=True)


@pytest.mark.parametrize("name", sorted(BESIDE_EMAIL))
def test_what_is_about_the_email_goes_only_together_with_it(name: str) -> None:
    assert refusal("first_name", name) == f"fields.1 does not have a valid value: {name} goes only together with email_address"
    assert len(titles(name, "email_address")) == 2


def test_a_field_that_there_is_not_is_refused_with_one_that_there_is() -> None:
    assert "Did you mean first_name" in refusal("email_address", "frist_name")
    assert refusal("cf:none").startswith("fields.0 does not have a valid value: there is no field 'cf:none'")
    assert "there is no field ''" in refusal("")


def test_fields_of_which_contacts_have_nothing_have_no_column() -> None:
    assert list(titles("social_profiles", "email_address")) == ["email"]
    assert refusal("social_profiles").startswith("fields does not have a valid value")
