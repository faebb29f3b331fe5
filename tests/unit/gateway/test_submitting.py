"""What an idempotency key stands for."""

from typing import Any

import pytest
from starlette.requests import Request

from services.gateway.problems import Problem
from services.gateway.submitting import IDEMPOTENCY_KEY_LENGTH, Sent, idempotency_key
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


def asked(*keys: str) -> Request:
    """A request with this key."""
    headers = [(b"idempotency-key", key.encode()) for key in keys]
    return Request({"type": "http", "headers": headers})


def test_a_dialect_reads_the_key_of_a_request_and_refuses_one_that_is_none() -> None:
    assert idempotency_key(asked()) is None
    longest = "k" * IDEMPOTENCY_KEY_LENGTH
    assert idempotency_key(asked(longest)) == longest
    for key in ("", longest + "k"):
        with pytest.raises(Problem, match="idempotency_key_invalid") as refusal:
            idempotency_key(asked(key))
        assert (refusal.value.status, refusal.value.field) == (400, "Idempotency-Key")
