"""Messages to bytes and back; what is not known is refused."""

import json

import pytest

from shared.contract.codec import MESSAGES, UnreadableMessage, decode, encode
from shared.contract.commands import CHUNK_COMMANDS, START_COMMANDS
from shared.contract.envelope import CONTENT_TYPE, Envelope, attribute
from shared.contract.messages import Command, Event, Message
from shared.contract.values import Kind
from tests.unit.contract.examples import AT, EXAMPLES

every_message = pytest.mark.parametrize("message", EXAMPLES, ids=lambda message: message.TYPE)


def headers_of(message: Message) -> dict[str, str]:
    """The headers as the outbox makes them."""
    return Envelope("an id", "/muster/test", AT, "00-trace-01", message).headers()


@every_message
def test_every_message_comes_back_as_it_went(message: Message) -> None:
    assert decode(encode(message), headers_of(message)) == message


@every_message
def test_fields_that_a_reader_does_not_know_are_ignored(message: Message) -> None:
    body = json.loads(encode(message)) | {"added_later": {"by": "a newer release"}}
    assert decode(json.dumps(body).encode(), headers_of(message)) == message


@every_message
def test_another_version_of_a_known_type_is_refused(message: Message) -> None:
    headers = headers_of(message)
    headers["cloudEvents:type"] = headers["cloudEvents:type"].removesuffix("1") + "2"
    with pytest.raises(UnreadableMessage, match="unknown message type"):
        decode(encode(message), headers)


@every_message
def test_a_body_without_one_of_the_required_fields_is_refused_by_its_name(message: Message) -> None:
    for name, field in type(message).model_fields.items():
        body = {key: value for key, value in json.loads(encode(message)).items() if key != name}
        if field.is_required():
            with pytest.raises(UnreadableMessage, match=name):
                decode(json.dumps(body).encode(), headers_of(message))


@pytest.mark.parametrize("headers", [{}, {"cloudEvents:type": 7}, {"cloudEvents:type": ""}, {"type": "muster.import.start.v1"}])
def test_a_message_that_does_not_say_what_it_is_is_refused(headers: dict[str, object]) -> None:
    with pytest.raises(UnreadableMessage):
        decode(encode(EXAMPLES[0]), headers)


def test_the_reason_of_a_refusal_is_short_however_long_the_type_is() -> None:
    with pytest.raises(UnreadableMessage) as refusal:
        decode(b"{}", {"cloudEvents:type": "x" * 10_000})
    assert len(str(refusal.value)) < 200


def test_no_two_messages_share_a_type() -> None:
    assert len({kind.wire_type() for kind in MESSAGES}) == len(MESSAGES)


def test_every_kind_of_job_has_two_commands_that_can_be_read() -> None:
    for kind in Kind:
        assert START_COMMANDS[kind] in MESSAGES
        assert CHUNK_COMMANDS[kind] in MESSAGES


@every_message
def test_the_headers_are_cloudevents_attributes(message: Message) -> None:
    headers = headers_of(message)
    assert headers[CONTENT_TYPE] == "application/json"
    assert attribute(headers, "specversion") == "1.0"
    assert attribute(headers, "id") == "an id"
    assert attribute(headers, "subject") == message.job_id
    assert attribute(headers, "time") == "2026-03-04T05:06:07.089Z"
    assert attribute(headers, "absent") == ""


@every_message
def test_commands_must_reach_somebody_and_events_may_reach_nobody(message: Message) -> None:
    assert isinstance(message, Command | Event)
    assert isinstance(message, Command) == message.MUST_ROUTE
