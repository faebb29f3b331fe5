"""Exports: the file holds every contact once, comes back through an import unchanged, and is the same bytes every time."""

import asyncio
import csv
import gzip
import io
import json
from collections.abc import AsyncIterator

import pytest
import zstandard

from services.exporter import app as exporter_app
from services.exporter.assembly import assembled, ordered
from services.exporter.settings import ExporterSettings
from shared.contacts import store
from shared.contacts.choosing import query_of
from shared.contacts.patch import FieldBook
from shared.contract.bulk_options import ExportOptions
from shared.contract.selection import ContactSelection
from shared.jobs.produced import produced_by
from shared.platform.files import FileUnavailable, StoredFile
from tests.support.system import System, platform_for, system

FORMATS = ("csv", "ndjson", "json", "xlsx", "parquet")
PEOPLE = 60


@pytest.fixture
async def muster(mongo_url: str, request: pytest.FixtureRequest) -> AsyncIterator[System]:
    """A Muster whose exports have chunks of four contacts in three lanes."""
    settings = ExporterSettings(chunk_rows=4, single_lane_rows=8, lanes=3)
    async with system(platform_for(mongo_url, f"export-{abs(hash(request.node.name)):x}"), exporter_settings=settings) as whole:
        yield whole


def people(count: int = PEOPLE) -> bytes:
    """Contacts with values that files get wrong."""
    text = io.StringIO(newline="")
    rows = csv.writer(text)
    rows.writerow(("email", "first_name", "last_name", "mobile", "tags", "lists", "cf:Shoe size", "anniversary", "points", "notes"))
    for number in range(count):
        name = ("=1+1", "'=1+1", "-5", "+49 30 123456", 'say "hi"', "two\nlines", "Ünï", "@x", "a;b|c,d", "0042")[number % 10]
        tags = ("a|b", "", '["a,b"]')[number % 3]
        lists = "News" if number % 2 else ""
        mobile = f"+4915100{number:05d}"
        rows.writerow((f"p{number}@example.org", name, f"L{number}", mobile, tags, lists, number, "2020-02-29", -number, "note"))
    return text.getvalue().encode()


async def filled(muster: System, count: int = PEOPLE) -> None:
    """Make the contacts."""
    await muster.client.post("/v1/lists", json={"name": "News"})
    job = await muster.imported(people(count), create_fields="true")
    assert job["counts"]["created"] == count, job


@pytest.mark.parametrize("form", FORMATS)
async def test_the_file_of_an_export_comes_back_through_an_import_with_every_row_unchanged(muster: System, form: str) -> None:
    await filled(muster)
    job = await muster.done("exports", format=form)
    assert (job["state"], job["file"]["rows"], job["counts"]["unchanged"]) == ("completed", PEOPLE, PEOPLE)
    file = await muster.client.get(f"/v1/jobs/{job['id']}/file", headers={"Accept-Encoding": "identity"})
    again = await muster.imported(file.content, media_type="application/octet-stream", filename=job["file"]["name"])
    assert (again["state"], again["counts"]["unchanged"], again["codes"]) == ("completed", PEOPLE, {}), again


@pytest.mark.parametrize("compression", ["gzip", "zstd"])
async def test_a_compressed_file_is_one_sound_stream_and_comes_back_too(muster: System, compression: str) -> None:
    await filled(muster)
    job = await muster.done("exports", format="csv", compression=compression)
    whole = (await muster.client.get(f"/v1/jobs/{job['id']}/file")).content
    if compression == "gzip":
        plain = gzip.decompress(whole)
    else:
        plain = zstandard.ZstdDecompressor().stream_reader(whole, read_across_frames=True).read()
    assert plain == await muster.exported(format="csv")
    again = await muster.imported(whole, media_type="application/octet-stream", filename=job["file"]["name"])
    assert again["counts"]["unchanged"] == PEOPLE, again


@pytest.mark.parametrize("form", FORMATS)
async def test_two_exports_of_unchanged_contacts_are_the_same_bytes(muster: System, form: str) -> None:
    await filled(muster)
    first, second = await asyncio.gather(muster.exported(format=form), muster.exported(format=form))
    assert first == second


async def test_contacts_stand_in_the_file_in_the_order_of_their_numbers(muster: System) -> None:
    await filled(muster)
    rows = list(csv.DictReader(io.StringIO((await muster.exported(fields=["id", "email"])).decode())))
    assert [int(row["id"]) for row in rows] == sorted(int(row["id"]) for row in rows)
    assert len(rows) == PEOPLE


async def test_fields_come_in_the_order_asked_and_lists_and_tags_as_names(muster: System) -> None:
    await filled(muster)
    text = (
        await muster.exported(fields=["tags", "cf:shoe_size", "lists", "email"], select={"emails": ["p1@example.org"]})
    ).decode()
    assert text == "tags,cf:shoe_size,lists,email\r\n,1,News,p1@example.org\r\n"


@pytest.mark.parametrize("form", FORMATS)
async def test_an_export_of_nothing_is_a_sound_file_without_rows(muster: System, form: str) -> None:
    job = await muster.done("exports", format=form)
    assert (job["state"], job["file"]["rows"]) == ("completed", 0)
    file = (await muster.client.get(f"/v1/jobs/{job['id']}/file")).content
    if form == "json":
        assert json.loads(file) == {"contacts": []}
    assert [problem["code"] for problem in job["problems"]] == ["no_rows"]


async def test_a_contact_that_is_deleted_while_the_export_runs_is_skipped_and_every_other_one_is_there_once(muster: System) -> None:
    await filled(muster)
    submitted = await muster.ask("exports", fields=["email"])
    removed = [f"p{number}@example.org" for number in range(0, PEOPLE, 2)]
    deletion = await muster.ask("deletions", source={"emails": removed})
    job = await muster.ended(submitted["id"])
    await muster.ended(deletion["id"])
    file = (await muster.client.get(f"/v1/jobs/{job['id']}/file")).text
    emails = file.split("\r\n")[1:-1]
    assert len(emails) == len(set(emails)) == job["file"]["rows"] == job["counts"]["unchanged"]
    assert {f"p{number}@example.org" for number in range(1, PEOPLE, 2)} <= set(emails)
    assert job["counts"]["unchanged"] + job["counts"]["skipped"] == job["progress"]["rows_total"]


async def test_a_cancelled_export_leaves_no_part_behind(muster: System) -> None:
    await filled(muster)
    job = await muster.ask("exports")
    await muster.client.post(f"/v1/jobs/{job['id']}/cancel")
    await muster.ended(job["id"])
    await muster.until(lambda: gone(muster, job["id"]))


async def test_everything_of_an_export_goes_when_it_is_forgotten(muster: System) -> None:
    await filled(muster)
    job = await muster.done("exports", format="xlsx")
    assert (await muster.client.delete(f"/v1/jobs/{job['id']}")).status_code == 204
    assert await gone(muster, job["id"])


async def test_the_parts_that_a_workbook_was_made_of_do_not_stay(muster: System) -> None:
    await filled(muster)
    job = await muster.done("exports", format="xlsx")

    async def one_is_left() -> bool:
        return len(await muster.gateway.files.below(produced_by(job["id"]))) == 1

    await muster.until(one_is_left)


async def gone(muster: System, job_id: str) -> bool:
    """True when nothing that the job has made is stored any more."""
    ids = [file["_id"] async for file in muster.database["payloads.files"].find({}, {"_id": 1})]
    ids += [chunk["files_id"] async for chunk in muster.database["payloads.chunks"].find({}, {"files_id": 1})]
    return not any(str(file).startswith(produced_by(job_id)) for file in ids)


async def test_a_rejected_row_with_a_formula_is_harmless_in_its_file_and_itself_again_when_sent_again(muster: System) -> None:
    job = await muster.imported(b"email,first_name\nnobody,=1+1\nnobody,''=2\n")
    file = (await muster.client.get(f"/v1/jobs/{job['id']}/rejected.csv")).text
    assert "'=1+1" in file
    mended = file.replace(",nobody,", ",a@example.org,", 1).replace(",nobody,", ",b@example.org,")
    again = await muster.imported(mended.encode())
    assert again["counts"]["created"] == 2
    assert [contact["first_name"] for contact in await muster.contacts()] == ["=1+1", "'=2"]


async def test_columns_stay_what_they_were_when_the_export_began_whatever_becomes_of_the_fields(muster: System) -> None:
    field = (await muster.client.post("/v1/fields", json={"name": "plan", "type": "text"})).json()["id"]
    rows = "".join(f"p{number}@example.org,gold,L{number}\n" for number in range(PEOPLE))
    await muster.imported(f"email,cf:plan,last_name\n{rows}".encode())
    await muster.stop("exporter")
    job = await muster.ask("exports", fields=["email", "cf:plan", "last_name"])
    first = await muster.start("exporter", exporter_app.build(muster.platform, ExporterSettings(chunk_rows=4)))
    await muster.until(lambda: begun(muster, job["id"]))
    await muster.client.delete(f"/v1/fields/{field}")
    assert first is muster.running["exporter"]
    await muster.stop("exporter")
    await muster.start("exporter", exporter_app.build(muster.platform, ExporterSettings(chunk_rows=4)))
    await muster.ended(job["id"])
    text = (await muster.client.get(f"/v1/jobs/{job['id']}/file")).text
    lines = list(csv.reader(io.StringIO(text)))
    assert lines[0] == ["email", "cf:plan", "last_name"]
    assert {len(line) for line in lines} == {3}
    assert {line[2] for line in lines[1:]} == {f"L{number}" for number in range(PEOPLE)}


async def test_a_cancelled_workbook_leaves_no_file_behind(muster: System) -> None:
    await filled(muster)
    job = await muster.ask("exports", format="xlsx")
    await muster.until(lambda: begun(muster, job["id"]))
    await muster.client.post(f"/v1/jobs/{job['id']}/cancel")
    ended = await muster.ended(job["id"])
    if ended["state"] == "cancelled":
        await muster.until(lambda: gone(muster, job["id"]))


@pytest.mark.parametrize("form", ["xlsx", "parquet"])
async def test_a_part_that_cannot_be_read_fails_the_assembly_and_does_not_hang_it(muster: System, form: str) -> None:
    await filled(muster, 4)
    done = await muster.gateway.jobs.read((await muster.done("exports", format=form, fields=["email"]))["id"])
    assert done is not None
    order = ordered(ExportOptions.model_validate(done.options), done.plan)
    missing = StoredFile("no such part", 10, "")
    with pytest.raises(FileUnavailable):
        async with asyncio.timeout(20):
            await assembled(muster.gateway.files, done, order, [missing])


async def test_deleted_contacts_with_an_excluded_tag_are_left_out_of_an_export_of_deleted_contacts(muster: System) -> None:
    await muster.imported(b"email,tags\na@example.org,Trial\nb@example.org,\n")
    await muster.done("deletions", source={"all": True})
    file = await muster.exported(select={"status": ["deleted"]}, exclude={"tags": ["Trial"]}, fields=["email"])
    assert file == b"email\r\nb@example.org\r\n"


async def test_the_numbers_of_a_selection_are_those_of_one_moment(muster: System, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "BATCH", 10)
    await filled(muster)
    contacts = muster.gateway.contacts.of_account(muster.account.number)
    query = query_of(ContactSelection(all=True), muster.account.number, FieldBook())
    reading = contacts.numbers(query)
    numbers = await anext(reading)
    await muster.database["contacts"].update_many({}, {"$set": {"deleted_at": muster.platform.clock.now()}})
    numbers += [number async for batch in reading for number in batch]
    assert numbers == sorted(numbers)
    assert len(numbers) == PEOPLE


async def begun(muster: System, job_id: str) -> bool:
    """True when planning is over."""
    return (await muster.job(job_id))["state"] not in ("queued", "planning")
