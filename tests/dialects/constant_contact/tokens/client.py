"""A client program of the vendor's, with plain HTTP: it asks for codes and tokens, and uses them."""

import base64
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
from fastapi import FastAPI

from shared.accounts.keys import Key, Scope
from tests.support.system import System

TOKEN, AUTHORIZE = "/oauth2/default/v1/token", "/oauth2/default/v1/authorize"
CALLBACK, OTHER_CALLBACK = "https://client.example.org/callback?of=us", "http://localhost:8080/"
VERIFIER = "a-verifier-of-forty-three-characters-or-more"
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()


@dataclass(frozen=True)
class App:
    """A program that was registered as a client: a key, its text, and plain HTTP without any credentials."""

    key: Key
    secret: str
    http: httpx.AsyncClient

    @property
    def basic(self) -> httpx.BasicAuth:
        """How the vendor's clients authenticate."""
        return httpx.BasicAuth(self.key.id, self.secret)

    async def ask(self, **form: str) -> httpx.Response:
        """The token endpoint, with HTTP Basic."""
        return await self.http.post(TOKEN, data=form, auth=self.basic)

    async def given(self, **form: str) -> dict[str, Any]:
        """The tokens that the endpoint gives."""
        response = await self.ask(**form)
        assert response.status_code == 200, response.text
        return dict(response.json())

    async def visit(self, **query: str) -> httpx.Response:
        """The authorize endpoint, as a browser asks it."""
        asked = {"response_type": "code", "client_id": self.key.id, "redirect_uri": CALLBACK, "state": "s 1&2"} | query
        return await self.http.get(AUTHORIZE, params={name: value for name, value in asked.items() if value})

    async def code(self, **query: str) -> str:
        """A code."""
        return sent_on(await self.visit(**query))["code"]

    async def exchanged(self, code: str, **form: str) -> httpx.Response:
        """The exchange of a code."""
        asked = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK} | form
        return await self.ask(**{name: value for name, value in asked.items() if value})

    async def status(self, token: str, path: str = "/v3/contact_lists") -> int:
        """What the API answers to a bearer."""
        return (await self.http.get(path, headers={"Authorization": f"Bearer {token}"})).status_code


def sent_on(response: httpx.Response, to: str = CALLBACK) -> dict[str, str]:
    """What was added to the redirect URI."""
    assert response.status_code == 302, response.text
    assert response.headers["cache-control"] == "no-store"
    target, expected = urlsplit(response.headers["location"]), urlsplit(to)
    assert target[:3] == expected[:3]
    query = {name: values[0] for name, values in parse_qs(target.query, strict_parsing=True).items()}
    kept = {name: values[0] for name, values in parse_qs(expected.query).items()}
    assert kept.items() <= query.items()
    return {name: value for name, value in query.items() if name not in kept}


def refused(response: httpx.Response, status: int, error: str) -> str:
    """The description of an error in the form of RFC 6749, section 5.2."""
    assert (response.status_code, response.json()["error"]) == (status, error), response.text
    assert set(response.json()) <= {"error", "error_description"}
    assert response.headers["cache-control"] == "no-store"
    assert ("www-authenticate" in response.headers) == (status == 401)
    return str(response.json().get("error_description", ""))


def plain(app: FastAPI, address: str) -> httpx.AsyncClient:
    """A client at an address, without credentials."""
    return httpx.AsyncClient(transport=httpx.ASGITransport(app, client=(address, 1)), base_url="http://muster.test")


async def registered(
    muster: System, http: httpx.AsyncClient, uris: Iterable[str] = (CALLBACK,), scopes: Iterable[Scope] = Scope, account: int = 0
) -> App:
    """A new client of the test's account, or of another one."""
    number = account or muster.account.number
    key, secret = await muster.gateway.keys.create(number, name="app", scopes=scopes, redirect_uris=uris)
    return App(key, secret, http)
