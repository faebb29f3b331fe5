"""Custom fields of contacts."""

from tests.dialects.golden.case import NOBODY, Ask, case

PATH = "/v3/contact_custom_fields"
BORN = Ask(f"POST {PATH}", json={"label": "Customer since", "type": "date"})

CASES = (
    case("custom_fields/list", f"GET {PATH}", 200, BORN),
    case("custom_fields/list_first_page", f"GET {PATH}?limit=1", 200, BORN),
    case("custom_fields/list_last_page", "GET {next}", 200, BORN, Ask(f"GET {PATH}?limit=1")),
    case("custom_fields/list_too_many", f"GET {PATH}?limit=101", 400),
    case("custom_fields/create_text", f"POST {PATH}", 201, json={"label": "Customer ID", "type": "string"}),
    case("custom_fields/create_date", f"POST {PATH}", 201, json=BORN.json),
    case("custom_fields/create_number", f"POST {PATH}", 201, json={"label": "Points", "type": "number"}),
    case(
        "custom_fields/create_choices",
        f"POST {PATH}",
        201,
        json={
            "label": "Size",
            "type": "single_select",
            "choices": [{"choice_label": "small", "display_order": 1}, {"choice_label": "large", "display_order": 2}],
        },
    ),
    case("custom_fields/create_without_a_label", f"POST {PATH}", 400, json={"type": "string"}),
    case("custom_fields/create_of_no_type", f"POST {PATH}", 400, json={"label": "Size", "type": "shoe"}),
    case("custom_fields/create_again", f"POST {PATH}", 409, json={"label": "plan", "type": "string"}),
    case("custom_fields/get", f"GET {PATH}/{{plan}}", 200),
    case("custom_fields/get_unknown", f"GET {PATH}/{NOBODY}", 404),
    case("custom_fields/put", f"PUT {PATH}/{{plan}}", 200, json={"label": "Tariff", "type": "string"}),
    case("custom_fields/put_a_label_that_is_taken", f"PUT {PATH}/{{made}}", 409, BORN, json={"label": "plan", "type": "date"}),
    case("custom_fields/put_unknown", f"PUT {PATH}/{NOBODY}", 404, json={"label": "Tariff", "type": "string"}),
    case("custom_fields/delete", f"DELETE {PATH}/{{plan}}", 204),
    case("custom_fields/delete_unknown", f"DELETE {PATH}/{NOBODY}", 404),
)
