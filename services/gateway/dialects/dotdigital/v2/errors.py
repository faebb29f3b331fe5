"""What went wrong, as v2 says it: one message whose last word is a code. Pure.

Some messages are compared byte for byte by clients (Magento's extension): they are constants here.
"""

from starlette.responses import JSONResponse, Response

from services.gateway.problems import Problem

UNAUTHORIZED = "Authorization has been denied for this request."
NOT_ACTIVE = "Error: ERROR_FEATURENOTACTIVE"
FILE_INVALID = "file must be valid"
"""The one error without a code."""
_CODES = {
    "too_many_imports": "ERROR_IMPORT_TOOMANYACTIVEIMPORTS",
    "too_many_jobs": "ERROR_IMPORT_TOOMANYACTIVEIMPORTS",
    "too_many_requests": "ERROR_APIUSAGE_EXCEEDED",
    "contact_limit": "ERROR_CONTACT_TOOMANY",
    "consents_full": "ERROR_CONTACT_INVALID",
    "contact_exists": "ERROR_NON_UNIQUE_EMAIL",
    "not_resubscribed": "ERROR_CONTACT_SUPPRESSED",
    "media_type_unsupported": "ERROR_CONTENT_TYPE_IS_NOT_SUPPORTED",
    "encoding_unsupported": "ERROR_CONTENT_TYPE_IS_NOT_SUPPORTED",
    "json_invalid": "ERROR_BODY_DOES_NOT_MATCH_CONTENT_TYPE",
    "body_damaged": "ERROR_MALFORMED_REQUEST",
    "body_truncated": "ERROR_MALFORMED_REQUEST",
    "part_repeated": "ERROR_MULTI_FILE_UPLOAD_NOT_ALLOWED",
    "too_many_parts": "ERROR_MULTI_FILE_UPLOAD_NOT_ALLOWED",
    "file_missing": "ERROR_MALFORMED_REQUEST",
    "invalid_request": "ERROR_PARAMETER_INVALID",
    "option_invalid": "ERROR_PARAMETER_INVALID",
}
"""By native code, for problems that are raised elsewhere."""
_BY_STATUS = {408: "ERROR_MALFORMED_REQUEST", 413: "ERROR_MALFORMED_REQUEST"}
_STATUSES = {422: 400, 415: 400}
"""Statuses that the vendor does not answer, and what it answers instead."""
_STATUS_OF = {"too_many_imports": 400, "too_many_jobs": 400}


def voice(problem: Problem) -> Response:
    """The problem as a response."""
    status = _STATUS_OF.get(problem.code) or _STATUSES.get(problem.status, problem.status)
    return JSONResponse({"message": message_of(problem)}, status, headers=problem.headers)


def message_of(problem: Problem) -> str:
    """The sentence, and behind it the code."""
    if problem.status == 401:
        return UNAUTHORIZED
    if problem.code == "file_unnamed":
        return FILE_INVALID
    if problem.code.startswith("ERROR_"):
        return problem.detail
    if problem.status == 403:
        return NOT_ACTIVE
    code = _CODES.get(problem.code) or _BY_STATUS.get(problem.status, "ERROR_UNKNOWN")
    return f"{problem.detail} {code}"


def refused(status: int, code: str, sentence: str = "Error:") -> Problem:
    """The refusal with one of the vendor's codes. The sentence ends with a full stop; without one clients find `Error: CODE`."""
    return Problem(status, code, f"{sentence} {code}")


def invalid(sentence: str) -> Problem:
    """The refusal of a parameter: 400 ERROR_PARAMETER_INVALID."""
    return refused(400, "ERROR_PARAMETER_INVALID", sentence)


def no_address_book() -> Problem:
    """The refusal of an address book that there is not; clients compare it as a whole."""
    return refused(404, "ERROR_ADDRESSBOOK_NOT_FOUND")
