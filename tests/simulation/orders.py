"""What the client of a seed asks for: jobs of every kind on the same dozen contacts, cancelled, paused and forgotten by chance."""

import asyncio
import random
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from tests.simulation.world import Faults
from tests.support.people import Sheet, sheet
from tests.support.system import System

KEYS = 12
LIST, TAG = "News", "new"
FEW_PLACES = 2
ERASE = {"mode": "erase"}
PATHS = {"imports": 4, "exports": 5, "list-changes": 4, "tag-changes": 3, "deletions": 6, "restorations": 3}
"""Where jobs are asked for, and how often."""


@dataclass
class Sent:
    """A job as the client knows it."""

    id: str
    path: str
    body: dict[str, Any] = field(default_factory=dict)
    sheet: Sheet = field(default_factory=Sheet)
    """The file of an import."""
    after: tuple[str, ...] = ()
    is_cancelled: bool = False
    is_forgotten: bool = False

    @property
    def about(self) -> dict[str, Any]:
        """The selection of a job that has one."""
        return dict(self.body.get("select" if self.path == "exports" else "source", {}))

    @property
    def is_erasure(self) -> bool:
        """True where it takes contacts out for good."""
        return self.body.get("mode") == "erase"

    def names(self, email: str) -> bool:
        """True where the job is about this contact, whatever else is stored of it than its address."""
        return "all" in self.about or email in map(str.lower, self.about.get("emails", ()))


class Client:
    """Sends the jobs of one seed, one after the other, with pauses in which the world goes on."""

    def __init__(self, muster: System, chance: random.Random, faults: Faults) -> None:
        self._muster = muster
        self._chance = chance
        self._faults = faults
        self._forgets = chance.random() < 0.2
        self._most_running = chance.choice((None, FEW_PLACES, FEW_PLACES))
        self.sent: list[Sent] = []
        self.noticed: list[str] = []
        """What was wrong while the jobs ran."""

    async def run(self) -> None:
        """Five to nine jobs. None of them rests when this returns."""
        account = self._muster.account.number
        await self._muster.gateway.accounts.set_limit(account, "running_jobs", self._most_running)
        for path, name in (("lists", LIST), ("tags", TAG)):
            assert (await self._muster.client.post(f"/v1/{path}", json={"name": name})).status_code == 201
        for number in range(self._chance.randint(5, 9)):
            await self._send("imports" if number == 0 else self._chance.choices(list(PATHS), list(PATHS.values()))[0])
            if number == 0 and self._chance.random() < 0.7:
                with suppress(TimeoutError):
                    await self._muster.ended(self.sent[0].id, seconds=2)  # the others have somebody to be about then
                continue
            if self._chance.random() < 0.4:
                await self._pause(self.sent[-1])
            await self._meddle()
            await asyncio.sleep(self._chance.choice((0, 0, 0, 0.5, 1)) * self._chance.uniform(0, self._faults.pause_seconds))
            await self._look()
        for job in self.sent:
            await self._tell(job, "resume")

    async def _send(self, path: str) -> None:
        known = [each for each in self.sent if not each.is_forgotten]
        chosen = self._chance.sample(known, min(len(known), 2))
        after = tuple(each.id for each in chosen if self._chance.random() < 0.25)
        chain: dict[str, Any] = {"after": list(after)} if after else {}
        if path == "imports":
            rows = self._chance.choice((9, 30, 60)) if not self.sent else self._chance.choice((0, 3, 9, 30, 60, 90))
            content = sheet(self._chance.randrange(10**6), rows, keys=KEYS, prefix="c")
            job = await self._muster.submit(content.csv(), **chain)
            self.sent.append(Sent(job["id"], path, sheet=content, after=after))
            return
        body = drawn(path, self._chance)
        job = await self._muster.ask(path, **body, **chain)
        self.sent.append(Sent(job["id"], path, body, after=after))

    async def _meddle(self) -> None:
        if self._chance.random() < 0.15:
            await self._cancel(self._chance.choice(self.sent))
        if self._chance.random() < 0.5:
            await self._tell(self._chance.choice(self.sent), "resume")
        if self._forgets and self._chance.random() < 0.15:
            await self._forget(self._chance.choice(self.sent))

    async def _cancel(self, job: Sent) -> None:
        answer = await self._muster.client.post(f"/v1/jobs/{job.id}/cancel")
        if answer.status_code not in (404, 409):
            assert answer.status_code in (200, 202), answer.text
            job.is_cancelled = answer.json()["state"] in ("cancelling", "cancelled")

    async def _pause(self, job: Sent) -> None:
        """Only a job at work can be paused, so it is asked for again and again."""
        for _ in range(20):
            if await self._tell(job, "pause"):
                return
            await asyncio.sleep(0.01)

    async def _tell(self, job: Sent, what: str) -> bool:
        answer = await self._muster.client.post(f"/v1/jobs/{job.id}/{what}")
        assert answer.status_code in (200, 404, 409), answer.text
        is_done = answer.status_code == 200
        self._faults.seen[what] += is_done
        return is_done

    async def _forget(self, job: Sent) -> None:
        answer = await self._muster.client.delete(f"/v1/jobs/{job.id}")
        assert answer.status_code in (200, 202, 204, 404), answer.text
        job.is_forgotten = True

    async def _look(self) -> None:
        usage = await self._muster.database["usage"].find_one({"_id": self._muster.account.number})
        if self._most_running is not None and usage["running"] > self._most_running:
            self.noticed.append(f"{usage['running']} jobs run and {self._most_running} may")
        self._faults.seen["in line"] += usage.get("in_line", 0)


def drawn(path: str, chance: random.Random) -> dict[str, Any]:
    """The body of a request for a job of this kind."""
    everybody, named = {"all": True}, {"emails": [_address(chance) for _ in range(chance.randint(1, 9))]}
    some = chance.choice((everybody, everybody, named, {"lists": [LIST]}, {"tags": [TAG]}))
    match path:
        case "exports":
            select = chance.choice((everybody, some, {"status": ["deleted"]}))
            form = chance.choice(("csv", "ndjson", "json"))
            return {"select": select, "fields": ["id", "email"], "format": form}
        case "list-changes":
            return {"action": chance.choice(("add", "add", "remove")), "lists": [LIST], "source": some}
        case "tag-changes":
            return {"action": chance.choice(("add", "add", "remove")), "tags": [TAG], "source": some}
        case "deletions":
            return {"source": some, **(ERASE if chance.random() < 0.5 else {})}
    return {"source": chance.choice((everybody, named))}


def _address(chance: random.Random) -> str:
    address = f"c{chance.randrange(KEYS)}@example.org"
    return address.upper() if chance.random() < 0.1 else address
