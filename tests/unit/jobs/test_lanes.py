"""From rows to chunks: nothing is lost, nothing is doubled, and the rows of one contact keep their order."""

from collections import defaultdict

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from shared.jobs.lanes import Chunk, Cutter, Limits, PlannedRow, lane_of

keys = st.one_of(st.sampled_from(["", "a@x.org", "b@x.org"]), st.text(max_size=6))
payloads = st.lists(st.tuples(keys, st.integers(0, 40)), max_size=120).map(
    lambda rows: [
        PlannedRow(line, key, msgspec.msgpack.encode([line, "x" * size])) for line, (key, size) in enumerate(rows, start=2)
    ]
)
limits = st.builds(
    Limits,
    chunk_rows=st.integers(1, 12),
    chunk_bytes=st.integers(1, 200),
    single_lane_rows=st.integers(1, 60),
    single_lane_bytes=st.integers(1, 2_000),
    lanes=st.integers(1, 16),
)


def cut(rows: list[PlannedRow], limits: Limits) -> tuple[list[Chunk], Cutter]:
    """Every chunk of these rows."""
    cutter = Cutter(limits)
    chunks = [chunk for row in rows for chunk in cutter.add(row)]
    return chunks + list(cutter.finish()), cutter


def lines(chunk: Chunk) -> list[int]:
    """The lines of a chunk, read from its body."""
    return [row[0] for row in msgspec.msgpack.decode(chunk.body)]


def by_lane(chunks: list[Chunk]) -> dict[int, list[int]]:
    """The lines of each lane, in the order of its chunks."""
    found: dict[int, list[int]] = defaultdict(list)
    for chunk in sorted(chunks, key=lambda chunk: chunk.sequence):
        found[chunk.lane] += lines(chunk)
    return found


@given(payloads, limits)
def test_every_row_lands_in_exactly_one_chunk(rows: list[PlannedRow], limits: Limits) -> None:
    chunks, cutter = cut(rows, limits)
    assert sorted(line for chunk in chunks for line in lines(chunk)) == [row.line for row in rows]
    assert cutter.rows == len(rows)


@given(payloads, limits)
def test_all_rows_of_one_key_are_in_one_lane_in_file_order(rows: list[PlannedRow], limits: Limits) -> None:
    lanes = by_lane(cut(rows, limits)[0])
    for key in {row.key for row in rows}:
        wanted = [row.line for row in rows if row.key == key]
        holders = [found for found in lanes.values() if set(found) & set(wanted)]
        assert len(holders) == 1
        assert [line for line in holders[0] if line in set(wanted)] == wanted


@given(payloads, limits)
def test_lines_rise_within_every_lane(rows: list[PlannedRow], limits: Limits) -> None:
    for found in by_lane(cut(rows, limits)[0]).values():
        assert found == sorted(found)


@given(payloads, limits)
def test_no_chunk_is_larger_than_it_may_be_nor_empty(rows: list[PlannedRow], limits: Limits) -> None:
    for chunk in cut(rows, limits)[0]:
        assert 1 <= chunk.rows == len(lines(chunk)) <= limits.chunk_rows
        assert chunk.rows == 1 or len(chunk.body) - 5 <= limits.chunk_bytes
        assert (chunk.first_line, chunk.last_line) == (lines(chunk)[0], lines(chunk)[-1])


@given(payloads, limits)
def test_a_second_cutter_cuts_the_same_chunks(rows: list[PlannedRow], limits: Limits) -> None:
    assert cut(rows, limits)[0] == cut(rows, limits)[0]


@given(payloads, limits)
def test_a_small_payload_has_one_lane_in_file_order(rows: list[PlannedRow], limits: Limits) -> None:
    chunks, cutter = cut(rows, limits)
    is_small = len(rows) <= limits.single_lane_rows and sum(len(row.content) for row in rows) <= limits.single_lane_bytes
    if is_small:
        assert len(cutter.chunks_by_lane) == 1
        assert [line for chunk in chunks for line in lines(chunk)] == [row.line for row in rows]
    else:
        assert len(cutter.chunks_by_lane) == limits.lanes


@given(payloads, limits)
def test_sequences_of_a_lane_count_from_zero_without_a_gap(rows: list[PlannedRow], limits: Limits) -> None:
    chunks, cutter = cut(rows, limits)
    for lane, count in enumerate(cutter.chunks_by_lane):
        assert [chunk.sequence for chunk in chunks if chunk.lane == lane] == list(range(count))
    assert sum(cutter.chunks_by_lane) == len(chunks)


@given(st.text())
def test_a_key_has_a_lane_whatever_it_is_made_of(key: str) -> None:
    assert 0 <= lane_of(key, 16) < 16


def test_the_lane_of_a_key_is_the_same_in_every_release() -> None:
    assert [lane_of(key, 16) for key in ("", "ana@example.org", "bo@example.org", "12345", "\ud800")] == [0, 13, 11, 12, 8]
