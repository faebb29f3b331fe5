"""Points of one contact, up and down. Who adds at the same time as another adds to what that one left."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Response

from services.gateway.context import Gateway, Tenant
from services.gateway.desks import contact_desk
from services.gateway.dialects.acquia.answers import done
from services.gateway.dialects.acquia.asking import some_number, whole
from services.gateway.dialects.acquia.errors import not_valid
from services.gateway.dialects.acquia.scopes import WRITES
from shared.contacts.fields import STANDARD_FIELDS, by_name
from shared.contacts.patch import Patch

PATH = "/api/contacts/{contact_id}/points"
FIELD = by_name(STANDARD_FIELDS)["points"]
MOST = 2**32
"""In one step: more would leave the range of the field from wherever it begins."""


@dataclass(frozen=True)
class PointRoutes:
    """The routes of points as methods; the table is in `routes`. What bodies say of the event is not looked at."""

    gateway: Gateway

    async def plus(self, contact_id: str, points: str, asker: Annotated[Tenant, WRITES]) -> Response:
        """So many more."""
        return await self._add(asker, contact_id, _number(points))

    async def minus(self, contact_id: str, points: str, asker: Annotated[Tenant, WRITES]) -> Response:
        """So many fewer; they may go below 0."""
        return await self._add(asker, contact_id, -_number(points))

    async def _add(self, asker: Tenant, contact_id: str, points: int) -> Response:
        def completed(_: Patch, stored: Mapping[str, Any]) -> Patch:
            return {FIELD.path: _in_range(stored.get(FIELD.path, 0) + points)} if stored else {}

        await contact_desk(self.gateway).change(asker, some_number(contact_id), {}, completed)
        return done()


def routes(gateway: Gateway) -> APIRouter:
    """From path to method."""
    to = PointRoutes(gateway)
    router = APIRouter()
    router.add_api_route(f"{PATH}/plus/{{points}}", to.plus, methods=["POST"])
    router.add_api_route(f"{PATH}/minus/{{points}}", to.minus, methods=["POST"])
    return router


def _number(said: str) -> int:
    points = whole(said, MOST)
    if points is None:
        raise not_valid(FIELD.name, f"Write a whole number from 0 to {MOST}.")
    return points


def _in_range(points: int) -> int:
    least, greatest = FIELD.minimum or 0, FIELD.maximum or 0
    if not least <= points <= greatest:
        raise not_valid(FIELD.name, f"The contact would have {points} points. It may have {least} to {greatest}.")
    return points
