"""Views do not care in which order events come, nor how often."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import reduce

from hypothesis import given
from hypothesis import strategies as st

from services.status.projection import catch_up, project
from shared.contract.events import ChunkFinished, CountsBody, JobCompleted, JobProcessing
from shared.contract.messages import Event
from shared.contract.values import Counts, Kind
from shared.jobs.progress import Lane, View

START = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
EMPTY = View("a job", 1)


def story(chunks_by_lane: list[int]) -> list[Event]:
    """Every event of a job whose lanes have so many chunks of ten rows."""
    total = 10 * sum(chunks_by_lane)
    kind = Kind.IMPORT
    events: list[Event] = [
        JobProcessing(job_id="a job", account=1, kind=kind, rev=3, at=START, rows_total=total, lanes=len(chunks_by_lane))
    ]
    for lane, chunks in enumerate(chunks_by_lane):
        for sequence in range(1, chunks + 1):
            counts = CountsBody(created=8 * sequence, rejected=2 * sequence, codes={"email_invalid": 2 * sequence})
            at = START + timedelta(seconds=sequence, milliseconds=lane)
            events.append(
                ChunkFinished(
                    job_id="a job",
                    account=1,
                    kind=kind,
                    lane=lane,
                    sequence=sequence,
                    rows_done=10 * sequence,
                    counts=counts,
                    at=at,
                )
            )
    end = START + timedelta(hours=1)
    return [*events, JobCompleted(job_id="a job", account=1, kind=kind, rev=4, at=end, rows_total=total, counts=CountsBody())]


shapes = st.lists(st.integers(1, 5), min_size=1, max_size=4)


@given(shapes, st.data())
def test_any_order_and_any_repetition_of_the_events_gives_the_same_view(shape: list[int], data: st.DataObject) -> None:
    events = story(shape)
    again = data.draw(st.lists(st.sampled_from(events), max_size=10))
    shuffled = data.draw(st.permutations(events + again))
    assert reduce(project, shuffled, EMPTY) == reduce(project, events, EMPTY)


@given(shapes)
def test_at_the_end_the_view_says_what_every_lane_came_to(shape: list[int]) -> None:
    view = reduce(project, story(shape), EMPTY)
    chunks = sum(shape)
    assert view.rows_total == view.rows_done == 10 * chunks
    assert view.counts == Counts(created=8 * chunks, rejected=2 * chunks, codes={"email_invalid": 2 * chunks})
    assert view.processing_at == START


@given(shapes, st.data())
def test_a_view_never_goes_back(shape: list[int], data: st.DataObject) -> None:
    events = data.draw(st.lists(st.sampled_from(story(shape)), max_size=20))
    view = EMPTY
    for event in events:
        newer = project(view, event)
        assert newer.rows_done >= view.rows_done
        assert view.rows_total is None or newer.rows_total == view.rows_total
        assert all(newer.lanes[number].sequence >= lane.sequence for number, lane in view.lanes.items())
        assert project(newer, event) == newer, "an event that says nothing new changes nothing"
        view = newer


@given(shapes, st.data())
def test_a_lost_event_is_made_good_by_a_later_one_of_its_lane(shape: list[int], data: st.DataObject) -> None:
    events = story(shape)
    last = {event.lane: event for event in events if isinstance(event, ChunkFinished)}
    kept = [events[0], *last.values(), events[-1]]
    assert reduce(project, kept, EMPTY) == reduce(project, events, EMPTY)


def lanes_of(view: View) -> list[Lane]:
    """A ledger that has come as far as this view."""
    return [Lane("a job", 1, int(n), lane.sequence, 9, True, lane.rows_done, lane.counts) for n, lane in view.lanes.items()]


@given(shapes, st.data())
def test_catching_up_with_the_ledger_makes_good_whatever_was_lost(shape: list[int], data: st.DataObject) -> None:
    events = story(shape)
    whole = reduce(project, events, EMPTY)
    some = reduce(project, data.draw(st.lists(st.sampled_from(events), max_size=6)), EMPTY)
    mended = catch_up(some, whole.rows_total, lanes_of(whole), START)
    assert (mended.lanes, mended.rows_total) == (whole.lanes, whole.rows_total)
    assert catch_up(mended, whole.rows_total, lanes_of(whole), START + timedelta(days=1)) == mended


@given(shapes)
def test_a_ledger_that_was_read_before_the_newest_events_takes_nothing_back(shape: list[int]) -> None:
    events = story(shape)
    whole = reduce(project, events, EMPTY)
    early = [replace(lane, sequence=1, rows_done=10) for lane in lanes_of(whole)]
    assert catch_up(whole, None, early, START).lanes == whole.lanes


def test_a_lane_that_has_done_nothing_is_left_out() -> None:
    assert catch_up(EMPTY, 30, [Lane("a job", 1, 0, 0, 3, True, 0, Counts())], START) == replace(EMPTY, rows_total=30)
