"""The AsyncAPI 3.0 document of the events, made from the classes, the topology and the envelope that send them. Pure.

Events only: a command has one taker, the service that carries it out, and its form may change with any release. Whoever wants
work done asks the HTTP API, which accepts it durably.
"""

import inspect
from datetime import UTC, datetime
from typing import Any

from pydantic.json_schema import models_json_schema

from shared.contract.codec import MESSAGES
from shared.contract.envelope import CONTENT_TYPE, ENDS_SOURCE, MEDIA_TYPE, PREFIX, enclose
from shared.contract.events import JobEnded, JobFailed
from shared.contract.messages import Event
from shared.contract.topology import EVENTS
from shared.contract.values import Kind

EVENT_CLASSES = tuple(kind for kind in MESSAGES if issubclass(kind, Event))
BINDING = {"bindingVersion": "0.3.0"}
_AT = datetime(2026, 3, 4, 5, 6, 7, 89_000, tzinfo=UTC)
_SAMPLE: dict[str, Any] = {
    "job_id": "019cb7a5-5b51-7c3e-9d2a-0f4c1e8b7a60",
    "account": 7,
    "kind": Kind.IMPORT,
    "rev": 4,
    "at": _AT,
    "lane": 0,
    "lanes": 1,
    "sequence": 2,
    "rows_total": 2_000,
    "rows_done": 2_000,
    "counts": {"created": 1_900, "updated": 60, "unchanged": 25, "skipped": 5, "rejected": 10, "codes": {"email_invalid": 10}},
    "error_code": None,
}
_ABOUT = """Muster publishes an event whenever a job moves on or ends. To listen, declare a durable queue of your own and bind it to
the exchange with the keys you want, for example `job.completed.#`. Events are published at least once and may come again or out of
order: tell them apart by `cloudEvents:id`, and order those of one job by `rev`. What the broker lost can be read again from
`GET /v1/events`. Fields may be added to a body at any time; a change of meaning is a new type with the next version."""


def document(version: str) -> dict[str, Any]:
    """The document for this version of the API."""
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Muster events",
            "version": version,
            "description": _ABOUT.replace("\n", " "),
            "license": {"name": "Apache-2.0", "url": "https://www.apache.org/licenses/LICENSE-2.0"},
        },
        "defaultContentType": MEDIA_TYPE,
        "servers": {"broker": _server()},
        "channels": {_name(event): _channel(event) for event in EVENT_CLASSES},
        "operations": {f"send{event.__name__}": _operation(event) for event in EVENT_CLASSES},
        "components": {"messages": {event.__name__: _message(event) for event in EVENT_CLASSES}, "schemas": _schemas()},
    }


def sample(event: type[Event]) -> Event:
    """An event of this class as it might be, for the examples."""
    values = _SAMPLE | ({"error_code": "quality_gate"} if issubclass(event, JobFailed) else {})
    return event.model_validate({name: values[name] for name in event.model_fields})


def address(event: type[Event]) -> str:
    """The routing key of the class, with `{kind}` where the kind of the job stands."""
    blank: dict[str, Any] = {"kind": "{kind}"}
    return event.model_construct(**blank).routing_key()


def _server() -> dict[str, Any]:
    return {
        "host": "{host}:{port}",
        "protocol": "amqp",
        "protocolVersion": "0.9.1",
        "description": "The RabbitMQ of the installation: the one that MUSTER_AMQP_URL names.",
        "variables": {
            "host": {"default": "127.0.0.1", "description": "Its name or address."},
            "port": {"default": "5672", "description": "Its port; 5671 with TLS, where the protocol is `amqps`."},
        },
        "security": [{"type": "userPassword", "description": "A user of the broker that may read from the exchange."}],
    }


def _name(event: type[Event]) -> str:
    return event.__name__[0].lower() + event.__name__[1:]


def _channel(event: type[Event]) -> dict[str, Any]:
    exchange = {"name": EVENTS, "type": "topic", "durable": True, "autoDelete": False, "vhost": "/"}
    return {
        "address": address(event),
        "title": f"{event.TYPE} of one kind of job",
        "description": "The address is the routing key. In a binding, `*` stands for one word of it and `#` for any number.",
        "servers": [{"$ref": "#/servers/broker"}],
        "parameters": {"kind": {"description": "What the job does.", "enum": [str(kind) for kind in Kind]}},
        "messages": {event.__name__: {"$ref": f"#/components/messages/{event.__name__}"}},
        "bindings": {"amqp": {"is": "routingKey", "exchange": exchange, **BINDING}},
    }


def _operation(event: type[Event]) -> dict[str, Any]:
    return {
        "action": "send",
        "channel": {"$ref": f"#/channels/{_name(event)}"},
        "summary": _summary(event),
        "messages": [{"$ref": f"#/channels/{_name(event)}/messages/{event.__name__}"}],
        "bindings": {"amqp": {"deliveryMode": 2, "mandatory": event.MUST_ROUTE, **BINDING}},
    }


def _message(event: type[Event]) -> dict[str, Any]:
    example = sample(event)
    sent = enclose(
        example,
        service="importer",
        now=_AT,
        trace="00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        new_id=lambda: "019cb7a5-6f0d-7b1c-8c55-2f9d3c7e1a04",
    )
    return {
        "name": event.wire_type(),
        "title": event.__name__,
        "summary": _summary(event),
        "contentType": MEDIA_TYPE,
        "headers": {"$ref": f"#/components/schemas/{event.__name__}Headers"},
        "payload": {"$ref": f"#/components/schemas/{event.__name__}"},
        "examples": [{"name": event.TYPE, "headers": sent.headers(), "payload": example.model_dump(mode="json")}],
        "bindings": {"amqp": BINDING},
    }


def _schemas() -> dict[str, Any]:
    wanted = [(event, "serialization") for event in EVENT_CLASSES]
    _, bodies = models_json_schema(wanted, ref_template="#/components/schemas/{model}")  # type: ignore[arg-type]
    return {**bodies["$defs"], **{f"{event.__name__}Headers": _headers(event) for event in EVENT_CLASSES}}


def _headers(event: type[Event]) -> dict[str, Any]:
    """Every header but the trace is always there; the broker adds some of its own to what it delivers."""
    once = "The same however often the event is delivered" + (" or read." if issubclass(event, JobEnded) else ".")
    source: dict[str, Any] = {"const": ENDS_SOURCE} if issubclass(event, JobEnded) else {"pattern": "^/muster/[a-z-]+$"}
    attributes: dict[str, dict[str, Any]] = {
        "specversion": {"const": "1.0"},
        "id": {"minLength": 1, "description": once},
        "source": {**source, "description": "Who sent it."},
        "type": {"const": event.wire_type()},
        "time": {"format": "date-time"},
        "subject": {"minLength": 1, "description": "The id of the job."},
        "traceparent": {
            "pattern": "^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$",
            "description": "W3C trace context of what caused it; absent where that is not known.",
        },
    }
    named = {CONTENT_TYPE: {"const": MEDIA_TYPE}, **{f"{PREFIX}{name}": schema for name, schema in attributes.items()}}
    return {
        "type": "object",
        "description": "CloudEvents 1.0 attributes in binary mode.",
        "properties": {name: {"type": "string", **schema} for name, schema in named.items()},
        "required": [name for name in named if name != f"{PREFIX}traceparent"],
    }


def _summary(event: type[Event]) -> str:
    return inspect.cleandoc(event.__doc__ or "").replace("\n", " ")
