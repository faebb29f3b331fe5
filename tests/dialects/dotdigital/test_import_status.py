"""How an import is doing over v2, in each of the vendor's words, and when there is a report."""

from datetime import UTC, datetime, timedelta

import pytest
from fastapi import FastAPI

from services.gateway.dialects.dotdigital.verdicts import COUNTERS
from shared.accounts.limits import Limit
from tests.dialects.dotdigital.vendor import Vendor, message
from tests.e2e.conftest import open_tenant

pytestmark = pytest.mark.mongo
NO_REPORT = "Error: ERROR_IMPORT_REPORT_NOT_FOUND"
CSV = "Email\nana@example.org\n"


async def waiting(vendor: Vendor) -> str:
    """An import that does not start."""
    query = {"run_at": (datetime.now(UTC) + timedelta(days=1)).isoformat()}
    return str((await vendor.muster.submit(CSV.encode(), **query))["id"])


async def has_no_report(vendor: Vendor, import_id: str) -> None:
    """Neither figures nor faults."""
    for what in ("report", "report-faults"):
        assert message(await vendor.client.get(f"/v2/contacts/import/{import_id}/{what}"), 404) == NO_REPORT


async def test_an_import_that_waits_is_not_finished_and_has_no_report(vendor: Vendor) -> None:
    import_id = await waiting(vendor)
    assert await vendor.status(import_id) == "NotFinished"
    await has_no_report(vendor, import_id)


async def test_an_import_that_was_stopped_has_failed_and_says_what_was_done(vendor: Vendor) -> None:
    import_id = await waiting(vendor)
    assert (await vendor.client.post(f"/v1/jobs/{import_id}/cancel")).status_code == 200
    assert await vendor.status(import_id) == "Failed"
    assert (await vendor.report(import_id), await vendor.fault_lines(import_id)) == ({}, ["Reason,Email"])


@pytest.mark.parametrize("import_id", ["00000000-0000-4000-8000-000000000000", "no-id", "1", "%20", "a%22b"])
async def test_an_id_that_is_none_is_unknown(vendor: Vendor, import_id: str) -> None:
    response = await vendor.client.get(f"/v2/contacts/import/{import_id}")
    assert (response.status_code, response.json()["status"]) == (200, "Unknown")
    await has_no_report(vendor, import_id)


async def test_an_id_is_known_in_any_letter_case(vendor: Vendor) -> None:
    import_id = await vendor.imported(CSV)
    assert await vendor.status(import_id.upper()) == "Finished"
    assert await vendor.report(import_id.upper()) == {"newContacts": 1}


async def test_a_job_that_is_no_import_is_unknown(vendor: Vendor) -> None:
    job = await vendor.muster.done("exports")
    assert await vendor.status(job["id"]) == "Unknown"
    await has_no_report(vendor, job["id"])


async def test_an_import_of_another_account_is_unknown(vendor: Vendor, shared_app: FastAPI) -> None:
    import_id = await vendor.imported(CSV)
    async with open_tenant(vendor.muster, shared_app) as other:
        assert await Vendor(other).status(import_id) == "Unknown"
        await has_no_report(Vendor(other), import_id)


async def test_what_the_watchdog_rejects_is_reported_as_it_was_found_and_nothing_of_it_is_written(vendor: Vendor) -> None:
    bad = [*["nobody"] * 40, *[""] * 11]
    good = [f"p{number}@example.org" for number in range(49)]
    import_id, status = await vendor.ended(await vendor.send_file("\n".join(["Email,x", *(f"{email},1" for email in bad + good)])))
    assert (status, await vendor.report(import_id)) == ("RejectedByWatchdog", {"invalidEntries": 51})
    assert (await vendor.faults(import_id), await vendor.muster.contacts()) == ([], [])


@pytest.mark.parametrize("percent,bad,status", [(10, 11, "RejectedByWatchdog"), (10, 10, "Finished"), (0, 100, "Finished")])
async def test_the_watchdog_is_the_accounts_own(vendor: Vendor, percent: int, bad: int, status: str) -> None:
    await vendor.muster.gateway.accounts.set_limit(vendor.muster.account.number, Limit.WATCHDOG_PERCENT, percent)
    rows = [*["bad"] * bad, *(f"p{number}@example.org" for number in range(100 - bad))]
    assert (await vendor.ended(await vendor.send_file("\n".join(["Email", *rows]))))[1] == status


async def test_the_watchdog_lets_a_handful_of_rows_pass(vendor: Vendor) -> None:
    import_id = await vendor.imported("\n".join(["Email", *["bad"] * 99]))
    assert await vendor.report(import_id) == {"invalidEntries": 99}


async def test_more_contacts_than_the_account_may_have_are_refused_before_anything_is_written(vendor: Vendor) -> None:
    await vendor.contact(email="ana@example.org", first_name="Ana")
    await vendor.muster.gateway.accounts.set_limit(vendor.muster.account.number, Limit.CONTACTS, 2)
    file = "Email,FIRSTNAME\nana@example.org,Anna\nbo@example.org,Bo\ncy@example.org,Cy\n"
    import_id, status = await vendor.ended(await vendor.send_file(file))
    assert (status, await vendor.report(import_id)) == ("ExceedsAllowedContactLimit", {})
    assert [contact["first_name"] for contact in await vendor.muster.contacts()] == ["Ana"]


async def test_a_report_has_all_figures_in_the_vendors_order_and_no_other(vendor: Vendor) -> None:
    import_id = await vendor.imported(CSV)
    report = (await vendor.client.get(f"/v2/contacts/import/{import_id}/report")).json()
    assert list(report.items()) == [(name, int(name == "newContacts")) for name in COUNTERS]


async def test_contacts_that_are_as_the_file_has_them_count_as_updated(vendor: Vendor) -> None:
    await vendor.imported(CSV)
    assert await vendor.report(await vendor.imported(CSV)) == {"updatedContacts": 1}
