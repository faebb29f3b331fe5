"""Servers that are away, come back or are no Muster; keys that are missing, wrong or too weak."""

import asyncio
import json
import socket

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from shared.accounts.keys import Scope
from tests.support.bad_line import bad_line
from tests.support.command_line import CommandLine, served
from tests.support.system import System

GOOD = b"email\nana@example.org\n"


async def test_a_lost_answer_does_not_make_a_second_job(shell: CommandLine) -> None:
    async with bad_line(shell.url) as line:
        line.cuts = [1]
        ended = await shell("import", shell.path("contacts.csv", GOOD), "--json", MUSTER_URL=line.url)
    assert (ended.code, ended.document["counts"]["created"]) == (0, 1), ended
    assert line.connections == 2
    assert len((await shell("jobs", "--json")).document["items"]) == 1


async def test_watching_outlives_a_server_that_goes_and_comes_back(shell: CommandLine) -> None:
    job_id = (await shell("import", shell.path("contacts.csv", GOOD), "--no-watch", "--json")).document["id"]
    async with bad_line(shell.url) as line:
        line.cuts = [0, 1, 100]
        ended = await shell("job", job_id, "--watch", MUSTER_URL=line.url)
    assert ended.code == 0, ended
    assert line.connections == 4


async def test_a_payload_from_stdin_is_not_sent_a_second_time(shell: CommandLine) -> None:
    async with bad_line(shell.url) as line:
        line.cuts = [1]
        ended = await shell("import", "-", stdin=GOOD, MUSTER_URL=line.url)
    assert (ended.code, line.connections) == (5, 1)
    assert ended.err.rstrip().endswith("[unreachable]")


async def test_a_server_that_is_not_there_ends_with_five(shell: CommandLine) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))  # bound and not listening: nobody else gets it, and it refuses
        url = f"http://127.0.0.1:{unused.getsockname()[1]}"
        async with asyncio.timeout(10):
            ended = await shell("jobs", "--json", "--url", url)
    assert (ended.code, json.loads(ended.err)["code"]) == (5, "unreachable")
    assert url in ended.err


async def test_a_server_that_is_busy_is_asked_again_when_it_says(shell: CommandLine) -> None:
    asked: list[str] = []

    async def busy(request: Request) -> Response:
        asked.append(request.headers["idempotency-key"])
        return PlainTextResponse("busy", 503 if len(asked) == 1 else 404, {"Retry-After": "0"})

    async with served(Starlette(routes=[Route("/v1/lists", busy, methods=["POST"])])) as url:
        ended = await shell("lists", "create", "News", "--url", url)
    assert len(asked) == 2
    assert len(set(asked)) == 1
    assert (ended.code, ended.err.rstrip()[-12:]) == (1, "[not_muster]")


async def test_a_server_that_wants_more_patience_than_there_is_is_not_waited_for(shell: CommandLine) -> None:
    async def closed(_: Request) -> Response:
        return PlainTextResponse("come back tomorrow", 503, {"Retry-After": "86400"})

    async with served(Starlette(routes=[Route("/v1/jobs", closed)])) as url, asyncio.timeout(10):
        ended = await shell("jobs", "--url", url)
    assert ended.code == 5


@pytest.mark.parametrize(
    ("key", "code"), [("", "key_missing"), ("mst_wrong", "key_malformed"), ("chosen-by-hand", "key_malformed")]
)
async def test_a_key_that_opens_nothing_ends_with_six(shell: CommandLine, key: str, code: str) -> None:
    ended = await shell("import", shell.path("contacts.csv", GOOD * 5_000), "--json", MUSTER_KEY=key)
    assert (ended.code, json.loads(ended.err)["code"]) == (6, code)


async def test_a_key_without_the_scope_ends_with_six(shell: CommandLine, tenant: System) -> None:
    _, weak = await tenant.gateway.keys.create(tenant.account.number, name="weak", scopes=frozenset({Scope.JOBS_READ}))
    ended = await shell("lists", "--key", weak)
    assert ended.code == 6
    assert ended.err == (
        "The key lacks the scope contacts:read; it has jobs:read. Use a key that has it, or make one. [scope_missing]\n"
    )


async def test_an_option_in_front_of_the_command_counts_too_and_the_one_behind_it_wins(shell: CommandLine) -> None:
    good = ("--key", shell.key)
    assert (await shell(*good, "jobs", MUSTER_KEY="wrong-key")).code == 0
    assert (await shell("--key", "wrong-key", "jobs", *good)).code == 0
    assert (await shell(*good, "lists", "--key", "wrong-key")).code == 6
    assert (await shell(*good, "lists", "create", "News", MUSTER_KEY="wrong-key")).code == 0


async def test_a_file_that_is_not_there_is_a_mistake_of_the_caller(shell: CommandLine) -> None:
    missing = await shell("import", str(shell.folder / "missing.csv"))
    assert (missing.code, missing.err.rstrip()[-7:]) == (2, "[usage]")
    assert (await shell("import", str(shell.folder))).code == 2
    assert (await shell("import", shell.path("a.csv", GOOD), "--map", "nonsense")).code == 2
    assert (await shell("rejected", "x", "--json")).code == 2
