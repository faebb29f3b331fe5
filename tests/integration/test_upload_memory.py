"""Twenty files of 50 MB at once, over real HTTP into the real database: the process that takes them stays under 250 MB."""

import asyncio
import base64
import hashlib
import http.client
import json
import random
import re
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from pymongo import MongoClient

from shared.platform.settings import MongoDriver

pytestmark = [pytest.mark.mongo, pytest.mark.slow]
ROOT = Path(__file__).parents[2]
UPLOADS = 20
BLOCK = random.Random(3).randbytes(500_001)
BLOCKS = 100
FILE_BYTES = BLOCKS * len(BLOCK)
MOST_MEGABYTES = 250
HEAD = b'--edge\r\nContent-Disposition: form-data; name="file"; filename="contacts.csv"\r\nContent-Type: text/csv\r\n\r\n'
TAIL = b"\r\n--edge--\r\n"
ESCAPED = base64.b64encode(BLOCK).replace(b"/", b"\\/")
FORMS = {
    "plain": (b"", b"", "text/csv", BLOCK),
    "multipart": (HEAD, TAIL, "multipart/form-data; boundary=edge", BLOCK),
    "json": (b'{"fileName":"contacts.csv","data":"', b'"}', "application/json", ESCAPED),
}
"""What stands before and behind the file in a body, the Content-Type, and a block of the file as the body has it."""


@dataclass(frozen=True)
class Server:
    """The gateway's process."""

    pid: int
    port: int

    @property
    def peak_megabytes(self) -> int:
        """The most it ever had in memory."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        found = re.search(r"VmHWM:\s+(\d+) kB", status)
        assert found
        return int(found.group(1)) // 1024


@pytest.fixture
def serve(mongo_url: str) -> Iterator[Callable[..., Server]]:
    """Starts servers; ends them and drops their databases."""
    processes: list[subprocess.Popen[str]] = []
    databases: list[str] = []

    def start(driver: MongoDriver = MongoDriver.MOTOR, limit_bytes: int = 2 * FILE_BYTES) -> Server:
        databases.append(f"uploads_{uuid.uuid4().hex[:12]}")
        command = [sys.executable, "-m", "tests.support.upload_server", mongo_url, databases[-1], driver, str(limit_bytes)]
        processes.append(subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True))
        output = processes[-1].stdout
        assert output
        return Server(processes[-1].pid, int(output.readline()))

    yield start
    for process in processes:
        process.kill()
        process.communicate()
    with MongoClient[dict[str, object]](mongo_url) as client:
        for database in databases:
            client.drop_database(database)


@pytest.mark.parametrize("driver,form", [*((MongoDriver.MOTOR, form) for form in FORMS), (MongoDriver.PYMONGO, "multipart")])
async def test_twenty_uploads_at_once_keep_the_gateway_under_250_megabytes(
    serve: Callable[..., Server], driver: MongoDriver, form: str
) -> None:
    server = serve(driver)
    before, started = server.peak_megabytes, time.monotonic()
    answers = await asyncio.gather(*(_upload(server.port, form) for _ in range(UPLOADS)))
    seconds = time.monotonic() - started
    figures = f"{UPLOADS * FILE_BYTES / seconds / 1e6:.0f} MB/s, {before} MB before, {server.peak_megabytes} MB at the peak"
    print(f"{driver} {form}: {figures}")
    assert {(body["bytes"], body["sha256"]) for body in answers} == {(FILE_BYTES, hashlib.sha256(BLOCK * BLOCKS).hexdigest())}
    assert server.peak_megabytes < MOST_MEGABYTES, figures


def test_a_client_that_is_still_sending_sees_why_it_was_refused(serve: Callable[..., Server]) -> None:
    server = serve(limit_bytes=100_000)
    for path, code in (("/imports", "payload_too_large"), ("/other", "body_too_large")):
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
        connection.request("POST", path, BLOCK * 20, {"Content-Type": "text/csv"})
        response = connection.getresponse()
        assert (response.status, json.loads(response.read())["code"]) == (413, code)
        connection.close()


async def _upload(port: int, form: str) -> dict[str, object]:
    """One client. Its body is made while it is sent."""
    head, tail, kind, block = FORMS[form]
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    length = BLOCKS * len(block) + len(head) + len(tail)
    request = f"POST /imports HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\n\r\n"
    writer.write(request.encode() + head)
    for _ in range(BLOCKS):
        writer.write(block)
        await writer.drain()
    writer.write(tail)
    answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    head, _, body = answer.partition(b"\r\n\r\n")
    assert b" 200 " in head.splitlines()[0], answer
    found: dict[str, object] = json.loads(body)
    return found
