"""From a request to a stored file: what is taken, what is refused and why, and that nothing stays of what was not taken."""

import asyncio
import gzip
import hashlib
import json
import tracemalloc
from collections.abc import AsyncIterator, Iterable
from urllib.parse import quote

import pytest
from starlette.requests import Request
from starlette.types import Message

from services.gateway.problems import Problem
from services.gateway.upload import Form, Received, plain_text, receive
from tests.support.payloads import Store, payload_store

pytestmark = pytest.mark.mongo
CSV = b"email,name\r\na@example.com,\xc3\x84nne\r\n"
LIMIT = 1_000_000
FORM = "multipart/form-data; boundary=edge"
GONE: Message = {"type": "http.disconnect"}


@pytest.fixture
async def store(mongo_url: str) -> AsyncIterator[Store]:
    async with payload_store(mongo_url) as opened:
        yield opened


def request(blocks: Iterable[bytes], *, query: str = "", then: Message | None = None, **headers: str) -> Request:
    """A request whose body comes in these blocks, and after which `then` comes instead of its end."""
    messages: list[Message] = [{"type": "http.request", "body": block, "more_body": True} for block in blocks]
    messages.append(then or {"type": "http.request", "body": b"", "more_body": False})
    coming = iter(messages)

    async def arrive() -> Message:
        return next(coming)

    raw = [(name.replace("_", "-").encode(), value.encode("latin-1")) for name, value in headers.items()]
    scope = {"type": "http", "method": "POST", "path": "/", "query_string": query.encode(), "headers": raw}
    return Request(scope, arrive)


def part(name: str, data: bytes, extra: str = "") -> bytes:
    """One part of a form."""
    return f'--edge\r\nContent-Disposition: form-data; name="{name}"{extra}\r\n\r\n'.encode() + data + b"\r\n"


def form(*parts: bytes) -> bytes:
    """A form of these parts."""
    return b"".join(parts) + b"--edge--\r\n"


async def taken(store: Store, asked: Request) -> Received:
    """What `receive` makes of it."""
    return await receive(asked, store.files, 7, limit_bytes=LIMIT)


async def refused(store: Store, asked: Request) -> Problem:
    """The problem that `receive` raises; nothing stays of the file."""
    with pytest.raises(Problem) as raised:
        await taken(store, asked)
    assert await store.left() == (0, 0)
    return raised.value


async def test_a_raw_body_is_stored_as_it_is(store: Store) -> None:
    asked = request([CSV[:5], CSV[5:]], content_type="text/csv; charset=Windows-1252", content_length=str(len(CSV)))
    got = await taken(store, asked)
    assert (got.name, got.media_type, got.charset, got.options, got.parts) == ("upload.csv", "text/csv", "Windows-1252", {}, ())
    assert (got.file.bytes, got.file.sha256) == (len(CSV), hashlib.sha256(CSV).hexdigest())
    assert await store.bytes_of(got.file.file_id) == CSV


@pytest.mark.parametrize(
    "query,header,name",
    [
        ("filename=my%20list.csv", "", "my list.csv"),
        ("filename=a.csv", 'attachment; filename="../b.csv"', "b.csv"),
        ("", "attachment; filename*=UTF-8''%E5%90%8D.csv", "名.csv"),
        ("", "inline; filename=no.csv", "upload.csv"),
        (f"filename={quote('C:' + chr(92) + 'x')}", "", "x"),
    ],
)
async def test_the_name_of_a_raw_body_comes_from_its_header_or_the_query(store: Store, query: str, header: str, name: str) -> None:
    assert (await taken(store, request([CSV], query=query, content_type="text/csv", content_disposition=header))).name == name


@pytest.mark.parametrize("order", [1, -1])
async def test_options_may_come_before_the_file_or_after_it(store: Store, order: int) -> None:
    parts = [
        part("options", b'{"mode": "create"}'),
        part("file", CSV, '; filename="list.csv"\r\nContent-Type: text/csv; charset=x'),
    ]
    got = await taken(store, request([form(*parts[::order])], content_type=FORM))
    assert (got.name, got.media_type, got.charset, dict(got.options)) == ("list.csv", "text/csv", "x", {"mode": "create"})
    assert got.parts == ("options", "file")[::order]
    assert await store.bytes_of(got.file.file_id) == CSV


async def test_a_part_without_a_name_of_its_file_is_called_upload(store: Store) -> None:
    got = await taken(store, request([form(part("file", CSV))], content_type=FORM))
    assert (got.name, got.media_type, got.options) == ("upload", "application/octet-stream", {})


@pytest.mark.parametrize("step", [1, 7, 61])
async def test_a_form_may_come_in_blocks_of_any_size(store: Store, step: int) -> None:
    whole = form(part("options", b'{"a": 1}'), part("file", CSV * 3))
    got = await taken(store, request([whole[at : at + step] for at in range(0, len(whole), step)], content_type=FORM))
    assert await store.bytes_of(got.file.file_id) == CSV * 3


@pytest.mark.parametrize("encoding", ["gzip", "x-gzip", "GZip", "identity, gzip"])
async def test_gzip_of_the_transfer_is_undone(store: Store, encoding: str) -> None:
    raw = await taken(store, request([gzip.compress(CSV)], content_type="text/csv", content_encoding=encoding))
    packed = gzip.compress(form(part("file", CSV)))
    whole = await taken(store, request([packed[:30], packed[30:]], content_type=FORM, content_encoding=encoding))
    assert await store.bytes_of(raw.file.file_id) == await store.bytes_of(whole.file.file_id) == CSV


async def test_a_gz_file_is_stored_as_it_is(store: Store) -> None:
    got = await taken(store, request([gzip.compress(CSV)], content_type="application/gzip"))
    assert gzip.decompress(await store.bytes_of(got.file.file_id)) == CSV
    assert got.name == "upload.gz"


@pytest.mark.parametrize("media_type", ["", "application/x-www-form-urlencoded", "image/png", ";;", "text/html"])
async def test_other_media_types_are_refused_and_told_what_is_taken(store: Store, media_type: str) -> None:
    problem = await refused(store, request([CSV], content_type=media_type))
    assert (problem.status, problem.code) == (415, "media_type_unsupported")
    assert "text/csv" in problem.detail


@pytest.mark.parametrize("encoding", ["br", "deflate", "gzip, gzip", "zstd"])
async def test_other_encodings_are_refused(store: Store, encoding: str) -> None:
    problem = await refused(store, request([CSV], content_type="text/csv", content_encoding=encoding))
    assert (problem.status, problem.code) == (415, "encoding_unsupported")


async def test_a_body_that_announces_too_much_is_refused_before_it_is_read(store: Store) -> None:
    asked = request([], then=GONE, content_type="text/csv", content_length=str(LIMIT + 1))
    problem = await refused(store, asked)
    assert (problem.status, problem.code, problem.extra["limit_bytes"]) == (413, "payload_too_large", LIMIT)
    assert "1000000 bytes" in problem.detail


@pytest.mark.parametrize("kind", ["raw", "form", "gzip"])
async def test_exactly_the_limit_is_taken_and_one_byte_more_is_refused(store: Store, kind: str) -> None:
    def asked(length: int) -> Request:
        data = bytes(length)
        body = form(part("file", data)) if kind == "form" else gzip.compress(data) if kind == "gzip" else data
        media_type, encoding = FORM if kind == "form" else "text/csv", "gzip" if kind == "gzip" else ""
        blocks = [body[at : at + 65_536] for at in range(0, len(body), 65_536)]
        return request(blocks, content_type=media_type, content_encoding=encoding)

    assert (await refused(store, asked(LIMIT + 1))).code == "payload_too_large"
    assert (await taken(store, asked(LIMIT))).file.bytes == LIMIT


@pytest.mark.parametrize("place", ["file", "epilogue"])
async def test_a_bomb_of_a_gigabyte_is_refused_and_memory_stays_flat(store: Store, place: str) -> None:
    zeros = gzip.compress(bytes(2**26), 9) * 16
    start = gzip.compress(form(part("file", CSV)) if place == "epilogue" else part("file", CSV)[:-2])
    blocks = [start, *(zeros[at : at + 65_536] for at in range(0, len(zeros), 65_536))]
    tracemalloc.start()
    problem = await refused(store, request(blocks, content_type=FORM, content_encoding="gzip"))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert problem.code == "payload_too_large"
    assert peak < 8_000_000


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (form(part("file", CSV))[:-6], 400, "body_truncated"),
        (part("file", CSV), 400, "body_truncated"),
        (b"", 400, "body_truncated"),
        (b"rubbish", 400, "body_damaged"),
        (form(part("options", b"{}")), 400, "file_missing"),
        (form(), 400, "file_missing"),
        (form(part("file", CSV), part("file", CSV)), 400, "part_repeated"),
        (form(part("options", b"{}"), part("options", b"{}"), part("file", CSV)), 400, "part_repeated"),
        (form(part("file", CSV), part("other", b"")), 400, "part_unknown"),
        (form(part("file", CSV), part("options", b"{")), 422, "options_invalid"),
        (form(part("file", CSV), part("options", b"[]")), 422, "options_invalid"),
        (form(part("file", CSV), part("options", b"[" * 50_000)), 422, "options_invalid"),
        (form(part("file", CSV), part("options", b"\xff")), 422, "options_invalid"),
        (form(part("file", CSV), part("options", b" " * 65_537)), 413, "options_too_large"),
    ],
)
async def test_a_form_that_is_not_right_is_refused_and_leaves_nothing(store: Store, body: bytes, status: int, code: str) -> None:
    problem = await refused(store, request([body], content_type=FORM))
    assert (problem.status, problem.code) == (status, code)


async def test_a_form_without_a_boundary_is_refused(store: Store) -> None:
    assert (await refused(store, request([form()], content_type="multipart/form-data"))).code == "body_damaged"


async def test_damaged_and_truncated_gzip_are_told_apart(store: Store) -> None:
    packed = gzip.compress(CSV)
    damaged = request([CSV], content_type="text/csv", content_encoding="gzip")
    truncated = request([packed[:-3]], content_type="text/csv", content_encoding="gzip")
    assert ((await refused(store, damaged)).code, (await refused(store, truncated)).code) == ("body_damaged", "body_truncated")


@pytest.mark.parametrize("media_type", ["text/csv", FORM])
async def test_a_client_that_goes_away_leaves_nothing(store: Store, media_type: str) -> None:
    body = part("file", bytes(900_000)) if media_type == FORM else bytes(900_000)
    assert (await refused(store, request([body], then=GONE, content_type=media_type))).code == "body_truncated"


async def test_a_client_that_falls_silent_is_told_and_leaves_nothing(store: Store) -> None:
    with pytest.raises(Problem) as raised:
        await receive(silent_after(CSV), store.files, 7, limit_bytes=LIMIT, idle_seconds=0.05)
    assert (raised.value.status, raised.value.code) == (408, "body_idle")
    assert await store.left() == (0, 0)


async def test_a_request_that_is_cancelled_leaves_nothing(store: Store) -> None:
    waits = asyncio.Event()
    task = asyncio.create_task(taken(store, silent_after(CSV, waits)))
    await waits.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await store.left() == (0, 0)


@pytest.mark.parametrize("order", [1, -1])
async def test_a_form_may_have_texts_of_its_own_and_pass_others_over(store: Store, order: int) -> None:
    own = Form(frozenset({"lists", "say"}), plain_text, ignores_others=True)
    parts = [
        part("lists", " é,2 ".encode()),
        part("file", CSV, '; filename="list.csv"'),
        part("options", b"{"),
        part("file2", bytes(300_000), '; filename="x"'),
        part("options", b"{"),
    ]
    asked = request([form(*parts[::order])], content_type=FORM)
    got = await receive(asked, store.files, 7, limit_bytes=LIMIT, form=own)
    assert (dict(got.texts), got.options) == ({"lists": "é,2"}, {})
    assert await store.bytes_of(got.file.file_id) == CSV


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (form(part("file", CSV), part("lists", b"\xff")), 400, "part_invalid"),
        (form(part("file", CSV), part("lists", b" " * 65_537)), 413, "options_too_large"),
        (form(part("lists", b"1"), part("lists", b"2"), part("file", CSV)), 400, "part_repeated"),
        (form(part("file", CSV), part("file", CSV)), 400, "part_repeated"),
        (form(part("file", CSV), part("x", bytes(1_300_000))), 413, "payload_too_large"),
        (form(part("file", CSV), *[part("x", b"")] * 8), 400, "too_many_parts"),
        (form(part("lists", b"1")), 400, "file_missing"),
    ],
)
async def test_a_form_with_texts_of_its_own_has_limits_too(store: Store, body: bytes, status: int, code: str) -> None:
    own = Form(frozenset({"lists"}), plain_text, ignores_others=True, is_only_way=True)
    with pytest.raises(Problem) as raised:
        await receive(request([body], content_type=FORM), store.files, 7, limit_bytes=LIMIT, form=own)
    assert (raised.value.status, raised.value.code) == (status, code)
    assert await store.left() == (0, 0)


async def test_where_a_form_is_the_only_way_a_raw_body_is_refused(store: Store) -> None:
    own = Form(frozenset(), plain_text, is_only_way=True)
    with pytest.raises(Problem) as raised:
        await receive(request([CSV], content_type="text/csv"), store.files, 7, limit_bytes=LIMIT, form=own)
    assert (raised.value.status, raised.value.extra) == (415, {"accepted": ["multipart/form-data"]})


async def test_options_are_any_json_object(store: Store) -> None:
    options = {"lists": [1, 2], "mapping": {"é": None}, "quality_gate": 0.5}
    body = form(part("options", json.dumps(options).encode()), part("file", b""))
    got = await taken(store, request([body], content_type=FORM))
    assert (got.options, got.file.bytes) == (options, 0)


def silent_after(data: bytes, waits: asyncio.Event | None = None) -> Request:
    """A request that sends the data and then neither more nor its end."""
    asked = request([data], content_type="text/csv")
    arrive = asked.receive

    async def receive_or_wait() -> Message:
        message = await arrive()
        if message.get("more_body"):
            return message
        if waits:
            waits.set()
        never: asyncio.Future[Message] = asyncio.get_running_loop().create_future()
        return await never

    return Request(asked.scope, receive_or_wait)
