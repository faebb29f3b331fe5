"""A completed export whose file was put into the stores piece by piece, so that a test knows every byte of it."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import httpx

from shared.contract.values import JobState
from shared.delivery.outbox import Unit
from tests.support.system import System

PIECES = (b"email,first_name\r\n", b"ana@example.org,Ana\r\n" * 60_000, b"", b"bo@example.org,Bo\r\n" * 7, b"the end")
WHOLE = b"".join(PIECES)
DIGEST = hashlib.sha256(WHOLE)
TAG, TOTAL = f'"{DIGEST.hexdigest()}"', len(WHOLE)
PLAIN = {"Accept-Encoding": "identity"}


@dataclass(frozen=True)
class Download:
    """A Muster in which an export is completed."""

    muster: System
    path: str

    async def get(self, method: str = "GET", **headers: str) -> httpx.Response:
        """The file, as it is asked for."""
        sent = {**PLAIN, **{name.replace("_", "-"): value for name, value in headers.items()}}
        return await self.muster.client.request(method, self.path, headers=sent)


async def queued(muster: System, path: str = "/v1/exports", **options: Any) -> str:
    """The id of a new job."""
    response = await muster.client.post(path, json=options)
    assert response.status_code == 202, response.text
    return str(response.json()["id"])


async def completed(muster: System, pieces: Sequence[bytes] = PIECES, **facts: Any) -> str:
    """The id of an export that has left these pieces."""
    job_id = await queued(muster)

    async def finish(unit: Unit) -> None:
        segments: list[dict[str, Any]] = []
        for number, piece in enumerate(pieces):
            if number % 2:
                await muster.gateway.files.put(
                    unit.session, f"{job_id}:part:{number}", muster.account.number, job_id, "part", piece
                )
            segments.append({"file": f"{job_id}:part:{number}"} if number % 2 else {"data": piece})
            segments[-1]["bytes"] = len(piece)
        whole = b"".join(pieces)
        told = {"name": "contacts.csv", "media_type": "text/csv; charset=utf-8", "rows": 3, "bytes": len(whole)}
        result = {**told, "sha256": hashlib.sha256(whole).hexdigest(), "segments": segments, **facts}
        await muster.gateway.jobs.keep_result(unit.session, job_id, result)

    await muster.platform.outbox.transaction(finish)
    await end(muster, job_id, JobState.COMPLETED)
    return job_id


async def end(muster: System, job_id: str, state: JobState) -> None:
    """Say that the job has ended so."""
    change = {"state": str(state), "ended_at": muster.platform.clock.now()}
    await muster.database["jobs"].update_one({"_id": job_id}, {"$set": change})
