"""API keys against a real database: made, shown once, checked, cached for moments, revoked, adopted."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from shared.accounts.keys import Key, KeyRefusal, Keys, PepperMissing, Refusal, Scope
from shared.platform.clock import SystemClock
from shared.platform.mongo import Mongo
from tests.support.system import platform_for

pytestmark = pytest.mark.mongo


class MovedClock(SystemClock):
    """The machine's clock, moved on at will."""

    ahead = 0.0

    def now(self) -> datetime:
        return super().now() + timedelta(seconds=self.ahead)

    def monotonic(self) -> float:
        return super().monotonic() + self.ahead


@pytest.fixture(scope="module")
async def mongo(mongo_url: str) -> AsyncIterator[Mongo]:
    platform = platform_for(mongo_url, f"keys-{uuid4().hex}")
    yield platform.mongo
    await platform.mongo.client.drop_database(platform.settings.mongo_database)
    await platform.mongo.close()


@pytest.fixture
def clock() -> MovedClock:
    return MovedClock()


@pytest.fixture
def keys(mongo: Mongo, clock: MovedClock) -> Keys:
    return Keys(mongo, clock, b"pepper")


def reason(answer: Key | KeyRefusal) -> Refusal | None:
    return answer.reason if isinstance(answer, KeyRefusal) else None


def test_keys_are_not_made_without_a_pepper(mongo: Mongo) -> None:
    with pytest.raises(PepperMissing, match="MUSTER_KEY_PEPPER"):
        Keys(mongo, SystemClock(), b"")


async def test_a_key_opens_its_account_and_its_secret_is_nowhere_in_the_database(keys: Keys, mongo: Mongo) -> None:
    key, text = await keys.create(7, name="crm", scopes=[Scope.JOBS_READ])
    assert await keys.check(text) == key
    assert (key.account, key.scopes) == (7, frozenset({Scope.JOBS_READ}))
    _, key_id, secret, check = text.split("_")
    assert (key_id, len(key_id), len(secret), len(check)) == (key.id, 12, 43, 6)
    assert secret not in str(await mongo.database["keys"].find_one({"_id": key.id}))


async def test_each_way_of_being_no_key_has_its_own_reason(keys: Keys, clock: MovedClock, mongo: Mongo) -> None:
    key, text = await keys.create(7, name="k", scopes=[], expires_at=clock.now() + timedelta(hours=1))
    _, other = await keys.create(7, name="k", scopes=[])
    stranger = Keys(mongo, clock, b"another pepper")
    assert reason(await stranger.check(text)) is Refusal.WRONG
    assert reason(await keys.check(text[:-1] + ("0" if text[-1] != "0" else "1"))) is Refusal.MALFORMED
    assert reason(await keys.check("short")) is Refusal.MALFORMED
    assert reason(await keys.check("never seen before")) is Refusal.MALFORMED
    await mongo.database["keys"].delete_one({"_id": other.split("_")[1]})
    assert reason(await keys.check(other)) is Refusal.UNKNOWN
    clock.ahead = 3601
    assert await keys.check(text) == KeyRefusal(Refusal.EXPIRED, key.id, key.expires_at)
    await keys.revoke(7, key.id)
    assert reason(await keys.check(text)) is Refusal.REVOKED


async def test_a_revocation_by_another_process_is_noticed_within_five_seconds(keys: Keys, clock: MovedClock, mongo: Mongo) -> None:
    key, text = await keys.create(7, name="k", scopes=[])
    assert reason(await keys.check(text)) is None
    assert await Keys(mongo, clock, b"pepper").revoke(7, key.id)
    assert reason(await keys.check(text)) is None
    clock.ahead = 5
    assert reason(await keys.check(text)) is Refusal.REVOKED


async def test_a_key_made_by_another_process_is_let_in_within_a_second(keys: Keys, clock: MovedClock, mongo: Mongo) -> None:
    text = f"dev-{uuid4().hex}"
    assert reason(await keys.check(text)) is Refusal.MALFORMED
    await Keys(mongo, clock, b"pepper").adopt(7, text, [])
    assert reason(await keys.check(text)) is Refusal.MALFORMED
    clock.ahead = 1
    assert reason(await keys.check(text)) is None


async def test_a_text_may_be_adopted_again_and_takes_the_new_scopes(keys: Keys) -> None:
    text = f"dev-ключ-{uuid4().hex}"
    first = await keys.adopt(8, text, [Scope.JOBS_READ])
    again = await keys.adopt(8, text, Scope)
    assert (again.id, again.scopes) == (first.id, frozenset(Scope))
    assert await keys.check(text) == again
    with pytest.raises(ValueError, match="another account"):
        await keys.adopt(9, text, [])


@pytest.mark.parametrize("text", ["1234567", "x" * 201, "mst_half", "\ud800" * 9])
async def test_a_text_unfit_to_be_a_key_is_not_adopted(keys: Keys, text: str) -> None:
    with pytest.raises(ValueError, match="A key has"):
        await keys.adopt(8, text, [])


async def test_a_whole_key_of_elsewhere_can_be_adopted(keys: Keys, mongo: Mongo) -> None:
    key, text = await keys.create(8, name="k", scopes=[])
    await mongo.database["keys"].delete_one({"_id": key.id})
    assert (await keys.adopt(8, text, [Scope.JOBS_READ])).id == key.id
    assert reason(await keys.check(text)) is None


async def test_the_last_use_is_written_once_in_five_minutes(keys: Keys, clock: MovedClock, mongo: Mongo) -> None:
    key, text = await keys.create(10, name="k", scopes=[])

    async def used() -> datetime | None:
        return (await keys.of_account(10))[0].last_used_at

    await keys.check(text)
    first = await used()
    assert first is not None
    clock.ahead = 100
    await keys.check(text)
    await Keys(mongo, clock, b"pepper").check(text)
    assert await used() == first
    clock.ahead = 301
    await keys.check(text)
    later = await used()
    assert later is not None
    assert later > first
    assert [listed.id for listed in await keys.of_account(10)] == [key.id]


async def test_only_the_own_account_can_revoke_a_key_and_twice_is_harmless(keys: Keys) -> None:
    key, text = await keys.create(11, name="k", scopes=[])
    assert not await keys.revoke(12, key.id)
    assert reason(await keys.check(text)) is None
    assert await keys.revoke(11, key.id)
    at = (await keys.of_account(11))[0].revoked_at
    assert await keys.revoke(11, key.id)
    assert (await keys.of_account(11))[0].revoked_at == at
