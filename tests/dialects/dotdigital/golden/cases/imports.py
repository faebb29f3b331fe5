"""v2: imports of files and of collections."""

import base64
from typing import Any

from tests.dialects.dotdigital.golden.stage import ANA, NEWS, SPORT
from tests.dialects.golden.case import Ask, case

PATH = "/v2/contacts/import"
BOOK = f"/v2/address-books/{SPORT}/contacts/import"
ROWS = (
    "Email,FIRSTNAME,plan,shoe size\ncy@example.org,Cy,small,38\neve@example.org,Eve,,40\nno address,Fay,,\neve@example.org,Eva,,\n"
)
FILE = {"file": ("people.csv", ROWS)}
COLLECTION = "/v2/contacts/import-collection"
PEOPLE: list[dict[str, Any]] = [
    {
        "email": "eve@example.org",
        "optInType": "Single",
        "emailType": "Html",
        "dataFields": [{"key": "FIRSTNAME", "value": "Eve"}, {"key": "PLAN", "value": "small"}],
        "consentFields": [
            {"key": "consenttext", "value": "Yes please"},
            {"key": "consentdatetime", "value": "2026-11-21T09:00:00Z"},
        ],
    },
    {"id": ANA, "dataFields": [{"key": "PLAN", "value": "small"}]},
    {"email": "dee@example.org"},
    {"email": "no address"},
]
COLLECTED = {"addressBookIds": [NEWS], "mergeOption": 0, "contacts": PEOPLE}
MULTIPART = {"Content-Type": "multipart/form-data; boundary=edge"}
UNNAMED = '--edge\r\nContent-Disposition: form-data; name="file"\r\n\r\nEmail\r\nana@example.org\r\n--edge--\r\n'


def encoded(rows: str) -> str:
    """As the member `data` has a file."""
    return base64.b64encode(rows.encode()).decode()


JSON = {"fileName": "people.csv", "data": encoded(ROWS)}
SMALL = {"payload_bytes": 40}

CASES = (
    case("imports/file", f"POST {PATH}", 202, form=FILE),
    case("imports/file_with_a_merge_option", f"POST {PATH}/with-merge-option/1", 202, form=FILE),
    case(
        "imports/file_with_the_name_of_one", f"POST {PATH}/with-merge-option/OnlyOverwriteIfContactDataNotPopulated", 202, form=FILE
    ),
    case("imports/file_into_a_book", f"POST {BOOK}", 202, form=FILE),
    case("imports/file_into_a_book_with_a_merge_option", f"POST {BOOK}/with-merge-option/2", 202, form=FILE),
    case("imports/file_as_json", f"POST {PATH}", 202, json=JSON),
    case("imports/file_as_json_in_other_letters", f"POST {BOOK}", 202, json={"FileName": "people.csv", "Data": JSON["data"]}),
    case("imports/file_as_json_without_data", f"POST {PATH}", 400, json={"fileName": "people.csv"}),
    case("imports/file_as_json_without_a_name", f"POST {PATH}", 400, json={"data": JSON["data"]}),
    case("imports/file_as_json_that_is_no_base64", f"POST {PATH}", 400, json={"fileName": "people.csv", "data": "Email;"}),
    case("imports/file_as_json_that_breaks_off", f"POST {PATH}", 400, raw='{"fileName": "people.csv", "data"'),
    case("imports/file_without_a_name", f"POST {PATH}", 400, raw=UNNAMED, headers=MULTIPART),
    case("imports/file_too_large", f"POST {PATH}", 413, form=FILE, limits=SMALL),
    case("imports/file_as_json_too_large", f"POST {PATH}", 413, json=JSON, limits=SMALL),
    case("imports/collection_too_large", f"POST {COLLECTION}", 413, json=COLLECTED, limits=SMALL),
    case("imports/file_twice", f"POST {PATH}", 400, form={**FILE, "again": FILE["file"]}),
    case("imports/file_that_is_missing", f"POST {PATH}", 400, raw="--edge--\r\n", headers=MULTIPART),
    case("imports/file_of_another_kind", f"POST {PATH}", 400, form={"file": ("people.zip", ROWS)}),
    case("imports/file_as_its_own_body", f"POST {PATH}", 400, raw=ROWS, headers={"Content-Type": "text/csv"}),
    case("imports/file_without_an_email_column", f"POST {PATH}", 400, form={"file": ("people.csv", "FIRSTNAME\nAna\n")}),
    case("imports/file_with_a_merge_option_that_is_none", f"POST {PATH}/with-merge-option/3", 400, form=FILE),
    case("imports/file_with_the_placeholder", f"POST {PATH}/with-merge-option/NotAvailableInThisVersion", 400, form=FILE),
    case("imports/file_into_an_unknown_book", "POST /v2/address-books/99/contacts/import", 404, form=FILE),
    case("imports/collection", f"POST {COLLECTION}", 202, json=COLLECTED),
    case(
        "imports/collection_by_email",
        f"POST {COLLECTION}",
        202,
        json={"addressBookIds": [], "mergeOption": "OnlyOverwriteIfNotEmpty", "contacts": PEOPLE[:1]},
    ),
    case("imports/collection_of_nobody", f"POST {COLLECTION}", 400, json={**COLLECTED, "contacts": []}),
    case("imports/collection_for_an_unknown_book", f"POST {COLLECTION}", 404, json={**COLLECTED, "addressBookIds": [99]}),
    case("imports/collection_with_a_merge_option_that_is_none", f"POST {COLLECTION}", 400, json={**COLLECTED, "mergeOption": 3}),
    case(
        "imports/again_with_its_idempotency_key",
        f"POST {PATH}",
        202,
        Ask(f"POST {PATH}", form=FILE, headers={"Idempotency-Key": "once"}),
        form=FILE,
        headers={"Idempotency-Key": "once"},
    ),
    case(
        "imports/one_too_many",
        f"POST {PATH}",
        400,
        Ask("POST /v1/imports?run_at={tomorrow}", raw="email\nana@example.org\n", headers={"Content-Type": "text/csv"}),
        limits={"active_imports": 1},
        waits=False,
        form=FILE,
    ),
)
