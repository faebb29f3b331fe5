"""Messages held against an AsyncAPI document: its channel, its headers and its body, judged by the document alone."""

import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from jsonschema import Draft7Validator, FormatChecker


class Described:
    """What a document says of messages."""

    def __init__(self, document: dict[str, Any]) -> None:
        self._document = document

    def complaints(self, routing_key: str, headers: Mapping[str, Any], body: bytes) -> list[str]:
        """How the message differs from what the document says of its channel; empty when it does not."""
        channels = [channel for channel in self._document["channels"].values() if _matches(channel, routing_key)]
        if len(channels) != 1:
            return [f"{routing_key} has {len(channels)} channels"]
        (reference,) = channels[0]["messages"].values()
        message = self._follow(reference)
        found = json.loads(body)
        unknown = set(found) - set(self._follow(message["payload"])["properties"])
        return [
            *(f"header: {text}" for text in self._against(message["headers"], dict(headers))),
            *(f"body: {text}" for text in self._against(message["payload"], found)),
            *(f"body: {name} is not described" for name in sorted(unknown)),
        ]

    def _against(self, schema: dict[str, Any], value: Any) -> list[str]:
        whole = {**schema, "components": self._document["components"]}
        if "$ref" in schema:
            whole = {"allOf": [schema], "components": self._document["components"]}
        validator = Draft7Validator(whole, format_checker=_formats())
        return [f"{'.'.join(map(str, error.absolute_path))} {error.message}" for error in validator.iter_errors(value)]

    def _follow(self, reference: dict[str, Any]) -> dict[str, Any]:
        at: Any = self._document
        for step in reference["$ref"].removeprefix("#/").split("/"):
            at = at[step]
        return dict(at)


def _formats() -> FormatChecker:
    checker = FormatChecker([])
    checker.checks("date-time", raises=ValueError)(_is_moment)
    return checker


def _is_moment(value: object) -> bool:
    return not isinstance(value, str) or datetime.fromisoformat(value).tzinfo is not None


def _matches(channel: Mapping[str, Any], routing_key: str) -> bool:
    """True when the key is the address with allowed values in the place of its parameters."""
    pattern = re.escape(channel["address"])
    for name, parameter in channel["parameters"].items():
        pattern = pattern.replace(re.escape(f"{{{name}}}"), f"({'|'.join(map(re.escape, parameter['enum']))})")
    return re.fullmatch(pattern, routing_key) is not None
