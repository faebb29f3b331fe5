"""What went wrong, as this API says it: a list `errors` of objects with code, message, details and type. Pure."""

from collections.abc import Mapping, Sequence

from starlette.responses import JSONResponse, Response

from services.gateway.problems import Problem

HEADERS: Mapping[str, str] = {"Mautic-Version": "5.1.1"}
"""On every answer. Clients read the version out of it, and speak another API from 7 on."""
DENIED = "API authorization denied."
NOT_FOUND = "Item was not found."
NO_ACCESS = "You do not have access to the requested area/action."
BAD_REQUEST = "This is a bad request."
NOT_VALID = "This value is not valid."
_STATUSES = {422: 400, 415: 400}
"""Statuses that the vendor does not answer, and what it answers instead."""
_UNREADABLE = frozenset({"json_invalid", "form_invalid", "invalid_request", "media_type_unsupported"})
"""Codes of requests that nobody can read, whatever stands in them."""

_NO_SCOPE = "scope_missing"
"""The native code where a key may not do what is asked. Which scope it lacks stands in the details."""

Details = Mapping[str, Sequence[str]]


class Unfit(Exception):
    """A value that cannot be kept, with a sentence that says what to do: whoever knows its name makes a refusal of it."""


def voice(problem: Problem) -> Response:
    """The problem as a response. Clients read a list where details are none."""
    status = _STATUSES.get(problem.status, problem.status)
    blamed = "scope" if problem.code == _NO_SCOPE else problem.field if problem.field != "body" and status == 400 else None
    details = problem.extra.get("details") or ({blamed: [problem.detail]} if blamed else [])
    error = {"code": status, "message": message_of(problem), "details": details, "type": type_of(problem)}
    return JSONResponse({"errors": [error]}, status, headers=problem.headers)


def message_of(problem: Problem) -> str:
    """The vendor's own sentence where clients may know it, else what Muster says, which tells what to do."""
    match problem.status:
        case 401:
            return DENIED
        case 403 if problem.code == _NO_SCOPE:
            return NO_ACCESS
        case 404 if problem.code == "not_found":
            return NOT_FOUND
        case 400 | 415 | 422 if problem.code in _UNREADABLE:
            return f"{BAD_REQUEST} {problem.detail}"
    return problem.detail


def type_of(problem: Problem) -> str | None:
    """The vendor's word for the kind of error; null in most."""
    return "access_denied" if problem.status == 401 else problem.extra.get("type")


def refused(status: int, message: str, details: Details | None = None, type: str | None = None) -> Problem:
    """The refusal in the vendor's words."""
    return Problem(status, "refused", message, details=dict(details or {}), type=type)


def not_valid(alias: str, advice: str) -> Problem:
    """The refusal of one value as the edit of a contact says it, with what to write instead."""
    return refused(400, f"{alias}: {NOT_VALID}", {alias: [NOT_VALID, advice]})


def unfit_body(faults: Details) -> Problem:
    """The refusal of a body that is no contact, with what is wrong by member."""
    return refused(400, ", ".join(f"{member}: {sentence}" for member, said in faults.items() for sentence in said), faults)


def not_found() -> Problem:
    """The answer for whatever there is not."""
    return Problem(404, "not_found", NOT_FOUND)


def bad_request(why: str = "") -> Problem:
    """The refusal of a body that cannot be one, and why."""
    return refused(400, f"{BAD_REQUEST} {why}".strip())
