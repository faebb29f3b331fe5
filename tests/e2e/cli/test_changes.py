"""Changes of many contacts: lists, tags, deletions and restorations, and what is asked before anything is deleted."""

from typing import Any

import pytest

from tests.e2e.payloads import people
from tests.support.command_line import CommandLine
from tests.support.system import System


@pytest.fixture
async def full(shell: CommandLine) -> CommandLine:
    """An account with ten contacts and two lists; the first four contacts are on News."""
    for name in ("News", "Old friends"):
        await shell("lists", "create", name)
    await shell("import", shell.path("all.csv", people(10)))
    await shell("import", shell.path("news.csv", people(4)), "--list", "News")
    return shell


async def found(tenant: System, **query: Any) -> set[int]:
    """Numbers of the contacts in a list of them: 7 for person7@example.org."""
    page = (await tenant.client.get("/v1/contacts", params={"limit": 100, **query})).json()
    return {int(item["email"].removeprefix("person").partition("@")[0]) for item in page["items"]}


async def on_list(shell: CommandLine, name: str) -> set[int]:
    """The contacts on a list, as an export has them."""
    lines = (await shell("export", "-", "--list", name, "--field", "email")).out.splitlines()[1:]
    return {int(line.removeprefix("person").partition("@")[0]) for line in lines}


async def test_contacts_are_put_on_lists_taken_off_and_moved(full: CommandLine) -> None:
    added = await full("lists", "add", "Old friends", "--email", "person8@example.org", "--email", "person9@example.org")
    assert added.code == 0, added
    assert await on_list(full, "Old friends") == {8, 9}
    assert (await full("lists", "move", "Old friends", "--from-list", "News")).code == 0
    assert (await on_list(full, "News"), await on_list(full, "Old friends")) == (set(), {0, 1, 2, 3, 8, 9})
    gone = full.path("gone.csv", b"Mail\nperson0@example.org\nperson9@example.org\nnobody@example.org\n")
    removed = await full("lists", "remove", "Old friends", "--file", gone, "--column", "Mail", "--json")
    assert (removed.code, removed.document["counts"]["rejected"]) == (3, 1), removed
    assert await on_list(full, "Old friends") == {1, 2, 3, 8}


async def test_tags_are_put_on_and_taken_off(full: CommandLine) -> None:
    assert (await full("tags", "add", "vip", "new", "--all", "--exclude-list", "News")).code == 0
    assert (await full("tags")).out.split()[1::2] == ["vip", "new"]
    assert (await full("tags", "remove", "new", "--tag", "vip")).code == 0
    content = (await full("export", "-", "--tag", "vip", "--field", "email", "--field", "tags")).out
    assert content.count("vip") == 6
    assert "new" not in content


async def test_deleted_contacts_come_back_and_erased_ones_do_not(full: CommandLine, tenant: System) -> None:
    assert (await full("delete", "contacts", "--from-list", "News", "--yes")).code == 0
    assert await found(tenant) == {4, 5, 6, 7, 8, 9}
    assert (await full("restore", "--email", "person1@example.org")).code == 0
    assert await found(tenant) == {1, 4, 5, 6, 7, 8, 9}
    assert (await full("delete", "contacts", "--email", "person4@example.org", "--erase", "--yes")).code == 0
    assert (await full("restore", "--email", "person4@example.org")).code != 0
    assert await found(tenant) == {1, 5, 6, 7, 8, 9}


async def test_lists_and_tags_are_deleted_by_name(full: CommandLine) -> None:
    assert (await full("delete", "lists", "News", "Old friends", "--yes")).code == 0
    assert (await full("lists")).out == "No lists.\n"


async def test_nothing_is_deleted_where_nobody_can_be_asked(full: CommandLine, tenant: System) -> None:
    for what in (("contacts", "--all"), ("lists", "News"), ("tags", "vip"), ("fields", "plan")):
        ended = await full("delete", *what, stdin=b"y\n")
        assert (ended.code, ended.out) == (2, "")
        assert "--yes" in ended.err
    assert len(await found(tenant)) == 10
    assert {job["kind"] for job in (await full("jobs", "--json")).document["items"]} == {"import"}
