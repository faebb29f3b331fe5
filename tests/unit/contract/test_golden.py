"""Schemas that others rely on: a change of one is seen, and a breaking change is a new version instead."""

import json

import pytest

from shared.contract.codec import MESSAGES
from shared.contract.messages import Message
from tests.golden.generated import GOLDEN, messages, settings_classes, settings_table

every_kind = pytest.mark.parametrize("kind", MESSAGES, ids=lambda kind: kind.TYPE)


@every_kind
def test_the_schema_of_every_message_is_the_golden_one(kind: type[Message]) -> None:
    path = GOLDEN / f"{kind.wire_type()}.json"
    assert path.exists(), "run `python -m tests.golden`"
    assert path.read_text("utf-8") == messages()[path], "run `python -m tests.golden`, and think of readers of the old one"


def test_no_golden_schema_is_left_without_its_message() -> None:
    assert {path.name for path in GOLDEN.glob("*.json")} == {f"{kind.wire_type()}.json" for kind in MESSAGES}


@every_kind
def test_a_body_carries_ids_and_numbers_and_no_contact_data(kind: type[Message]) -> None:
    ids, figures = {"job_id", "account", "lane", "sequence", "kind", "rev", "at"}, {"rows_total", "lanes", "rows_done", "counts"}
    schema = json.loads((GOLDEN / f"{kind.wire_type()}.json").read_text("utf-8"))
    assert set(schema["body"]["properties"]) <= ids | figures | {"error_code"}


def test_every_setting_is_in_the_table_with_its_meaning() -> None:
    table = settings_table()
    assert settings_classes()
    for kind in settings_classes():
        for name, field in kind.model_fields.items():
            assert f"`{(str(kind.model_config.get('env_prefix', '')) + name).upper()}`" in table
            assert field.description, name
