"""Files on their way in over v2: what is taken in which form, and what is refused in the words that the vendor has for it."""

import base64
import gzip
import json
from typing import Any

import httpx
import pytest

from shared.accounts.limits import Limit
from tests.dialects.dotdigital.vendor import Vendor, import_path, message
from tests.support.books import sheet_of, xls

pytestmark = pytest.mark.mongo
CSV = "Email\nana@example.org\n"
DATA = base64.b64encode(CSV.encode()).decode()
JSON = {"Content-Type": "application/json"}
FORM = {"Content-Type": "multipart/form-data; boundary=b"}


async def send(vendor: Vendor, body: bytes | str, headers: dict[str, str], path: str = import_path()) -> httpx.Response:
    """A body as it is."""
    return await vendor.client.post(path, content=body, headers=headers)


async def left_files(vendor: Vendor) -> int:
    """Files of the account that are stored and have no job."""
    query = {"metadata.account": vendor.muster.account.number, "metadata.state": {"$ne": "taken"}}
    return int(await vendor.muster.database["payloads.files"].count_documents(query))


def part(name: str, extra: str = '; filename="a.csv"', content: str = CSV) -> str:
    """One part of a form."""
    return f'--b\r\nContent-Disposition: form-data; name="{name}"{extra}\r\n\r\n{content}\r\n'


@pytest.mark.parametrize(
    "body,headers",
    [
        ({"fileName": "a.csv", "data": DATA}, JSON),
        ({"Data": DATA, "FileName": "/var/a.CSV", "note": [{"data": "x"}]}, {"content-type": "Application/JSON; charset=UTF-8"}),
        ({"filename": "a.csv", "data": "\r\n".join([DATA[:8], DATA[8:].rstrip("=")])}, {"CONTENT-TYPE": "text/json"}),
    ],
)
async def test_a_file_in_json_is_taken_in_any_letter_case_and_layout(
    vendor: Vendor, body: dict[str, Any], headers: dict[str, str]
) -> None:
    import_id, status = await vendor.ended(await send(vendor, json.dumps(body), headers))
    assert (status, await vendor.report(import_id)) == ("Finished", {"newContacts": 1})


async def test_a_compressed_body_is_taken_in_both_forms(vendor: Vendor) -> None:
    for text, headers in ((json.dumps({"fileName": "a.csv", "data": DATA}), JSON), (part("f") + "--b--\r\n", FORM)):
        sent = await send(vendor, gzip.compress(text.encode()), {**headers, "Content-Encoding": "gzip"})
        assert (await vendor.ended(sent))[1] == "Finished"


@pytest.mark.parametrize(
    "extra", ['; filename="/C:/Example/contacts.csv"', "; filename=a.csv", "; filename*=UTF-8''%C3%A4.csv", '; FileName="a.csv"']
)
async def test_a_part_may_have_any_name_and_a_path_as_its_file_name(vendor: Vendor, extra: str) -> None:
    sent = await send(vendor, part("contacts.csv", extra) + "--b--\r\n", FORM)
    assert (await vendor.ended(sent))[1] == "Finished"


async def test_a_part_without_a_file_name_is_refused_in_the_vendors_words(vendor: Vendor) -> None:
    response = await send(vendor, part("file", "") + "--b--\r\n", FORM)
    assert message(response, 400) == "file must be valid"


@pytest.mark.parametrize(
    "body,headers,code",
    [
        ("", {}, "ERROR_CONTENT_TYPE_IS_NOT_SUPPORTED"),
        (CSV, {"Content-Type": "text/csv"}, "ERROR_CONTENT_TYPE_IS_NOT_SUPPORTED"),
        ("a=b", {"Content-Type": "application/x-www-form-urlencoded"}, "ERROR_CONTENT_TYPE_IS_NOT_SUPPORTED"),
        ("x", {**JSON, "Content-Encoding": "br"}, "ERROR_CONTENT_TYPE_IS_NOT_SUPPORTED"),
        ("", JSON, "ERROR_BODY_DOES_NOT_MATCH_CONTENT_TYPE"),
        (CSV, JSON, "ERROR_BODY_DOES_NOT_MATCH_CONTENT_TYPE"),
        (f'{{"fileName":"a.csv","data":"{DATA}', JSON, "ERROR_BODY_DOES_NOT_MATCH_CONTENT_TYPE"),
        ('{"fileName":"a.csv","data":"Email,x"}', JSON, "ERROR_MALFORMED_REQUEST"),
        ('{"fileName":"a.csv"}', JSON, "ERROR_PARAMETER_INVALID"),
        (f'{{"fileName":null,"data":"{DATA}"}}', JSON, "ERROR_PARAMETER_INVALID"),
        (f'{{"data":"{DATA}","fileName":"a.csv","DATA":"{DATA}"}}', JSON, "ERROR_PARAMETER_INVALID"),
        (f'{{"fileName":"a.zip","data":"{DATA}"}}', JSON, "ERROR_IMPORT_UNSUPPORTED_FORMAT"),
        (f'{{"fileName":"csv","data":"{DATA}"}}', JSON, "ERROR_IMPORT_UNSUPPORTED_FORMAT"),
        (part("f", '; filename="a.txt"') + "--b--\r\n", FORM, "ERROR_IMPORT_UNSUPPORTED_FORMAT"),
        (part("f") + part("g") + "--b--\r\n", FORM, "ERROR_MULTI_FILE_UPLOAD_NOT_ALLOWED"),
        (part("f") + part("f") + "--b--\r\n", FORM, "ERROR_MULTI_FILE_UPLOAD_NOT_ALLOWED"),
        (part("f"), FORM, "ERROR_MALFORMED_REQUEST"),
        (part("f") + "--b--\r\n", {"Content-Type": "multipart/form-data"}, "ERROR_MALFORMED_REQUEST"),
        ("--b--\r\n", FORM, "ERROR_MALFORMED_REQUEST"),
        (part("f", content="") + "--b--\r\n", FORM, "ERROR_NO_EMAIL_COLUMN"),
        (part("f", content="\r\n \r\n") + "--b--\r\n", FORM, "ERROR_NO_EMAIL_COLUMN"),
        (part("f", content="FIRSTNAME;Mail\r\nAna;ana@example.org\r\n") + "--b--\r\n", FORM, "ERROR_NO_EMAIL_COLUMN"),
        (part("f", content="").replace("a.csv", "a.xlsx") + "--b--\r\n", FORM, "ERROR_NO_EMAIL_COLUMN"),
    ],
)
async def test_what_is_no_file_is_refused_and_nothing_of_it_stays(
    vendor: Vendor, body: str, headers: dict[str, str], code: str
) -> None:
    for path in (import_path(), import_path(await vendor.book(), "1")):
        assert message(await send(vendor, body, headers, path), 400).endswith(f" {code}")
    assert await left_files(vendor) == 0


@pytest.mark.parametrize("heading", ["email", "EMAIL", "eMail", '"Email"', " Email "])
async def test_the_email_column_is_known_in_any_letter_case(vendor: Vendor, heading: str) -> None:
    import_id = await vendor.imported(f"FIRSTNAME,{heading}\nAna,ana@example.org\n")
    assert await vendor.report(import_id) == {"newContacts": 1}


async def test_a_file_of_nothing_but_headings_is_taken(vendor: Vendor) -> None:
    import_id = await vendor.imported("Email,FIRSTNAME\n")
    assert (await vendor.report(import_id), await vendor.fault_lines(import_id)) == ({}, ["Reason,Email,FIRSTNAME"])


@pytest.mark.parametrize(
    "name,content",
    [
        ("a.csv", b"\x89PNG\r\n\x1a\n" + bytes(200)),
        ("a.csv", sheet_of(["Email"], ["ana@example.org"])),
        ("a.xlsx", b"Email\nana@example.org\n"),
        ("a.xls", xls([["Email"], ["ana@example.org"]])[:700]),
        ("a.xlsx", sheet_of(["FIRSTNAME"], ["Ana"])),
    ],
)
async def test_a_file_that_cannot_be_read_as_what_it_is_called_is_of_an_invalid_format(
    vendor: Vendor, name: str, content: bytes
) -> None:
    import_id, status = await vendor.ended(await vendor.send_json(content, name))
    assert status == "InvalidFileFormat"
    assert (await vendor.report(import_id), await vendor.faults(import_id)) == ({}, [])


async def test_the_limit_is_that_of_the_file_and_not_of_the_body(vendor: Vendor) -> None:
    limit = 30_000
    gateway, account = vendor.muster.gateway, vendor.muster.account.number
    await gateway.accounts.set_limit(account, Limit.PAYLOAD_BYTES, limit)
    content = CSV.ljust(limit, "\n")
    for send_it in (vendor.send_file, vendor.send_json):
        assert (await vendor.ended(await send_it(content)))[1] == "Finished"
        said = message(await send_it(content + "\n"), 413)
        assert said == (
            f"The file is larger than {limit} bytes, the most that one job takes. Split it into smaller files. "
            "ERROR_MALFORMED_REQUEST"
        )
    announced = {**JSON, "Content-Length": "99999999"}
    assert message(await send(vendor, b"{", announced), 413).endswith(" ERROR_MALFORMED_REQUEST")
    assert await left_files(vendor) == 0


@pytest.mark.parametrize("merge", ["3", "-1", "NotAvailableInThisVersion", "overwrite-all"])
async def test_a_merge_option_that_is_none_is_refused(vendor: Vendor, merge: str) -> None:
    for book in (None, await vendor.book()):
        assert message(await vendor.send_file(CSV, book=book, merge=merge), 400).endswith(" ERROR_PARAMETER_INVALID")


@pytest.mark.parametrize("book", ["99", "0", "-1", "abc", "9" * 30])
async def test_an_address_book_that_there_is_not_is_told_byte_for_byte(vendor: Vendor, book: str) -> None:
    for merge in ("", "/with-merge-option/1"):
        response = await vendor.client.post(f"/v2/address-books/{book}/contacts/import{merge}", files={"file": ("a.csv", CSV)})
        assert (response.status_code, response.content) == (404, b'{"message":"Error: ERROR_ADDRESSBOOK_NOT_FOUND"}')
