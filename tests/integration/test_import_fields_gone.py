"""An import whose custom fields get other names, or are deleted, between its plan and its chunks."""

from typing import Any

import pytest

from services.importer import app as importer_app
from services.importer.settings import ImporterSettings
from shared.contacts.fields import FieldType
from shared.contract.commands import StartImport
from shared.contract.values import Kind
from shared.jobs.job import Job
from tests.integration.lists_parts import Lists, open_lists
from tests.integration.parts import Parts

ROWS = 6
SETTINGS = ImporterSettings(chunk_rows=2, single_lane_rows=2, lanes=1)
CONTENT = b"email,shoe\n" + b"".join(b"p%d@example.org,4%d\n" % (number, number) for number in range(ROWS))


@pytest.fixture
async def lists(parts: Parts) -> Lists:
    """The importer in the place of the engine's own work."""
    opened = await open_lists(parts)
    come_again(parts)
    return opened


def come_again(parts: Parts) -> None:
    """Another importer takes over, who knows nothing of the jobs at work."""
    service = importer_app.build(parts.platform, SETTINGS)
    parts.stages = service.handlers[StartImport].__self__  # type: ignore[attr-defined]


async def begun(lists: Lists) -> Job:
    """An import of six shoe sizes of which two are written."""
    await lists.parts.gateway.fields.of_account(lists.parts.account.number).create("shoe", FieldType.TEXT)
    job = await lists.job(Kind.IMPORT, {"mapping": {"email": "email", "shoe": "cf:shoe"}}, CONTENT)
    await lists.parts.start(job)
    await lists.parts.chunk(job, 0, 0)
    come_again(lists.parts)
    return await lists.parts.read(job)


async def sizes(lists: Lists) -> list[Any]:
    """What the contacts have in their custom fields, by e-mail."""
    contacts = lists.parts.database["contacts"].find({}).sort("email_key", 1)
    return [document.get("custom", {}) async for document in contacts]


async def test_values_reach_a_field_that_has_another_name_by_now(lists: Lists) -> None:
    job, fields = await begun(lists), lists.parts.gateway.fields.of_account(lists.parts.account.number)
    (shoe,) = await fields.all()
    await fields.change(shoe.number, {"name": "boot"})
    await fields.create("shoe", FieldType.INTEGER)  # which is another field
    ended = await lists.parts.run_out(job)
    assert ended.counts is not None
    assert (ended.counts.created, dict(ended.counts.codes)) == (ROWS, {})
    assert await sizes(lists) == [{str(shoe.number): f"4{number}"} for number in range(ROWS)]


async def test_of_a_field_that_is_deleted_the_rows_say_so(lists: Lists) -> None:
    job, fields = await begun(lists), lists.parts.gateway.fields.of_account(lists.parts.account.number)
    (shoe,) = await fields.all()
    await fields.delete(shoe.number)
    ended = await lists.parts.run_out(job)
    assert ended.counts is not None
    assert (ended.counts.created, dict(ended.counts.codes)) == (ROWS, {"field_gone": ROWS - 2})
