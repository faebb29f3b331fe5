"""What every chunk of a job needs to know, made once and kept for some jobs: a function of the job, so it may be forgotten."""

from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

from shared.jobs.job import Job

MOST = 100
"""Jobs whose recipes are kept; one more, and all are made anew when they are asked for."""

R = TypeVar("R")


class Recipes(Generic[R]):
    """Recipes by job. `make` reads what it needs and gives the recipe of a planned job."""

    def __init__(self, make: Callable[[Job], Awaitable[R]]) -> None:
        self._make = make
        self._known: dict[str, R] = {}

    async def of(self, job: Job) -> R:
        """The recipe of the job. Raises what `make` raises."""
        known = self._known.get(job.id)
        if known is None:
            known = await self._make(job)
            if len(self._known) >= MOST:
                self._known.clear()
            self._known[job.id] = known
        return known
