"""What identifies a message: a new id for each, but for the end of a job, which is one event wherever it is read."""

import itertools
import json
from datetime import timedelta

import pytest

from shared.contract.codec import encode
from shared.contract.envelope import PREFIX, enclose, enclose_end
from shared.contract.events import JobEnded
from shared.contract.messages import Message
from tests.unit.contract.examples import AT, EXAMPLES

ENDS = [message for message in EXAMPLES if isinstance(message, JobEnded)]
OTHERS = [message for message in EXAMPLES if not isinstance(message, JobEnded)]
TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
ids = itertools.count()

every_message = pytest.mark.parametrize("message", EXAMPLES, ids=lambda message: message.TYPE)


def sent(message: Message, service: str, seconds: int = 0, trace: str = "") -> dict[str, str]:
    """The headers with which a service sends the message at some time."""
    now = AT + timedelta(seconds=seconds)
    return enclose(message, service=service, now=now, trace=trace, new_id=lambda: f"id {next(ids)}").headers()


@pytest.mark.parametrize("end", ENDS, ids=lambda message: message.TYPE)
def test_the_end_of_a_job_is_one_event_whoever_tells_of_it_and_when(end: JobEnded) -> None:
    assert sent(end, "importer") == sent(end, "status", 60) == enclose_end(end).headers()
    assert sent(end.model_copy(update={"job_id": "another"}), "importer")[f"{PREFIX}id"] != sent(end, "importer")[f"{PREFIX}id"]


@pytest.mark.parametrize("message", OTHERS, ids=lambda message: message.TYPE)
def test_any_other_message_has_an_id_of_its_own_and_names_its_sender(message: Message) -> None:
    first, second = sent(message, "importer"), sent(message, "status", 60)
    assert first[f"{PREFIX}id"] != second[f"{PREFIX}id"]
    assert [headers[f"{PREFIX}source"] for headers in (first, second)] == ["/muster/importer", "/muster/status"]
    assert second[f"{PREFIX}time"] == "2026-03-04T05:07:07.089Z"


@every_message
def test_both_modes_say_the_same(message: Message) -> None:
    envelope = enclose(message, service="importer", now=AT, trace=TRACE, new_id=lambda: "id")
    structured = envelope.structured()
    assert structured.pop("data") == json.loads(encode(message))
    assert structured.pop("datacontenttype") == envelope.headers()["content-type"] == "application/json"
    assert {f"{PREFIX}{name}": value for name, value in structured.items()} | {
        "content-type": "application/json"
    } == envelope.headers()
    assert structured["traceparent"] == TRACE


@every_message
def test_a_trace_that_is_not_known_is_left_out(message: Message) -> None:
    assert f"{PREFIX}traceparent" not in sent(message, "importer")
