"""By what a trace of an erased contact is known, however it was written down."""

from typing import Any

import pytest

from services.lists.traces import ERASED, Traces


@pytest.fixture
def traces() -> Traces:
    """Those of contact 17."""
    found = Traces()
    found.add([17], [("email", "ann@example.org"), ("mobile", "+447700900123"), ("identifier:crm", "C-9")])
    return found


@pytest.mark.parametrize(
    "cell",
    [
        "ann@example.org",
        " Ann@Example.ORG ",
        "Ann <ann@example.org>",
        "ann@example.org; ben@example.org",
        'email: "ANN@example.org" belongs to contact 17.',
        "write to mailto:ann@example.org.",
        "+44 7700 900123",
        "00447700900123",
        447700900123,
        "C-9",
        {"email": "ann@example.org"},
        ["x", {"deep": ["C-9"]}],
    ],
)
def test_a_cell_that_names_the_contact_is_a_trace(traces: Traces, cell: Any) -> None:
    assert traces.holds(["something else", cell])


@pytest.mark.parametrize(
    "cell",
    ["", None, b"", True, "annexample.org", "joann@example.org", "ann@example.org.uk", "C-90", 17, "17", "@", "+44770090012"],
)
def test_a_cell_that_names_somebody_else_is_none(traces: Traces, cell: Any) -> None:
    assert not traces.holds([cell])


def test_options_lose_the_contact_and_keep_the_rest(traces: Traces) -> None:
    options = {
        "source": {"ids": [17, 18], "emails": ["ann@example.org", "ben@example.org"], "lists": [17]},
        "where": [{"field": "email", "op": "eq", "value": "Ann@example.org"}, {"field": "city", "value": "Rome"}],
        "name": None,
    }
    assert traces.without(options) == {
        "source": {"ids": [18], "emails": ["ben@example.org"], "lists": [17]},
        "where": [{"field": "email", "op": "eq", "value": ERASED}, {"field": "city", "value": "Rome"}],
        "name": None,
    }


def test_options_without_the_contact_stay_equal(traces: Traces) -> None:
    options = {"lists": [1], "source": {"tags": ["a"]}, "after": []}
    assert traces.without(options) == options
