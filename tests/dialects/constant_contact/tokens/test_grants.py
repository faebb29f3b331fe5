"""Each grant gives tokens for what it stands for, and a code gives them once."""

import asyncio

import httpx
import jwt
import pytest

from shared.accounts.keys import Scope
from tests.dialects.constant_contact.tokens.client import (
    CALLBACK,
    CHALLENGE,
    OTHER_CALLBACK,
    TOKEN,
    VERIFIER,
    App,
    refused,
    registered,
    sent_on,
)
from tests.support.clock import MovableClock
from tests.support.system import System

pytestmark = pytest.mark.mongo


async def test_a_client_gets_a_token_for_its_credentials_and_uses_it(app: App) -> None:
    response = await app.ask(grant_type="client_credentials", scope="contact_data")
    assert response.headers["cache-control"] == "no-store"
    assert response.headers["content-type"] == "application/json"
    given = response.json()
    assert {**given, "access_token": ""} == {
        "access_token": "",
        "expires_in": 86400,
        "token_type": "Bearer",
        "scope": "contact_data",
    }
    assert await app.status(given["access_token"]) == 200
    assert await app.status(given["access_token"], "/v1/lists") == 200
    said = jwt.decode(given["access_token"], options={"verify_signature": False})
    assert (said["sub"], said["scp"]) == (app.key.id, sorted(Scope))


async def test_the_secret_may_stand_in_the_body(app: App) -> None:
    form = {"grant_type": "client_credentials", "client_id": app.key.id, "client_secret": app.secret}
    response = await app.http.post(TOKEN, data=form)
    assert response.json()["scope"] == "contact_data"


async def test_a_refresh_token_beside_client_credentials_is_given_to_who_asks_for_it(app: App) -> None:
    given = await app.given(grant_type="client_credentials", scope="contact_data offline_access")
    assert given["scope"] == "contact_data offline_access"
    again = await app.given(grant_type="refresh_token", refresh_token=given["refresh_token"])
    assert again["scope"] == "contact_data offline_access"
    assert await app.status(again["access_token"]) == 200


async def test_a_code_becomes_tokens_and_they_are_refreshed(app: App, clock: MovableClock) -> None:
    response = await app.visit(scope="contact_data account_read", code_challenge=CHALLENGE, code_challenge_method="S256")
    assert response.text == ""
    added = sent_on(response)
    assert (set(added), added["state"]) == ({"code", "state"}, "s 1&2")
    first = (await app.exchanged(added["code"], code_verifier=VERIFIER)).json()
    assert (first["scope"], first["expires_in"], first["token_type"]) == ("contact_data account_read", 86400, "Bearer")
    assert await app.status(first["access_token"]) == 200
    clock.move(days=179)
    second = await app.given(grant_type="refresh_token", refresh_token=first["refresh_token"])
    clock.move(days=179)
    third = await app.given(grant_type="refresh_token", refresh_token=second["refresh_token"])
    assert third["scope"] == first["scope"]
    assert await app.status(third["access_token"]) == 200
    assert await app.status(second["access_token"]) == 401
    assert "expired" in refused(
        await app.ask(grant_type="refresh_token", refresh_token=first["refresh_token"]), 400, "invalid_grant"
    )


async def test_the_parameters_of_a_grant_may_stand_in_the_address_but_no_secret(app: App) -> None:
    query = {"grant_type": "authorization_code", "code": await app.code(), "redirect_uri": CALLBACK}
    given = await app.http.post(TOKEN, params=query, auth=app.basic)
    query = {"grant_type": "refresh_token", "refresh_token": given.json()["refresh_token"], "redirect_uri": CALLBACK}
    assert (await app.http.post(TOKEN, params=query, auth=app.basic)).status_code == 200
    query = {"grant_type": "client_credentials", "client_id": app.key.id, "client_secret": app.secret}
    assert "logs" in refused(await app.http.post(TOKEN, params=query), 400, "invalid_request")


async def test_a_code_is_good_for_one_exchange(app: App) -> None:
    code = await app.code()
    answers = await asyncio.gather(*(app.exchanged(code) for _ in range(5)))
    assert sorted(answer.status_code for answer in answers) == [200, 400, 400, 400, 400]
    assert "before" in refused(await app.exchanged(code), 400, "invalid_grant")


async def test_an_exchange_that_fails_does_not_spend_the_code(app: App) -> None:
    code = await app.code(code_challenge=CHALLENGE, code_challenge_method="S256")
    for verifier in ("", CHALLENGE, VERIFIER + "x"):
        assert "code_verifier" in refused(await app.exchanged(code, code_verifier=verifier), 400, "invalid_grant")
    assert (await app.exchanged(code, code_verifier=VERIFIER)).status_code == 200


async def test_a_verifier_for_a_code_without_a_challenge_is_refused(app: App) -> None:
    refused(await app.exchanged(await app.code(), code_verifier=VERIFIER), 400, "invalid_grant")


@pytest.mark.parametrize("uri", ["", OTHER_CALLBACK, "https://client.example.org/callback", CALLBACK + "&x=1"])
async def test_a_code_is_exchanged_with_the_redirect_uri_to_which_it_was_sent(app: App, uri: str) -> None:
    assert "redirect_uri" in refused(await app.exchanged(await app.code(), redirect_uri=uri), 400, "invalid_grant")


async def test_a_client_with_one_redirect_uri_need_not_name_it(app: App) -> None:
    codes = [await app.code(redirect_uri="") for _ in range(2)]
    assert (await app.exchanged(codes[0], redirect_uri="")).status_code == 200
    assert (await app.exchanged(codes[1])).status_code == 200


async def test_a_client_with_two_redirect_uris_names_one(muster: System, http: httpx.AsyncClient) -> None:
    app = await registered(muster, http, [CALLBACK, OTHER_CALLBACK])
    refused(await app.visit(redirect_uri=""), 400, "invalid_request")
    code = sent_on(await app.visit(redirect_uri=OTHER_CALLBACK), OTHER_CALLBACK)["code"]
    refused(await app.exchanged(code, redirect_uri=CALLBACK), 400, "invalid_grant")
    assert (await app.exchanged(code, redirect_uri=OTHER_CALLBACK)).status_code == 200


async def test_a_refresh_may_ask_for_less_and_never_for_more(app: App) -> None:
    refresh = (await app.exchanged(await app.code(scope="contact_data offline_access"))).json()["refresh_token"]
    less = await app.given(grant_type="refresh_token", refresh_token=refresh, scope="offline_access campaign_data")
    assert less["scope"] == "offline_access"
    assert await app.status(less["access_token"]) == 403
    again = await app.given(grant_type="refresh_token", refresh_token=less["refresh_token"])
    assert again["scope"] == "contact_data offline_access"
    refused(await app.ask(grant_type="refresh_token", refresh_token=refresh, scope="account_read"), 400, "invalid_scope")
