"""Points of single contacts, up and down."""

import asyncio

import pytest

from tests.dialects.acquia.vendor import CONTACTS, Vendor, error

pytestmark = pytest.mark.mongo


async def test_points_are_added_and_taken_off(vendor: Vendor) -> None:
    number = (await vendor.make())["id"]
    for path, sent in (
        ("plus/10", {"data": {"eventname": "Visit", "actionname": "A page"}}),
        ("minus/4", {"headers": {"Content-Type": "application/json"}}),
        ("plus/0", {"json": {"eventName": "Nothing"}}),
    ):
        response = await vendor.client.post(f"{CONTACTS}/{number}/points/{path}", **sent)  # type: ignore[arg-type]
        assert (response.status_code, response.json()) == (200, {"success": 1})
    assert (await vendor.read(number))["points"] == 6
    assert (await vendor.native(number))["points"] == 6
    await vendor.client.post(f"{CONTACTS}/{number}/points/minus/9")
    assert (await vendor.native(number))["points"] == -3


async def test_zeros_before_a_number_of_points_change_nothing(vendor: Vendor) -> None:
    number = (await vendor.make(points=1))["id"]
    assert (await vendor.client.post(f"{CONTACTS}/{number}/points/plus/{'0' * 5_000}7")).status_code == 200
    assert (await vendor.native(number))["points"] == 8


async def test_points_that_are_added_at_once_are_all_counted(vendor: Vendor) -> None:
    number = (await vendor.make(points=5))["id"]
    steps = [("plus", 100), ("plus", 20), ("minus", 3), ("plus", 1)]
    answers = await asyncio.gather(*(vendor.client.post(f"{CONTACTS}/{number}/points/{way}/{by}") for way, by in steps))
    assert [response.status_code for response in answers] == [200] * len(steps)
    assert (await vendor.native(number))["points"] == 123


async def test_points_stay_in_the_range_of_their_field(vendor: Vendor) -> None:
    number = (await vendor.make(points=2**31 - 1))["id"]
    for path in ("plus/1", f"minus/{2**32}"):
        response = await vendor.client.post(f"{CONTACTS}/{number}/points/{path}")
        found = error(response, 400)
        assert found["message"] == "points: This value is not valid."
        assert "It may have" in found["details"]["points"][1]
    assert (await vendor.native(number))["points"] == 2**31 - 1
    assert (await vendor.client.post(f"{CONTACTS}/{number}/points/minus/{2**32 - 1}")).status_code == 200
    assert (await vendor.native(number))["points"] == -(2**31)


@pytest.mark.parametrize("points", ["ten", "1.5", "-1", "1e3", "\u0663", str(2**32 + 1), "9" * 40])
async def test_what_is_no_number_of_points_is_refused(vendor: Vendor, points: str) -> None:
    number = (await vendor.make(points=1))["id"]
    for way in ("plus", "minus"):
        found = error(await vendor.client.post(f"{CONTACTS}/{number}/points/{way}/{points}"), 400)
        details = {"points": ["This value is not valid.", "Write a whole number from 0 to 4294967296."]}
        assert (found["message"], found["details"]) == ("points: This value is not valid.", details)
    assert (await vendor.native(number))["points"] == 1


async def test_a_contact_that_there_is_not_has_no_points(vendor: Vendor) -> None:
    number = (await vendor.make())["id"]
    await vendor.client.delete(f"{CONTACTS}/{number}/delete")
    for unknown in (number, 4711, 0, "x"):
        error(await vendor.client.post(f"{CONTACTS}/{unknown}/points/plus/1"), 404)
