"""v2: data fields."""

from tests.dialects.golden.case import case

PATH = "/v2/data-fields"
CITY = {"name": "City", "type": "String", "visibility": "Public", "defaultValue": "Ely"}

CASES = (
    case("data_fields/list", f"GET {PATH}", 200),
    case("data_fields/create", f"POST {PATH}", 201, json=CITY),
    case(
        "data_fields/create_in_other_letters", f"POST {PATH}", 201, json={"Name": "AGE", "Type": "Numeric", "Visibility": "Private"}
    ),
    case("data_fields/create_again", f"POST {PATH}", 400, json={"name": "plan", "type": "String"}),
    case("data_fields/create_a_built_in_one", f"POST {PATH}", 400, json={"name": "FirstName", "type": "String"}),
    case("data_fields/create_with_a_long_name", f"POST {PATH}", 400, json={**CITY, "name": "X" * 21}),
    case("data_fields/create_of_no_type", f"POST {PATH}", 400, json={**CITY, "type": "Shoe"}),
    case("data_fields/delete", f"DELETE {PATH}/PLAN", 200),
    case("data_fields/delete_a_built_in_one", f"DELETE {PATH}/FIRSTNAME", 400),
    case("data_fields/delete_unknown", f"DELETE {PATH}/SHOESIZE", 404),
)
