"""`muster import` and the commands that look at jobs and steer them: what they print, and their exit codes."""

import json

from tests.e2e.payloads import people
from tests.support.command_line import CommandLine
from tests.support.system import System

GOOD = b"email,first_name\nana@example.org,Ana\nbo@example.org,Bo\n"
MIXED = b"email,first_name\nana@example.org,Ana\nnot-an-address,Bo\n"


async def test_an_import_is_followed_to_its_end_and_told_in_words(shell: CommandLine, tenant: System) -> None:
    ended = await shell("import", shell.path("contacts.csv", GOOD))
    assert (ended.code, ended.out.count("\n")) == (0, 2), ended
    assert ": completed in " in ended.out
    assert "2 rows: 2 created" in ended.out
    assert ended.err.splitlines()[0].startswith("import ")
    assert sorted(contact["email"] for contact in await tenant.contacts()) == ["ana@example.org", "bo@example.org"]


async def test_rejected_rows_have_an_exit_code_of_their_own_and_can_be_fetched(shell: CommandLine) -> None:
    ended = await shell("import", shell.path("contacts.csv", MIXED), "--json")
    assert (ended.code, ended.err) == (3, "")
    job = ended.document
    assert (job["state"], job["payload"]["name"], job["counts"]["rejected"]) == ("completed", "contacts.csv", 1)
    fetched = await shell("rejected", job["id"], "-o", str(shell.folder / "rejected.csv"))
    assert fetched.code == 0
    written = (shell.folder / "rejected.csv").read_bytes()
    assert written.splitlines()[0] == b"line,code,message,email,first_name"
    assert written == (await shell("rejected", job["id"])).raw
    assert sorted(path.name for path in shell.folder.iterdir()) == ["contacts.csv", "rejected.csv"]


async def test_the_options_of_an_import_reach_the_job(shell: CommandLine, tenant: System) -> None:
    await shell("lists", "create", "News, weekly")
    file = shell.path("odd.txt", b"Mail;Who;Plan;Born;Notes\nana@example.org;Ana;gold;03/04/2001;x\n")
    maps = ("--map", "Mail=email", "--map", "Who=first_name", "--map", "Notes=", "--map", "Born=anniversary")
    more = ("--list", "News, weekly", "--tag", "new", "--day-first", "--create-fields", "--format", "csv", "--name", "first")
    ended = await shell("import", file, *maps, *more, "--json")
    assert (ended.code, ended.document["name"]) == (0, "first"), ended
    (found,) = (await tenant.client.get("/v1/contacts", params={"email": "ana@example.org"})).json()["items"]
    assert (found["first_name"], found["anniversary"], found["custom"]) == ("Ana", "2001-04-03", {"plan": "gold"})
    assert len(found["lists"]) == len(found["tags"]) == 1


async def test_a_payload_may_come_from_stdin(shell: CommandLine) -> None:
    ended = await shell("import", "-", "--json", stdin=people(500))
    assert (ended.code, ended.document["counts"]["created"]) == (0, 500)


async def test_without_watching_the_job_is_shown_as_it_was_accepted_and_watched_later(shell: CommandLine) -> None:
    accepted = await shell("import", shell.path("contacts.csv", MIXED), "--no-watch", "--json")
    assert (accepted.code, accepted.document["ended_at"]) == (0, None)
    job_id = accepted.document["id"]
    watched = await shell("job", job_id, "--watch")
    assert watched.code == 3
    assert f"muster rejected {job_id} -o rejected.csv" in watched.out
    shown = await shell("job", job_id)
    assert (shown.code, shown.out) == (0, watched.out)


async def test_the_same_idempotency_key_gives_the_same_job(shell: CommandLine) -> None:
    file = shell.path("contacts.csv", GOOD)
    first, again = [(await shell("import", file, "--idempotency-key", "monday", "--json")).document for _ in range(2)]
    assert first == again
    assert len((await shell("jobs", "--json")).document["items"]) == 1


async def test_a_file_that_is_refused_as_a_whole_ends_with_one_and_says_why(shell: CommandLine) -> None:
    ended = await shell("import", shell.path("none.csv", b"nothing,of,use\n1,2,3\n"))
    assert ended.code == 1
    job = (await shell("jobs", "--json")).document["items"][0]
    assert f"[{job['error']['code']}]" in ended.out


async def test_jobs_are_listed_newest_first_and_filtered(shell: CommandLine) -> None:
    for name in ("one", "two", "three"):
        await shell("import", shell.path("contacts.csv", GOOD), "--name", name)
    await shell("import", shell.path("none.csv", b"nothing\n1\n"), "--name", "four")
    names = [line.rsplit("  ", 1)[1] for line in (await shell("jobs", "--limit", "3")).out.splitlines()]
    assert names == ["four", "three", "two"]
    failed = (await shell("jobs", "--state", "failed", "--state", "cancelled", "--kind", "import", "--json")).document["items"]
    assert [job["name"] for job in failed] == ["four"]
    assert (await shell("jobs", "--state", "cancelled")).out == "No jobs.\n"


async def test_every_row_of_a_job_is_shown_through_all_pages(shell: CommandLine) -> None:
    job = (await shell("import", shell.path("contacts.csv", people(2_500, bad_every=100)), "--json")).document
    rows = (await shell("rows", job["id"], "--json")).document["items"]
    assert [row["line"] for row in rows] == list(range(2, 2_502))
    told = (await shell("rows", job["id"], "--outcome", "rejected")).out.splitlines()
    assert len(told) == 25
    assert told[0].split()[:2] == ["2", "rejected"]
    assert told[0].endswith("[email_invalid]")
    assert (await shell("rows", job["id"], "--outcome", "skipped", "--json")).document == {"items": []}


async def test_a_job_is_forgotten_and_then_unknown(shell: CommandLine) -> None:
    job_id = (await shell("import", shell.path("contacts.csv", GOOD), "--json")).document["id"]
    assert (await shell("forget", job_id, "--json")).document == {"id": job_id, "is_gone": True}
    gone = await shell("job", job_id, "--json")
    assert (gone.code, gone.raw) == (1, b"")
    problem = json.loads(gone.err)
    assert (problem["code"], problem["status"]) == ("job_not_found", 404)


async def test_lists_and_tags_are_made_and_shown(shell: CommandLine) -> None:
    assert (await shell("lists")).out == "No lists.\n"
    made = (await shell("lists", "create", "News", "--description", "Weekly", "--json")).document
    await shell("import", shell.path("contacts.csv", GOOD), "--list", "News", "--tag", "vip")
    shown = (await shell("--json", "lists")).document["items"]
    assert [(item["id"], item["description"]) for item in shown] == [(made["id"], "Weekly")]
    assert (await shell("tags")).out.split()[1:] == ["vip"]
    taken = await shell("lists", "create", "news")
    assert taken.code == 1
    assert taken.err.rstrip().endswith("[name_taken]")
    assert taken.err.count("\n") == 1
