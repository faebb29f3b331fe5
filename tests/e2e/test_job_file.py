"""The file of an export over HTTP: whole, in parts, compressed on its way, and never more than a block of it in memory."""

import base64
import gzip
import hashlib
import os
import tracemalloc
import uuid
from collections.abc import AsyncGenerator, AsyncIterator

import pytest
from starlette.requests import ClientDisconnect
from starlette.types import Message

from services.gateway.file_answer import FileResponse
from services.gateway.job_file import blocks_of, file_of, gzipped
from services.gateway.ranges import Part
from tests.support.export_file import DIGEST, PIECES, PLAIN, TAG, TOTAL, WHOLE, Download, completed, queued
from tests.support.resources import problem
from tests.support.system import System, platform_for, system


@pytest.fixture(scope="module")
async def idle(mongo_url: str) -> AsyncIterator[System]:
    """A Muster that works no export."""
    async with system(platform_for(mongo_url, f"muster-{uuid.uuid4().hex[:12]}"), services=("status",)) as whole:
        yield whole


@pytest.fixture(scope="module")
async def download(idle: System) -> Download:
    """Its export of `WHOLE`: data, a stored file of more than one block, an empty one, another, data."""
    return Download(idle, f"/v1/jobs/{await completed(idle)}/file")


async def test_the_whole_file_comes_with_all_that_is_known_of_it(download: Download) -> None:
    response = await download.get()
    assert (response.status_code, response.content == WHOLE) == (200, True)
    digest = base64.b64encode(DIGEST.digest()).decode()
    expected = {
        "content-type": "text/csv; charset=utf-8",
        "content-length": str(TOTAL),
        "content-disposition": 'attachment; filename="contacts.csv"',
        "accept-ranges": "bytes",
        "etag": TAG,
        "repr-digest": f"sha-256=:{digest}:",
        "digest": f"sha-256={digest}",
        "vary": "Accept-Encoding",
    }
    assert {name: response.headers[name] for name in expected} == expected
    assert "content-encoding" not in response.headers


async def test_head_says_what_get_says_and_nothing_more(download: Download) -> None:
    for headers in (PLAIN, {"Accept-Encoding": "gzip"}):
        got, looked = await download.get(**headers), await download.get("HEAD", **headers)
        assert (looked.status_code, looked.content) == (200, b"")
        of_request = {"x-request-id", "traceparent", *(name for name in got.headers if "ratelimit" in name)}
        said = [{name: value for name, value in each.headers.items() if name not in of_request} for each in (got, looked)]
        assert said[0] == said[1]
        assert "etag" in said[0]


STORED = len(PIECES[0])
LAST = TOTAL - len(PIECES[-1])


@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [
        ("bytes=0-", 0, TOTAL),
        ("bytes=0-0", 0, 1),
        (f"bytes=0-{STORED - 1}", 0, STORED),
        (f"bytes={STORED}-{STORED}", STORED, STORED + 1),
        (f"bytes={STORED - 1}-{STORED}", STORED - 1, STORED + 1),
        (f"bytes={STORED + 2**20 - 1}-{STORED + 2**20}", STORED + 2**20 - 1, STORED + 2**20 + 1),
        (f"bytes={LAST - 1}-{LAST}", LAST - 1, LAST + 1),
        (f"bytes={LAST}-", LAST, TOTAL),
        ("bytes=-3", TOTAL - 3, TOTAL),
        (f"bytes=-{TOTAL + 9}", 0, TOTAL),
        (f"bytes=5-{TOTAL + 9}", 5, TOTAL),
    ],
)
async def test_a_part_is_exactly_the_bytes_that_were_asked_for(download: Download, asked: str, start: int, end: int) -> None:
    response = await download.get(Range=asked, Accept_Encoding="gzip")
    assert (response.status_code, response.content == WHOLE[start:end]) == (206, True)
    assert response.headers["content-range"] == f"bytes {start}-{end - 1}/{TOTAL}"
    assert response.headers["content-length"] == str(end - start)
    assert response.headers["etag"] == TAG
    assert "content-encoding" not in response.headers


@pytest.mark.parametrize("asked", [f"bytes={TOTAL}-", "bytes=-0"])
async def test_a_part_beyond_the_end_is_refused_with_the_length(download: Download, asked: str) -> None:
    response = await download.get(Range=asked)
    assert problem(response, 416, "range_unsatisfiable")["field"] == "Range"
    assert response.headers["content-range"] == f"bytes */{TOTAL}"


@pytest.mark.parametrize(("known", "status"), [(TAG, 206), ('"another"', 200), (f"W/{TAG}", 200)])
async def test_a_resumed_download_never_mixes_two_files(download: Download, known: str, status: int) -> None:
    response = await download.get(Range="bytes=10-", If_Range=known)
    assert (response.status_code, response.content == WHOLE[10:] if status == 206 else response.content == WHOLE) == (status, True)


async def test_a_download_that_breaks_off_anywhere_is_resumed_to_the_same_bytes(download: Download) -> None:
    got = b""
    while len(got) < TOTAL:
        response = await download.get(Range=f"bytes={len(got)}-{len(got) + 400_000}", If_Range=TAG)
        got += response.content
    assert hashlib.sha256(got).hexdigest() == DIGEST.hexdigest()


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize(
    ("encoding", "known", "status"),
    [
        ("identity", TAG, 304),
        ("identity", f'"x", W/{TAG}', 304),
        ("identity", "*", 304),
        ("identity", '"x"', 200),
        ("gzip", TAG, 200),
        ("gzip", f'W/"{DIGEST.hexdigest()}-gzip"', 304),
    ],
)
async def test_a_client_that_has_the_file_is_told_so(
    download: Download, method: str, encoding: str, known: str, status: int
) -> None:
    response = await download.get(method, Accept_Encoding=encoding, If_None_Match=known)
    assert response.status_code == status
    assert "etag" in response.headers
    if status == 304:
        assert response.content == b""
        assert (await download.get(If_None_Match=TAG, Range=f"bytes={TOTAL}-")).status_code == 304


async def test_a_client_that_takes_gzip_gets_text_compressed_and_whole(download: Download) -> None:
    async with download.muster.client.stream("GET", download.path, headers={"Accept-Encoding": "gzip"}) as response:
        packed = b"".join([block async for block in response.aiter_raw()])
    assert response.headers["content-encoding"] == "gzip"
    assert gzip.decompress(packed) == WHOLE
    assert len(packed) < TOTAL / 10
    assert response.headers["etag"] == f'W/"{DIGEST.hexdigest()}-gzip"'
    assert response.headers["accept-ranges"] == "none"
    assert not {"content-length", "repr-digest", "digest"} & set(response.headers)


@pytest.mark.parametrize(
    ("name", "media_type"), [("contacts.csv.gz", "application/gzip"), ("contacts.parquet", "application/vnd.apache.parquet")]
)
async def test_what_is_compressed_already_is_sent_as_it_is(idle: System, name: str, media_type: str) -> None:
    path = f"/v1/jobs/{await completed(idle, name=name, media_type=media_type)}/file"
    response = await Download(idle, path).get(Accept_Encoding="gzip")
    assert (response.status_code, response.content == WHOLE, response.headers["etag"]) == (200, True, TAG)
    assert not {"content-encoding", "vary"} & set(response.headers)


async def test_a_name_that_is_not_plain_is_told_in_both_forms(idle: System) -> None:
    job_id = await completed(idle, name='Zoë "x".csv')
    response = await Download(idle, f"/v1/jobs/{job_id}/file").get("HEAD")
    expected = "attachment; filename=\"Zo_ _x_.csv\"; filename*=UTF-8''Zo%C3%AB%20%22x%22.csv"
    assert response.headers["content-disposition"] == expected


async def test_an_empty_file_is_a_file(idle: System) -> None:
    empty = Download(idle, f"/v1/jobs/{await completed(idle, [b''])}/file")
    response = await empty.get()
    assert (response.status_code, response.content, response.headers["content-length"]) == (200, b"", "0")
    problem(await empty.get(Range="bytes=0-"), 416, "range_unsatisfiable")
    assert (await empty.get(Accept_Encoding="gzip")).content == b""


async def test_the_job_says_what_the_file_is_and_where(idle: System) -> None:
    job_id = await queued(idle)
    before = await idle.job(job_id)
    assert (before["file"], "file" in before["links"]) == (None, False)
    job = await idle.job(await completed(idle))
    assert job["file"] == {
        "name": "contacts.csv",
        "media_type": "text/csv; charset=utf-8",
        "rows": 3,
        "bytes": TOTAL,
        "sha256": DIGEST.hexdigest(),
    }
    assert job["links"]["file"] == f"/v1/jobs/{job['id']}/file"


@pytest.mark.parametrize("is_packed", [False, True])
async def test_a_client_that_goes_away_ends_the_reading_at_once(is_packed: bool) -> None:
    ended: list[int] = []

    async def endless() -> AsyncGenerator[bytes, None]:
        try:
            while True:
                yield os.urandom(100_000)
        finally:
            ended.append(1)

    async def send(message: Message) -> None:
        if message.get("body"):
            raise OSError("gone")

    async def receive() -> Message:
        return {"type": "http.disconnect"}

    response = FileResponse(gzipped(endless()) if is_packed else endless(), 200, {})
    scope = {"type": "http", "method": "GET", "asgi": {"version": "3.0", "spec_version": "2.4"}}
    with pytest.raises(ClientDisconnect):
        await response(scope, receive, send)
    assert ended == [1]


async def test_memory_stays_flat_however_long_the_file_is(idle: System) -> None:
    pieces = [os.urandom(1000) if number % 2 == 0 else bytes(8_000_000) for number in range(10)]
    job = await idle.gateway.jobs.read(await completed(idle, pieces))
    file = file_of(job) if job else None
    assert file is not None
    tracemalloc.start()
    for stream in (
        blocks_of(file, idle.gateway.files, Part(0, file.bytes)),
        gzipped(blocks_of(file, idle.gateway.files, Part(0, file.bytes))),
    ):
        most = 0
        async for block in stream:
            most = max(most, len(block))
        assert most <= 2**20
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 8_000_000
