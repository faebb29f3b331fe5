"""Requests per second over HTTP: what every answer says of it, when it is enough, and whose requests count."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from uuid import uuid4

import httpx
import pytest
from fastapi import APIRouter, FastAPI

from services.gateway.app import web_app
from services.gateway.auth import tenant
from services.gateway.context import Gateway
from services.gateway.dialects.constant_contact.errors import voice
from services.gateway.dialects.dialect import Dialect
from services.gateway.settings import GatewaySettings
from shared.accounts.keys import Scope
from shared.platform.clock import SystemClock
from tests.support.system import System, platform_for, system

pytestmark = pytest.mark.mongo

BURST = 4
SETTINGS = GatewaySettings(requests_per_second=0.5, requests_burst_seconds=8)


class MovedClock(SystemClock):
    """A clock that stands still until it is moved."""

    at = 1_000.0

    def monotonic(self) -> float:
        return self.at


@pytest.fixture(scope="module")
async def whole(mongo_url: str) -> AsyncIterator[System]:
    platform = platform_for(mongo_url, f"rates-{uuid4().hex}", clock=MovedClock())
    async with system(platform, services=(), gateway_settings=SETTINGS) as opened:
        yield opened


@asynccontextmanager
async def asker(
    whole: System, app: FastAPI | None = None, *, scopes: Sequence[Scope] = tuple(Scope), **limits: int
) -> AsyncIterator[httpx.AsyncClient]:
    """A client of a new account with these limits, by default at a gateway of its own."""
    account = await whole.gateway.accounts.create("asker")
    await whole.gateway.quota.open_account(account.number)
    await whole.database["accounts"].update_one({"_id": account.number}, {"$set": {"limits": limits}})
    _, key = await whole.gateway.keys.create(account.number, name="k", scopes=frozenset(scopes))
    transport = httpx.ASGITransport(app or web_app(whole.gateway), raise_app_exceptions=False)
    headers = {"Authorization": f"Bearer {key}"}
    async with httpx.AsyncClient(transport=transport, base_url="http://muster.test", headers=headers) as client:
        yield client


async def test_every_answer_to_a_known_key_says_what_is_left(whole: System) -> None:
    async with asker(whole, scopes=[Scope.JOBS_READ]) as client:
        answers = [await client.get(path) for path in ("/v1/account", "/v1/jobs/none", "/v1/contacts", "/v1/jobs?limit=x")]
    assert [answer.status_code for answer in answers] == [200, 404, 403, 422]
    assert [answer.headers["ratelimit"] for answer in answers] == [f'"requests";r={left};t=2' for left in (3, 2, 1, 0)]
    assert {answer.headers["ratelimit-policy"] for answer in answers} == {f'"requests";q={BURST};w=8'}
    assert [answer.headers["ratelimit-remaining"] for answer in answers] == ["3", "2", "1", "0"]
    assert {(answer.headers["ratelimit-limit"], answer.headers["ratelimit-reset"]) for answer in answers} == {("4", "2")}


async def test_an_answer_that_nobody_foresaw_says_it_too(whole: System) -> None:
    app = web_app(whole.gateway)

    @app.get("/v1/broken", dependencies=[tenant()])
    async def broken() -> None:
        raise RuntimeError("unforeseen")

    async with asker(whole, app) as client:
        answer = await client.get("/v1/broken")
    assert (answer.status_code, answer.headers["ratelimit-remaining"]) == (500, "3")


async def test_an_empty_bucket_is_a_429_that_says_when_and_time_fills_it(whole: System) -> None:
    clock = whole.platform.clock
    assert isinstance(clock, MovedClock)
    async with asker(whole) as client:
        assert [(await client.get("/v1/account")).status_code for _ in range(BURST)] == [200] * BURST
        refused = await client.get("/v1/account")
        assert (refused.status_code, refused.json()["code"]) == (429, "too_many_requests")
        assert refused.headers["content-type"] == "application/problem+json"
        assert (refused.headers["retry-after"], refused.headers["ratelimit"]) == ("2", '"requests";r=0;t=2')
        clock.at += 2
        assert [(await client.get("/v1/account")).status_code for _ in range(2)] == [200, 429]


async def test_one_account_never_uses_up_what_another_has(whole: System) -> None:
    app = web_app(whole.gateway)
    async with asker(whole, app) as first, asker(whole, app) as second:
        assert [(await first.get("/v1/account")).status_code for _ in range(BURST + 1)] == [200] * BURST + [429]
        assert (await second.get("/v1/account")).headers["ratelimit-remaining"] == "3"


async def test_an_account_may_have_a_rate_of_its_own_or_none(whole: System) -> None:
    async with asker(whole, requests_per_second=2) as client:
        assert (await client.get("/v1/account")).headers["ratelimit-policy"] == '"requests";q=16;w=8'
    async with asker(whole, requests_per_second=0) as client:
        answers = [await client.get("/v1/account") for _ in range(BURST + 2)]
    assert {answer.status_code for answer in answers} == {200}
    assert not any(name.startswith("ratelimit") for answer in answers for name in answer.headers)


async def test_a_key_that_is_not_valid_is_told_nothing_of_any_rate(whole: System) -> None:
    async with asker(whole) as client:
        answer = await client.get("/v1/account", headers={"Authorization": "Bearer nonsense"})
    assert answer.status_code == 401
    assert "ratelimit" not in answer.headers


def other_dialect() -> Dialect:
    """A dialect that says its version with every answer; one of its routes is broken."""
    router = APIRouter()

    @router.get("/other/whole", dependencies=[tenant()])
    async def answered() -> str:
        return "whole"

    @router.get("/other/broken", dependencies=[tenant()])
    async def broken() -> None:
        raise RuntimeError("unforeseen")

    def routes(_: Gateway) -> list[APIRouter]:
        return [router]

    return Dialect("other", ("/other/",), routes, voice, headers={"Other-Version": "7"})


async def test_what_a_dialect_always_says_stands_on_every_answer_of_its_own(whole: System) -> None:
    async with asker(whole, web_app(whole.gateway, [other_dialect])) as client:
        answers = [await client.get(path) for path in ("/other/whole", "/other/broken", "/other/none", "/v1/account", "/v1/none")]
        refused = await client.get("/other/whole", headers={"Authorization": "Bearer nonsense"})
        wrong = await client.post("/other/whole")
        exhausted = [await client.get("/other/whole") for _ in range(2)][-1]
    everything = [*answers, refused, wrong, exhausted]
    assert [answer.status_code for answer in everything] == [200, 500, 404, 200, 404, 401, 405, 429]
    versions = [answer.headers.get("other-version") for answer in everything]
    assert versions == ["7", "7", "7", None, None, "7", "7", "7"]
    assert answers[0].headers["ratelimit-remaining"] == "3"
