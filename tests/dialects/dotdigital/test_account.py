"""Credentials, the account's own pages, and what every answer says of the rate, in both versions."""

from base64 import b64encode
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import httpx
import pytest

from services.gateway.app import web_app
from services.gateway.settings import GatewaySettings
from shared.accounts.keys import Scope
from shared.platform.clock import SystemClock
from tests.dialects.dotdigital.vendor import Vendor, error, message
from tests.support.system import System, platform_for, system

pytestmark = pytest.mark.mongo

INFO = "/v2/account-info"
V3 = "/contacts/v3/import/00000000-0000-4000-8000-000000000000"
NOW = datetime(2026, 11, 21, 9, 0, 0, 500_000, UTC)


class StillClock(SystemClock):
    """A clock that stands still."""

    def now(self) -> datetime:
        return NOW

    def monotonic(self) -> float:
        return 1_000.0


@pytest.fixture(scope="module")
async def still(mongo_url: str) -> AsyncIterator[System]:
    """A gateway with four requests in each bucket, one more every two seconds, at which no time passes."""
    settings = GatewaySettings(requests_per_second=0.5, requests_burst_seconds=8)
    platform = platform_for(mongo_url, f"rates-{uuid4().hex}", clock=StillClock())
    async with system(platform, services=(), gateway_settings=settings) as opened:
        yield opened


@pytest.fixture
async def hasty(still: System) -> AsyncIterator[httpx.AsyncClient]:
    """A client of it with buckets of its own."""
    transport = httpx.ASGITransport(web_app(still.gateway), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://muster.test", headers=still.client.headers) as client:
        yield client


def basic(user: str, password: str) -> dict[str, str]:
    return {"Authorization": f"Basic {b64encode(f'{user}:{password}'.encode()).decode()}"}


async def test_the_host_that_a_client_should_use_is_the_one_that_it_asks(vendor: Vendor) -> None:
    body = (await vendor.client.get(INFO)).json()
    assert body["id"] == vendor.muster.account.number
    properties = {each["name"]: (each["type"], each["value"]) for each in body["properties"]}
    assert properties["ApiEndpoint"] == ("String", "http://muster.test")
    assert properties["Name"] == ("String", vendor.muster.account.name)
    other = (await vendor.client.get(INFO, headers={"Host": "r1-api.example.org:8443"})).json()["properties"]
    assert {each["name"]: each["value"] for each in other}["ApiEndpoint"] == "http://r1-api.example.org:8443"


async def test_the_time_of_the_server_is_a_text(vendor: Vendor) -> None:
    found = (await vendor.client.get("/v2/server-time")).json()
    assert abs(datetime.fromisoformat(found) - datetime.now(UTC)) < timedelta(seconds=5)


@pytest.mark.parametrize("user", ["apiuser-1234@apiconnector.com", "the id of the key"])
async def test_an_api_user_is_a_key_whose_password_is_its_text(vendor: Vendor, user: str) -> None:
    key = vendor.muster.key
    name = (await vendor.client.get("/v1/account")).json()["key"]["id"] if user == "the id of the key" else user
    response = await vendor.client.get(INFO, headers=basic(name, key))
    assert (response.status_code, response.json()["id"]) == (200, vendor.muster.account.number)


@pytest.mark.parametrize(
    "headers",
    [{"Authorization": ""}, basic("apiuser@example.org", "wrong"), {"Authorization": "Basic ???"}, {"Authorization": "Digest x"}],
)
async def test_bad_credentials_are_refused_in_the_very_words_that_clients_compare(vendor: Vendor, headers: dict[str, str]) -> None:
    response = await vendor.client.get(INFO, headers=headers)
    assert message(response, 401) == "Authorization has been denied for this request."
    assert "Basic" in response.headers["www-authenticate"]
    response = await vendor.client.get(V3, headers=headers)
    assert (response.status_code, response.content) == (401, b"")
    assert "Basic" in response.headers["www-authenticate"]


async def test_a_key_without_the_scope_is_told_so_in_the_words_that_clients_compare(vendor: Vendor) -> None:
    gateway, account = vendor.muster.gateway, vendor.muster.account.number
    _, text = await gateway.keys.create(account, name="narrow", scopes=frozenset({Scope.CONTACTS_READ}))
    narrow = basic("x", text)
    assert (await vendor.client.get(INFO, headers=narrow)).status_code == 200
    refused = message(await vendor.client.post("/v2/address-books", json={"name": "A"}, headers=narrow), 403)
    assert refused == "Error: ERROR_FEATURENOTACTIVE"
    code, description = error(await vendor.client.get(V3, headers=narrow), 403)
    assert code == "contacts:forbidden"
    assert "jobs:read" in description


@pytest.mark.parametrize("path", [INFO, V3])
async def test_every_answer_says_what_is_left_and_one_too_many_is_refused(hasty: httpx.AsyncClient, path: str) -> None:
    answers = [await hasty.get(path) for _ in range(5)]
    assert [answer.headers["x-ratelimit-remaining"] for answer in answers] == ["3", "2", "1", "0", "0"]
    reset = str(int(NOW.timestamp()) + 3)
    for answer in answers:
        shown = [answer.headers[f"x-ratelimit-{name}"] for name in ("limit", "reset", "scope")]
        assert shown == ["4", reset, "highCallRate"]
        assert "ratelimit" not in answer.headers
    assert {answer.status_code for answer in answers[:4]} <= {200, 404}
    if path == V3:
        assert error(answers[4], 429)[0] == "contacts:tooManyRequests"
    else:
        assert message(answers[4], 429).endswith(" ERROR_APIUSAGE_EXCEEDED")
    assert answers[4].headers["retry-after"] == "2"


async def test_the_other_apis_keep_their_own_headers(hasty: httpx.AsyncClient) -> None:
    for path in ("/v1/account", "/v3/contact_lists"):
        headers = (await hasty.get(path)).headers
        assert "ratelimit" in headers
        assert not [name for name in headers if name.startswith("x-ratelimit")]
