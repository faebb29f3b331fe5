"""Every operation against every kind of asker: an account never learns what another one has, nor that it has it."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from services.gateway import auth
from services.gateway.auth import undeclared_routes
from shared.accounts.keys import Key, Scope
from tests.support.resources import client_of, resource_app, resources
from tests.support.system import System

pytestmark = pytest.mark.mongo

READ, WRITE = Scope.CONTACTS_READ, Scope.CONTACTS_WRITE
THINGS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("contacts", {"first_name": "A"}),
    ("lists", {"name": "N"}),
    ("tags", {"name": "N"}),
    ("fields", {"label": "N"}),
)
OF_ONE: list["Operation"] = [
    *(("GET", f"/v1/{thing}/{{id}}", None, READ) for thing, _ in THINGS),
    *(("PATCH", f"/v1/{thing}/{{id}}", body, WRITE) for thing, body in THINGS),
    ("PUT", "/v1/contacts/{id}", {"email": "x@example.org"}, WRITE),
    ("POST", "/v1/contacts/{id}/restore", None, WRITE),
    *(("DELETE", f"/v1/{thing}/{{id}}", None, WRITE) for thing, _ in THINGS),
]
OF_ALL: list["Operation"] = [
    *(("GET", f"/v1/{thing}", None, READ) for thing, _ in THINGS),
    ("POST", "/v1/contacts", {"email": "n@example.org"}, WRITE),
    ("POST", "/v1/lists", {"name": "N"}, WRITE),
    ("POST", "/v1/tags", {"name": "N"}, WRITE),
    ("POST", "/v1/fields", {"name": "N", "type": "text"}, WRITE),
    ("POST", "/v1/account/identifiers", {"name": "N"}, WRITE),
    ("GET", "/v1/account", None, None),
]
Operation = tuple[str, str, dict[str, Any] | None, Scope | None]


@dataclass
class Two:
    """Two accounts, keys of every kind, and one of each thing that belongs to the first."""

    system: System
    app: Any
    keys: dict[str, str]
    ids: dict[str, tuple[str, str]]

    async def ask(self, operation: Operation, name: str | None = None, key: str | None = None) -> httpx.Response:
        method, path, body, _ = operation
        auth.install(self.app, self.system.gateway)  # a doorkeeper that remembers no failures
        async with client_of(
            self.app, self.keys.get(key or "", key), address=f"10.{uuid4().int % 250}.{uuid4().int % 250}.1"
        ) as client:
            return await client.request(method, path.format(id=name), json=body)


@pytest.fixture(scope="module")
async def two(mongo_url: str) -> AsyncIterator[Two]:
    async with resources(mongo_url) as whole:
        keys, now = whole.gateway.keys, whole.platform.clock.now()
        other = await whole.gateway.accounts.create("other")
        everything = frozenset(Scope)

        async def key(account: int, **facts: Any) -> tuple[Key, str]:
            return await keys.create(account, name="k", **{"scopes": everything, "expires_at": None, **facts})

        own = whole.account.number
        revoked, revoked_text = await key(own)
        await keys.revoke(own, revoked.id)
        texts = {
            "own": whole.key,
            "other": (await key(other.number))[1],
            "revoked": revoked_text,
            "expired": (await key(own, expires_at=now - timedelta(seconds=1)))[1],
            "reads": (await key(own, scopes=[READ]))[1],
            "writes": (await key(own, scopes=[WRITE]))[1],
            "nothing": (await key(own, scopes=[]))[1],
        }
        ids = {}
        for path, body in (
            ("contacts", {"email": "own@example.org"}),
            ("lists", {"name": "own"}),
            ("tags", {"name": "own"}),
            ("fields", {"name": "own", "type": "text"}),
        ):
            made = (await whole.client.post(f"/v1/{path}", json=body)).json()
            ids[path] = (str(made["id"]), made["uuid"])
        yield Two(whole, resource_app(whole.gateway), texts, ids)


def named(operation: Operation) -> str:
    return f"{operation[0]} {operation[1]}"


@pytest.mark.parametrize("operation", OF_ONE, ids=named)
async def test_what_another_account_has_is_answered_as_what_nobody_has(two: Two, operation: Operation) -> None:
    thing = operation[1].split("/")[2]
    answers = [
        await two.ask(operation, name, key="other")
        for name in (*two.ids[thing], "999999", str(uuid4()), "0", "-1", "x", "99999999999999999999", "1.0", "%24gt", "١")
    ]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1


@pytest.mark.parametrize("operation", [*OF_ONE, *OF_ALL], ids=named)
@pytest.mark.parametrize(
    "key,code",
    [
        (None, "key_missing"),
        ("revoked", "key_revoked"),
        ("expired", "key_expired"),
        ("not a key", "key_malformed"),
        ("mst_0123456789AB_x_y", "key_malformed"),
    ],
)
async def test_without_a_sound_key_every_operation_is_401(two: Two, operation: Operation, key: str | None, code: str) -> None:
    answer = await two.ask(operation, "1", key=key)
    assert (answer.status_code, answer.json()["code"]) == (401, code)
    assert answer.headers["www-authenticate"] == 'Bearer, Basic realm="muster"'
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("operation", [*OF_ONE, *OF_ALL], ids=named)
async def test_without_the_scope_every_operation_is_403_and_names_it(two: Two, operation: Operation) -> None:
    scope = operation[3]
    for key, held in (("reads", [READ]), ("writes", [WRITE]), ("nothing", [])):
        if scope is not None and scope not in held:
            answer = await two.ask(operation, "1", key=key)
            assert (answer.status_code, answer.json()["code"]) == (403, "scope_missing")
            assert (answer.json()["scope"], answer.json()["scopes"]) == (scope, held)


async def test_the_account_can_be_read_with_any_key(two: Two) -> None:
    answer = await two.ask(("GET", "/v1/account", None, None), key="nothing")
    assert answer.status_code == 200
    assert answer.json()["key"]["scopes"] == []


async def test_a_number_so_great_that_it_reaches_into_another_account_finds_nothing(two: Two) -> None:
    contacts = two.system.gateway.contacts.of_account(0)
    beyond = two.system.account.number << 40 | int(two.ids["contacts"][0])
    assert await contacts.matching(None, [beyond, 2**63, -1, 0], []) == []


async def test_every_route_says_what_it_asks_for(two: Two) -> None:
    assert undeclared_routes(two.app) == []

    @two.app.get("/v1/open")
    async def forgotten() -> None: ...

    assert undeclared_routes(two.app) == ["GET /v1/open"]
    two.app.router.routes.pop()


async def test_every_operation_is_in_the_table_of_this_test(two: Two) -> None:
    described = {
        f"{method.upper()} {path}"
        for path, methods in two.app.openapi()["paths"].items()
        for method in methods
        if path.startswith("/v1")
    }
    tried = {named(operation) for operation in [*OF_ONE, *OF_ALL]}
    assert {re.sub(r"\{\w+\}", "{id}", operation) for operation in described} == tried


async def test_every_reference_of_the_description_leads_somewhere(two: Two) -> None:
    schema = two.app.openapi()
    text = str(schema)
    names = {part.split("'")[0] for part in text.split("#/components/schemas/")[1:]}
    assert names <= set(schema["components"]["schemas"])
    assert "HTTPValidationError" not in names
    assert set(schema["components"]["securitySchemes"]) == {"bearer", "basic"}
