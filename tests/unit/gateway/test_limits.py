"""What every request goes through first."""

import httpx
import pytest
import structlog
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.gateway.limits import BodyLimit, Frame, PlainPaths
from shared.platform.clock import SystemClock

LIMIT = 1000


async def count(scope: Scope, receive: Receive, send: Send) -> None:
    """Answers with the length of the body, or with 400 when it breaks off, as FastAPI does."""
    try:
        length = len(await Request(scope, receive).body())
    except Exception:
        await JSONResponse({"code": "broken"}, 400)(scope, receive, send)
        return
    await JSONResponse({"bytes": length, **structlog.contextvars.get_contextvars()})(scope, receive, send)


def client(app: ASGIApp) -> httpx.AsyncClient:
    """Talks to the application in this process."""
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://muster")


def limited() -> BodyLimit:
    """The application under test."""
    return BodyLimit(count, limit_bytes=LIMIT, limits_itself=frozenset({"/v1/imports"}).__contains__)


@pytest.mark.parametrize("length", [0, 1, LIMIT])
async def test_a_body_up_to_the_limit_passes(length: int) -> None:
    async with client(limited()) as web:
        assert (await web.post("/", content=b"x" * length)).json() == {"bytes": length}


@pytest.mark.parametrize(
    ("sent", "path", "raw"),
    [
        ("/", "/", "/"),
        ("/a", "/a", "/a"),
        ("/a/?b=c/", "/a", "/a"),
        ("/a//", "/a/", "/a/"),
        ("/a%2F", "/a/", "/a%2F"),
        ("/a%2F/", "/a/", "/a%2F"),
        ("/%C3%BC/", "/ü", "/%C3%BC"),
    ],
)
async def test_only_a_slash_that_is_written_as_one_goes_from_the_end_of_a_path(sent: str, path: str, raw: str) -> None:
    async def tell(scope: Scope, receive: Receive, send: Send) -> None:
        await JSONResponse([scope["path"], scope["raw_path"].decode()])(scope, receive, send)

    async with client(PlainPaths(tell)) as web:
        assert (await web.get(sent)).json() == [path, raw]


@pytest.mark.parametrize("is_announced", [True, False])
async def test_a_body_over_the_limit_is_refused_however_it_comes(is_announced: bool) -> None:
    async def blocks() -> object:
        for _ in range(11):
            yield b"x" * 100

    async with client(limited()) as web:
        answer = await web.post("/", content=b"x" * 1001 if is_announced else blocks())  # type: ignore[arg-type]
    assert (answer.status_code, answer.json()["code"], answer.json()["limit_bytes"]) == (413, "body_too_large", LIMIT)
    assert answer.headers["content-type"] == "application/problem+json"


async def test_only_the_exact_paths_of_uploads_limit_themselves() -> None:
    async with client(limited()) as web:
        assert (await web.post("/v1/imports", content=b"x" * 5000)).json() == {"bytes": 5000}
        assert (await web.post("/v1/imports/", content=b"x" * 5000)).status_code == 413


@pytest.mark.parametrize(
    "headers",
    [
        [(b"content-length", b"-1")],
        [(b"content-length", b"1"), (b"content-length", b"2")],
        [(b"content-length", b"9" * 30)],
        [(b"content-length", "²".encode("latin-1"))],
        [(b"content-length", b"5"), (b"transfer-encoding", b"chunked")],
    ],
)
@pytest.mark.parametrize("path", ["/", "/v1/imports"])
async def test_a_length_that_can_be_read_in_two_ways_is_refused(headers: list[tuple[bytes, bytes]], path: str) -> None:
    sent: list[Message] = []

    async def receive() -> Message:
        raise AssertionError("nothing of the body is read")

    async def send(message: Message) -> None:
        sent.append(message)

    await limited()({"type": "http", "method": "POST", "path": path, "headers": headers}, receive, send)
    assert sent[0]["status"] == 400


async def test_every_answer_has_the_headers_of_safety_and_an_id_that_the_log_has_too() -> None:
    async with client(Frame(count, SystemClock())) as web:
        answer = await web.get("/", headers={"X-Request-Id": "theirs-1"})
        refused = await web.get("/", headers={"X-Request-Id": "no {log} forging" * 20})
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.json() == {"bytes": 0, "request_id": answer.headers["x-request-id"], "client_request_id": "theirs-1"}
    assert "client_request_id" not in refused.json()


async def test_every_answer_of_an_api_has_the_headers_that_it_always_sends() -> None:
    other = {"Other-Version": "7", "Cache-Control": "private"}
    async with client(Frame(limited(), SystemClock(), {"/other/": other})) as web:
        answers = [await web.post(path, content=b"x" * length) for path in ("/other/a", "/v1/other/") for length in (0, LIMIT + 1)]
    assert [answer.status_code for answer in answers] == [200, 413, 200, 413]
    assert [answer.headers.get("other-version") for answer in answers] == ["7", "7", None, None]
    assert [answer.headers["cache-control"] for answer in answers] == ["private"] * 2 + ["no-store"] * 2
