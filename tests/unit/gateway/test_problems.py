"""Errors as problem documents: stable codes, the field to blame, and nothing that an outsider should not read."""

from typing import Annotated

import httpx
import pytest
import structlog
from fastapi import APIRouter, FastAPI, Query
from pydantic import BaseModel, ConfigDict
from pymongo.errors import OperationFailure, ServerSelectionTimeoutError
from starlette.responses import StreamingResponse
from structlog.testing import capture_logs

from services.gateway.problems import Problem, described, install, of_path
from shared.platform.mongo import DatabaseUnavailable, QuestionTooLong

SECRET = "secret@example.org"


@pytest.mark.parametrize(
    ("path", "whose"),
    [
        ("/api", "a"),
        ("/api/", "a"),
        ("/api/x", "a"),
        ("/apix", None),
        ("/oauth/v2", "a"),
        ("/oauth", None),
        ("/contacts/v3", "b"),
        ("/contacts/v3/x", "b"),
        ("/contacts", None),
        ("/v1/api/", None),
        ("/", None),
        ("", None),
    ],
)
def test_a_path_is_of_the_api_that_it_begins_as_with_or_without_a_slash(path: str, whose: str | None) -> None:
    assert of_path({"/api/": "a", "/oauth/v2/": "a", "/contacts/v3": "b"}, path) == whose


class Body(BaseModel):
    """A body."""

    model_config = ConfigDict(extra="forbid")

    age: int


def app() -> FastAPI:
    made = FastAPI()
    install(made)

    @made.get("/own", responses=described(409))
    async def own() -> None:
        raise Problem(409, "taken", "Taken.", field="email", headers={"X-More": "1"}, id=5)

    @made.put("/own")
    async def put_own() -> None: ...

    @made.patch("/{name}")
    async def patch_any(name: str) -> None: ...

    router = APIRouter()

    @router.delete("/inner")
    async def delete_inner() -> None: ...

    @router.put("/inner")
    async def put_inner() -> None: ...

    made.include_router(router, prefix="/far")

    @made.post("/checked", responses=described())
    async def checked(body: Body, limit: Annotated[int, Query(le=5)] = 1) -> None: ...

    @made.get("/away/{kind}")
    async def away(kind: str) -> None:
        raise {
            "ours": DatabaseUnavailable("no"),
            "driver": ServerSelectionTimeoutError(f"mongodb://user:{SECRET}@host"),
            "other": OperationFailure(SECRET),
            "any": KeyError(SECRET),
            "long": QuestionTooLong(SECRET),
        }[kind]

    @made.get("/breaks")
    async def breaks() -> StreamingResponse:
        async def lines() -> object:
            yield b"one"
            raise KeyError(SECRET)

        return StreamingResponse(lines())  # type: ignore[arg-type]

    return made


@pytest.fixture
async def client() -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app()), base_url="http://muster.test")


async def test_a_problem_is_answered_with_its_code_its_field_and_what_else_it_names(client: httpx.AsyncClient) -> None:
    with structlog.contextvars.bound_contextvars(request_id="r-1"):
        answer = await client.get("/own")
    assert answer.json() == {
        "type": "urn:muster:problem:taken",
        "title": "Conflict",
        "status": 409,
        "code": "taken",
        "detail": "Taken.",
        "field": "email",
        "id": 5,
        "request_id": "r-1",
    }
    assert (answer.status_code, answer.headers["x-more"]) == (409, "1")
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    "method,path,status,code",
    [("GET", "/no/where", 404, "not_found"), ("DELETE", "/own", 405, "method_not_allowed")],
)
async def test_what_no_route_takes_is_a_problem_too(
    client: httpx.AsyncClient, method: str, path: str, status: int, code: str
) -> None:
    answer = await client.request(method, path)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert (status == 405) == ("allow" in answer.headers)


async def test_a_method_that_is_not_taken_is_answered_with_those_of_every_route_of_the_path(client: httpx.AsyncClient) -> None:
    assert (await client.options("/own")).headers["allow"] == "GET, PATCH, PUT"
    assert (await client.options("/checked")).headers["allow"] == "PATCH, POST"
    assert (await client.get("/far/inner")).headers["allow"] == "DELETE, PUT"


@pytest.mark.parametrize(
    "content,query,field",
    [
        (b'{"age": "x"}', "", "age"),
        (b"{}", "", "age"),
        (b'{"age": 1, "colour": "red"}', "", "colour"),
        (b'{"age": 1', "", "body"),
        (b"", "", "body"),
        (b'{"age": 1}', "?limit=9", "limit"),
    ],
)
async def test_a_request_that_does_not_fit_names_the_field(
    client: httpx.AsyncClient, content: bytes, query: str, field: str
) -> None:
    answer = await client.post(f"/checked{query}", content=content, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (422, "invalid_request", field)
    assert "Change it" in answer.json()["detail"]


async def test_what_was_sent_is_not_repeated(client: httpx.AsyncClient) -> None:
    answer = await client.post("/checked", json={"age": SECRET})
    assert SECRET not in answer.text


@pytest.mark.parametrize("kind", ["ours", "driver"])
async def test_a_database_that_is_away_is_503_with_a_time_to_try_again(client: httpx.AsyncClient, kind: str) -> None:
    answer = await client.get(f"/away/{kind}")
    assert (answer.status_code, answer.json()["code"], answer.headers["retry-after"]) == (503, "database_unavailable", "5")


async def test_a_question_that_takes_too_long_is_refused_with_what_to_ask(client: httpx.AsyncClient) -> None:
    answer = await client.get("/away/long")
    assert (answer.status_code, answer.json()["code"]) == (400, "question_too_long")
    assert SECRET not in answer.text


@pytest.mark.parametrize("kind", ["other", "any"])
async def test_an_unforeseen_failure_says_nothing_outside_and_only_the_place_in_the_log(
    client: httpx.AsyncClient, kind: str
) -> None:
    with capture_logs() as logs:
        answer = await client.get(f"/away/{kind}")
    assert (answer.status_code, answer.json()["code"]) == (500, "internal_error")
    assert logs[0]["event"] == "request.failed"
    assert any("test_problems.py" in place for place in logs[0]["at"])
    assert SECRET not in answer.text + str(logs)


async def test_an_answer_that_breaks_off_does_not_end_as_if_it_were_whole(client: httpx.AsyncClient) -> None:
    with pytest.raises(ConnectionAbortedError) as caught:
        await client.get("/breaks")
    assert SECRET not in str(caught.value)


def test_the_description_knows_the_problem_document() -> None:
    schema = app().openapi()
    assert schema["components"]["schemas"]["Problem"]["required"] == ["type", "title", "status", "code", "detail"]
    content = schema["paths"]["/checked"]["post"]["responses"]["422"]["content"]
    assert content == {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
