"""Operators' commands: straight on the database, without a server."""

import uuid
from collections.abc import Iterator

import pytest
from pymongo import MongoClient

from services.cli.app import run


@pytest.fixture
def office(mongo_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The settings of an operator, on a database of their own."""
    name = f"muster-{uuid.uuid4().hex[:12]}"
    settings = {"MUSTER_MONGO_URL": mongo_url, "MUSTER_MONGO_DATABASE": name, "MUSTER_KEY_PEPPER": "a pepper for tests"}
    for variable, value in settings.items():
        monkeypatch.setenv(variable, value)
    yield
    with MongoClient[dict[str, object]](mongo_url) as client:
        client.drop_database(name)


@pytest.mark.usefixtures("office")
def test_an_account_is_opened_and_its_keys_are_made_listed_and_revoked(capsys: pytest.CaptureFixture[str]) -> None:
    def told(*arguments: str, code: int = 0) -> str:
        assert run(arguments) == code
        return capsys.readouterr().out

    assert "(Example Ltd) is open" in told("account", "create", "Example Ltd")
    assert "Example Ltd" in told("account", "list")
    made = told("key", "create", "Example Ltd", "--scopes", "all", "--name", "nightly")
    key = made.splitlines()[-1]
    key_id = key.split("_")[1]
    listed = told("key", "list", "Example Ltd")
    assert listed.startswith(f"{key_id}  nightly  contacts:read contacts:write jobs:read jobs:write")
    assert key not in listed
    assert told("key", "revoke", "Example Ltd", key_id) == f"Key {key_id} is revoked.\n"
    assert "revoked" in told("key", "list", "Example Ltd")
    told("key", "revoke", "Example Ltd", "nobody", code=1)
    uris = ("https://client.example.org/cb", "http://localhost:8080/")
    client = told("key", "create", "Example Ltd", "--redirect-uri", uris[0], "--redirect-uri", uris[1]).splitlines()[-1]
    last = told("key", "list", "Example Ltd").splitlines()[-1]
    assert last.startswith(client.split("_")[1])
    assert last.endswith(f"  codes to {uris[0]} {uris[1]}")
    told("key", "create", "Example Ltd", "--redirect-uri", "/callback", code=1)
    told("key", "list", "Nobody Ltd", code=1)
    told("key", "create", "Example Ltd", "--scopes", "everything", code=2)


def test_the_topology_names_every_queue(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["topology"]) == 0
    assert "queue    muster.importer" in capsys.readouterr().out


def test_a_service_that_there_is_not_is_refused() -> None:
    assert run(["run", "nobody"]) == 2
    assert run(["run", "gateway", "--embedded"]) == 2


def test_a_probe_of_a_port_where_nobody_answers_ends_with_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MUSTER_PROBE_PORT", "1")
    assert run(["probe"]) == 1
