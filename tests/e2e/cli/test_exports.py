"""`muster export` and `download`: the file arrives whole, as the job wrote it, where it belongs."""

import csv
import gzip
import hashlib
import io
import json
from pathlib import Path

import pytest

from tests.e2e.payloads import people
from tests.support.bad_line import bad_line
from tests.support.command_line import CommandLine


@pytest.fixture
async def full(shell: CommandLine) -> CommandLine:
    """An account with contacts: 300, of whom 100 are on the list News and have the tag new."""
    await shell("lists", "create", "News")
    await shell("import", shell.path("all.csv", people(300)))
    await shell("import", shell.path("news.csv", people(100)), "--list", "News", "--tag", "new")
    return shell


def addresses(content: bytes) -> list[str]:
    return [row["email"] for row in csv.DictReader(io.StringIO(content.decode("utf-8-sig")))]


async def test_every_contact_comes_into_the_file_that_is_named(full: CommandLine) -> None:
    place = full.folder / "out.csv"
    ended = await full("export", str(place), "--json")
    assert ended.code == 0, ended
    job, content = ended.document, place.read_bytes()
    assert sorted(addresses(content)) == sorted(f"person{row}@example.org" for row in range(300))
    assert (job["file"]["rows"], job["file"]["bytes"]) == (300, len(content))
    assert job["file"]["sha256"] == hashlib.sha256(content).hexdigest()
    assert list(full.folder.glob(".*")) == []


async def test_without_a_name_the_file_has_the_servers_and_overwrites_nothing(full: CommandLine) -> None:
    ended = await full("export", "--list", "News", "--field", "email", "--json")
    name = ended.document["file"]["name"]
    place = full.folder / name
    assert addresses(place.read_bytes()) == addresses((await full("export", "-", "--tag", "new", "--field", "email")).raw)
    place.write_bytes(b"mine")
    again = await full("download", ended.document["id"])
    assert (again.code, place.read_bytes()) == (1, b"mine")
    assert again.err.rstrip().endswith("[file_exists]")
    elsewhere = full.folder / "elsewhere.csv"
    assert (await full("download", ended.document["id"], str(elsewhere))).code == 0
    assert len(addresses(elsewhere.read_bytes())) == 100


async def test_an_export_to_stdout_is_the_file_and_nothing_else(full: CommandLine) -> None:
    choice = '{"where": [{"field": "first_name", "value": "First 7"}]}'
    ended = await full("export", "-", "--select", choice, "--format", "ndjson", "--compression", "gzip", "--field", "email")
    assert ended.code == 0, ended
    assert [json.loads(line) for line in gzip.decompress(ended.raw).splitlines()] == [{"email": "person7@example.org"}]


async def test_options_of_a_csv_reach_the_file(full: CommandLine) -> None:
    options = ("--delimiter", "tab", "--bom", "--field", "email", "--field", "first_name", "--exclude-list", "News")
    content = (await full("export", "-", *options)).raw
    assert content.startswith(b"\xef\xbb\xbfemail\tfirst_name")
    assert content.count(b"\n") == 201


async def test_a_download_over_a_line_that_breaks_is_taken_up_where_it_stopped(full: CommandLine, tmp_path: Path) -> None:
    job = (await full("export", "--no-watch", "--json")).document
    await full("job", job["id"], "--watch")
    whole = (await full("download", job["id"], "-")).raw
    async with bad_line(full.url) as line:
        line.cuts = [len(whole) // 2 + 2_000]
        ended = await full("download", job["id"], str(tmp_path / "part.csv"), MUSTER_URL=line.url)
    assert (ended.code, line.connections) == (0, 2), ended
    assert (tmp_path / "part.csv").read_bytes() == whole


async def test_a_selection_that_is_not_understood_is_told_and_leaves_no_file(full: CommandLine) -> None:
    refused = await full("export", str(full.folder / "none.csv"), "--list", "Nobody knows it")
    assert (refused.code, refused.err.count("\n")) == (1, 1)
    for wrong in (("--select", "{"), ("--select", "[]"), ("--select", '{"lists": [1]}', "--list", "News")):
        assert (await full("export", "-", *wrong)).code == 2
    assert (await full("export", "late.csv", "--no-watch")).code == 2
    assert (await full("export", "-", "--json")).code == 2
    assert not (full.folder / "none.csv").exists()


async def test_a_job_without_a_file_has_nothing_to_download(full: CommandLine) -> None:
    job_id = (await full("jobs", "--json")).document["items"][0]["id"]
    ended = await full("download", job_id, "x.csv")
    assert (ended.code, ended.err.rstrip()[-14:]) == (1, "[file_missing]")


async def test_columns_have_the_headings_that_were_asked_for(full: CommandLine) -> None:
    ended = await full(
        "export", "-", "--field", "email", "--field", "first_name", "--heading", "email=E-Mail", "--heading", "first_name=A=B"
    )
    assert ended.out.splitlines()[0] == "E-Mail,A=B"
    refused = await full("export", "-", "--heading", "email")
    assert (refused.code, "COLUMN=TEXT" in refused.err) == (2, True)
