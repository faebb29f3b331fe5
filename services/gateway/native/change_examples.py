"""Requests for changes as the OpenAPI document shows them. Each is accepted as it stands where the names in it exist."""

from typing import Any

from shared.contract.values import Kind

EXAMPLES: dict[Kind, dict[str, Any]] = {
    Kind.LIST_CHANGE: {
        "add": {
            "summary": "Everybody with a tag joins two lists",
            "value": {"action": "add", "lists": ["News", "Offers"], "source": {"tags": ["Trial"]}},
        },
        "move": {
            "summary": "Contacts leave the list that they are on for another one",
            "value": {"action": "move", "lists": ["Offers"], "source": {"lists": ["News"]}},
        },
        "named": {
            "summary": "Contacts named one by one leave a list",
            "value": {"action": "remove", "lists": ["News"], "source": {"emails": ["ana@example.org", "bo@example.org"]}},
        },
    },
    Kind.TAG_CHANGE: {
        "add": {
            "summary": "Everybody on a list gets a tag, which is made if there is none of the name",
            "value": {"action": "add", "tags": ["Spring fair"], "source": {"lists": ["News"]}},
        },
        "remove": {
            "summary": "Nobody keeps a tag, except those on a list",
            "value": {"action": "remove", "tags": ["Trial"], "source": {"all": True}, "exclude": {"lists": ["News"]}},
        },
    },
    Kind.DELETION: {
        "contacts": {
            "summary": "Contacts of a status; they can be restored",
            "value": {"source": {"status": "suppressed", "updated_before": "2025-01-01T00:00:00Z"}},
        },
        "erase": {"summary": "Contacts named by id, gone for good", "value": {"mode": "erase", "source": {"ids": [1, 2]}}},
        "lists": {"summary": "Lists; the contacts on them stay", "value": {"what": "lists", "names": ["News", "Offers"]}},
    },
    Kind.RESTORATION: {
        "all": {"summary": "Every deleted contact", "value": {"source": {"all": True}}},
        "named": {"summary": "Deleted contacts named by e-mail", "value": {"source": {"emails": ["ana@example.org"]}}},
    },
}
