"""Errors as RFC 9457 problem documents: every answer of 400 and more has a stable `code` and says what to do.

No answer carries a stack, a query, a host name or a value that was sent; nor does the log of an unforeseen failure.
"""

import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any, TypeVar

import structlog
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.openapi.utils import get_openapi
from fastapi.routing import iter_route_contexts
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.platform.mongo import DatabaseUnavailable, QuestionTooLong

log = structlog.get_logger(__name__)

T = TypeVar("T")

MEDIA_TYPE = "application/problem+json"
RETRY_SECONDS = 5
"""What `Retry-After` says when the database does not answer."""

_CODES = {400: "invalid_request", 404: "not_found", 405: "method_not_allowed", 413: "body_too_large", 415: "media_type_unsupported"}
_DETAILS = {
    404: "There is nothing at this address. Check the path and the id.",
    405: "This address does not take that method. The Allow header names those it takes.",
}


class Problem(Exception):
    """An answer that is not what the client wanted: raise it anywhere below a route.

    `code` is stable and for programs, `detail` is for people and says what to do, `field` is the parameter or the path in
    the body that is to blame. What else is given stands in the body beside them.
    """

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        *,
        field: str | None = None,
        headers: Mapping[str, str] | None = None,
        **extra: Any,
    ) -> None:
        super().__init__(status, code, detail)
        self.status = status
        self.code = code
        self.detail = detail
        self.field = field
        self.headers = dict(headers or {})
        self.extra = extra

    def __str__(self) -> str:
        return f"{self.status} {self.code}: {self.detail}"


Voice = Callable[[Problem], Response]
"""How an API says what went wrong."""


class ProblemBody(BaseModel):
    """What went wrong and what to do (RFC 9457). Further members may name more, such as the `id` of a contact in the way."""

    model_config = ConfigDict(extra="allow", title="Problem")

    type: str = Field(description="The code as a URN: stable, and unique to Muster.", examples=["urn:muster:problem:not_found"])
    title: str = Field(description="The HTTP status in words.", examples=["Not Found"])
    status: int = Field(description="The HTTP status.", examples=[404])
    code: str = Field(description="Stable; what a program should look at.", examples=["not_found"])
    detail: str = Field(description="What happened and what to do, for people.")
    field: str | None = Field(None, description="The parameter, or the path in the body, that is to blame.")
    request_id: str | None = Field(None, description="Name it when you ask for help.")


def body_of(problem: Problem) -> dict[str, Any]:
    """The problem as JSON. `request_id` is the one that the log of this request carries."""
    body: dict[str, Any] = {
        "type": f"urn:muster:problem:{problem.code}",
        "title": _title(problem.status),
        "status": problem.status,
        "code": problem.code,
        "detail": problem.detail,
    }
    request_id = structlog.contextvars.get_contextvars().get("request_id")
    also = {"field": problem.field, "request_id": request_id}
    return {**problem.extra, **body, **{name: value for name, value in also.items() if value is not None}}


def answer(problem: Problem, scope: Scope) -> Response:
    """The problem as the API says it that the request is for: a dialect where its path belongs to one, or the native one."""
    voices: Mapping[str, Voice] = getattr(scope["app"].state, "voices", {}) if "app" in scope else {}
    return (of_path(voices, scope["path"]) or _native)(problem)


def of_path(by_beginning: Mapping[str, T], path: str) -> T | None:
    """What belongs to the API that the path is of; None where that is the native one. APIs are known by how their paths begin.

    A beginning with a slash at its end is that API's without it too.
    """
    return next((found for beginning, found in by_beginning.items() if f"{path}/".startswith(beginning)), None)


@contextmanager
def translating(translate: Callable[[Problem], Problem]) -> Iterator[None]:
    """Problems raised within become those that an API has in their place."""
    try:
        yield
    except Problem as problem:
        raise translate(problem) from None


def described(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """For `responses=` of a route: these statuses, and those that any route may answer, as problem documents."""
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {status: {"description": _title(status), "content": content} for status in sorted({401, 403, 422, 429, 503, *statuses})}


def install(app: FastAPI, voices: Mapping[str, Voice] | None = None) -> None:
    """Answer every error of the application as a problem document, and describe the document in its OpenAPI.

    `voices` are those of the dialects, by the beginnings of the paths that are theirs.
    """
    app.state.voices = dict(voices or {})

    def problem(request: Request, error: Exception) -> Response:
        found = _translate(error)
        if found.status == HTTPStatus.METHOD_NOT_ALLOWED and (methods := _methods_at(request)):
            found.headers["Allow"] = ", ".join(sorted(methods))
        return answer(found, request.scope)

    for kind in (Problem, RequestValidationError, HTTPException, DatabaseUnavailable, QuestionTooLong):
        app.add_exception_handler(kind, problem)
    app.add_middleware(LastResort)
    _describe(app)


class LastResort:
    """Answers what nobody foresaw, and what the driver raises when the database is away. Logs where, never with what values."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun = False

        async def watch(message: Message) -> None:
            nonlocal begun
            begun = begun or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, watch)
        except Exception as error:
            problem = _translate(error)
            if problem.status == HTTPStatus.INTERNAL_SERVER_ERROR:
                log.error("request.failed", error=type(error).__name__, at=_places(error))
            if begun:
                raise ConnectionAbortedError("The answer broke off.") from None
            await answer(problem, scope)(scope, receive, send)


def _native(problem: Problem) -> Response:
    return JSONResponse(body_of(problem), problem.status, headers=problem.headers, media_type=MEDIA_TYPE)


def _translate(error: Exception) -> Problem:
    if isinstance(error, Problem):
        return error
    if isinstance(error, RequestValidationError):
        return _invalid(error.errors())
    if isinstance(error, HTTPException):
        status = error.status_code
        code = _CODES.get(status, f"http_{status}")
        return Problem(status, code, _DETAILS.get(status, str(error.detail)), headers=error.headers)
    if isinstance(error, DatabaseUnavailable) or _is_lost_connection(error):
        return Problem(
            503,
            "database_unavailable",
            "The database does not answer just now. Send the request again in a few seconds.",
            headers={"Retry-After": str(RETRY_SECONDS)},
        )
    if isinstance(error, QuestionTooLong):
        return Problem(400, "question_too_long", "To answer this takes too long here. Ask for less, by narrower conditions.")
    return Problem(
        500, "internal_error", "Something failed on our side. Try again; if it stays, ask your operator to look at the log."
    )


def _invalid(errors: Sequence[Mapping[str, Any]]) -> Problem:
    found = [{"field": _field(error), "message": _message(error)} for error in errors[:20]]
    first = found[0] if found else {"field": "body", "message": "is not what this address takes."}
    what = f"{first['field']}: {first['message']} Change it and send the request again."
    return Problem(422, "invalid_request", what, field=first["field"], errors=found)


def _field(error: Mapping[str, Any]) -> str:
    where = [str(part) for part in error.get("loc", ())]
    if error.get("type") == "json_invalid":
        return "body"
    return ".".join(where[1:] if len(where) > 1 and where[0] in ("body", "query", "path", "header") else where) or "body"


def _message(error: Mapping[str, Any]) -> str:
    if error.get("type") == "json_invalid":
        return f"Not valid JSON ({error.get('ctx', {}).get('error', 'it cannot be read')})."
    if error.get("type") == "extra_forbidden":
        return "Not known here. Leave it out, or check its spelling."
    return f"{str(error.get('msg', 'invalid')).removeprefix('Value error, ').rstrip('.')}."


def _methods_at(request: Request) -> set[str]:
    """Of every route of the path, in whatever router: the router that answers knows of its first only."""
    at = (route for route in iter_route_contexts(request.app.routes) if route.matches(request.scope)[0] is not Match.NONE)
    return {method for route in at for method in route.methods or ()}


def _is_lost_connection(error: Exception) -> bool:
    """By name: the gateway has no door to the driver."""
    kinds: Iterable[type] = type(error).__mro__
    return any(kind.__name__ == "ConnectionFailure" and kind.__module__ == "pymongo.errors" for kind in kinds)


def _places(error: BaseException) -> list[str]:
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(error.__traceback__)[-8:]]


def _title(status: int) -> str:
    return HTTPStatus(status).phrase if status in HTTPStatus._value2member_map_ else "Error"


def _describe(app: FastAPI) -> None:
    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            schema = get_openapi(
                title=app.title,
                version=app.version,
                description=app.description,
                summary=app.summary,
                routes=app.routes,
                tags=app.openapi_tags,
                servers=app.servers,
            )
            schema.setdefault("components", {}).setdefault("schemas", {})["Problem"] = ProblemBody.model_json_schema()
            app.openapi_schema = schema
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]
