"""Native records as the lines of a payload."""

import json
from typing import Any

from services.gateway.record_lines import lines_of


def test_each_record_is_a_line_whatever_its_values_hold() -> None:
    records: list[dict[str, Any]] = [{"email": "a", "note": "b\nc"}, {"email": None}]
    text = b"".join(lines_of(records))
    assert [json.loads(line) for line in text.decode().splitlines()] == records


def test_no_block_is_much_longer_than_what_is_held() -> None:
    blocks = list(lines_of({"email": "x" * 1_000} for _ in range(1_000)))
    assert len(blocks) > 3
    assert max(map(len, blocks)) < 264 * 1024
