"""The filters of v3's collection as bounds of time, to the millisecond."""

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from services.gateway.dialects.dotdigital.v3.filters import CREATED, bounds, selection
from services.gateway.problems import Problem

TEN = datetime(2026, 1, 1, 10, tzinfo=UTC)
TICK = datetime(2026, 1, 1, 10, 0, 0, 1_000, tzinfo=UTC)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (["gte::2026-01-01T10:00:00Z"], (TEN, None)),
        (["gt::2026-01-01T10:00:00Z"], (TICK, None)),
        (["lt::2026-01-01T10:00:00Z"], (None, TEN)),
        (["lte::2026-01-01T10:00:00Z"], (None, TICK)),
        (["eq::2026-01-01T10:00:00Z"], (TEN, TICK)),
        (["gte::2026-01-01T12:00:00+02:00"], (TEN, None)),
        (["gte::2026-01-01T12:00:00 02:00"], (TEN, None)),
        (["gte::2026-01-01 10:00:00"], (TEN, None)),
        (["gte::2026-01-01T10:00:00.0000001Z"], (TEN, None)),
        (["gte::2026-01-01T10:00:00.000001Z"], (TICK, None)),
        (["gt::2026-01-01T10:00:00.000001Z"], (TICK, None)),
        (["lt::2026-01-01T10:00:00.000001Z"], (None, TICK)),
        (["lte::2026-01-01T10:00:00.000001Z"], (None, TICK)),
        (["gte::2026-01-01T10:00:00Z", "gte::2026-01-01", "lt::2027-01-01", "lt::2026-01-01T10:00:00.001Z"], (TEN, TICK)),
    ],
)
def test_each_operator_is_a_bound_and_the_narrowest_holds(said: Sequence[str], expected: object) -> None:
    assert bounds(CREATED, said) == expected


@pytest.mark.parametrize("said", ["", "gte", "gte::", "gte:2026-01-01", "ne::2026-01-01", "gte::x", "gt::9999-12-31T23:59:59.999Z"])
def test_what_is_no_bound_is_refused_by_the_name_of_the_parameter(said: str) -> None:
    with pytest.raises(Problem) as refused:
        bounds(CREATED, [said])
    assert (refused.value.status, refused.value.code) == (400, "contacts:invalidFilter")
    assert refused.value.extra["details"][0]["item"] == CREATED


def test_no_filter_leaves_out_the_deleted_alone() -> None:
    assert selection({"limit": ["5"], "include": ["lists"]}).query() == {"$and": [{"deleted_at": {"$exists": False}}]}
