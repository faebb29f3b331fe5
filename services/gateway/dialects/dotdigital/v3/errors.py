"""What went wrong, as v3 says it: a code, a description, and details of what is to blame. Pure."""

from collections.abc import Mapping, Sequence

from starlette.responses import JSONResponse, Response

from services.gateway.problems import Problem

_CODES = {
    "json_invalid": "contacts:badJson",
    "too_many_imports": "contacts:tooManyActiveImports",
    "too_many_jobs": "contacts:tooManyActiveImports",
    "too_many_requests": "contacts:tooManyRequests",
    "contact_exists": "contacts:idAlreadyExists",
}
"""By native code, for problems that are raised elsewhere."""
_BY_STATUS = {
    400: "contacts:invalidContacts",
    403: "contacts:forbidden",
    404: "contacts:notFound",
    405: "contacts:methodNotAllowed",
    409: "contacts:conflict",
    413: "contacts:payloadTooLarge",
    415: "contacts:badJson",
    422: "contacts:invalidContacts",
    503: "contacts:serviceUnavailable",
}
_STATUSES = {422: 400, 415: 400}
"""Statuses that the vendor does not answer, and what it answers instead."""


def voice(problem: Problem) -> Response:
    """The problem as a response. What the credentials lack is said without a body, as the vendor does."""
    if problem.status == 401:
        return Response(status_code=401, headers=problem.headers)
    status = _STATUSES.get(problem.status, problem.status)
    code = problem.code if problem.code.startswith("contacts:") else _CODES.get(problem.code) or _BY_STATUS.get(status)
    details = problem.extra.get("details") or ([{"item": problem.field, "description": problem.detail}] if problem.field else [])
    body = {"errorCode": code or "contacts:internalError", "description": problem.detail}
    return JSONResponse(body | ({"details": details} if details else {}), status, headers=problem.headers)


def refused(status: int, code: str, description: str, details: Sequence[Mapping[str, str]] = ()) -> Problem:
    """The refusal with one of the vendor's codes, without its `contacts:`. Details are of the shape `{item, description}`."""
    return Problem(status, f"contacts:{code}", description, details=list(details))


def detail(item: str, description: str) -> dict[str, str]:
    """One thing that is to blame."""
    return {"item": item, "description": description}
