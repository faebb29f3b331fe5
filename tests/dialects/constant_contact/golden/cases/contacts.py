"""Contacts one by one, and pages of them."""

from tests.dialects.golden.case import NOBODY, Ask, case

PATH = "/v3/contacts"
EVERYTHING = "custom_fields,list_memberships,phone_numbers,street_addresses,taggings,notes,sms_channel"
CY = {
    "email_address": {"address": "cy@example.org", "permission_to_send": "explicit"},
    "first_name": "Cy",
    "last_name": "Young",
    "job_title": "Baker",
    "company_name": "Example",
    "create_source": "Account",
    "birthday_month": 7,
    "birthday_day": 24,
    "anniversary": "2019-03-15",
    "custom_fields": [{"custom_field_id": "{plan}", "value": "small"}],
    "phone_numbers": [{"phone_number": "555-1212", "kind": "home"}],
    "street_addresses": [
        {
            "kind": "home",
            "street": "1 Mill Lane",
            "city": "Ely",
            "state": "Cambs",
            "postal_code": "CB7 4AA",
            "country": "United Kingdom",
        }
    ],
    "list_memberships": ["{news}"],
    "taggings": ["{gold}"],
    "notes": [{"content": "Likes cake"}],
}
DEE = {
    "first_name": "Dee",
    "create_source": "Contact",
    "sms_channel": {
        "full_sms_address": "+15712351234",
        "sms_channel_consents": [{"sms_consent_permission": "explicit", "consent_type": "promotional_sms"}],
    },
}
CREATED = Ask(f"POST {PATH}", json=CY)
PUT = {"email_address": {"address": "ana@example.org"}, "first_name": "Anna", "update_source": "Account"}
FORM = {"email_address": "cy@example.org", "first_name": "Cy", "list_memberships": ["{news}"]}
UNSUBSCRIBED = Ask("PATCH /v1/contacts/{ana}", json={"channels": {"email": {"status": "unsubscribed"}}})

CASES = (
    case("contacts/list", f"GET {PATH}", 200),
    case("contacts/list_with_everything", f"GET {PATH}?include={EVERYTHING}&include_count=true", 200),
    case("contacts/list_first_page", f"GET {PATH}?limit=1", 200),
    case("contacts/list_last_page", "GET {next}", 200, Ask(f"GET {PATH}?limit=1")),
    case("contacts/list_last_page_with_parameters_again", "GET {next}&limit=2&include=notes", 200, Ask(f"GET {PATH}?limit=1")),
    case("contacts/list_by_address", f"GET {PATH}?email=bo@example.org", 200),
    case("contacts/list_by_list_and_status", f"GET {PATH}?lists={{news}}&status=all", 200),
    case("contacts/list_by_tag", f"GET {PATH}?tags={{gold}}", 200),
    case("contacts/list_deleted", f"GET {PATH}?status=deleted", 200, Ask(f"DELETE {PATH}/{{ana}}")),
    case("contacts/list_none", f"GET {PATH}?created_before=2020-01-01T00:00:00Z", 200),
    case("contacts/list_too_many", f"GET {PATH}?limit=501", 400),
    case("contacts/list_by_a_status_that_is_none", f"GET {PATH}?status=happy", 400),
    case("contacts/list_by_a_time_that_is_none", f"GET {PATH}?updated_after=yesterday", 400),
    case("contacts/create", f"POST {PATH}", 201, json=CY),
    case("contacts/create_by_sms", f"POST {PATH}", 201, json=DEE),
    case("contacts/create_without_a_source", f"POST {PATH}", 400, json={"first_name": "Cy"}),
    case("contacts/create_nobody", f"POST {PATH}", 400, json={"create_source": "Account"}),
    case(
        "contacts/create_with_an_address_that_is_none", f"POST {PATH}", 400, json={**CY, "email_address": {"address": "no address"}}
    ),
    case("contacts/create_again", f"POST {PATH}", 409, json={**CY, "email_address": {"address": "Ana@example.org"}}),
    case("contacts/create_as_text", f"POST {PATH}", 415, raw="cy@example.org", headers={"Content-Type": "text/plain"}),
    case("contacts/get", f"GET {PATH}/{{ana}}", 200, headers={"Content-Type": "application/json"}),
    case("contacts/get_with_everything", f"GET {PATH}/{{made}}?include={EVERYTHING}", 200, CREATED),
    case("contacts/get_by_sms", f"GET {PATH}/{{made}}?include=sms_channel", 200, Ask(f"POST {PATH}", json=DEE)),
    case("contacts/get_unknown", f"GET {PATH}/{NOBODY}", 404),
    case("contacts/get_ill_formed", f"GET {PATH}/no-id", 404),
    case("contacts/put", f"PUT {PATH}/{{ana}}", 200, json=PUT),
    case("contacts/put_deleted", f"PUT {PATH}/{{ana}}", 200, Ask(f"DELETE {PATH}/{{ana}}"), json=PUT),
    case("contacts/put_without_a_source", f"PUT {PATH}/{{ana}}", 400, json={"first_name": "Anna"}),
    case("contacts/put_an_address_that_is_taken", f"PUT {PATH}/{{bo}}", 409, json=PUT),
    case("contacts/put_unknown", f"PUT {PATH}/{NOBODY}", 404, json=PUT),
    case("contacts/delete", f"DELETE {PATH}/{{ana}}", 204, headers={"Content-Type": "application/json"}),
    case("contacts/delete_unknown", f"DELETE {PATH}/{NOBODY}", 404),
    case("contacts/sign_up", f"POST {PATH}/sign_up_form", 201, json=FORM),
    case("contacts/sign_up_again", f"POST {PATH}/sign_up_form", 200, Ask(f"POST {PATH}/sign_up_form", json=FORM), json=FORM),
    case("contacts/sign_up_without_lists", f"POST {PATH}/sign_up_form", 400, json={"email_address": "cy@example.org"}),
    case("contacts/counts", f"GET {PATH}/counts", 200),
    case("contacts/counts_with_new", f"GET {PATH}/counts?include=new_subscriber", 200),
    case("contacts/resubscribe", f"PUT {PATH}/resubscribe/{{ana}}", 200, UNSUBSCRIBED, json={"list_ids": ["{sport}"]}),
    case("contacts/resubscribe_unknown", f"PUT {PATH}/resubscribe/{NOBODY}", 404, json={"list_ids": ["{sport}"]}),
    case("contacts/xrefs", f"GET {PATH}/contact_id_xrefs?sequence_ids=1,2", 200),
)
