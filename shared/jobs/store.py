"""The only door to the collection of jobs. Every change of state is a compare-and-set on the one document that decides it."""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from pymongo import ASCENDING, DESCENDING, IndexModel, ReturnDocument

from shared.contract.values import ENDS, Counts, JobState, Kind
from shared.jobs.job import Job, Problem, job_from_document
from shared.jobs.lifecycle import WRITING, ForbiddenMove, may_move
from shared.platform.clock import Clock
from shared.platform.mongo import Document, Mongo, Session, ensure_indexes

ENDS_IN_ORDER = [("account", ASCENDING), ("end_number", ASCENDING)]
INDEXES = (
    IndexModel([("account", ASCENDING), ("_id", DESCENDING)]),
    IndexModel([("state", ASCENDING), ("moved_at", ASCENDING)]),
    IndexModel([("after", ASCENDING)], partialFilterExpression={"state": "waiting"}),
    IndexModel([("account", ASCENDING), ("place", ASCENDING), ("_id", ASCENDING)], partialFilterExpression={"state": "waiting"}),
    IndexModel(ENDS_IN_ORDER, partialFilterExpression={"end_number": {"$exists": True}}),
    IndexModel([("expires_at", ASCENDING)], sparse=True),
    IndexModel([("unsettled", ASCENDING)], sparse=True),
)
WITHOUT_SEGMENTS = {"result.segments": 0}
"""What the file of an export consists of may be as much as 90 KB: only who needs it reads it, one job at a time."""


class Jobs:
    """Jobs by their id, for the services that run them. The gateway reads through `of_account` only."""

    def __init__(self, mongo: Mongo, clock: Clock) -> None:
        self._jobs = mongo.database["jobs"]
        self._clock = clock

    async def prepare(self) -> None:
        """Create the indexes."""
        await ensure_indexes(self._jobs, INDEXES)

    async def insert(self, document: Document, session: Session) -> None:
        """Write a new job. The caller takes what it holds of the quota in the same transaction."""
        await self._jobs.insert_one(document, session=session)

    async def read(self, job_id: str, session: Session | None = None) -> Job | None:
        """The job, whatever its account, with all that its file consists of. Those that are found many at once are without it."""
        document = await self._jobs.find_one({"_id": job_id}, session=session)
        return job_from_document(document) if document else None

    async def known(self, job_ids: Collection[str]) -> set[str]:
        """Those of these ids that are of jobs, in whatever state and of whatever account."""
        return {document["_id"] async for document in self._jobs.find({"_id": {"$in": list(job_ids)}}, {"_id": 1})}

    async def claim(self, job_id: str, owner: str, seconds: float, limits: Mapping[str, int]) -> Job | None:
        """Become the planner of a queued job, or of one whose planner has fallen silent. None where somebody else is.

        The database's own clock judges the claim, so hosts may disagree about the time. The first planner's limits hold for
        all: one with other settings would cut other chunks and mix them with those that are there.
        """
        free = {"$or": [{"state": "queued"}, {"state": "planning", "$expr": {"$lt": ["$claim.until", "$$NOW"]}}]}
        until = {"$add": ["$$NOW", int(seconds * 1000)]}
        change = {
            "state": "planning",
            "claim": {"owner": owner, "until": until},
            "takeovers": {"$add": [{"$ifNull": ["$takeovers", 0]}, {"$cond": [{"$eq": ["$state", "planning"]}, 1, 0]}]},
            "limits": {"$ifNull": ["$limits", dict(limits)]},
            "rev": {"$add": ["$rev", 1]},
            "started_at": {"$ifNull": ["$started_at", "$$NOW"]},
            "moved_at": "$$NOW",
            "nudges": 0,
        }
        return await self._update({"_id": job_id, **free}, [{"$set": change}])

    async def renew(self, job_id: str, owner: str, seconds: float) -> bool:
        """Keep a claim. False when it is lost: stop planning."""
        until = {"$add": ["$$NOW", int(seconds * 1000)]}
        mine = {"_id": job_id, "state": "planning", "claim.owner": owner}
        return await self._update(mine, [{"$set": {"claim.until": until, "moved_at": "$$NOW"}}]) is not None

    async def owns(self, session: Session, job_id: str, owner: str) -> bool:
        """True while this planner's claim has not been taken over."""
        return await self._jobs.count_documents({"_id": job_id, "claim.owner": owner}, session=session) == 1

    async def unclaim(self, job_id: str, owner: str) -> None:
        """Let another planner try at once."""
        await self._jobs.update_one(
            {"_id": job_id, "state": "planning", "claim.owner": owner}, [{"$set": {"claim.until": "$$NOW"}}]
        )

    async def begin(
        self, session: Session, job_id: str, owner: str, plan: Mapping[str, Any], problems: Sequence[Problem], rows: int, lanes: int
    ) -> Job | None:
        """Move from planning to processing with the totals. None when the claim was lost or somebody cancelled."""
        mine = {"_id": job_id, "state": "planning", "claim.owner": owner}
        facts = {
            "state": "processing",
            "plan": plan,
            "rows_total": rows,
            "open_lanes": lanes,
            "problems": [problem.as_document() for problem in problems],
            "moved_at": self._clock.now(),
            "nudges": 0,
        }
        return await self._update(mine, {"$set": facts, "$inc": {"rev": 1}, "$unset": {"claim": ""}}, session)

    async def close_lane(self, session: Session, job_id: str) -> Job | None:
        """Count one lane less. Whoever is told of zero closes the job, in the same transaction."""
        open_job = {"_id": job_id, "open_lanes": {"$gt": 0}}
        return await self._update(open_job, {"$inc": {"open_lanes": -1}, "$set": {"moved_at": self._clock.now()}}, session)

    async def keep_result(self, session: Session, job_id: str, result: Mapping[str, Any]) -> Job | None:
        """Note what the job leaves behind, in the transaction that completes it."""
        return await self._update({"_id": job_id}, {"$set": {"result": dict(result)}}, session)

    async def move(self, session: Session | None, job: Job, new: JobState, **facts: Any) -> Job | None:
        """Move the job if it is still in the state that `job` says. None when it has moved meanwhile. Raises ForbiddenMove."""
        if not may_move(job.state, new):
            raise ForbiddenMove(f"a job cannot go from {job.state} to {new}")
        change = {"state": str(new), "moved_at": self._clock.now(), "nudges": 0, **facts}
        same = {"_id": job.id, "state": str(job.state), "rev": job.rev}
        return await self._update(same, {"$set": change, "$inc": {"rev": 1}}, session)

    async def end(
        self, session: Session, job: Job, new: JobState, counts: Counts, error: Problem | None, **more: Any
    ) -> Job | None:
        """Move to an end state and start the retention. None when the job has moved meanwhile."""
        now = self._clock.now()
        document = await self._jobs.find_one({"_id": job.id}, {"retention_seconds": 1}, session=session)
        expires = now + timedelta(seconds=document["retention_seconds"]) if document else now
        facts: dict[str, Any] = {"ended_at": now, "expires_at": expires, "counts": counts.as_document(), "unsettled": True}
        if error:
            facts["error"] = error.as_document()
        return await self.move(session, job, new, **facts, **more)

    async def number_end(self, session: Session, job_id: str, number: int) -> None:
        """Give an end its place among those of the account, in the transaction that ends the job. Its `rev` stays."""
        await self._jobs.update_one({"_id": job_id}, {"$set": {"end_number": number}}, session=session)

    async def note_follower(self, session: Session, account: int, job_id: str) -> Job | None:
        """Touch a predecessor, so that its end and the acceptance of what waits for it cannot both miss the other."""
        return await self._update({"_id": job_id, "account": account}, {"$inc": {"followers": 1}}, session)

    async def waiting_for(self, job_id: str) -> list[Job]:
        """Jobs that wait for this one."""
        return [job async for job in self._find({"after": job_id, "state": "waiting"})]

    async def note_completed(self, session: Session, job_id: str) -> None:
        """Tell every job that waits for this one, in the transaction that completes it: it may be forgotten from then on."""
        left = {"$filter": {"input": {"$ifNull": ["$pending", "$after"]}, "cond": {"$ne": ["$$this", job_id]}}}
        await self._jobs.update_many({"after": job_id, "state": "waiting"}, [{"$set": {"pending": left}}], session=session)

    async def accounts_waiting(self) -> list[int]:
        """Accounts that have waiting jobs."""
        return sorted(await self._jobs.distinct("account", {"state": "waiting"}))

    async def next_waiting(self, account: int, after: str, now: datetime) -> Job | None:
        """The account's next job by id that waits for something other than a place, and may have waited enough."""
        may_be_due = [{"run_at": {"$not": {"$gt": now}}}, {"is_cleared": {"$ne": True}}]
        query = {"account": account, "state": "waiting", "place": None, "_id": {"$gt": after}, "$or": may_be_due}
        document = await self._jobs.find_one(query, sort=[("_id", ASCENDING)])
        return job_from_document(document) if document else None

    async def first_in_line(self, session: Session, account: int) -> Job | None:
        """The oldest of the account's jobs that wait for a place to run."""
        query = {"account": account, "state": "waiting", "place": "in_line"}
        document = await self._jobs.find_one(query, sort=[("_id", ASCENDING)], session=session)
        return job_from_document(document) if document else None

    async def note(self, session: Session, job: Job, **facts: Any) -> Job | None:
        """Write facts about a job that stays in its state. None when it has moved meanwhile."""
        same = {"_id": job.id, "state": str(job.state), "rev": job.rev}
        return await self._update(same, {"$set": facts, "$inc": {"rev": 1}}, session)

    async def reserve(self, session: Session, job_id: str, contacts: int) -> None:
        """Note how many contacts the job may create."""
        await self._update({"_id": job_id}, {"$set": {"reserved": contacts}}, session)

    async def imports_at_work(self, session: Session | None, account: int) -> list[Job]:
        """The account's imports that have begun to write and have not ended."""
        states = [str(state) for state in WRITING]
        query = {"account": account, "kind": "import", "state": {"$in": states}}
        cursor = self._jobs.find(query, WITHOUT_SEGMENTS, session=session)
        return [job_from_document(document) async for document in cursor]

    def in_states(self, *states: JobState) -> AsyncIterator[Job]:
        """Every job in one of these states, the longest unmoved first: a limit would show a sweep the same jobs for ever."""
        return self._find({"state": {"$in": [str(state) for state in states]}})

    async def expired(self, now: datetime, limit: int) -> list[Job]:
        """Ended jobs whose retention is over."""
        return [job async for job in self._find({"expires_at": {"$lte": now}}, limit)]

    async def unsettled(self, limit: int) -> list[Job]:
        """Ended jobs whose end nobody has dealt with yet: the event may have died with the broker."""
        return [job async for job in self._find({"unsettled": True}, limit)]

    async def settle(self, job_id: str) -> None:
        """Note that the end of the job has been dealt with."""
        await self._jobs.update_one({"_id": job_id}, {"$unset": {"unsettled": ""}})

    async def stalled(self, now: datetime, after_seconds: float, limit: int) -> list[Job]:
        """Jobs without lanes that should have moved by now; each nudge doubles the patience. `nudge` says who may act on it.

        A job whose planner still holds its claim is left alone: to send its command again would only use up the patience.
        """
        stalling = {
            "moved_at": {"$lt": now},
            "open_lanes": {"$not": {"$gt": 0}},
            "$or": [
                {"state": {"$in": ["queued", "cancelling", "failing"]}},
                {"state": "planning", "$expr": {"$lt": ["$claim.until", "$$NOW"]}},
            ],
        }
        patience = {"$multiply": [after_seconds * 1000, {"$pow": [2, {"$min": [{"$ifNull": ["$nudges", 0]}, 6]}]}]}
        overdue = {"$lt": [{"$add": ["$moved_at", patience]}, now]}
        return [job async for job in self._find({**stalling, "$expr": overdue}, limit)]

    async def nudge(self, job: Job, session: Session) -> bool:
        """Take the duty of re-sending the job's command. False when it moved or somebody else took it."""
        same = {"_id": job.id, "state": str(job.state), "rev": job.rev}
        change = {"$set": {"moved_at": self._clock.now()}, "$inc": {"nudges": 1, "rev": 1}}
        return await self._update(same, change, session) is not None

    async def forget_at_end(self, job_id: str) -> None:
        """Let the retention of a job be over the moment it ends; now, where it has ended."""
        over = {"$cond": [{"$in": ["$state", sorted(ENDS)]}, self._clock.now(), "$$REMOVE"]}
        await self._jobs.update_one({"_id": job_id}, [{"$set": {"retention_seconds": 0, "expires_at": over, "is_forgotten": True}}])

    async def overwrite(self, job_id: str, facts: Mapping[str, Any]) -> None:
        """Put these in place of facts that told of a contact which has been erased. The job's state and its `rev` stay."""
        await self._jobs.update_one({"_id": job_id}, {"$set": dict(facts)})

    async def delete(self, job_id: str, session: Session | None = None) -> None:
        """Forget the document. Everything that hangs on it goes first."""
        await self._jobs.delete_one({"_id": job_id}, session=session)

    def of_account(self, account: int) -> "AccountJobs":
        """The jobs of one account and of no other."""
        return AccountJobs(self._jobs, account)

    async def _find(self, query: Document, limit: int = 0) -> AsyncIterator[Job]:
        async for document in self._jobs.find(query, WITHOUT_SEGMENTS).sort("moved_at", ASCENDING).limit(limit):
            yield job_from_document(document)

    async def _update(self, query: Document, change: Any, session: Session | None = None) -> Job | None:
        document = await self._jobs.find_one_and_update(query, change, session=session, return_document=ReturnDocument.AFTER)
        return job_from_document(document) if document else None


class AccountJobs:
    """What an account may see of its jobs: every query carries the account."""

    def __init__(self, jobs: Any, account: int) -> None:
        self._jobs = jobs
        self._account = account

    async def read(self, job_id: str, *, whole: bool = False) -> Job | None:
        """The job, or None where the account has none of this id. What its file consists of comes only with `whole`."""
        document = await self._jobs.find_one({"_id": job_id, "account": self._account}, None if whole else WITHOUT_SEGMENTS)
        return job_from_document(document) if document else None

    async def page(
        self,
        *,
        before: str | None,
        limit: int,
        states: Collection[JobState] = (),
        kinds: Collection[Kind] = (),
        created_after: datetime | None = None,
        created_before: datetime | None = None,
        errors: Collection[str] = (),
        other_errors: Collection[str] = (),
    ) -> list[Job]:
        """Jobs newest first, older than the id `before`; with one of the `errors`, by code, or with none of `other_errors`."""
        query: Document = {"account": self._account}
        if before:
            query["_id"] = {"$lt": before}
        if states:
            query["state"] = {"$in": [str(state) for state in states]}
        if kinds:
            query["kind"] = {"$in": [str(kind) for kind in kinds]}
        bounds = {"$gte": created_after, "$lt": created_before}
        created = {operator: bound for operator, bound in bounds.items() if bound is not None}
        if created:
            query["created_at"] = created
        if errors or other_errors:
            query["error.code"] = {"$in": sorted(errors)} if errors else {"$nin": sorted(other_errors)}
        cursor = self._jobs.find(query, WITHOUT_SEGMENTS).sort("_id", DESCENDING).limit(limit)
        return [job_from_document(document) async for document in cursor]

    async def ended_after(self, number: int, limit: int) -> list[tuple[int, Job]]:
        """Ended jobs in the order of their ends, each with the number of its end, from the first beyond `number` on.

        None is ever skipped: one that ends later has a greater number. That holds because the index is read upwards, so the
        hint is not about speed: a number that shows up while it is read lies ahead.
        """
        query: Document = {"account": self._account, "end_number": {"$gt": number}}
        cursor = self._jobs.find(query, WITHOUT_SEGMENTS).sort("end_number", ASCENDING).hint(ENDS_IN_ORDER).limit(limit)
        return [(document["end_number"], job_from_document(document)) async for document in cursor]
