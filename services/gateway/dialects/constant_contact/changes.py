"""Bulk changes of contacts, lists, tags and custom fields: each POST becomes a native job and is answered 201 with its activity."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Request, Response
from starlette.responses import JSONResponse

from services.gateway.changing import checked_change
from services.gateway.context import Gateway, Tenant
from services.gateway.dialects.constant_contact import bodies
from services.gateway.dialects.constant_contact.activity_body import activity
from services.gateway.dialects.constant_contact.asking import SUBMITS, as_unknown, idempotency_key, numbers_of, said_in_body
from services.gateway.dialects.constant_contact.selecting import excluded, selection
from services.gateway.problems import Problem
from services.gateway.submitting import Checked, Sent, discarding, submit
from shared.contract.identity import Thing
from shared.contract.values import Kind

SELECTORS = ("contact_ids", "list_ids", "tag_ids", "all_active_contacts")
Translation = Callable[[Any, Tenant, datetime], dict[str, Any]]
"""From a body to the native options."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One kind of bulk change. `unknown` is the status for a list, a tag or a field that there is not.

    `source` is what stands before the members that say which contacts.
    """

    kind: Kind
    body: type[bodies.Bulk]
    translate: Translation
    unknown: int
    source: str = ""


def _lists(action: str) -> Translation:
    def translate(body: bodies.ListChange, asker: Tenant, now: datetime) -> dict[str, Any]:
        return {
            "action": action,
            "lists": numbers_of(asker, Thing.LIST, body.list_ids),
            "source": selection(body.source, asker, now, *SELECTORS),
            "exclude": excluded(body.exclude, body.source, asker),
        }

    return translate


def _tags(action: str) -> Translation:
    def translate(body: bodies.Tagging, asker: Tenant, now: datetime) -> dict[str, Any]:
        return {
            "action": action,
            "tags": numbers_of(asker, Thing.TAG, body.tag_ids),
            "source": selection(body.source, asker, now, *SELECTORS, "new_subscriber"),
            "exclude": excluded(body.exclude, body.source, asker),
        }

    return translate


def _contacts(body: bodies.ContactDeletion, asker: Tenant, now: datetime) -> dict[str, Any]:
    source = bodies.Source(contact_ids=body.contact_ids, list_ids=body.list_ids)
    return {"source": selection(source, asker, now, "contact_ids", "list_ids")}


def _definitions(what: str, thing: Thing, member: str) -> Translation:
    def translate(body: bodies.Bulk, asker: Tenant, now: datetime) -> dict[str, Any]:
        return {"what": what, "names": numbers_of(asker, thing, getattr(body, member))}

    return translate


OPERATIONS: dict[str, Operation] = {
    "add_list_memberships": Operation(Kind.LIST_CHANGE, bodies.ListChange, _lists("add"), 400, "source."),
    "remove_list_memberships": Operation(Kind.LIST_CHANGE, bodies.ListChange, _lists("remove"), 404, "source."),
    "contact_delete": Operation(Kind.DELETION, bodies.ContactDeletion, _contacts, 400),
    "list_delete": Operation(Kind.DELETION, bodies.ListDeletion, _definitions("lists", Thing.LIST, "list_ids"), 400),
    "contacts_taggings_add": Operation(Kind.TAG_CHANGE, bodies.Tagging, _tags("add"), 404, "source."),
    "contacts_taggings_remove": Operation(Kind.TAG_CHANGE, bodies.Tagging, _tags("remove"), 404, "source."),
    "contacts_tags_delete": Operation(Kind.DELETION, bodies.TagDeletion, _definitions("tags", Thing.TAG, "tag_ids"), 400),
    "custom_fields_delete": Operation(
        Kind.DELETION, bodies.FieldDeletion, _definitions("fields", Thing.FIELD, "custom_field_ids"), 404
    ),
}
"""By the last part of the path."""


@dataclass(frozen=True)
class ChangeRoutes:
    """The routes of bulk changes; the table is in `routes`."""

    gateway: Gateway

    def of(self, name: str) -> Callable[..., Any]:
        """The route of one operation."""
        operation = OPERATIONS[name]

        async def submit_change(request: Request, asker: Annotated[Tenant, SUBMITS]) -> Response:
            body = await said_in_body(request, operation.body)
            sent = Sent(f"POST /v3/activities/{name}", body.model_dump(mode="json"), idempotency_key(request))
            async with discarding(self.gateway.files) as files:

                async def check() -> Checked:
                    native = operation.translate(body, asker, self.gateway.clock.now())
                    given = {
                        "name": name,
                        "after": body.after,
                        **{key: value for key, value in native.items() if value is not None},
                    }
                    return await checked_change(self.gateway, asker, operation.kind, given, None, files)

                try:
                    accepted = await submit(self.gateway, asker, operation.kind, sent, check)
                except Problem as problem:
                    raise as_unknown(problem, operation.unknown, operation.source) from None
            return JSONResponse(activity(accepted.job), 201, {"Location": f"/v3/activities/{accepted.job.id}"})

        return submit_change


def routes(gateway: Gateway) -> APIRouter:
    """From path to method."""
    to = ChangeRoutes(gateway)
    router = APIRouter()
    for name in OPERATIONS:
        router.add_api_route(f"/v3/activities/{name}", to.of(name), methods=["POST"], status_code=201, name=name)
    return router
