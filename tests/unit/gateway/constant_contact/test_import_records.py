"""The body of an import as JSON: what it says, and that its contacts are not built."""

import json
import tracemalloc
from typing import Any

import pytest

from services.gateway.dialects.constant_contact.import_records import read_records
from services.gateway.long_bodies import SHORT_BYTES
from services.gateway.problems import Problem

LIST = "04fe9a97-a579-43c5-bb1a-58ed29bf0a6a"


def body(records: str, **members: Any) -> bytearray:
    """A body with these records, as they are written, and other members."""
    rest = "".join(f",{json.dumps(name)}:{json.dumps(value)}" for name, value in {"list_ids": [LIST], **members}.items())
    return bytearray(f'{{"import_data":{records}{rest}}}'.encode())


def test_the_records_stay_as_they_are_written() -> None:
    written = '[ {"email" : "ana@example.org"},\n 1.50, "\\u00e9é" ]'
    read = read_records(body(written, unknown={"deep": [1]}, after=["a"], sms_permission_to_send=None))
    assert bytes(read.text) == written.encode()
    assert ([str(each) for each in read.list_ids], read.after, read.sms_permission_to_send) == ([LIST], ("a",), None)


@pytest.mark.parametrize("records", ['[{"a":1},{"a":1}', "[NaN]", "[1 2]", "[" * 100_000, '["\\x"]'])
def test_what_is_no_json_is_refused(records: str) -> None:
    with pytest.raises(Problem) as refused:
        read_records(body(records))
    assert (refused.value.status, refused.value.code) == (400, "json_invalid")


def test_beside_its_records_a_body_says_little() -> None:
    with pytest.raises(Problem) as refused:
        read_records(body("[{}]", after=["x" * SHORT_BYTES]))
    assert (refused.value.status, refused.value.code) == (413, "options_too_large")


@pytest.mark.parametrize("record", ["0", "{}", '{"email":"ana@example.org","first_name":"Ana"}'])
def test_a_body_costs_little_more_than_itself_whatever_it_holds(record: str) -> None:
    long = body("[" + ",".join([record] * (8_000_000 // len(record))) + "]")
    tracemalloc.start()
    read = read_records(long)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(read.text) > 7_000_000
    assert peak < 100_000
