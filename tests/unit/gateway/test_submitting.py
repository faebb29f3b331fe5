"""What an idempotency key stands for."""

from typing import Any

import pytest

from services.gateway.problems import Problem
from services.gateway.submitting import Sent
from shared.jobs.job import Payload

FILE = Payload("a file", "a.csv", 1, "a digest", "text/csv")
OTHER = Payload("another file", "b.csv", 1, "another digest", "text/csv")


def test_a_request_is_the_same_whatever_the_order_of_its_options_and_the_name_of_its_file() -> None:
    one = Sent("POST /v1/imports", {"lists": ["News"], "name": "x"}, "key", FILE)
    same = Sent("POST /v1/imports", {"name": "x", "lists": ["News"]}, "key", Payload("again", "c.csv", 1, "a digest", "text/csv"))
    assert one.fingerprint == same.fingerprint != ""


def test_every_part_of_a_request_makes_it_another() -> None:
    sent = [
        Sent("POST /v1/imports", {}, "key", FILE),
        Sent("POST /v1/imports", {}, "key", OTHER),
        Sent("POST /v1/imports", {}, "key"),
        Sent("POST /v1/deletions", {}, "key"),
        Sent("POST /v1/deletions", {"source": {"ids": [1]}}, "key"),
        Sent("POST /v1/deletions", {"source": {"ids": ["1"]}}, "key"),
    ]
    assert len({each.fingerprint for each in sent}) == len(sent)


def test_options_that_are_nested_beyond_all_measure_are_refused_and_no_failure() -> None:
    deep: list[Any] = []
    for _ in range(5_000):
        deep = [deep]
    with pytest.raises(Problem, match="option_invalid") as refusal:
        Sent("POST /v1/exports", {"name": deep}, "key").fingerprint  # noqa: B018
    assert refusal.value.status == 422
