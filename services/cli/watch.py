"""Following a job to its end: polls that grow rarer, a bar on a terminal, plain lines elsewhere, nothing with `--json`."""

from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any, Protocol

from services.cli.call import Call
from services.cli.sending import size_text
from services.cli.texts import ENDS, pace_text, progress_line, rows_text
from shared.platform.clock import Clock

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from services.cli.client import Muster

FIRST_PAUSE = 0.2
LONGEST_PAUSE = 2.0
LINE_SECONDS = 5.0


class Shown(Protocol):
    """Whoever shows how far a job is."""

    def __call__(self, job: dict[str, Any]) -> None:
        """Show this."""


async def follow(call: Call, muster: "Muster", job: dict[str, Any]) -> dict[str, Any]:
    """The job at its end. Ctrl-C leaves it running."""
    call.goes_on = f"muster job {job['id']} --watch"
    pause = FIRST_PAUSE
    with _display(call) as show:
        show(job)
        while job["state"] not in ENDS:
            await call.clock.sleep(pause - call.clock.jitter(pause / 4))
            pause = min(pause * 1.3, LONGEST_PAUSE)
            job = await muster.get(f"/v1/jobs/{job['id']}")
            show(job)
    call.goes_on = None
    return job


class Bytes:
    """A bar of bytes on their way, on a terminal only. Enter it, then tell it how many there are by now."""

    def __init__(self, call: Call, what: str, total: int | None) -> None:
        self._what = what
        self._total = total
        self._progress = _bytes_progress(call) if call.terminal.shows_progress else None
        self._task: TaskID | None = None

    def __enter__(self) -> "Bytes":
        if self._progress is not None:
            self._progress.start()
            self._task = self._progress.add_task(self._what, total=self._total, done="")
        return self

    def __exit__(self, *_: object) -> None:
        if self._progress is not None:
            self._progress.stop()

    def told(self, done: int) -> None:
        """So many bytes by now."""
        if self._progress is not None and self._task is not None:
            self._progress.update(self._task, completed=done, done=size_text(done))


class _Bar:
    """A bar of rows."""

    def __init__(self, progress: "Progress") -> None:
        self._progress = progress
        self._task = progress.add_task("", total=None, rows="", pace="")

    def __enter__(self) -> Shown:
        self._progress.start()
        return self._show

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def _show(self, job: dict[str, Any]) -> None:
        total = job["progress"]["rows_total"]
        text = f"{job['kind']} {job['state']}"
        self._progress.update(
            self._task,
            description=text,
            total=total,
            completed=job["progress"]["rows_done"],
            rows=rows_text(job),
            pace=pace_text(job),
        )


class _Lines:
    """A line when the state changes, and every few seconds where there is something new to tell."""

    def __init__(self, call: Call, clock: Clock) -> None:
        self._call = call
        self._clock = clock
        self._state = self._line = ""
        self._told_at = 0.0

    def show(self, job: dict[str, Any]) -> None:
        now, line = self._clock.monotonic(), progress_line(job)
        is_time = job["state"] != self._state or now >= self._told_at + LINE_SECONDS
        if job["state"] not in ENDS and is_time and line != self._line:
            self._state, self._told_at, self._line = job["state"], now, line
            self._call.terminal.note(line)


def _display(call: Call) -> AbstractContextManager[Shown]:
    if not call.terminal.shows_progress:
        return nullcontext(_Lines(call, call.clock).show)
    from rich.progress import BarColumn, SpinnerColumn, TaskProgressColumn, TextColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TaskProgressColumn())
    return _Bar(_progress(call, *columns, TextColumn("{task.fields[rows]}"), TextColumn("{task.fields[pace]}")))


def _bytes_progress(call: Call) -> "Progress":
    from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TransferSpeedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TextColumn("{task.fields[done]}"))
    return _progress(call, *columns, TransferSpeedColumn())


def _progress(call: Call, *columns: Any) -> "Progress":
    from rich.console import Console
    from rich.progress import Progress

    return Progress(*columns, console=Console(file=call.around.stderr), transient=True)
