"""Puts the gateway together: its stores, its routes, its place on the platform."""

from collections.abc import Callable, Sequence

from fastapi import FastAPI
from fastapi_offline import FastAPIOffline
from starlette.responses import JSONResponse

from services.gateway import asyncapi, auth, problems
from services.gateway.context import Gateway
from services.gateway.dialects.acquia.dialect import dialect as acquia
from services.gateway.dialects.constant_contact.dialect import dialect as constant_contact
from services.gateway.dialects.dialect import Dialect
from services.gateway.dialects.dotdigital import dialect as dotdigital
from services.gateway.jobs import JobDesk
from services.gateway.limits import BodyLimit, Frame, PlainPaths
from services.gateway.long_bodies import LongBodies
from services.gateway.native import (
    account,
    changes,
    contacts,
    events,
    exports,
    fields,
    imports,
    job_file,
    jobs,
    lists,
    option_schema,
    tags,
)
from services.gateway.settings import GatewaySettings
from services.gateway.tracing import Tracing
from shared.accounts.counters import Counters
from shared.accounts.keys import Keys
from shared.accounts.settings import KeySettings, LimitSettings
from shared.accounts.spent_codes import SpentCodes
from shared.accounts.store import Accounts
from shared.accounts.tokens import Tokens
from shared.contacts.erasures import Erasures
from shared.contacts.registry import CustomFields
from shared.contacts.store import Contacts
from shared.host import Platform, Service, Store
from shared.jobs.chunks import Chunks
from shared.jobs.ending import Ending
from shared.jobs.forgetting import Forgetting
from shared.jobs.idempotency import Idempotency
from shared.jobs.ledger import Ledger
from shared.jobs.outcomes import Outcomes
from shared.jobs.quota import Quota
from shared.jobs.reservations import Reservations
from shared.jobs.store import Jobs
from shared.jobs.views import Views
from shared.lists import store as named
from shared.platform.files import Files
from shared.web import WebApp

API_VERSION = "1.0.0"
UPLOAD_PATHS = frozenset({"/v1/imports", *(f"/v1{path}" for path, _, _ in changes.ROUTES.values())})
DIALECTS: tuple[Callable[[], Dialect], ...] = (acquia, constant_contact, dotdigital.v2, dotdigital.v3)
RESOURCES = (imports, exports, changes, jobs, job_file, events, contacts, lists, tags, fields, account)


def build(platform: Platform, settings: GatewaySettings | None = None, keys: KeySettings | None = None) -> Service:
    """The gateway on this platform."""
    settings = settings or GatewaySettings()
    gateway = open_gateway(platform, settings, keys or KeySettings())
    return Service(
        name="gateway",
        stores=stores(gateway),
        web=WebApp(web_app(gateway), settings.host, settings.port),
        settling=(gateway.files.settle,),
    )


def stores(gateway: Gateway) -> tuple[Store, ...]:
    """The stores whose indexes the gateway creates."""
    return (
        gateway.jobs,
        gateway.desk.idempotency,
        gateway.contacts,
        gateway.fields,
        gateway.lists,
        gateway.tags,
        gateway.files,
        gateway.keys,
        gateway.spent_codes,
        gateway.outcomes,
        gateway.erasures,
    )


def open_gateway(platform: Platform, settings: GatewaySettings, keys: KeySettings, limits: LimitSettings | None = None) -> Gateway:
    """The stores behind the routes."""
    limits = limits or LimitSettings()
    mongo, clock = platform.mongo, platform.clock
    counters, files = Counters(mongo), Files(mongo, clock)
    pepper = keys.key_pepper.get_secret_value().encode()
    contact_store = Contacts(mongo, counters)
    job_store, ledger, quota, views, outcomes = (
        Jobs(mongo, clock),
        Ledger(mongo, clock),
        Quota(mongo),
        Views(mongo),
        Outcomes(mongo),
    )
    desk = JobDesk(
        job_store,
        ledger,
        quota,
        Idempotency(mongo, clock, settings.idempotency_hours),
        files,
        Ending(job_store, ledger, quota, clock),
        Forgetting(job_store, ledger, Chunks(mongo), outcomes, views, files),
        platform.outbox,
        clock,
        settings,
        limits,
    )
    return Gateway(
        settings=settings,
        limits=limits,
        clock=clock,
        mongo=mongo,
        accounts=Accounts(mongo, counters, clock),
        keys=Keys(mongo, clock, pepper),
        tokens=Tokens(clock, pepper),
        spent_codes=SpentCodes(mongo),
        contacts=contact_store,
        fields=CustomFields(mongo, counters, clock),
        lists=named.lists(mongo, counters, clock),
        tags=named.tags(mongo, counters, clock),
        jobs=job_store,
        desk=desk,
        quota=quota,
        reservations=Reservations(job_store, ledger, quota, contact_store),
        erasures=Erasures(mongo),
        views=views,
        outcomes=outcomes,
        files=files,
        long_bodies=LongBodies(files),
    )


def web_app(gateway: Gateway, spoken: Sequence[Callable[[], Dialect]] = DIALECTS) -> FastAPI:
    """The native API and the dialects that are spoken, as an ASGI application."""
    app = FastAPIOffline(
        title="Muster",
        version=API_VERSION,
        summary="Bulk work on contacts as jobs with a truthful status.",
        openapi_url="/openapi.json",
        docs_url="/docs",
        redoc_url=None,
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
        redirect_slashes=False,
    )
    dialects = [dialect() for dialect in spoken]
    problems.install(app, {prefix: dialect.voice for dialect in dialects for prefix in dialect.prefixes})
    spellings = {prefix: dialect.rate_headers for dialect in dialects if dialect.rate_headers for prefix in dialect.prefixes}
    auth.install(app, gateway, [path for dialect in dialects for path in dialect.open_paths], spellings)
    for resource in RESOURCES:
        app.include_router(resource.routes(gateway), prefix="/v1")
    for dialect in dialects:
        for router in dialect.routes(gateway):
            app.include_router(router, include_in_schema=False)
    option_schema.describe(app)
    _show_events(app)
    app.add_middleware(
        BodyLimit,
        limit_bytes=gateway.settings.body_bytes,
        limits_itself=lambda path: path in UPLOAD_PATHS or any(dialect.is_upload(path) for dialect in dialects),
    )
    app.add_middleware(PlainPaths)
    always = {prefix: dialect.headers for dialect in dialects if dialect.headers for prefix in dialect.prefixes}
    app.add_middleware(Frame, clock=gateway.clock, by_beginning=always)
    app.add_middleware(Tracing, clock=gateway.clock)
    return app


def _show_events(app: FastAPI) -> None:
    """Serve the AsyncAPI document as the OpenAPI document is served: to anybody, and not as a part of the API."""
    events = asyncapi.document(app.version)

    async def show() -> JSONResponse:
        return JSONResponse(events)

    app.add_api_route("/asyncapi.json", show, include_in_schema=False)
