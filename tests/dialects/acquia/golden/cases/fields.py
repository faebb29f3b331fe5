"""Contact fields."""

from tests.dialects.acquia.golden.stage import PLAN, SIZE
from tests.dialects.golden.case import case

ALL, NEW = "/api/fields/contact", "POST /api/fields/contact/new"

CASES = (
    case("fields/in_brief", "GET /api/contacts/list/fields", 200),
    case("fields/list", f"GET {ALL}?limit=2&start=27", 200),
    case("fields/list_by_search", f"GET {ALL}?search=size&orderBy=label&orderByDir=DESC", 200),
    case("fields/list_of_nothing", f"GET {ALL}?search=nothing", 200),
    case("fields/list_by_a_column_that_is_none", f"GET {ALL}?orderBy=colour", 400),
    case("fields/get", f"GET {ALL}/{SIZE}", 200),
    case("fields/get_one_that_is_built_in", f"GET {ALL}/6", 200),
    case("fields/get_unknown", f"GET {ALL}/999", 404),
    case("fields/create", NEW, 201, json={"label": "Shoe size", "alias": "shoe_size", "type": "number", "group": "personal"}),
    case("fields/create_without_an_alias", NEW, 201, json={"label": "Shoe size"}),
    case(
        "fields/create_as_a_form",
        NEW,
        201,
        fields={"label": "Likes", "type": "multiselect", "properties[list][0][label]": "Tea", "properties[list][0][value]": "tea"},
    ),
    case(
        "fields/create_a_boolean",
        NEW,
        201,
        json={"label": "Is a member", "type": "boolean", "properties": {"yes": "Member", "no": "Guest"}},
    ),
    case("fields/create_without_a_label", NEW, 400, json={"alias": "shoe_size"}),
    case("fields/create_of_a_type_that_is_none", NEW, 400, json={"label": "Shoe size", "type": "shoe"}),
    case("fields/create_with_a_taken_alias", NEW, 400, json={"label": "Plan", "alias": "plan"}),
    case("fields/create_with_a_reserved_alias", NEW, 400, json={"label": "Email", "alias": "email"}),
    case("fields/create_a_unique_one", NEW, 400, json={"label": "Number", "isUniqueIdentifier": True}),
    case("fields/put", f"PUT {ALL}/{PLAN}/edit", 200, json={"label": "Tariff"}),
    case("fields/put_unknown", f"PUT {ALL}/999/edit", 201, json={"label": "Shoe size"}),
    case("fields/patch", f"PATCH {ALL}/{SIZE}/edit", 200, json={"properties": {"list": ["s", "m"]}}),
    case("fields/patch_unknown", f"PATCH {ALL}/999/edit", 404, json={"label": "Shoe size"}),
    case("fields/patch_the_type", f"PATCH {ALL}/{PLAN}/edit", 400, json={"type": "number"}),
    case("fields/patch_one_that_is_built_in", f"PATCH {ALL}/6/edit", 403, json={"label": "Mail"}),
    case("fields/delete", f"DELETE {ALL}/{PLAN}/delete", 200),
    case("fields/delete_unknown", f"DELETE {ALL}/999/delete", 404),
    case("fields/delete_one_that_is_built_in", f"DELETE {ALL}/6/delete", 403),
)
