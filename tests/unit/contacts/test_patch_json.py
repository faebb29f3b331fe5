"""JSON bodies: the same patches as rows make, and problems that name the whole way."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.contacts.fields import Field, FieldType
from shared.contacts.patch import COMPOSITES, FieldBook, RowProblem, parse_row, patch_from_json, resolve_target, target_names

same_every_time = settings(derandomize=True, deadline=None, max_examples=200)
BOOK = FieldBook(
    custom={
        "plan": Field("Plan", FieldType.SINGLE_SELECT, "custom.1", "Price plan", choices=("Gold", "Silver")),
        "since": Field("since", FieldType.DATE, "custom.2"),
    },
    identifiers=frozenset({"crm_id"}),
)


def path(name: str) -> str:
    found = resolve_target(name, BOOK)
    assert found is not None
    return found.path


def refused_body(body: dict[str, object]) -> RowProblem:
    with pytest.raises(RowProblem) as problem:
        patch_from_json(body, BOOK)
    return problem.value


def test_a_json_body_becomes_the_same_patch_as_a_row() -> None:
    body: dict[str, Any] = {
        "email": "ana@example.org",
        "first_name": None,
        "points": 5,
        "phones": [{"kind": "Home", "number": "020 7946 0018"}],
        "addresses": [{"kind": "work", "city": "Porto", "street": " "}],
        "custom": {"PLAN": "silver", "since": "2/9/2024"},
        "identifiers": {"crm_id": 7},
        "channels": {
            "email": {"permission": "explicit", "reason": "came back", "opt_in": {"source": "form", "at": "2026-11-21"}},
            "sms": {"status": None, "reason": "STOP"},
            "whatsapp": {"status": "Subscribed"},
        },
        "consents": [{"text": "Yes", "at": "2026-11-21T09:00:00Z", "ip": "192.0.2.1"}],
        "preferences": {"offers": True, "news": "no", "odd": None},
        "tags": ["vip", "-old"],
        "notes": ["a, b"],
    }
    assert patch_from_json(body, BOOK) == {
        "email": "ana@example.org",
        "first_name": None,
        "points": 5,
        "phones": [{"kind": "home", "number": "020 7946 0018"}],
        "addresses": [{"kind": "work", "city": "Porto"}],
        "custom.1": "Silver",
        "custom.2": "2024-02-09",
        "identifiers.crm_id": "7",
        "channels.email.permission": "explicit",
        "channels.email.reason": "came back",
        "channels.email.opt_in.source": "form",
        "channels.email.opt_in.at": datetime(2026, 11, 21, tzinfo=UTC),
        "channels.sms.status": None,
        "channels.sms.reason": "STOP",
        "channels.whatsapp.status": "subscribed",
        "consents": [{"text": "Yes", "at": datetime(2026, 11, 21, 9, tzinfo=UTC), "ip": "192.0.2.1"}],
        "preferences": {"offers": True, "news": False},
        "tags": ["vip", "-old"],
        "notes": ["a, b"],
    }
    columns = [(index, resolve_target(name, BOOK)) for index, name in enumerate(body)]
    assert patch_from_json(body, BOOK) == parse_row([(index, found) for index, found in columns if found], list(body.values()))


def test_null_blanks_a_list_and_says_nothing_of_an_object() -> None:
    blank = dict.fromkeys(("phones", "addresses", "consents", "preferences"))
    assert patch_from_json(dict.fromkeys(COMPOSITES), BOOK) == blank
    assert patch_from_json({"phones": [], "addresses": []}, BOOK) == {"phones": None, "addresses": None}


@pytest.mark.parametrize(
    ("body", "code", "field"),
    [
        ({"frist_name": "x"}, "unknown_field", "frist_name"),
        ({"custom": {"nope": 1}}, "unknown_field", "custom.nope"),
        ({"identifiers": {"email": "a@b.com"}}, "unknown_field", "identifiers.email"),
        ({"channels": {"fax": {}}}, "unknown_field", "channels.fax"),
        ({"channels": {"whatsapp": {"permission": "explicit"}}}, "unknown_field", "channels.whatsapp.permission"),
        ({"channels": {"whatsapp": {"reason": "x"}}}, "unknown_field", "channels.whatsapp.reason"),
        ({"channels": {"email": {"reason": "x" * 256}}}, "too_long", "channels.email.reason"),
        ({"channels": {"email": {"opt_in": {"who": 1}}}}, "unknown_field", "channels.email.opt_in.who"),
        ({"channels": {"email": {"status": "x"}}}, "choice_unknown", "channels.email.status"),
        ({"channels": {"email": "on"}}, "type_invalid", "channels.email"),
        ({"channels": []}, "type_invalid", "channels"),
        ({"custom": {"plan": "x"}}, "choice_unknown", "custom.plan"),
        ({"phones": "123"}, "type_invalid", "phones"),
        ({"phones": ["123"]}, "type_invalid", "phones.0"),
        ({"phones": [{"kind": "home"}]}, "value_missing", "phones.0"),
        ({"phones": [{"kind": "home", "number": "1"}]}, "phone_invalid", "phones.0.number"),
        ({"phones": [{"kind": "home", "number": "123"}, {"kind": "moon", "number": "123"}]}, "choice_unknown", "phones.1.kind"),
        ({"addresses": [{}]}, "value_missing", "addresses.0"),
        ({"addresses": [{"kind": "home", "planet": "x"}]}, "unknown_field", "addresses.0.planet"),
        ({"consents": [{"at": "never"}]}, "datetime_invalid", "consents.0.at"),
        ({"consents": [None]}, "value_missing", "consents.0"),
        ({"preferences": {"a": "x"}}, "boolean_invalid", "preferences.a"),
        ({"preferences": {" ": True}}, "type_invalid", "preferences"),
        ({"first_name": ["x"]}, "type_invalid", "first_name"),
        ({"notes": {"a": 1}}, "type_invalid", "notes"),
    ],
)
def test_a_bad_body_names_the_whole_way_to_its_problem(body: dict[str, object], code: str, field: str) -> None:
    problem = refused_body(body)
    assert (problem.code, problem.field) == (code, field)
    assert problem.message.startswith(f"{field}: ")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["kind", "number", "email", "at", "plan", "x"]), inner, max_size=3)
    ),
    max_leaves=6,
)


@same_every_time
@given(st.dictionaries(st.sampled_from([*COMPOSITES, *target_names(BOOK)]), JSON, max_size=4))
def test_any_json_is_a_patch_of_known_paths_or_one_problem(body: dict[str, object]) -> None:
    known = {path(name) for name in target_names(BOOK)} | {"phones", "addresses", "consents", "preferences"}
    try:
        patch = patch_from_json(body, BOOK)
    except RowProblem:
        return
    assert set(patch) <= known


def test_a_key_that_cannot_be_shown_or_stored_is_made_fit_for_both() -> None:
    problem = refused_body({"a" + chr(0xD800) + "x" * 100: 1})
    assert problem.field.encode()
    assert len(problem.field) == 60


def test_more_than_a_thousand_tags_at_once_are_refused() -> None:
    names = [f"t{number}" for number in range(1_001)]
    assert len(patch_from_json({"tags": names[1:]}, FieldBook())["tags"]) == 1_000
    with pytest.raises(RowProblem, match="at most 1,000") as refused:
        patch_from_json({"tags": names}, FieldBook())
    assert (refused.value.code, refused.value.field) == ("too_many", "tags")
