"""From events to a view. Pure, and blind to order and repetition.

Every event carries its lane's totals, and the newest one wins.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from shared.contract.events import ChunkFinished, JobEnded, JobProcessing
from shared.contract.messages import Event
from shared.contract.values import Counts
from shared.jobs.progress import Lane, LaneView, View


def project(view: View, event: Event) -> View:
    """The view after the event. An event that says nothing new gives the same view back."""
    match event:
        case ChunkFinished():
            counts = Counts(**event.counts.model_dump())
            return _with_lane(view, str(event.lane), LaneView(event.sequence, event.rows_done, counts), event.at)
        case JobProcessing():
            return replace(
                view,
                rows_total=event.rows_total,
                processing_at=min(filter(None, (view.processing_at, event.at))),
                last_at=_later(view.last_at, event.at),
            )
        case JobEnded():
            return replace(view, rows_total=view.rows_total or event.rows_total, last_at=_later(view.last_at, event.at))
        case _:
            return view


def catch_up(view: View, rows_total: int | None, lanes: Iterable[Lane], at: datetime) -> View:
    """The view brought to what the ledger says: mends whatever events were lost."""
    mended = view if view.rows_total is not None else replace(view, rows_total=rows_total)
    for lane in lanes:
        if lane.sequence > 0:
            mended = _with_lane(mended, str(lane.number), LaneView(lane.sequence, lane.rows_done, lane.counts), at)
    return mended


def _with_lane(view: View, number: str, lane: LaneView, at: datetime) -> View:
    known = view.lanes.get(number)
    if known is not None and known.sequence >= lane.sequence:
        return view
    return replace(view, lanes={**view.lanes, number: lane}, last_at=_later(view.last_at, at))


def _later(known: datetime | None, at: datetime) -> datetime:
    return at if known is None else max(known, at)
