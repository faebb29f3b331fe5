"""What became of the contacts of a bulk job, a page of them in the order of the request. Pure.

Each has its place, also where the job ended before it: an item is all that a client has to find a contact that failed.
"""

from collections.abc import Mapping
from typing import Any

from services.gateway.dialects.acquia.contact_fields import ContactFields
from services.gateway.dialects.acquia.item_errors import Error, Judge
from shared.contacts.matching import standing_target
from shared.contract.values import JobState
from shared.jobs.job import Job
from shared.jobs.outcomes import RowOutcome

STOPPED = "The job was stopped before it came to this contact: nothing of it was saved. Send it again."


class Details:
    """One page, from the row `first` to the row `last`, both counted from 1."""

    def __init__(self, job: Job, fields: ContactFields, page: int, size: int) -> None:
        self._job = job
        count = int(job.options["most_rows"])
        self._page = page
        self._is_last = page * size >= count
        self.first = (page - 1) * size + 1
        self.last = min(page * size, count)
        planned, paths = job.plan.get("targets", ()), job.plan.get("fields", {})
        targets = ((index, standing_target(name, paths.get(name), fields.book)) for index, name in planned)
        columns = [(index, target) for index, target in targets if target is not None]
        self._judge = Judge(fields, columns)
        self._id = next((index for index, target in columns if target.path == "id"), None)

    def body(self, rows: Mapping[int, RowOutcome], path: str) -> dict[str, Any]:
        """The page with these rows, by line. `path` is that of the job."""
        contacts = [self._item(rows.get(line)) for line in range(self.first, self.last + 1)]
        following = {} if self._is_last else {"next-page": f"{path}?details=1&page={self._page + 1}"}
        return {**following, "contacts": contacts}

    def _item(self, row: RowOutcome | None) -> dict[str, Any]:
        if row is None:
            error = self._not_reached()
            return {"id": None, "statusCode": error["code"], "errors": error}
        verdict = self._judge.verdict(row)
        item = {"id": row.contact or self._named(row), "statusCode": verdict.status}
        return {**item, "errors": verdict.error} if verdict.error else item

    def _named(self, row: RowOutcome) -> int | None:
        """The id that the request gave, where that is all there is."""
        if self._id is None or not row.cells or len(row.cells) <= self._id:
            return None
        cell = row.cells[self._id]
        return cell if isinstance(cell, int) and cell > 0 else None

    def _not_reached(self) -> Error:
        """Of a job that ended before: it was cancelled, or the whole of it was refused."""
        why = self._job.error
        message = why.message if self._job.state is JobState.FAILED and why else STOPPED
        return {"code": 409, "message": message, "details": [], "type": None}
