"""From headings to targets."""

from collections import defaultdict
from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.contacts.fields import Field, FieldType
from shared.contacts.mapping import MappingPlan, MappingProblem, field_name, forgiving, plan_mapping
from shared.contacts.patch import COMPOSITES, FieldBook, resolve_target, target_names
from shared.contacts.synonyms import synonyms

same_every_time = settings(derandomize=True, deadline=None, max_examples=200)
BOOK = FieldBook(
    custom={
        "plan": Field("plan", FieldType.TEXT, "custom.1", "Price plan"),
        "region": Field("Region", FieldType.TEXT, "custom.2", "Sales region"),
    },
    identifiers=frozenset({"crm_id"}),
)
SYNONYMS = sorted({word for word, _ in synonyms()})


def names(plan: MappingPlan) -> list[tuple[int, str]]:
    return [(index, target.name) for index, target in plan.targets]


def plan(
    *columns: str, given: Mapping[str, str | None] | None = None, create_fields: bool = False, nested: bool = True
) -> MappingPlan:
    return plan_mapping(columns, given, BOOK, create_fields=create_fields, nested=nested)


def refused(*columns: str, given: Mapping[str, str | None] | None = None, create_fields: bool = False) -> MappingProblem:
    with pytest.raises(MappingProblem) as problem:
        plan(*columns, given=given, create_fields=create_fields)
    return problem.value


def test_canonical_names_map_to_themselves_so_an_export_comes_back() -> None:
    exported = target_names(BOOK)
    assert names(plan(*exported)) == list(enumerate(exported))


@pytest.mark.parametrize(
    ("heading", "name"),
    [
        ("E-Mail Address", "email"),
        ("email_address", "email"),
        ("Email", "email"),
        ("\ufeffemail", "email"),
        ("First Name", "first_name"),
        ("firstname", "first_name"),
        ("Vorname", "first_name"),
        ("Prénom", "first_name"),
        ("SURNAME", "last_name"),
        ("Name", "full_name"),
        ("Company", "company_name"),
        ("Phone", "phone:other"),
        ("tel.", "phone:other"),
        ("Home Phone", "phone:home"),
        ("work_phone", "phone:work"),
        ("Business Phone", "phone:work"),
        ("Phone - home", "phone:home"),
        ("mobile phone", "phone:mobile"),
        ("Cell", "phone:mobile"),
        ("Handy", "phone:mobile"),
        ("Fax", "phone:fax"),
        ("mobile", "mobile"),
        ("Mobile", "mobile"),
        ("mobile_number", "mobile"),
        ("sms_number", "mobile"),
        ("street", "address:home:street"),
        ("Straße", "address:home:street"),
        ("Address Line 1", "address:home:street"),
        ("address2", "address:home:street2"),
        ("Zip", "address:home:postal_code"),
        ("PLZ", "address:home:postal_code"),
        ("home_city", "address:home:city"),
        ("home country", "address:home:country"),
        ("work_street", "address:work:street"),
        ("other_zip", "address:other:postal_code"),
        ("City - Home", "address:home:city"),
        ("Street address line 1 - Home", "address:home:street"),
        ("State/Province", "address:home:state"),
        ("cf:plan", "cf:plan"),
        ("cf:PLAN", "cf:plan"),
        ("Plan", "cf:plan"),
        ("Price Plan", "cf:plan"),
        ("CRM-ID", "identifier:crm_id"),
        ("contact_id", "id"),
        ("UUID", "uuid"),
        ("Tag", "tags"),
        ("List", "lists"),
        ("EmailType", "email_type"),
        ("optInType", "opt_in_type"),
        ("SMS permission", "sms_permission"),
        ("sms_consent_date", "sms_opt_in_at"),
        ("preference:Offers", "preference:Offers"),
        (" PREFERENCE: Weekly > Sci.Fi ", "preference:Weekly > Sci.Fi"),
        ("WhatsApp status", "whatsapp_status"),
        ("consent:user_agent", "consent:user_agent"),
    ],
)
def test_a_heading_is_understood_in_many_spellings(heading: str, name: str) -> None:
    assert names(plan(heading)) == [(0, name)]


def test_every_synonym_means_one_thing_that_exists_and_is_spelled_forgivingly() -> None:
    meanings = defaultdict(set)
    for word, name in synonyms():
        meanings[word].add(name)
        assert forgiving(word) == word
        assert resolve_target(name, FieldBook()) is not None
    assert [word for word, meant in meanings.items() if len(meant) > 1] == []


def test_the_accounts_own_names_come_before_synonyms_but_not_before_canonical_names() -> None:
    assert names(plan("Region")) == [(0, "cf:Region")]
    book = FieldBook(custom={"first name": Field("First name", FieldType.TEXT, "custom.9")})
    assert [target.name for _, target in plan_mapping(["First name"], None, book).targets] == ["first_name"]


def test_unknown_columns_are_reported_and_would_make_fields() -> None:
    made = plan("email", "Favourite Colour", "電話", "cf:New One", "favourite-colour", "***", "")
    assert names(made) == [(0, "email")]
    assert made.unknown == ["Favourite Colour", "電話", "cf:New One", "favourite-colour"]
    assert made.new_fields == ["favourite_colour", "電話", "new_one"]
    assert made.ignored == ["***", ""]


def test_planned_again_with_its_new_fields_a_file_has_no_unknown_columns() -> None:
    columns = ["email", "Favourite Colour", "फ़ोन नंबर", "cf:New One"]
    given = {"email": "email", "Favourite Colour": "cf:Hue"}
    first = plan_mapping(columns, given, BOOK, create_fields=True)
    assert first.new_fields == ["Hue", "फ़ोन_नंबर", "new_one"]
    custom = {name.lower(): Field(name, FieldType.TEXT, f"custom.{10 + index}") for index, name in enumerate(first.new_fields)}
    second = plan_mapping(columns, given, FieldBook(custom=custom), create_fields=True)
    assert second.unknown == second.new_fields == []
    assert [target.path for _, target in second.targets] == ["email", "custom.10", "custom.11", "custom.12"]


def test_the_given_mapping_holds_and_the_other_columns_map_themselves() -> None:
    made = plan("Mail", "Name", "Secret", "City", given={"Mail": "email", "name": "first_name", "Secret": None})
    assert names(made) == [(0, "email"), (1, "first_name"), (3, "address:home:city")]
    assert made.ignored == ["Secret"]


def test_a_given_column_that_the_file_lacks_is_an_error_that_names_a_near_one() -> None:
    problem = refused("email", "colour", given={"color": "cf:plan"})
    assert problem.code == "mapping_column_unknown"
    assert problem.message == 'The mapping names the column "color", which the file lacks. Did you mean "colour"?'
    assert "Its columns are:" in refused("email", given={"zzz": None}).message


def test_a_given_target_that_does_not_exist_is_an_error_that_names_a_near_one() -> None:
    problem = refused("Mail", given={"Mail": "e_mail"})
    assert problem.code == "mapping_target_unknown"
    assert problem.message.endswith("Did you mean email?")
    assert refused("a", given={"a": "cf:new"}).code == "mapping_target_unknown"
    assert plan("a", given={"a": "cf:new"}, create_fields=True).new_fields == ["new"]
    assert refused("a", given={"a": "first nonsense"}, create_fields=True).code == "mapping_target_unknown"


@pytest.mark.parametrize(
    ("columns", "given"),
    [
        (["email", "email"], None),
        (["Email address", "mail"], None),
        (["a", "b"], {"a": "email", "b": "email"}),
        (["a", "a"], {"a": "email"}),
        (["zip", "Postcode"], None),
        (["cf:plan", "x"], {"cf:plan": "cf:plan", "x": "cf:Plan"}),
    ],
)
def test_two_columns_for_one_target_are_an_error_that_says_what_to_do(
    columns: list[str], given: dict[str, str | None] | None
) -> None:
    problem = refused(*columns, given=given)
    assert problem.code == "mapping_target_twice"
    assert "Keep one" in problem.message


def test_of_two_columns_the_better_named_one_gets_the_target_and_the_other_is_reported() -> None:
    made = plan("Mail", "email", "E-Mail")
    assert names(made) == [(1, "email")]
    assert made.shadowed == [("E-Mail", "email"), ("Mail", "email")]
    made = plan("email", "Work mail", given={"Work mail": "email"})
    assert names(made) == [(1, "email")]
    assert made.shadowed == [("email", "Work mail")]


def test_ids_of_other_systems_are_ignored_unless_they_are_the_match_key_or_given() -> None:
    def targets(match: str | None, given: dict[str, str | None] | None = None) -> list[str]:
        return [target.name for _, target in plan_mapping(["id", "email"], given, BOOK, match=match).targets]

    assert targets("email") == ["email"]
    assert targets("id") == targets(None) == ["id", "email"]
    assert targets("email", {"id": "id"}) == ["id", "email"]


@pytest.mark.parametrize("name", COMPOSITES)
def test_json_composites_are_known_only_where_cells_can_be_nested(name: str) -> None:
    assert names(plan(name)) == [(0, name)]
    assert plan(name, nested=False).unknown == [name]


@pytest.mark.parametrize(
    ("heading", "name"),
    [("Favourite colour (new)", "favourite_colour_new"), ("cf: Plan B ", "plan_b"), ("---", ""), ("Größe", "größe"), ("CF:x", "x")],
)
def test_a_new_field_is_named_after_its_heading(heading: str, name: str) -> None:
    assert field_name(heading) == name


@same_every_time
@given(st.text(max_size=20))
def test_the_forgiving_spelling_of_a_forgiving_spelling_is_itself(text: str) -> None:
    assert forgiving(forgiving(text)) == forgiving(text)


@same_every_time
@given(
    st.lists(
        st.sampled_from([*target_names(BOOK), *SYNONYMS, "E-Mail", "???", "foo", "Bar", ""]) | st.text(max_size=8), max_size=12
    )
)
def test_every_column_ends_in_exactly_one_place_or_the_file_is_refused(columns: list[str]) -> None:
    try:
        made = plan(*columns)
    except MappingProblem as problem:
        code = problem.code
    else:
        placed = (
            [columns[index] for index, _ in made.targets] + made.unknown + made.ignored + [heading for heading, _ in made.shadowed]
        )
        assert sorted(placed) == sorted(columns)
        paths = [target.path for _, target in made.targets]
        assert len(set(paths)) == len(paths)
        assert names(made) == names(plan(*columns))
        return
    assert code == "mapping_target_twice"


def test_of_two_columns_that_an_exhaustive_mapping_sends_to_one_target_the_one_it_names_first_comes_first() -> None:
    given = {"home_street": "address:home:street", "street": "address:home:street", "phone": "phone:other"}
    for columns, index in ((["street", "home_street"], 1), (["home_street", "street"], 0)):
        made = plan_mapping(columns, given, BOOK, only_given=True)
        assert names(made) == [(index, "address:home:street"), (1 - index, "address:home:street")]
        assert made.yielding == [("street", "home_street")]
    with pytest.raises(MappingProblem):
        plan_mapping(["street", "home_street"], {name: given[name] for name in ("street", "home_street")}, BOOK)
