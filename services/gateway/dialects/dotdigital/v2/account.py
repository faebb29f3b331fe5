"""`/v2/account-info` and `/v2/server-time`: where clients learn which host is theirs, and see that their key is good."""

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Request, Response
from starlette.responses import JSONResponse

from services.gateway.auth import tenant
from services.gateway.context import Gateway, Tenant
from shared.contacts.present import time_text

ANYBODY = tenant()
"""Any key may ask."""


@dataclass(frozen=True)
class AccountRoutes:
    """The routes of the account itself as methods; the table is in `routes`."""

    gateway: Gateway

    async def info(self, request: Request, asker: Annotated[Tenant, ANYBODY]) -> Response:
        """The vendor has a host for each part of the world, and clients go on with the one that stands here: the one they asked."""
        account = asker.account
        properties = [
            _property("Name", "String", account.name),
            _property("ApiEndpoint", "String", str(request.base_url).rstrip("/")),
            _property("TimeZone", "String", "UTC"),
            _property("DateCreated", "Date", time_text(account.created_at)),
        ]
        return JSONResponse({"id": account.number, "properties": properties})

    async def time(self, asker: Annotated[Tenant, ANYBODY]) -> Response:
        """The clock of this gateway."""
        return JSONResponse(time_text(self.gateway.clock.now()))


def routes(gateway: Gateway) -> APIRouter:
    """From path to method."""
    to = AccountRoutes(gateway)
    router = APIRouter()
    router.add_api_route("/v2/account-info", to.info)
    router.add_api_route("/v2/server-time", to.time)
    return router


def _property(name: str, kind: str, value: str) -> dict[str, Any]:
    return {"name": name, "type": kind, "value": value}
