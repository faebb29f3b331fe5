"""What went wrong, in the two shapes of this API: a list of errors, or one object for tokens, rights and throttling. Pure."""

from typing import Any

from starlette.responses import JSONResponse, Response

from services.gateway.problems import Problem

PREFIX = "contacts.api."
_OBJECTS = {
    401: ("unauthorized", "Unauthorized"),
    403: ("forbidden", None),
}
_KEYS = {
    404: "not_found",
    405: "method_not_allowed",
    406: "not_acceptable",
    408: "request_timeout",
    409: "conflict",
    410: "not_found",
    413: "payload_too_large",
    415: "unsupported_media_type",
    429: "too_many_activities",
    500: "internal_error",
    503: "service_unavailable",
}
_STATUSES = {410: 404, 422: 400}
"""Statuses that the vendor does not answer, and what it answers instead."""


def voice(problem: Problem) -> Response:
    """The problem as a response. Several problems of one request are several entries, each with its own message."""
    status = _STATUSES.get(problem.status, problem.status)
    return JSONResponse(body_of(problem, status), status, headers=problem.headers)


def body_of(problem: Problem, status: int) -> Any:
    """The JSON of the problem under this status."""
    if problem.code == "too_many_requests":
        return _error("throttled", f"Too Many Requests. {problem.detail}")
    if status in _OBJECTS:
        key, message = _OBJECTS[status]
        return _error(key, message or problem.detail)
    key = PREFIX + _KEYS.get(status, "validation.error")
    messages = problem.extra.get("messages") or [problem.detail]
    return [_error(key, message) for message in messages]


def invalid(*messages: str) -> Problem:
    """The refusal of a request whose body or query is wrong: one message for each thing that is."""
    return Problem(400, "invalid_request", messages[0], messages=list(messages))


def not_found(message: str) -> Problem:
    """The refusal of a request about something that there is not."""
    return Problem(404, "not_found", message)


def _error(key: str, message: str) -> dict[str, str]:
    return {"error_key": key, "error_message": message}
