"""`/v1/events`: the ends of jobs in order, for services that missed some of them. Nothing is skipped and nothing changes its place.

What is shown is what the broker was given: the same id, type, time and data.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from services.gateway.auth import tenant
from services.gateway.context import Gateway, Tenant
from services.gateway.paging import decode_number, encode_cursor
from services.gateway.problems import described
from shared.accounts.keys import Scope
from shared.contract.envelope import MEDIA_TYPE, enclose_end
from shared.contract.events import JobEnded
from shared.jobs.ending import EVENTS, announcement

EventType = StrEnum("EventType", {state.name: kind.wire_type() for state, kind in EVENTS.items()})  # type: ignore[misc]
"""The types of events that there are to read."""
_CURSOR = "events"


class EventBody(BaseModel):
    """The end of a job as a CloudEvent in structured mode."""

    specversion: str = Field(description="Of CloudEvents.", examples=["1.0"])
    id: str = Field(description="The same here and in the message of the broker: know events by it.")
    source: str
    type: EventType
    time: str = Field(description="When the job ended.")
    subject: str = Field(description="The id of the job.")
    datacontenttype: str = Field(examples=[MEDIA_TYPE])
    data: JobEnded


class EventPage(BaseModel):
    """Events in the order in which the jobs ended."""

    items: list[EventBody]
    cursor: str = Field(description="Send it as `after`: at once while there is `more`, later for what has happened since.")
    more: bool = Field(description="True where there are further events now.")


@dataclass(frozen=True)
class EventRoutes:
    """The route of events; the table is in `routes`."""

    async def page(
        self,
        asker: Annotated[Tenant, tenant(Scope.JOBS_READ)],
        after: Annotated[str | None, Query(description="`cursor` of the answer before; the oldest event kept when absent.")] = None,
        event_type: Annotated[list[EventType] | None, Query(alias="type")] = None,
        limit: Annotated[int, Query(ge=1, le=500)] = 100,
    ) -> dict[str, Any]:
        """An event is there for as long as its job is. A cursor stays good for ever, also when its event is gone.

        `type` chooses among the next `limit` events, so an answer may show fewer, or none, and yet there is `more`.
        """
        number = decode_number(after or None, _CURSOR)
        found = await asker.jobs.ended_after(number, limit + 1)
        seen = found[:limit]
        events = [enclose_end(announcement(job)).structured() for _, job in seen]
        return {
            "items": [event for event in events if not event_type or event["type"] in event_type],
            "cursor": encode_cursor(str(seen[-1][0] if seen else number), _CURSOR),
            "more": len(found) > limit,
        }


def routes(_: Gateway) -> APIRouter:
    """From path to method."""
    router = APIRouter(tags=["Events"])
    router.add_api_route(
        "/events",
        EventRoutes().page,
        response_model=EventPage,
        summary="Read the ends of jobs, oldest first",
        responses=described(400),
    )
    return router
