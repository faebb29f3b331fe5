"""What connects a client is its address and its credentials: Basic, tokens for the client itself, and tokens for who logs in."""

import json
from typing import Any

import pytest

from shared.accounts.keys import Key, Scope
from tests.dialects.acquia.clients.behind import native, person
from tests.dialects.acquia.clients.client import Client, Raised
from tests.dialects.acquia.clients.command import Command
from tests.support.system import System

pytestmark = pytest.mark.mongo

DENIED = {"message": "API authorization denied.", "code": 401, "type": "access_denied"}
CALLBACK = "http://127.0.0.1:9/back"


@pytest.fixture
async def app(tenant: System) -> tuple[Key, str]:
    """A program of the account's: its public and its secret key."""
    return await tenant.gateway.keys.create(tenant.account.number, name="app", scopes=Scope, redirect_uris=[CALLBACK])


@pytest.fixture
def oauth(command: Command, url: str, app: tuple[Key, str]) -> dict[str, str]:
    """The settings of `mautic-cli` with the public and the secret key of a program."""
    key, secret = app
    return {
        "MAUTIC_BASE_URL": url,
        "MAUTIC_CLIENT_ID": key.id,
        "MAUTIC_CLIENT_SECRET": secret,
        "MAUTIC_TOKEN_ENDPOINT": f"{url}/oauth/v2/token",
    }


async def test_one_account_is_the_same_through_all_three(python: Client, node: Client, command: Command, tenant: System) -> None:
    number = (await python("Contacts.create", {"email": "ana@example.org", "firstname": "Ana"}))["contact"]["id"]
    await node("contacts.editContact", "PATCH", {"lastname": "Ortiz"}, number)
    await command.shown("contacts", "edit", number, "--json", '{"tags": ["vip"]}')
    stored = await native(tenant, number)
    assert (stored["first_name"], stored["last_name"], stored["tags"]) == ("Ana", "Ortiz", ["vip"])
    views = [
        await python("Contacts.get", number),
        await node("contacts.getContact", number),
        await command.shown("contacts", "get", number),
    ]
    assert views[0] == views[1] == views[2]


async def test_a_password_worth_nothing_is_denied(python: Client, node: Client, command: Command, url: str) -> None:
    assert is_denied(await python.of(url, "worth-nothing").refused("Contacts.get_list"))
    raised = await node.of(url, "worth-nothing").refused("contacts.listContacts")
    assert str(raised).endswith("Errors: 401: API authorization denied.")
    stranger = Command(command.place, command.home, {**command.settings, "MAUTIC_PASSWORD": "worth-nothing"})
    assert await stranger.refused("contacts", "list") == (401, "API authorization denied.")


async def test_a_key_that_may_only_read_may_not_write(python: Client, node: Client, url: str, tenant: System) -> None:
    _, reader = await tenant.gateway.keys.create(tenant.account.number, name="reader", scopes=[Scope.CONTACTS_READ])
    number = await person(tenant)
    assert (await python.of(url, reader)("Contacts.get", number))["contact"]["id"] == number
    raised = await python.of(url, reader).refused("Contacts.edit", number, {"firstname": "Ana"})
    (error,) = raised.body["errors"]
    assert error["code"] == 403
    assert error["message"].startswith("You do not have access to the requested area/action.")
    assert "Errors: 403: " in str(await node.of(url, reader).refused("contacts.deleteContact", number))


async def test_the_command_gets_a_token_for_each_call(command: Command, oauth: dict[str, str], tenant: System) -> None:
    number = await person(tenant)
    shown = await Command(command.place, command.home, oauth).shown("contacts", "get", number)
    assert shown["contact"]["id"] == number


async def test_the_command_says_that_its_secret_is_wrong(command: Command, oauth: dict[str, str]) -> None:
    ended = await Command(command.place, command.home, {**oauth, "MAUTIC_CLIENT_SECRET": "wrong"})("contacts", "list")
    assert (ended.code, ended.out) == (1, "")
    assert "OAuth2 token request failed" in ended.err
    assert "HTTP 401" in ended.err


@pytest.mark.parametrize("method", ["basic", "oauth2"])
async def test_the_command_keeps_what_it_was_told_and_sees_a_version(
    command: Command, oauth: dict[str, str], tenant: System, method: str
) -> None:
    """`auth setup` asks: address, method, the credentials, the token endpoint, whether to look at certificates, a name."""
    told = {"basic": ["api", tenant.key], "oauth2": [oauth["MAUTIC_CLIENT_ID"], oauth["MAUTIC_CLIENT_SECRET"], ""]}[method]
    plain = Command(command.place, command.home)
    ended = await plain("auth", "setup", stdin="\n".join([f"{oauth['MAUTIC_BASE_URL']}/", method, *told, "n", "ours", ""]))
    assert ended.code == 0, ended
    kept = json.loads((command.home / ".mautic-cli" / "config.ours.json").read_text(encoding="utf-8"))
    assert (kept["auth_method"], kept["base_url"]) == (method, oauth["MAUTIC_BASE_URL"])
    tested = await plain.said("auth", "test", "--profile", "ours")
    assert "Connected" in tested
    version = await plain.shown("--profile", "ours", "version")
    assert (version["mautic_version"], version["api_v2_available"]) == ("5.1.1", False)
    assert (await plain.shown("--profile", "ours", "contacts", "list"))["contacts"] == {}


async def test_the_client_for_python_logs_in_and_renews_its_token(
    python: Client, url: str, app: tuple[Key, str], tenant: System
) -> None:
    key, secret = app
    number = await person(tenant)
    token: dict[str, Any] = await python.of(url, secret, key.id)("log_in")
    assert token["token_type"].lower() == "bearer"
    first = await python.of(url, secret, key.id, token).answer("Contacts.get", number)
    assert (first["body"]["contact"]["id"], first["renewed"]) == (number, [])
    old = python.of(url, secret, key.id, {**token, "expires_at": 1, "expires_in": -1})
    later = await old.answer("Contacts.edit", number, {"firstname": "Ana"})
    (renewed,) = later["renewed"]
    assert later["body"]["contact"]["fields"]["all"]["firstname"] == "Ana"
    again = await python.of(url, secret, key.id, renewed)("Contacts.get", number)
    assert again["contact"]["fields"]["all"]["firstname"] == "Ana"


async def test_a_token_worth_nothing_is_denied(python: Client, url: str) -> None:
    stranger = python.of(url, "", "app", {"access_token": "worth-nothing", "token_type": "bearer"})
    assert is_denied(await stranger.refused("Contacts.get_list"))


def is_denied(raised: Raised) -> bool:
    """Whether the client was told so in the vendor's words."""
    (error,) = raised.body["errors"]
    return bool(DENIED.items() <= error.items())
