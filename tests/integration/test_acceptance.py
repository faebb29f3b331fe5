"""Accepting under concurrency: quotas and idempotency keys are exact, through several gateways at once."""

import asyncio

import pytest

from services.gateway.app import open_gateway
from services.gateway.jobs import Accepted, JobDesk, NewJob
from services.gateway.problems import Problem
from services.gateway.settings import GatewaySettings
from shared.contract.values import JobState, Kind
from shared.jobs.job import Payload
from tests.integration.parts import KEYS, OPEN_JOBS, Parts


def desks(parts: Parts, number: int) -> list[JobDesk]:
    """As many gateways on one database."""
    return [open_gateway(parts.platform, GatewaySettings(open_jobs=OPEN_JOBS), KEYS).desk for _ in range(number)]


def request(key: str | None = None, fingerprint: str = "this") -> NewJob:
    """A request for a job without a payload."""
    return NewJob(Kind.IMPORT, {}, idempotency_key=key, fingerprint=fingerprint)


async def test_quotas_are_exact_under_two_hundred_requests_at_once(parts: Parts) -> None:
    gates = desks(parts, 4)
    asked = [gates[turn % 4].accept(parts.account, request()) for turn in range(200)]
    answers = await asyncio.gather(*asked, return_exceptions=True)
    accepted = [answer.job for answer in answers if isinstance(answer, Accepted)]
    refused = [answer for answer in answers if isinstance(answer, Problem)]
    assert (len(accepted), len(refused)) == (OPEN_JOBS, 150), [answer for answer in answers if not isinstance(answer, Accepted)][:3]
    assert {(problem.status, problem.code) for problem in refused} == {(429, "too_many_jobs")}
    assert all("Retry-After" in problem.headers for problem in refused)
    assert await parts.gateway.quota.used(parts.account.number) == OPEN_JOBS
    assert await parts.database["jobs"].count_documents({}) == OPEN_JOBS
    await asyncio.gather(*(gates[turn % 4].cancel(job) for turn, job in enumerate(accepted)))
    assert await parts.gateway.quota.used(parts.account.number) == 0


async def test_one_key_sent_fifty_times_at_once_makes_one_job(parts: Parts) -> None:
    gates = desks(parts, 5)
    answers = await asyncio.gather(*(gates[turn % 5].accept(parts.account, request("a key")) for turn in range(OPEN_JOBS)))
    assert len({answer.job.id for answer in answers}) == 1
    assert sum(not answer.is_replay for answer in answers) == 1
    assert await parts.database["jobs"].count_documents({}) == 1
    assert await parts.gateway.quota.used(parts.account.number) == 1


async def test_a_key_is_looked_up_before_the_quota(parts: Parts) -> None:
    desk = desks(parts, 1)[0]
    first = await desk.accept(parts.account, request("a key"))
    await asyncio.gather(*(desk.accept(parts.account, request()) for _ in range(OPEN_JOBS - 1)))
    assert (await desk.accept(parts.account, request("a key"))).job.id == first.job.id
    with pytest.raises(Problem, match="too_many_jobs"):
        await desk.accept(parts.account, request("another key"))


async def test_a_key_used_for_another_request_is_refused(parts: Parts) -> None:
    await parts.gateway.desk.accept(parts.account, request("a key"))
    with pytest.raises(Problem, match="idempotency_key_reused") as refusal:
        await parts.gateway.desk.accept(parts.account, request("a key", "that"))
    assert refusal.value.status == 422


async def test_a_key_whose_time_is_over_makes_a_new_job_once_even_at_once(parts: Parts) -> None:
    old = (await parts.gateway.desk.accept(parts.account, request("a key"))).job
    parts.clock.move(hours=23)
    assert (await parts.gateway.desk.accept(parts.account, request("a key"))).job.id == old.id
    parts.clock.move(hours=2)
    answers = await asyncio.gather(*(desk.accept(parts.account, request("a key", "that")) for desk in desks(parts, 5)))
    assert len({answer.job.id for answer in answers}) == 1
    assert answers[0].job.id != old.id


async def test_two_accounts_may_use_the_same_key(parts: Parts) -> None:
    other = await parts.gateway.accounts.create("other")
    await parts.gateway.quota.open_account(other.number)
    first = await parts.gateway.desk.accept(parts.account, request("a key"))
    second = await parts.gateway.desk.accept(other, request("a key", "that"))
    assert first.job.id != second.job.id
    assert not second.is_replay


async def test_a_failed_acceptance_leaves_no_job_no_place_and_no_key(parts: Parts) -> None:
    lost = Payload("no such file", "contacts.csv", 1, "", "text/csv")
    with pytest.raises(Exception, match="no such file"):
        await parts.job(payload=lost, idempotency_key="a key")
    with pytest.raises(Problem, match="predecessor_unknown"):
        await parts.job(after=("no such job",), idempotency_key="a key")
    for name in ("jobs", "idempotency", "outbox"):
        assert await parts.database[name].count_documents({}) == 0, name
    assert await parts.gateway.quota.used(parts.account.number) == 0


async def test_a_broker_that_is_away_does_not_refuse_a_job(parts: Parts) -> None:
    await parts.broker.close()
    job = await parts.job()
    assert job.state is JobState.QUEUED
    assert await parts.database["outbox"].count_documents({}) == 1


async def test_deleting_a_job_that_ends_this_moment_deletes_it(parts: Parts) -> None:
    job = await parts.begun()
    ended = await parts.run_out(job)
    assert ended.state is JobState.COMPLETED
    assert await parts.gateway.desk.forget(job) is None, "what the request read was a job that still ran"
    assert await parts.gateway.jobs.read(job.id) is None


async def test_a_job_deleted_while_it_runs_is_due_to_be_forgotten_the_moment_it_ends(parts: Parts) -> None:
    job = await parts.begun()
    assert not job.is_forgotten
    left = await parts.gateway.desk.forget(job)
    assert left is not None
    assert (left.state, left.is_forgotten) == (JobState.CANCELLING, True)
    seen = parts.gateway.jobs.of_account(job.account)
    found = [await seen.read(job.id), *await seen.page(before=None, limit=1)]
    assert [each and each.is_forgotten for each in found] == [True, True]
    await parts.run_out(job)
    assert [due.id for due in await parts.gateway.jobs.expired(parts.clock.now(), 10)] == [job.id]
