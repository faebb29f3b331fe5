"""Credentials over HTTP: where a key may stand, what is said of a bad one, and how often one may be wrong."""

import base64
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from shared.accounts.keys import Scope
from shared.platform.clock import SystemClock
from tests.support.resources import client_of, resource_app, resources
from tests.support.system import System

pytestmark = pytest.mark.mongo


class MovedClock(SystemClock):
    """The machine's clock, moved on at will."""

    ahead = 0.0

    def now(self) -> datetime:
        return super().now() + timedelta(seconds=self.ahead)

    def monotonic(self) -> float:
        return super().monotonic() + self.ahead


@pytest.fixture(scope="module")
async def api(mongo_url: str) -> AsyncIterator[System]:
    async with resources(mongo_url, MovedClock()) as whole:
        yield whole


async def asked(api: System, *headers: str, app: Any = None, address: str = "127.0.0.1", query: str = "") -> httpx.Response:
    """One request with these Authorization headers, by default to an application that remembers no failures."""
    async with client_of(app or resource_app(api.gateway), address=address) as client:
        return await client.get(f"/v1/account{query}", headers=[("Authorization", header) for header in headers])


def basic(user: str, key: str) -> str:
    return f"Basic {base64.b64encode(f'{user}:{key}'.encode()).decode()}"


async def test_a_key_may_come_as_bearer_or_as_the_password_of_any_user(api: System) -> None:
    key_id = api.key.split("_")[1]
    for header in (
        f"Bearer {api.key}",
        f"bearer  {api.key} ",
        basic("", api.key),
        basic("anybody", api.key),
        basic("0123456789ab", api.key),
        basic(key_id, api.key),
    ):
        answer = await asked(api, header)
        assert (answer.status_code, answer.json()["key"]["id"]) == (200, key_id)


async def test_a_user_name_that_is_the_id_of_another_key_is_refused(api: System) -> None:
    other, _ = await api.gateway.keys.create(api.account.number, name="k", scopes=[])
    answer = await asked(api, basic(other.id, api.key))
    assert (answer.status_code, answer.json()["code"]) == (401, "key_unknown")


@pytest.mark.parametrize("header", ["Basic !!!", "Basic bm9jb2xvbg==", "Basic /w==", "Digest abc", "Bearer", "Bearer x"])
async def test_a_header_that_cannot_be_read_is_malformed(api: System, header: str) -> None:
    answer = await asked(api, header)
    assert (answer.status_code, answer.json()["code"]) == (401, "key_malformed")


async def test_two_credentials_are_refused_even_when_both_are_sound(api: System) -> None:
    answer = await asked(api, f"Bearer {api.key}", basic("x", api.key))
    assert (answer.status_code, answer.json()["code"]) == (400, "two_credentials")


@pytest.mark.parametrize("name", ["api_key", "access_token", "API_KEY"])
async def test_a_key_in_the_address_is_refused_and_not_repeated(api: System, name: str) -> None:
    answer = await asked(api, f"Bearer {api.key}", query=f"?{name}={api.key}")
    assert (answer.status_code, answer.json()["code"]) == (400, "key_in_url")
    assert api.key not in answer.text


async def test_who_knows_the_secret_is_told_since_when_the_key_has_expired(api: System) -> None:
    then = datetime.fromisoformat("2026-01-02T03:04:05+00:00")
    _, text = await api.gateway.keys.create(api.account.number, name="k", scopes=[], expires_at=then)
    assert "since 2026-01-02T03:04:05Z" in (await asked(api, f"Bearer {text}")).json()["detail"]


async def test_after_thirty_failures_an_address_waits_but_sound_keys_pass(api: System) -> None:
    app = resource_app(api.gateway)
    clock = api.platform.clock
    assert isinstance(clock, MovedClock)
    for attempt in range(30):
        answer = await asked(api, f"Bearer guess-number-{attempt}", app=app, address="10.0.0.1")
        assert answer.status_code == 401
    refused = await asked(api, "Bearer guess-number-31", app=app, address="10.0.0.1")
    assert (refused.status_code, refused.json()["code"]) == (429, "too_many_failures")
    assert 0 < int(refused.headers["retry-after"]) <= 61
    assert (await asked(api, f"Bearer {api.key}", app=app, address="10.0.0.1")).status_code == 200
    assert (await asked(api, "Bearer guess-number-32", app=app, address="10.0.0.2")).status_code == 401
    clock.ahead += 60
    assert (await asked(api, "Bearer guess-number-33", app=app, address="10.0.0.1")).status_code == 401


async def test_after_ten_failures_a_key_id_waits_from_any_address(api: System) -> None:
    app = resource_app(api.gateway)
    key, text = await api.gateway.keys.create(api.account.number, name="k", scopes=Scope)
    await api.gateway.keys.revoke(api.account.number, key.id)
    answers = [await asked(api, f"Bearer {text}", app=app, address=f"10.0.1.{number}") for number in range(11)]
    assert [answer.status_code for answer in answers] == [401] * 10 + [429]


async def test_the_key_of_an_account_that_is_gone_is_unknown(api: System) -> None:
    _, text = await api.gateway.keys.create(999, name="k", scopes=[])
    answer = await asked(api, f"Bearer {text}")
    assert (answer.status_code, answer.json()["code"]) == (401, "key_unknown")
