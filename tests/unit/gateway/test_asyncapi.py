"""The AsyncAPI document: whole by the rules of AsyncAPI 3.0, and about the events as they are sent."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft7Validator

from services.gateway.asyncapi import EVENT_CLASSES, address, document, sample
from shared.contract.codec import MESSAGES
from shared.contract.envelope import enclose
from shared.contract.messages import Command, Event
from shared.contract.values import Kind
from tests.golden.generated import ROOT
from tests.support.asyncapi import Described
from tests.unit.contract.examples import AT, EXAMPLES

DOCUMENT = document("9.8.7")
EVENTS = [message for message in EXAMPLES if isinstance(message, Event)]
MEMBERS: dict[str, tuple[str, str]] = {
    # object: required members, further members that AsyncAPI 3.0 allows and this document uses
    "root": ("asyncapi info", "defaultContentType servers channels operations components"),
    "info": ("title version", "description license"),
    "servers": ("host protocol", "protocolVersion description variables security"),
    "channels": ("address messages", "title description servers parameters bindings"),
    "operations": ("action channel", "summary messages bindings"),
    "messages": ("headers payload", "name title summary contentType examples bindings"),
}

every_event = pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.TYPE)


def test_every_object_has_the_members_that_it_must_have_and_none_that_it_may_not() -> None:
    objects: dict[str, list[dict[str, Any]]] = {
        "root": [DOCUMENT],
        "info": [DOCUMENT["info"]],
        **{name: list(DOCUMENT[name].values()) for name in ("servers", "channels", "operations")},
        "messages": list(DOCUMENT["components"]["messages"].values()),
    }
    for name, found in objects.items():
        required, optional = (set(words.split()) for words in MEMBERS[name])
        assert found, name
        for each in found:
            assert required <= each.keys() <= required | optional, (name, each.keys())
    assert (DOCUMENT["asyncapi"], DOCUMENT["info"]["version"]) == ("3.0.0", "9.8.7")


def test_every_reference_leads_somewhere() -> None:
    references = list(references_in(DOCUMENT))
    assert len(references) > 4 * len(EVENTS)
    for reference in references:
        at: Any = DOCUMENT
        for step in reference.removeprefix("#/").split("/"):
            assert step in at, reference
            at = at[step]


def test_every_schema_is_one_and_every_example_fits_its_own() -> None:
    for schema in DOCUMENT["components"]["schemas"].values():
        Draft7Validator.check_schema(schema)
    described = Described(DOCUMENT)
    for name, message in DOCUMENT["components"]["messages"].items():
        for example in message["examples"]:
            key = DOCUMENT["channels"][name[0].lower() + name[1:]]["address"].replace("{kind}", "import")
            assert described.complaints(key, example["headers"], json.dumps(example["payload"]).encode()) == []


def test_events_are_described_and_commands_are_not() -> None:
    assert {kind for kind in MESSAGES if not issubclass(kind, Command)} == set(EVENT_CLASSES)
    assert {message["name"] for message in DOCUMENT["components"]["messages"].values()} == {
        kind.wire_type() for kind in EVENT_CLASSES
    }
    assert {operation["action"] for operation in DOCUMENT["operations"].values()} == {"send"}


@every_event
def test_an_event_of_any_kind_of_job_has_exactly_one_channel_and_fits_it(event: Event) -> None:
    described = Described(DOCUMENT)
    for kind in Kind:
        other = event.model_copy(update={"kind": kind})
        envelope = enclose(other, service="status", now=AT, trace="", new_id=lambda: "id")
        assert described.complaints(other.routing_key(), envelope.headers(), other.model_dump_json().encode()) == []


@every_event
def test_a_message_that_is_not_as_described_is_seen(event: Event) -> None:
    described = Described(DOCUMENT)
    headers = enclose(event, service="status", now=AT, trace="", new_id=lambda: "id").headers()
    body = json.loads(event.model_dump_json())
    assert described.complaints("job.paused.import", headers, json.dumps(body).encode())
    assert described.complaints("job.processing.nothing", headers, json.dumps(body).encode())
    for name in headers:
        less = {key: value for key, value in headers.items() if key != name}
        assert described.complaints(event.routing_key(), less, json.dumps(body).encode()), name
        assert described.complaints(event.routing_key(), headers | {name: ""}, json.dumps(body).encode()), name
    for name in (name for name, field in type(event).model_fields.items() if field.is_required()):
        less = {key: value for key, value in body.items() if key != name}
        assert described.complaints(event.routing_key(), headers, json.dumps(less).encode()), name
    assert described.complaints(event.routing_key(), headers, json.dumps(body | {"undescribed": 1}).encode())


@every_event
def test_the_headers_described_are_those_that_are_sent(event: Event) -> None:
    trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
    headers = enclose(event, service="importer", now=AT, trace=trace, new_id=lambda: "id").headers()
    schema = DOCUMENT["components"]["schemas"][f"{type(event).__name__}Headers"]
    assert set(schema["properties"]) == set(headers)
    assert Described(DOCUMENT).complaints(event.routing_key(), headers, event.model_dump_json().encode()) == []


@pytest.mark.parametrize("kind", EVENT_CLASSES, ids=lambda kind: kind.TYPE)
def test_the_parameters_of_an_address_and_of_a_host_are_described(kind: type[Event]) -> None:
    channel = next(each for each in DOCUMENT["channels"].values() if each["address"] == address(kind))
    assert set(re.findall(r"{(\w+)}", channel["address"])) == set(channel["parameters"]) == {"kind"}
    assert sample(kind).routing_key() == channel["address"].replace("{kind}", "import")
    exchange = channel["bindings"]["amqp"]["exchange"]
    assert (exchange["name"], exchange["type"], exchange["durable"]) == (kind.EXCHANGE, "topic", True)
    server = DOCUMENT["servers"]["broker"]
    assert set(re.findall(r"{(\w+)}", server["host"])) == set(server["variables"])


def test_the_document_in_the_tree_is_the_one_of_the_code() -> None:
    written = json.loads((ROOT / "docs" / "asyncapi.json").read_text("utf-8"))
    assert written == document(written["info"]["version"]), "run `python -m tests.golden`"


def references_in(value: Any) -> Iterator[str]:
    """Every `$ref` at any depth."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if name == "$ref":
                yield inner
            else:
                yield from references_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from references_in(inner)
