"""Looking at jobs and steering them: jobs, job, rows, rejected, cancel, pause, resume, forget."""

from typing import Annotated, Any
from urllib.parse import quote

import typer

from services.cli.call import Call, client_command
from services.cli.orders import finished
from services.cli.terminal import columns
from services.cli.texts import job_lines, rows_text

PANEL = "Contacts and jobs"
PAGE = 500
ROWS_PAGE = 1_000
JobId = Annotated[str, typer.Argument(metavar="JOB", help="Its id.")]


def install(app: typer.Typer) -> None:
    """Add the commands."""
    for name, body in (("jobs", jobs), ("job", job), ("rows", rows), ("cancel", cancel), ("forget", forget)):
        client_command(app, name, PANEL)(body)
    client_command(app, "pause", PANEL)(pause)
    client_command(app, "resume", PANEL)(resume)


def job_path(job_id: str, more: str = "") -> str:
    """The path of a job, whatever was typed."""
    return f"/v1/jobs/{quote(job_id, safe='')}{more}"


async def jobs(
    call: Call,
    state: Annotated[list[str] | None, typer.Option(help="Only these: queued, processing, completed ... Repeat it.")] = None,
    kind: Annotated[list[str] | None, typer.Option(help="Only these: import, export ... Repeat it.")] = None,
    limit: Annotated[int, typer.Option(help="At most so many.", min=1)] = 20,
) -> None:
    """List jobs, newest first."""
    found: list[dict[str, Any]] = []
    async with call.connect() as muster:
        async for item in muster.pages("/v1/jobs", state=state, kind=kind, limit=min(limit, PAGE)):
            found.append(item)
            if len(found) == limit:
                break
    call.terminal.result({"items": found}, columns([_job_row(item) for item in found]) or ["No jobs."])


async def job(
    call: Call, job_id: JobId, watch: Annotated[bool, typer.Option("--watch", "-w", help="Wait for its end.")] = False
) -> int:
    """Show how a job is doing; with --watch the exit code tells how it ended."""
    async with call.connect() as muster:
        return await finished(call, muster, await muster.get(job_path(job_id)), watch)


async def rows(
    call: Call,
    job_id: JobId,
    outcome: Annotated[
        list[str] | None, typer.Option(help="Only these: created, updated, unchanged, skipped, rejected. Repeat it.")
    ] = None,
) -> None:
    """Show what became of each row."""
    around = call.around
    async with call.connect() as muster:
        found = muster.pages(job_path(job_id, "/rows"), outcome=outcome, limit=ROWS_PAGE)
        if not call.terminal.as_json:
            async for row in found:
                call.terminal.line(_row_line(row))
            return
        import json

        first = True  # a job may have millions of rows, so the document is written as they come
        async for row in found:
            around.stdout.write(('{"items": [\n' if first else ",\n") + json.dumps(row))
            first = False
        around.stdout.write('{"items": []}\n' if first else "\n]}\n")


async def cancel(call: Call, job_id: JobId) -> None:
    """Stop a job. What was written stays, and is counted."""
    await _steer(call, job_id, "/cancel")


async def pause(call: Call, job_id: JobId) -> None:
    """Let a job rest until it is resumed."""
    await _steer(call, job_id, "/pause")


async def resume(call: Call, job_id: JobId) -> None:
    """Let a paused job go on."""
    await _steer(call, job_id, "/resume")


async def forget(call: Call, job_id: JobId) -> None:
    """Delete a job with its payload and outcomes. One that runs is cancelled first."""
    async with call.connect() as muster:
        is_gone = await muster.delete(job_path(job_id)) == 204
    text = f"Job {job_id} is gone." if is_gone else f"Job {job_id} is being stopped; it goes the moment it has."
    call.terminal.result({"id": job_id, "is_gone": is_gone}, [text])


async def _steer(call: Call, job_id: str, action: str) -> None:
    async with call.connect() as muster:
        found = await muster.post(job_path(job_id, action))
    call.terminal.result(found, job_lines(found))


def _job_row(job: dict[str, Any]) -> list[str]:
    rejected = job["counts"]["rejected"]
    told = rows_text(job) + (f", {rejected:,} rejected" if rejected else "")
    return [job["id"], job["kind"], job["state"], job["created_at"][:19].replace("T", " "), told, job["name"] or ""]


def _row_line(row: dict[str, Any]) -> str:
    place = f"{row['line']:>8}  {row['outcome']:<9}"
    contact = f"  contact {row['contact_id']}" if row["contact_id"] else ""
    why = f"  {row['message']} [{row['code']}]" if row["code"] else ""
    return f"{place}{contact}{why}"
