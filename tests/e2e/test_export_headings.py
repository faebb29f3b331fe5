"""Exports under headings of one's own: in every format, the same bytes every time, and back through an import by `mapping`."""

import io
import json
import uuid
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from pyarrow import parquet
from python_calamine import CalamineWorkbook

from services.gateway.app import web_app
from tests.e2e.conftest import open_tenant
from tests.support.system import System, platform_for, system

pytestmark = pytest.mark.mongo
FIELDS = ["email", "first_name", "cf:shoe_size"]
HEADINGS = {"email": "E-Mail des Kunden", "first_name": "last_name", "cf:shoe_size": "=Schuhgröße"}
MAPPING = {HEADINGS[name]: name for name in FIELDS}
PEOPLE = b"email,first_name,cf:shoe_size\nana@example.org,Ana,38\nbo@example.org,=Bo,\n"


@pytest.fixture(scope="module")
async def shared(mongo_url: str) -> AsyncIterator[System]:
    async with system(
        platform_for(mongo_url, f"muster-{uuid.uuid4().hex[:12]}"), services=("importer", "exporter", "status")
    ) as whole:
        yield whole


@pytest.fixture
async def muster(shared: System) -> AsyncIterator[System]:
    """An account with two contacts."""
    async with open_tenant(shared, web_app(shared.gateway)) as seen:
        job = await seen.imported(PEOPLE, create_fields="true")
        assert job["counts"]["created"] == 2, job
        yield seen


def headings_in(form: str, data: bytes) -> list[Any]:
    match form:
        case "csv":
            return data.decode().split("\r\n")[0].split(",")
        case "ndjson":
            return list(json.loads(data.split(b"\n")[0]))
        case "json":
            return list(json.loads(data)["contacts"][0])
        case "xlsx":
            return list(CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()[0])
    return list(parquet.read_schema(io.BytesIO(data)).names)


@pytest.mark.parametrize("form", ["csv", "ndjson", "json", "xlsx", "parquet"])
async def test_the_columns_have_the_headings_that_were_asked_for_and_come_back_by_a_mapping(muster: System, form: str) -> None:
    file = await muster.exported(format=form, fields=FIELDS, headings=HEADINGS)
    escape = "'" if form in ("csv", "xlsx") else ""
    assert headings_in(form, file) == [HEADINGS["email"], HEADINGS["first_name"], f"{escape}{HEADINGS['cf:shoe_size']}"]
    assert await muster.exported(format=form, fields=FIELDS, headings=dict(reversed(HEADINGS.items()))) == file
    again = await muster.imported(file, media_type="application/octet-stream", filename=f"file.{form}", mapping=json.dumps(MAPPING))
    assert (again["state"], again["counts"]["unchanged"], again["problems"]) == ("completed", 2, []), again


async def test_every_column_may_have_a_heading_where_no_field_is_named(muster: System) -> None:
    plain = (await muster.exported()).split(b"\r\n")
    headings = json.dumps({"cf:SHOE_size": "Size"})
    job = await muster.ended((await muster.client.post("/v1/exports", params={"headings": headings})).json()["id"])
    file = (await muster.client.get(f"/v1/jobs/{job['id']}/file")).content.split(b"\r\n")
    assert file[0] == plain[0].replace(b"cf:shoe_size", b"Size")
    assert file[1:] == plain[1:]


async def test_an_export_fails_where_a_field_has_come_meanwhile_whose_name_is_one_of_its_headings(muster: System) -> None:
    soon = muster.platform.clock.now() + timedelta(hours=1)
    job_id = (await muster.ask("exports", headings={"email": "cf:New"}, run_at=soon.isoformat()))["id"]
    assert (await muster.client.post("/v1/fields", json={"name": "New", "type": "text"})).status_code == 201
    await muster.database["jobs"].update_one({"_id": job_id}, {"$set": {"run_at": soon - timedelta(hours=2)}})
    job = await muster.ended(job_id)
    assert (job["state"], job["error"]["code"]) == ("failed", "option_invalid"), job
    assert "cf:New" in job["error"]["message"]
