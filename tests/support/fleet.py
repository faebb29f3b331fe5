"""Every service as a process, on one database, with accounts and clients: what the chaos tests do their worst to."""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any

import httpx
from pydantic import SecretStr
from pymongo import AsyncMongoClient

from services.administration import Administration
from shared.accounts.counters import Counters
from shared.accounts.keys import Keys, Scope
from shared.accounts.store import Accounts
from shared.jobs.quota import Quota
from shared.platform.clock import SystemClock
from shared.platform.files import Files
from shared.platform.mongo import Mongo
from shared.platform.settings import PlatformSettings
from tests.support.invariants import ENDS, audit
from tests.support.people import Model, Sheet, differences
from tests.support.processes import PAUSE_SECONDS, READY_SECONDS, Process, until

PEPPER = "a pepper for tests"
QUICK = {
    "MUSTER_STATUS_RESCUE_AFTER_SECONDS": "2",
    "MUSTER_STATUS_RESCUE_SWEEP_SECONDS": "0.5",
    "MUSTER_STATUS_RELEASE_SWEEP_SECONDS": "0.5",
    "MUSTER_STATUS_CATCH_UP_SECONDS": "0.5",
    "MUSTER_RELAY_SWEEP_SECONDS": "1",
    "MUSTER_IMPORTER_CHUNK_ROWS": "500",
    "MUSTER_EXPORTER_CHUNK_ROWS": "500",
    "MUSTER_LISTS_CHUNK_ROWS": "500",
}


class Fleet:
    """Service processes on one database."""

    def __init__(
        self, folder: Path, amqp_url: str, mongo_url: str, database: str, settings: Mapping[str, str] = MappingProxyType(QUICK)
    ) -> None:
        self.settings = PlatformSettings(mongo_url=SecretStr(mongo_url), mongo_database=database)
        self._folder = folder
        self._environment = {
            **settings,
            "MUSTER_AMQP_URL": amqp_url,
            "MUSTER_MONGO_URL": mongo_url,
            "MUSTER_MONGO_DATABASE": database,
            "MUSTER_KEY_PEPPER": PEPPER,
        }
        self._processes: dict[str, Process] = {}
        self._mongo: AsyncMongoClient[dict[str, Any]] = AsyncMongoClient(mongo_url, tz_aware=True, uuidRepresentation="standard")
        self.database = self._mongo[database]

    def __getitem__(self, name: str) -> Process:
        return self._processes[name]

    async def run(self, *names: str) -> None:
        """These processes run and no other; `importer-2` is an importer. Those that already run are left alone."""
        for name, process in self._processes.items():
            if name not in names:
                process.end()
        await asyncio.gather(*map(self.beside, names))

    async def beside(self, name: str) -> None:
        """One more process runs, whatever the others do."""
        if name not in self._processes:
            self._processes[name] = Process(name, name.partition("-")[0], self._folder, self._environment)
        if not self[name].runs:
            self[name].launch()
        await self[name].ready()

    async def sweep_uploads(self) -> None:
        """What the retention does hours later: clear files that a dead process had begun."""
        clock = SystemClock()
        mongo = Mongo(self.settings, clock)
        await Files(mongo, clock).sweep(clock.now() + timedelta(hours=12))
        await mongo.close()

    @asynccontextmanager
    async def tenant(self, name: str) -> AsyncIterator["Tenant"]:
        """A new account, and a client that holds a key for everything."""
        clock = SystemClock()
        mongo = Mongo(self.settings, clock)
        office = Administration(Accounts(mongo, Counters(mongo), clock), Keys(mongo, clock, PEPPER.encode()), Quota(mongo), clock)
        account = await office.open_account(name)
        _, key = await office.make_key(name, "chaos", list(Scope), None)
        await mongo.close()
        headers = {"Authorization": f"Bearer {key}"}
        async with httpx.AsyncClient(base_url=self["gateway"].url, headers=headers, timeout=60) as client:
            yield Tenant(self, account.number, client)

    def report(self) -> str:
        """The end of each log."""
        return "\n".join(process.tail() for process in self._processes.values())

    async def terminate(self, seconds: float = 30) -> None:
        """End every process that runs, in good order."""
        await asyncio.gather(*(process.terminate(seconds) for process in self._processes.values() if process.runs))

    async def close(self) -> None:
        """End every process, by its pid."""
        for process in self._processes.values():
            process.end()
        await self._mongo.close()


class Tenant:
    """An account of the fleet's and its client."""

    def __init__(self, fleet: Fleet, account: int, client: httpx.AsyncClient) -> None:
        self.fleet = fleet
        self.account = account
        self.client = client
        self.sheets: dict[str, Sheet] = {}

    async def submit(self, sheet: Sheet, key: str | None = None) -> str:
        """Import a file; the id of the job."""
        headers = {"Content-Type": "text/csv", **({"Idempotency-Key": key} if key else {})}
        response = await self.client.post("/v1/imports", content=sheet.csv(), headers=headers)
        assert response.status_code == 202, response.text
        job_id = str(response.json()["id"])
        self.sheets[job_id] = sheet
        return job_id

    async def job(self, job_id: str) -> dict[str, Any]:
        """The job as clients see it; a gateway that is away is asked again."""
        deadline = time.monotonic() + READY_SECONDS
        while True:
            try:
                response = await self.client.get(f"/v1/jobs/{job_id}")
                if response.status_code == 200:
                    return dict(response.json())
                assert response.status_code in (502, 503), response.text
            except httpx.TransportError:
                if time.monotonic() > deadline:
                    raise
            await asyncio.sleep(PAUSE_SECONDS)

    async def ask(self, path: str, **body: Any) -> str:
        """Submit a job of another kind than an import; its id."""
        response = await self.client.post(f"/v1/{path}", json=body)
        assert response.status_code == 202, response.text
        return str(response.json()["id"])

    async def contacts(self) -> list[dict[str, Any]]:
        """Every stored contact of the account, deleted ones included, by number."""
        found = self.fleet.database["contacts"].find({"account": self.account}).sort("_id", 1)
        return [contact async for contact in found]

    async def ended(self, job_id: str, seconds: float) -> dict[str, Any]:
        """The job at its end."""

        async def end() -> dict[str, Any] | None:
            job = await self.job(job_id)
            return job if job["state"] in ENDS else None

        return dict(await until(end, seconds, f"the end of job {job_id}"))

    async def until_rows(self, job_id: str, rows: int, seconds: float = 120) -> None:
        """Wait until so many rows have an outcome, by the ledger itself."""

        async def enough() -> bool:
            lanes = self.fleet.database["lanes"].find({"job": job_id})
            return sum([int(lane["rows_done"]) async for lane in lanes]) >= rows

        await until(enough, seconds, f"{rows} rows of job {job_id}")

    async def until_state(self, job_id: str, *states: str, seconds: float = 60) -> None:
        """Wait until the job's document says one of these."""

        async def reached() -> bool:
            job = await self.fleet.database["jobs"].find_one({"_id": job_id}, {"state": 1})
            return bool(job and job["state"] in states)

        await until(reached, seconds, f"job {job_id} to be {' or '.join(states)}")

    async def wrong(self) -> list[str]:
        """What the audit finds hours later, and how contacts and outcomes differ from the files, imported one after the other."""
        await self.fleet.sweep_uploads()
        lines = {job_id: [row.line for row in sheet.rows] for job_id, sheet in self.sheets.items()}
        violations = await audit(self.fleet.database, self.client, account=self.account, lines=lines)
        model, rows = Model(), list(self.sheets.items())
        for job_id, sheet in rows:
            violations += await self._wrong_outcomes(job_id, model.apply(sheet.rows))
        contacts = [each async for each in self.fleet.database["contacts"].find({"account": self.account})]
        return [*violations, *list(differences(contacts, model.contacts))[:20]]

    async def _wrong_outcomes(self, job_id: str, wanted: Sequence[tuple[int, str]]) -> list[str]:
        job = await self.job(job_id)
        found = {name: count for name, count in job["counts"].items() if count}
        counts: dict[str, int] = {}
        for _, outcome in wanted:
            counts[outcome] = counts.get(outcome, 0) + 1
        good = job["state"] == "completed" and found == counts
        return (
            [] if good else [f"job {job_id} is {job['state']} with {found} and should be completed with {counts}: {job['error']}"]
        )
