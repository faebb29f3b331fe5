"""`/v1/account`: who the key belongs to, what it may do, and how much of the limits is used."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import JSONResponse

from services.gateway.auth import tenant
from services.gateway.context import Gateway, Tenant
from services.gateway.problems import Problem, described
from shared.accounts.briefly import Briefly
from shared.accounts.keys import Scope
from shared.accounts.limits import MEANINGS, Limit, limit_of
from shared.accounts.store import Account
from shared.contacts.present import time_text
from shared.jobs.quota import Figure

COUNT_SECONDS = 60.0
MOST_IDENTIFIERS = 50


class KeyBody(BaseModel):
    """The key of this request."""

    id: str
    name: str
    scopes: list[Scope]
    expires_at: str | None


class Limits(BaseModel):
    """The most that the account may have or send."""

    open_jobs: int = Field(description=MEANINGS[Limit.OPEN_JOBS])
    active_imports: int = Field(description=MEANINGS[Limit.ACTIVE_IMPORTS])
    running_jobs: int = Field(description=MEANINGS[Limit.RUNNING_JOBS])
    payload_bytes: int = Field(description=MEANINGS[Limit.PAYLOAD_BYTES])
    rows_per_job: int = Field(description=MEANINGS[Limit.ROWS_PER_JOB])
    contacts: int = Field(description=MEANINGS[Limit.CONTACTS])
    retention_days: float = Field(description=MEANINGS[Limit.RETENTION_DAYS])
    requests_per_second: float = Field(description=MEANINGS[Limit.REQUESTS_PER_SECOND])
    body_bytes: int = Field(description="Bytes of any request other than a payload.")


class Use(BaseModel):
    """What of it is used."""

    open_jobs: int
    active_imports: int
    running_jobs: int
    jobs_in_line: int = Field(description="Jobs that wait for nothing but a place to run.")
    contacts: int = Field(description="Deleted ones included; up to a minute old.")


class AccountBody(BaseModel):
    """The account."""

    id: int
    name: str
    created_at: str
    key: KeyBody
    limits: Limits
    use: Use
    identifiers: list[str] = Field(description="Names of the custom identifiers by which contacts can be found.")


class NewIdentifier(BaseModel):
    """A custom identifier to make."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(pattern=r"^[A-Za-z][A-Za-z0-9_-]{0,49}$", examples=["crm_id"])


class Identifiers(BaseModel):
    """Names of the account's custom identifiers."""

    identifiers: list[str]


@dataclass(frozen=True)
class AccountRoutes:
    """The routes of the account itself as methods; the table is in `routes`."""

    gateway: Gateway
    counted: Briefly[int, int]

    async def _contacts(self, who: Tenant) -> int:
        number = self.counted.get(who.account.number)
        if number is None:
            self.counted.put(who.account.number, number := await who.contacts.total())
        return number

    async def _use(self, who: Tenant) -> Use:
        usage = await self.gateway.quota.usage(who.account.number)
        return Use(
            open_jobs=usage[Figure.OPEN_JOBS],
            active_imports=usage[Figure.ACTIVE_IMPORTS],
            running_jobs=usage[Figure.RUNNING],
            jobs_in_line=usage[Figure.IN_LINE],
            contacts=await self._contacts(who),
        )

    async def read(self, who: Annotated[Tenant, tenant()]) -> Response:
        """Any key may read it."""
        account, key = who.account, who.key
        body = AccountBody(
            id=account.number,
            name=account.name,
            created_at=time_text(account.created_at),
            key=KeyBody(
                id=key.id,
                name=key.name,
                scopes=sorted(key.scopes),
                expires_at=time_text(key.expires_at) if key.expires_at else None,
            ),
            limits=_limits(self.gateway, account),
            use=await self._use(who),
            identifiers=sorted(account.identifiers),
        )
        return JSONResponse(body.model_dump(mode="json"))

    async def add_identifier(self, body: NewIdentifier, who: Annotated[Tenant, tenant(Scope.CONTACTS_WRITE)]) -> Response:
        """From then on contacts can have it, each value once, and imports can match by it. Adding it again changes nothing."""
        names = who.account.identifiers
        if body.name not in names and len(names) >= MOST_IDENTIFIERS:
            raise Problem(422, "too_many_identifiers", f"An account has at most {MOST_IDENTIFIERS} identifiers.", field="name")
        await self.gateway.accounts.add_identifier(who.account.number, body.name)
        return JSONResponse({"identifiers": sorted(names | {body.name})}, 201)


def _limits(gateway: Gateway, account: Account) -> Limits:
    settings, defaults = gateway.settings, gateway.limits
    return Limits(
        open_jobs=limit_of(account, Limit.OPEN_JOBS, settings.open_jobs),
        active_imports=limit_of(account, Limit.ACTIVE_IMPORTS, settings.active_imports),
        running_jobs=limit_of(account, Limit.RUNNING_JOBS, defaults.running_jobs),
        payload_bytes=limit_of(account, Limit.PAYLOAD_BYTES, settings.upload_bytes),
        rows_per_job=limit_of(account, Limit.ROWS_PER_JOB, defaults.rows_per_job),
        contacts=limit_of(account, Limit.CONTACTS, defaults.most_contacts),
        retention_days=limit_of(account, Limit.RETENTION_DAYS, settings.most_retention_days),
        requests_per_second=limit_of(account, Limit.REQUESTS_PER_SECOND, settings.requests_per_second),
        body_bytes=settings.body_bytes,
    )


def routes(gateway: Gateway) -> APIRouter:
    """From path to method."""
    to = AccountRoutes(gateway, Briefly(gateway.clock, COUNT_SECONDS))
    router = APIRouter(tags=["Account"], responses=described())
    add = router.add_api_route
    add("/account", to.read, response_model=AccountBody, summary="Limits, use, and the key of this request")
    add(
        "/account/identifiers",
        to.add_identifier,
        methods=["POST"],
        response_model=Identifiers,
        status_code=201,
        summary="Add a custom identifier",
    )
    return router
