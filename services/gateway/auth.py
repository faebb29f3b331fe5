"""Who asks: the key of a request, or a token for one, its account and its scopes. Every route names the scopes it needs.

A sound key is never shut out by the failures of others: limits bear on requests that fail, and on keys chosen by hand.
"""

import base64
import binascii
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import structlog
from fastapi import Depends, FastAPI, Request
from fastapi.dependencies.models import Dependant
from fastapi.openapi.models import HTTPBase, SecurityBase
from fastapi.routing import iter_route_contexts
from fastapi.security.base import SecurityBase as Described

from services.gateway.buckets import Answer, Buckets, Rate, Spelling
from services.gateway.context import Gateway, Tenant
from services.gateway.failures import Failures
from services.gateway.limits import say_with_answer
from services.gateway.problems import Problem, of_path
from shared.accounts.key_text import is_key_id, is_token, is_whole
from shared.accounts.keys import Key, KeyRefusal, Refusal, Scope
from shared.accounts.limits import Limit, limit_of
from shared.accounts.store import Account

log = structlog.get_logger(__name__)

CHALLENGE = {"WWW-Authenticate": 'Bearer, Basic realm="muster"'}
URL_NAMES = frozenset({"api_key", "apikey", "access_token"})
"""Names of query parameters under which people send keys by mistake."""

_HOW = "Send `Authorization: Bearer <key>`, or Basic with any user name and the key as password."
_UNKNOWN = "There is no such key or token. Check that it was copied whole and belongs to this installation."


class Doorkeeper:
    """Looks at the credentials of requests. One in a process; `install` makes it."""

    def __init__(self, gateway: Gateway, spellings: Mapping[str, Spelling]) -> None:
        self._gateway = gateway
        self._spellings = dict(spellings)
        self._failures = Failures(gateway.clock)
        self._buckets = Buckets()

    async def admit(self, request: Request, scopes: tuple[Scope, ...]) -> Tenant:
        """The tenant, if the request has a valid key, or a token for one, with these scopes.

        Raises Problem 400, 401, 403 or 429.
        """
        user, text = _credentials(request)
        if is_token(text):
            found = await self._of_token(text)
        else:
            found = await self._of_key(request, text)
            if isinstance(found, Key) and user != found.id and is_key_id(user) and await self._gateway.keys.exists(user):
                found = KeyRefusal(Refusal.WRONG, user)
        key, account = await self._let_in(request, found)
        missing = [scope for scope in scopes if scope not in key.scopes]
        if missing:
            raise _scope_missing(missing[0], key, "token" if is_token(text) else "key")
        return self._gateway.tenant(account, key)

    async def client(self, request: Request, client_id: str, secret: str) -> Key:
        """The key that is an OAuth client: its public id, and its whole text as the secret. Raises Problem 401 or 429."""
        found = await self._of_key(request, secret)
        if isinstance(found, Key) and client_id != found.id:
            found = KeyRefusal(Refusal.WRONG, found.id)
        return (await self._let_in(request, found))[0]

    async def _of_key(self, request: Request, text: str) -> Key | KeyRefusal:
        if not is_whole(text):
            self._failures.refuse_more(_address(request), None)
        return await self._gateway.keys.check(text)

    async def _of_token(self, text: str) -> Key | KeyRefusal:
        """The key of an access token, with the scopes that both have."""
        token = self._gateway.tokens.read_access(text)
        if isinstance(token, KeyRefusal):
            if token.reason is Refusal.EXPIRED:  # it was sound: each worker of a client meets this once a day, and none is guessing
                raise _unauthorized("key_expired", f"The access token has expired since {_time(token)}. Get a new one.")
            return token
        key = await self._gateway.keys.named(token.key_id)
        if isinstance(key, KeyRefusal):
            return key
        await self._gateway.keys.note_use(key)
        return replace(key, scopes=key.scopes & token.scopes)

    async def _let_in(self, request: Request, found: Key | KeyRefusal) -> tuple[Key, Account]:
        """The key and its account. A refusal is counted and raised."""
        account = await self._gateway.accounts.read(found.account) if isinstance(found, Key) else None
        if isinstance(found, KeyRefusal) or account is None:
            refusal = found if isinstance(found, KeyRefusal) else KeyRefusal(Refusal.UNKNOWN, found.id)
            address = _address(request)
            log.info("key.refused", reason=str(refusal.reason), key=refusal.key_id, address=address)
            self._failures.count(address, refusal.key_id)
            raise _refused(refusal)
        structlog.contextvars.bind_contextvars(account=account.number, key=found.id)
        self._count(request, account)
        return found, account

    def _count(self, request: Request, account: Account) -> None:
        """Take the request out of the account's bucket; what is left stands in its answer, whatever that will be."""
        settings = self._gateway.settings
        per_second = limit_of(account, Limit.REQUESTS_PER_SECOND, settings.requests_per_second)
        if per_second <= 0:
            return
        rate = Rate.of(per_second, settings.requests_burst_seconds)
        taken = self._buckets.take(account.number, rate, self._gateway.clock.monotonic())
        say_with_answer(request.scope, self._headers(request, taken))
        if not taken.is_granted:
            detail = (
                f"This account may send {per_second:g} requests per second, and {rate.burst} at once after a pause. "
                f"Try again in {taken.reset_seconds} s; the headers of every answer say how many requests are left."
            )
            raise Problem(429, "too_many_requests", detail, headers={"Retry-After": str(taken.reset_seconds)})

    def _headers(self, request: Request, taken: Answer) -> dict[str, str]:
        """As the API spells them that the request is for."""
        spell = of_path(self._spellings, request.scope["path"])
        return spell(taken, self._gateway.clock.now()) if spell else taken.headers()


class _Scheme(Described):
    """A way of sending the key, for the OpenAPI document only."""

    def __init__(self, name: str, model: SecurityBase) -> None:
        self.scheme_name = name
        self.model = model

    async def __call__(self) -> None:
        """Nothing: the doorkeeper reads the header."""


_BEARER = _Scheme("bearer", HTTPBase(scheme="bearer", description="`Authorization: Bearer <key>`"))
_BASIC = _Scheme("basic", HTTPBase(scheme="basic", description="Any user name, and the key as password."))


@dataclass(frozen=True)
class Admission:
    """What a route depends on: it gives the tenant, and says which scopes it asks for."""

    scopes: tuple[Scope, ...]

    async def __call__(self, request: Request, _bearer: None = Depends(_BEARER), _basic: None = Depends(_BASIC)) -> Tenant:
        """See `Doorkeeper.admit`."""
        doorkeeper: Doorkeeper = request.app.state.doorkeeper
        return await doorkeeper.admit(request, self.scopes)


def tenant(*scopes: Scope) -> Any:
    """For `Annotated[Tenant, tenant(Scope.JOBS_READ)]`: the request's tenant, whose key has all these scopes."""
    return Depends(Admission(scopes))


def install(
    app: FastAPI, gateway: Gateway, open_paths: Iterable[str] = (), spellings: Mapping[str, Spelling] | None = None
) -> None:
    """Make the doorkeeper that `tenant` asks. The open paths are those that give keys, and ask for none.

    `spellings` are those of dialects with headers of their own, by the beginnings of the paths that are theirs.
    """
    app.state.doorkeeper = Doorkeeper(gateway, spellings or {})
    app.state.open_paths = frozenset(open_paths)


def undeclared_routes(app: FastAPI) -> list[str]:
    """Method and path of every route of an API that asks for no key and is not open. Anything but an empty list is a mistake."""
    found = []
    for context in iter_route_contexts(app.routes):
        path = context.path or ""
        dependant = getattr(context, "dependant", None)
        if (
            path.startswith(("/v1", *app.state.voices))
            and path not in app.state.open_paths
            and not any(isinstance(call, Admission) for call in _calls(dependant))
        ):
            found.append(f"{','.join(sorted(context.methods or ()))} {path}")
    return found


def _calls(dependant: Dependant | None) -> Iterator[object]:
    if dependant is not None:
        yield dependant.call
        for inner in dependant.dependencies:
            yield from _calls(inner)


def read_basic(value: str) -> tuple[str, str]:
    """User name and password of what follows `Basic`. Raises Problem 401."""
    try:
        user, colon, password = base64.b64decode(value, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeError):
        colon = ""
    if not colon:
        raise _unauthorized("key_malformed", "The Basic credentials cannot be read. They are base64 of `user:key` in UTF-8.")
    return user, password


def _credentials(request: Request) -> tuple[str, str]:
    """User name, or nothing, and the text that may be a key."""
    if URL_NAMES & {name.lower() for name in request.query_params}:
        detail = f"A key in the address ends up in logs. Take it out, and make a new one if it was real. {_HOW}"
        raise Problem(400, "key_in_url", detail)
    headers = request.headers.getlist("authorization")
    if len(headers) > 1:
        raise Problem(
            400, "two_credentials", f"The request has {len(headers)} Authorization headers. Send one.", field="Authorization"
        )
    scheme, _, value = (headers[0] if headers else "").strip().partition(" ")
    match scheme.lower():
        case "":
            raise _unauthorized("key_missing", f"The request has no key. {_HOW}")
        case "bearer":
            return "", _utf8(value.strip())
        case "basic":
            return read_basic(value.strip())
    raise _unauthorized("key_malformed", f"The Authorization header is neither Bearer nor Basic. {_HOW}")


def _utf8(header: str) -> str:
    """Servers hand headers over as Latin-1."""
    try:
        return header.encode("latin-1").decode()
    except UnicodeError:
        return header


def _address(request: Request) -> str:
    return request.client.host if request.client else ""


def _time(refusal: KeyRefusal) -> str:
    return refusal.at.isoformat(timespec="seconds").replace("+00:00", "Z") if refusal.at else ""


def _refused(refusal: KeyRefusal) -> Problem:
    at = _time(refusal)
    match refusal.reason:
        case Refusal.MALFORMED:
            return _unauthorized("key_malformed", f"That is not a key: check that it was copied whole. {_HOW}")
        case Refusal.EXPIRED:
            return _unauthorized("key_expired", f"The key has expired since {at}. Make a new one.")
        case Refusal.REVOKED:
            return _unauthorized("key_revoked", f"The key was revoked at {at}. Make a new one.")
    return _unauthorized("key_unknown", _UNKNOWN)


def _unauthorized(code: str, detail: str) -> Problem:
    return Problem(401, code, detail, headers=CHALLENGE)


def _scope_missing(scope: Scope, key: Key, what: str) -> Problem:
    has = sorted(str(held) for held in key.scopes)
    detail = f"The {what} lacks the scope {scope}; it has {', '.join(has) or 'none'}. Use a {what} that has it, or make one."
    return Problem(403, "scope_missing", detail, scope=str(scope), scopes=has)
