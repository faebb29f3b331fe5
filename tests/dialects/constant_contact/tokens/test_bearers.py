"""Access tokens at the API: they let in as their key, as long as it holds, and with no more scopes than it has."""

from uuid import uuid4

import httpx
import jwt
import pytest
from fastapi import FastAPI

from shared.accounts.keys import Key, Scope
from shared.accounts.tokens import Tokens
from tests.dialects.constant_contact.tokens.client import (
    App,
    plain,
    refused,
    registered,
)
from tests.support.clock import MovableClock
from tests.support.system import PEPPER, System

pytestmark = pytest.mark.mongo


async def test_an_expired_access_token_is_unauthorized_in_both_voices_however_often(app: App, clock: MovableClock) -> None:
    bearer = {"Authorization": f"Bearer {(await app.given(grant_type='client_credentials'))['access_token']}"}
    clock.move(days=1, seconds=1)
    for _ in range(35):
        vendor = await app.http.get("/v3/contact_lists", headers=bearer)
    assert (vendor.status_code, vendor.json()) == (401, {"error_key": "unauthorized", "error_message": "Unauthorized"})
    native = await app.http.get("/v1/lists", headers=bearer)
    assert (native.status_code, native.json()["code"]) == (401, "key_expired")
    assert "access token has expired since" in native.json()["detail"]


async def test_a_key_that_is_revoked_ends_its_tokens(muster: System, app: App) -> None:
    given, code = (await app.exchanged(await app.code())).json(), await app.code()
    assert await app.status(given["access_token"]) == 200
    await muster.gateway.keys.revoke(muster.account.number, app.key.id)
    answer = await app.http.get("/v1/lists", headers={"Authorization": f"Bearer {given['access_token']}"})
    assert (answer.status_code, answer.json()["code"]) == (401, "key_revoked")
    assert "key_revoked" in refused(
        await app.ask(grant_type="refresh_token", refresh_token=given["refresh_token"]), 401, "invalid_client"
    )
    refused(await app.exchanged(code), 401, "invalid_client")
    refused(await app.visit(), 400, "invalid_request")


async def test_a_key_that_expires_ends_its_tokens(muster: System, http: httpx.AsyncClient, clock: MovableClock) -> None:
    clock.move(hours=1)
    at = clock.now()
    clock.move(hours=-1)
    key, secret = await muster.gateway.keys.create(muster.account.number, name="k", scopes=Scope, expires_at=at)
    token = (await App(key, secret, http).given(grant_type="client_credentials"))["access_token"]
    assert await App(key, secret, http).status(token) == 200
    clock.move(hours=1)
    answer = await http.get("/v1/lists", headers={"Authorization": f"Bearer {token}"})
    assert (answer.status_code, answer.json()["code"]) == (401, "key_expired")


async def test_a_token_that_was_altered_or_is_of_another_kind_opens_nothing(app: App, clock: MovableClock) -> None:
    given = await app.given(grant_type="client_credentials", scope="contact_data offline_access")
    head, body, signature = given["access_token"].split(".")
    claims = jwt.decode(given["access_token"], options={"verify_signature": False})
    unsigned = jwt.encode(claims, None, "none")
    other = Tokens(clock, b"another pepper").access(app.key, Scope)
    altered = jwt.encode({**claims, "sub": "AAAAAAAAAAAA"}, b"k" * 32).split(".")[1]
    for text in (f"{head}.{altered}.{signature}", f"{head}.{body}.", unsigned, other, given["refresh_token"], await app.code()):
        assert await app.status(text) == 401
    assert await app.status(given["access_token"]) == 200


async def test_a_token_of_a_key_that_there_is_not_opens_nothing(app: App, clock: MovableClock) -> None:
    nobody = Key("AAAAAAAAAAAA", 1, "k", frozenset(Scope), clock.now())
    assert await app.status(Tokens(clock, PEPPER.encode()).access(nobody, Scope)) == 401


async def test_tokens_of_two_accounts_see_their_own(muster: System, app: App) -> None:
    account = await muster.gateway.accounts.create("another")
    await muster.gateway.quota.open_account(account.number)
    other = await registered(muster, app.http, account=account.number)
    mine, theirs = [(await each.given(grant_type="client_credentials"))["access_token"] for each in (app, other)]
    name = f"L {uuid4().hex[:8]}"
    made = await app.http.post("/v3/contact_lists", json={"name": name}, headers={"Authorization": f"Bearer {mine}"})
    assert made.status_code == 201, made.text
    seen = [await app.http.get("/v3/contact_lists", headers={"Authorization": f"Bearer {token}"}) for token in (mine, theirs)]
    assert [name in {each["name"] for each in answer.json()["lists"]} for answer in seen] == [True, False]
    assert await other.status(theirs, f"/v3/contact_lists/{made.json()['list_id']}") == 404


@pytest.mark.parametrize(
    ("asked", "granted", "status"),
    [
        ("", "contact_data", 200),
        ("account_read account_update contact_data campaign_data", "account_read contact_data", 200),
        ("account_read", "account_read", 403),
        ("campaign_data", "", 403),
    ],
)
async def test_the_answer_says_what_was_granted(app: App, asked: str, granted: str, status: int) -> None:
    given = await app.given(grant_type="client_credentials", **({"scope": asked} if asked else {}))
    assert given["scope"] == granted
    assert await app.status(given["access_token"]) == status


async def test_a_token_may_no_more_than_its_key(muster: System, http: httpx.AsyncClient) -> None:
    app = await registered(muster, http, scopes=[Scope.CONTACTS_READ])
    bearer = {"Authorization": f"Bearer {(await app.given(grant_type='client_credentials'))['access_token']}"}
    assert (await http.get("/v3/contact_lists", headers=bearer)).status_code == 200
    answer = await http.post("/v3/contact_lists", json={"name": "L"}, headers=bearer)
    assert (answer.status_code, answer.json()["error_key"]) == (403, "forbidden")
    assert (await http.get("/v1/account", headers=bearer)).json()["key"]["scopes"] == ["contacts:read"]


async def test_guesses_do_not_shut_out_a_sound_token_from_the_same_address(app: App) -> None:
    token = (await app.given(grant_type="client_credentials"))["access_token"]
    guess = token[:-8] + "AAAAAAAA"
    assert [await app.status(guess) for _ in range(31)] == [401] * 30 + [429]
    assert await app.status(token) == 200


async def test_guesses_at_a_token_do_not_count_against_the_key_that_they_name(
    muster: System, gateway_app: FastAPI, app: App
) -> None:
    guess = (await app.given(grant_type="client_credentials"))["access_token"][:-8] + "AAAAAAAA"
    for _ in range(11):
        assert await app.status(guess) == 401
    await muster.gateway.keys.revoke(muster.account.number, app.key.id)
    async with plain(gateway_app, "10.2.0.2") as elsewhere:
        answer = await elsewhere.get("/v1/lists", headers={"Authorization": f"Bearer {app.secret}"})
    assert (answer.status_code, answer.json()["code"]) == (401, "key_revoked")
