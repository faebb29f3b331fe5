"""Bulk changes: each accepted, each as it ended, and what is refused."""

from tests.dialects.constant_contact.golden.bulk import bulk
from tests.dialects.golden.case import NOBODY, Ask, Case, case

ASKED = {
    "add_list_memberships": {"source": {"contact_ids": ["{ana}", "{bo}"]}, "list_ids": ["{sport}"]},
    "remove_list_memberships": {"source": {"list_ids": ["{news}"]}, "list_ids": ["{news}"]},
    "contact_delete": {"contact_ids": ["{ana}"]},
    "list_delete": {"list_ids": ["{news}", "{sport}"]},
    "contacts_taggings_add": {
        "source": {"all_active_contacts": True},
        "exclude": {"contact_ids": ["{ana}"]},
        "tag_ids": ["{gold}"],
    },
    "contacts_taggings_remove": {"source": {"tag_ids": ["{gold}"]}, "tag_ids": ["{gold}"]},
    "contacts_tags_delete": {"tag_ids": ["{gold}"]},
    "custom_fields_delete": {"custom_field_ids": ["{plan}"]},
}
UNKNOWN = {
    "add_list_memberships": (400, {"source": {"contact_ids": ["{ana}"]}, "list_ids": [NOBODY]}),
    "remove_list_memberships": (404, {"source": {"contact_ids": ["{ana}"]}, "list_ids": [NOBODY]}),
    "contact_delete": (400, {"list_ids": [NOBODY]}),
    "list_delete": (400, {"list_ids": [NOBODY]}),
    "contacts_taggings_add": (404, {"source": {"contact_ids": ["{ana}"]}, "tag_ids": [NOBODY]}),
    "contacts_taggings_remove": (404, {"source": {"contact_ids": ["{ana}"]}, "tag_ids": [NOBODY]}),
    "contacts_tags_delete": (400, {"tag_ids": [NOBODY]}),
    "custom_fields_delete": (404, {"custom_field_ids": [NOBODY]}),
}
"""What names something that there is not; the vendor documents 404 for some of these."""


def _accepted() -> list[Case]:
    return [case(f"bulk_changes/{name}", f"POST /v3/activities/{name}", 201, json=body) for name, body in ASKED.items()]


def _ended() -> list[Case]:
    return [
        case(f"bulk_changes/{name}_ended", "GET /v3/activities/{activity}", 200, Ask(f"POST /v3/activities/{name}", json=body))
        for name, body in ASKED.items()
    ]


def _of_unknown() -> list[Case]:
    return [
        case(f"bulk_changes/{name}_of_unknown", f"POST /v3/activities/{name}", status, json=body)
        for name, (status, body) in UNKNOWN.items()
    ]


def _empty() -> list[Case]:
    return [case(f"bulk_changes/{name}_empty", f"POST /v3/activities/{name}", 400, json={}) for name in ASKED]


CASES = (
    *_accepted(),
    *_ended(),
    *_of_unknown(),
    *_empty(),
    case(
        "bulk_changes/two_selectors",
        "POST /v3/activities/add_list_memberships",
        400,
        json={"source": {"contact_ids": ["{ana}"], "list_ids": ["{news}"]}, "list_ids": ["{sport}"]},
    ),
    case(
        "bulk_changes/a_selector_that_is_false",
        "POST /v3/activities/add_list_memberships",
        201,
        json={"source": {"contact_ids": ["{ana}"], "all_active_contacts": False}, "list_ids": ["{sport}"]},
    ),
    case(
        "bulk_changes/a_segment",
        "POST /v3/activities/add_list_memberships",
        400,
        json={"source": {"segment_id": 4}, "list_ids": ["{sport}"]},
    ),
    case(
        "bulk_changes/an_exclusion_beside_contacts",
        "POST /v3/activities/contacts_taggings_add",
        400,
        json={"source": {"contact_ids": ["{ana}"]}, "exclude": {"contact_ids": ["{bo}"]}, "tag_ids": ["{gold}"]},
    ),
    case(
        "bulk_changes/after_another",
        "POST /v3/activities/list_delete",
        201,
        bulk("add_list_memberships", source={"contact_ids": ["{bo}"]}, list_ids=["{news}"]),
        json={"list_ids": ["{sport}"], "after": ["{activity}"]},
    ),
    case(
        "bulk_changes/again_with_its_idempotency_key",
        "POST /v3/activities/list_delete",
        201,
        Ask("POST /v3/activities/list_delete", json={"list_ids": ["{sport}"]}, headers={"Idempotency-Key": "once"}),
        json={"list_ids": ["{sport}"]},
        headers={"Idempotency-Key": "once"},
    ),
)
