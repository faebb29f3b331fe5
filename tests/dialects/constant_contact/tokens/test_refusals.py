"""Requests for codes and tokens that are refused, in the words of RFC 6749."""

import pytest
from fastapi import FastAPI

from tests.dialects.constant_contact.tokens.client import (
    AUTHORIZE,
    CALLBACK,
    CHALLENGE,
    OTHER_CALLBACK,
    TOKEN,
    VERIFIER,
    App,
    plain,
    refused,
    registered,
    sent_on,
)
from tests.support.clock import MovableClock
from tests.support.system import System

pytestmark = pytest.mark.mongo


async def test_a_code_lives_a_minute(app: App, clock: MovableClock) -> None:
    code = await app.code()
    clock.move(seconds=61)
    assert "expired" in refused(await app.exchanged(code), 400, "invalid_grant")


async def test_a_refresh_token_lapses_after_180_days_without_use(app: App, clock: MovableClock) -> None:
    given = (await app.exchanged(await app.code())).json()
    clock.move(days=180, seconds=1)
    refused(await app.ask(grant_type="refresh_token", refresh_token=given["refresh_token"]), 400, "invalid_grant")


async def test_an_access_token_refreshes_nothing(app: App) -> None:
    token = (await app.given(grant_type="client_credentials"))["access_token"]
    refused(await app.ask(grant_type="refresh_token", refresh_token=token), 400, "invalid_grant")
    refused(await app.exchanged(token), 400, "invalid_grant")


async def test_what_one_client_was_given_is_worth_nothing_to_another(muster: System, app: App) -> None:
    other = await registered(muster, app.http)
    code, refresh = await app.code(), (await app.exchanged(await app.code())).json()["refresh_token"]
    assert "another client" in refused(await other.exchanged(code), 400, "invalid_grant")
    assert "another client" in refused(await other.ask(grant_type="refresh_token", refresh_token=refresh), 400, "invalid_grant")
    assert (await app.exchanged(code)).status_code == 200


async def test_who_does_not_show_the_secret_is_no_client(muster: System, app: App) -> None:
    other = await registered(muster, app.http)
    form = {"grant_type": "client_credentials"}
    wrong = [
        {},
        {"client_id": app.key.id},
        {"client_id": app.key.id, "client_secret": "a secret"},
        {"client_id": app.key.id, "client_secret": other.secret},
        {"client_secret": app.secret},
    ]
    for credentials in wrong:
        refused(await app.http.post(TOKEN, data={**form, **credentials}), 401, "invalid_client")
    answer = await app.http.post(TOKEN, data=form, auth=(app.key.id, other.secret))
    assert answer.headers["www-authenticate"].startswith("Basic ")
    refused(answer, 401, "invalid_client")
    refused(await app.http.post(TOKEN, data={**form, "client_id": other.key.id}, auth=app.basic), 401, "invalid_client")
    refused(await app.http.post(TOKEN, data=form, headers={"Authorization": "Basic !"}), 401, "invalid_client")


async def test_a_token_request_that_cannot_be_read_is_said_to_be_invalid(app: App) -> None:
    refused(await app.ask(), 400, "invalid_request")
    refused(await app.ask(grant_type="authorization_code"), 400, "invalid_request")
    refused(await app.ask(grant_type="refresh_token"), 400, "invalid_request")
    refused(await app.ask(grant_type="client_credentials", client_secret=app.secret), 400, "invalid_request")
    for grant in ("password", "implicit", "urn:ietf:params:oauth:grant-type:device_code"):
        refused(await app.ask(grant_type=grant, username="u", password="p"), 400, "unsupported_grant_type")
    refused(await app.http.post(TOKEN, json={"grant_type": "client_credentials"}, auth=app.basic), 400, "invalid_request")
    for body in (b"grant_type=client_credentials&grant_type=client_credentials", b"grant_type=\xff"):
        answer = await app.http.post(
            TOKEN, content=body, auth=app.basic, headers={"Content-Type": "application/x-www-form-urlencoded"}
        )
        refused(answer, 400, "invalid_request")


@pytest.mark.parametrize(
    ("query", "error"),
    [
        ({"response_type": ""}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": "code token"}, "unsupported_response_type"),
        ({"response_type": "none"}, "unsupported_response_type"),
        ({"code_challenge": VERIFIER, "code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge": CHALLENGE}, "invalid_request"),
        ({"code_challenge": "short", "code_challenge_method": "S256"}, "invalid_request"),
    ],
)
async def test_the_client_is_told_what_was_wrong_with_its_request(app: App, query: dict[str, str], error: str) -> None:
    added = sent_on(await app.visit(**query))
    assert (added["error"], added["state"]) == (error, "s 1&2")
    assert "code" not in added


async def test_nobody_is_sent_to_an_address_that_was_not_registered(muster: System, app: App) -> None:
    closed = await registered(muster, app.http, uris=())
    for query in (
        {"redirect_uri": "https://evil.example.org/"},
        {"redirect_uri": CALLBACK + "/.."},
        {"redirect_uri": "/callback"},
        {"client_id": "AAAAAAAAAAAA"},
        {"client_id": ""},
        {"client_id": app.secret},
        {"client_id": closed.key.id},
        {"client_id": closed.key.id, "redirect_uri": ""},
    ):
        answer = await app.visit(**query)
        refused(answer, 400, "invalid_request")
        assert "location" not in answer.headers
    twice = f"{AUTHORIZE}?response_type=code&client_id={app.key.id}&redirect_uri={OTHER_CALLBACK}&redirect_uri=https://a.example/"
    refused(await app.http.get(twice), 400, "invalid_request")


async def test_who_only_visits_does_not_count_as_a_use_of_the_key(muster: System, app: App) -> None:
    await app.code()
    keys = {key.id: key for key in await muster.gateway.keys.of_account(muster.account.number)}
    assert keys[app.key.id].last_used_at is None


async def test_wrong_secrets_are_counted_as_wrong_keys_are(gateway_app: FastAPI, app: App) -> None:
    async with plain(gateway_app, "10.2.0.1") as client:
        form = {"grant_type": "client_credentials", "client_id": app.key.id}
        for attempt in range(30):
            refused(await client.post(TOKEN, data={**form, "client_secret": f"guess {attempt}"}), 401, "invalid_client")
        answer = await client.post(TOKEN, data={**form, "client_secret": "guess 31"})
        assert int(answer.headers["retry-after"]) > 0
        refused(answer, 429, "temporarily_unavailable")
        assert (await client.get("/v3/contact_lists", headers={"Authorization": "Bearer a guess"})).status_code == 429
        assert (await client.post(TOKEN, data={**form, "client_secret": app.secret})).status_code == 200


async def test_other_methods_are_not_allowed(app: App) -> None:
    assert (await app.http.get(TOKEN)).status_code == 405
    assert (await app.http.post(AUTHORIZE)).status_code == 405
