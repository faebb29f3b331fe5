"""A token endpoint that takes JSON takes there what it takes in a form, and refuses the same."""

import json
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from services.gateway.app import web_app
from services.gateway.dialects.constant_contact.tokens import VOCABULARY
from services.gateway.oauth import MOST_FIELDS, OAuth
from tests.dialects.constant_contact.tokens.client import CALLBACK, App, refused, registered
from tests.support.system import System

pytestmark = pytest.mark.mongo

TOKEN = "/other/token"
CREDENTIALS = {"grant_type": "client_credentials"}


@pytest.fixture(scope="module")
def gateway_app(muster: System) -> FastAPI:
    """A gateway with one more token endpoint, whose clients send JSON."""
    app = web_app(muster.gateway)
    app.add_api_route(TOKEN, OAuth(muster.gateway, VOCABULARY, takes_json=True).token, methods=["POST"])
    return app


def named(app: App) -> dict[str, str]:
    """The client's credentials as they stand in a body."""
    return {"client_id": app.key.id, "client_secret": app.secret}


async def sent(app: App, content: bytes | str, media_type: str = "application/json") -> httpx.Response:
    """The answer to this body, from a client that shows its secret by HTTP Basic."""
    return await app.http.post(TOKEN, content=content, auth=app.basic, headers={"Content-Type": media_type})


async def test_a_json_object_gives_the_tokens_that_a_form_gives(app: App) -> None:
    whole = {**CREDENTIALS, **named(app), "scope": "", "device": "of no meaning here"}
    for given in (await app.http.post(TOKEN, json=whole), await app.http.post(TOKEN, data=whole)):
        assert (given.status_code, given.json()["scope"]) == (200, "contact_data")
        assert await app.status(given.json()["access_token"]) == 200
    by_basic = await sent(app, json.dumps(CREDENTIALS), "Application/JSON; charset=utf-8")
    assert by_basic.status_code == 200
    code = {"grant_type": "authorization_code", "code": await app.code(), "redirect_uri": CALLBACK}
    exchanged = await app.http.post(TOKEN, json={**code, **named(app)})
    again = {"grant_type": "refresh_token", "refresh_token": exchanged.json()["refresh_token"]}
    assert (await app.http.post(TOKEN, json={**again, **named(app)})).json()["scope"] == "contact_data"
    refused(await app.http.post(TOKEN, json={**code, **named(app)}), 400, "invalid_grant")


async def test_who_does_not_show_the_secret_in_json_is_no_client(muster: System, app: App) -> None:
    other = await registered(muster, app.http)
    for wrong in ({}, {"client_id": app.key.id}, {**named(other), "client_id": app.key.id}):
        refused(await app.http.post(TOKEN, json={**CREDENTIALS, **wrong}), 401, "invalid_client")


@pytest.mark.parametrize(
    "body",
    [
        [CREDENTIALS],
        "client_credentials",
        None,
        {"grant_type": ["client_credentials"]},
        {"grant_type": None},
        {**CREDENTIALS, "scope": 7},
        {**CREDENTIALS, "device": {}},
        {**CREDENTIALS, "client_secret": "also by HTTP Basic"},
        {**CREDENTIALS, **{f"m{place}": "x" for place in range(MOST_FIELDS)}},
    ],
)
async def test_json_that_is_no_object_of_strings_is_said_to_be_invalid(app: App, body: Any) -> None:
    refused(await sent(app, json.dumps(body)), 400, "invalid_request")


@pytest.mark.parametrize(
    "text",
    [b"{", b"grant_type=client_credentials", b'{"grant_type":"\xff"}', b'{"scope":"","scope":"","grant_type":"x"}', b"[" * 5000],
)
async def test_what_cannot_be_read_as_json_is_said_to_be_invalid(app: App, text: bytes) -> None:
    assert "JSON" in refused(await sent(app, text), 400, "invalid_request")


async def test_a_parameter_in_the_address_and_in_json_is_there_twice(app: App) -> None:
    answer = await app.http.post(f"{TOKEN}?grant_type=client_credentials", json={**CREDENTIALS, **named(app)})
    assert "more than once" in refused(answer, 400, "invalid_request")


async def test_a_body_of_another_kind_is_told_both_kinds_that_are_taken(app: App) -> None:
    said = refused(await sent(app, json.dumps(CREDENTIALS), "text/plain"), 400, "invalid_request")
    assert "application/x-www-form-urlencoded, or application/json" in said
