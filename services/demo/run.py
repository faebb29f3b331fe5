"""`make demo`: ten thousand made-up contacts go in over HTTP before your eyes, and every figure is checked against the file.

Uses nothing that a client could not use, except to count what is really stored. Leaves nothing running and no files.
"""

import asyncio
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from rich.console import Console

from services.demo.check import differences
from services.demo.generator import Sample, make_sample
from services.demo.report import REJECTED_SHOWN, Report
from services.home import CannotRun, Home, StoppedEarly, at_home
from shared.accounts.counters import Counters
from shared.contacts.store import Contacts
from shared.contract.values import ENDS
from shared.platform.clock import SystemClock
from shared.platform.mongo import Mongo
from shared.platform.observe import configure_logging
from shared.platform.settings import PlatformSettings

ROWS = 10_000
SEED = 2026
POLL_SECONDS = 0.1
INTERRUPTED = 130
OPTIONS = {"name": "demo", "create_fields": "true"}


class Interrupted(Exception):
    """Somebody pressed Ctrl-C."""


async def run_demo(rows: int = ROWS) -> int:
    """Run the demonstration. 0 when the counts add up, 1 when they do not or it cannot run, 130 when it was interrupted."""
    configure_logging("WARNING", "console")
    report = Report(Console(highlight=False))
    clock = SystemClock()
    started = clock.monotonic()
    settings = _settings(clock.token_bytes(4).hex())
    until = asyncio.Event()
    try:
        with tempfile.TemporaryDirectory(prefix="muster-demo-", ignore_cleanup_errors=True) as folder:
            report.begin()
            async with at_home(Path(folder), settings, 0, until) as home:
                found = await _Demo(home, until, report, Path(folder)).run(make_sample(rows, SEED))
            await _clear(settings)
        return report.end(found, clock.monotonic() - started)
    except (Interrupted, StoppedEarly, asyncio.CancelledError):
        report.failed("Interrupted. Nothing is left running, and no files.")
        return INTERRUPTED
    except (CannotRun, httpx.HTTPError, OSError) as error:
        report.failed(str(error) or type(error).__name__)
        return 1


@dataclass(frozen=True, slots=True)
class _Demo:
    """One run against a running Muster."""

    home: Home
    until: asyncio.Event
    report: Report
    folder: Path

    async def run(self, sample: Sample) -> list[str]:
        """Import the sample, show what came of it, and say in what it differs from what it should be. Raises Interrupted."""
        try:
            return await self._import(sample)
        except httpx.HTTPError as error:
            if self.until.is_set():
                raise Interrupted from error
            raise

    async def _import(self, sample: Sample) -> list[str]:
        file = self.folder / "contacts.csv"
        file.write_bytes(sample.content)
        self.report.file(file.name, sample)
        headers = {"Authorization": f"Bearer {self.home.key}"}
        async with httpx.AsyncClient(base_url=self.home.url, headers=headers, timeout=30, trust_env=False) as client:
            job = await self._ended(client, await self._submit(client, file.name, sample.content))
            self.report.counts(job, sample)
            rows = await self._rejected(client, job)
            self.report.rejected(rows[:REJECTED_SHOWN], len(rows))
            self.report.job(job)
            await self._show_contact(client, sample)
        return differences(sample, job, rows, await self._stored())

    async def _submit(self, client: httpx.AsyncClient, name: str, content: bytes) -> dict[str, Any]:
        answer = await client.post("/v1/imports", params=OPTIONS, files={"file": (name, content, "text/csv")})
        return _body(answer)

    async def _ended(self, client: httpx.AsyncClient, job: dict[str, Any]) -> dict[str, Any]:
        clock = self.home.platform.clock
        with self.report.progress() as show:
            while True:
                job = _body(await client.get(f"/v1/jobs/{job['id']}"))
                show(job)
                if job["state"] in ENDS:
                    return job
                if self.until.is_set():
                    raise Interrupted
                await clock.sleep(POLL_SECONDS)

    async def _rejected(self, client: httpx.AsyncClient, job: dict[str, Any]) -> list[dict[str, Any]]:
        """Every rejected row, through all pages."""
        rows: list[dict[str, Any]] = []
        query: dict[str, Any] = {"outcome": "rejected", "limit": 100}
        while True:
            page = _body(await client.get(f"/v1/jobs/{job['id']}/rows", params=query))
            rows += page["items"]
            if "next_cursor" not in page:
                return rows
            query["cursor"] = page["next_cursor"]

    async def _show_contact(self, client: httpx.AsyncClient, sample: Sample) -> None:
        if sample.twice is not None:
            page = _body(await client.get("/v1/contacts", params={"email": sample.twice}))
            self.report.contact(sample.twice, page["items"])

    async def _stored(self) -> int:
        mongo = self.home.platform.mongo
        return await Contacts(mongo, Counters(mongo)).of_account(self.home.account).count({})


def _body(answer: httpx.Response) -> dict[str, Any]:
    body: dict[str, Any] = answer.json()
    if answer.is_error:
        raise CannotRun(
            f"{answer.request.method} {answer.request.url.path} was answered with {answer.status_code}: {body['detail']}"
        )
    return body


def _settings(mark: str) -> PlatformSettings:
    """A database of its own, also on a server that MUSTER_MONGO_URL names."""
    return PlatformSettings(probe_port=0, mongo_database=f"muster-demo-{mark}", drain_seconds=5)


async def _clear(settings: PlatformSettings) -> None:
    """The private server went with its folder; on another one the database has to go by itself."""
    if "mongo_url" in settings.model_fields_set:
        mongo = Mongo(settings, SystemClock())
        await mongo.client.drop_database(settings.mongo_database)
        await mongo.close()
