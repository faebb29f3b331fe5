"""OAuth 2.0 (RFC 6749) for dialects whose clients ask for tokens. A client is a key: its id is public, its whole text secret.

The library decides, about what was read before; a code is spent before its tokens are handed out.
"""

from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from fastapi import Request
from oauthlib.oauth2 import (
    FatalClientError,
    InvalidClientError,
    InvalidGrantError,
    InvalidRequestError,
    InvalidRequestFatalError,
    OAuth2Error,
)
from starlette.responses import JSONResponse, Response

from services.gateway.auth import Doorkeeper, read_basic
from services.gateway.context import Gateway
from services.gateway.grants import Rules, Vocabulary, authorization_endpoint, token_endpoint
from services.gateway.json_body import parse
from services.gateway.problems import Problem
from shared.accounts.keys import Key

HEADERS = {"Cache-Control": "no-store", "Pragma": "no-cache"}
CHALLENGE = {"WWW-Authenticate": 'Basic realm="muster"'}
FORM, JSON = "application/x-www-form-urlencoded", "application/json"
MOST_FIELDS = 100
"""Of one body."""
PARAMETERS = frozenset(
    {
        "client_id",
        "client_secret",
        "code",
        "code_challenge",
        "code_challenge_method",
        "code_verifier",
        "grant_type",
        "redirect_uri",
        "refresh_token",
        "response_type",
        "scope",
        "state",
    }
)
"""What is looked at. Anything else is ignored, as the RFC wants it, and never reaches the library."""

_ADDRESS = "https://muster.invalid/"
"""The library wants one, and compares it with nothing."""
_ADVICE = {"unsupported_grant_type": "The grant_type is client_credentials, authorization_code or refresh_token."}
"""Where the library says nothing beside its code."""
_HOW = "Send client_id and client_secret by HTTP Basic or in the body: the id of a key, and the whole key."

Asked = dict[str, str]


@dataclass(frozen=True)
class OAuth:
    """The two endpoints of a dialect. Both answer with JSON or a redirect, never with a page."""

    gateway: Gateway
    vocabulary: Vocabulary
    takes_json: bool = False
    """True where clients send the parameters as a JSON object too."""

    async def token(self, request: Request) -> Response:
        """POST of a form, or of JSON: client_credentials, authorization_code or refresh_token becomes an access token.

        The parameters of the grant may stand in the address instead, as real clients send them; a secret may not.
        """
        try:
            asked = _once(await _sent(request, takes_json=self.takes_json))
            rules = Rules(self.vocabulary, self.gateway.tokens, await _client(request, asked))
            if "grant_type" not in asked:
                raise InvalidRequestError(description="Missing grant_type parameter.")
            headers, body, status = token_endpoint(rules).create_token_response(_ADDRESS, "POST", urlencode(asked), {})
            if rules.spent is not None and not await self.gateway.spent_codes.spend(rules.spent):
                raise InvalidGrantError(description="The code was exchanged before. Get a new one.")
        except OAuth2Error as error:
            return _refused(error)
        except Problem as problem:
            return _hindered(problem)
        return Response(body, status, headers)

    async def authorize(self, request: Request) -> Response:
        """GET: send the browser on to the client's redirect URI, with a code that lasts a minute.

        Nobody is asked: the operator agreed when the key was made with this redirect URI (`muster key create --redirect-uri`),
        and a key has one account. The code alone opens nothing: to exchange it takes the client's secret, and the verifier
        where there was a challenge. Where client or redirect URI is not known, the answer is a 400 and never a redirect.
        """
        try:
            asked = _once(request.query_params.multi_items())
            key = await self.gateway.keys.named(asked.get("client_id", ""))
            rules = Rules(self.vocabulary, self.gateway.tokens, key if isinstance(key, Key) else None)
            address = f"{_ADDRESS}?{urlencode(asked)}"
            headers, _, status = authorization_endpoint(rules).create_authorization_response(address)
        except FatalClientError as error:
            return _refused(error)
        return Response(None, status, {**HEADERS, **headers})


async def _sent(request: Request, *, takes_json: bool) -> list[tuple[str, str]]:
    """What stands in the address and in the body. Raises InvalidRequestError for a body that is none of those taken."""
    in_address = request.query_params.multi_items()
    if any(name == "client_secret" for name, _ in in_address):
        raise InvalidRequestError(description="A secret in the address ends up in logs. Send it by HTTP Basic or in the body.")
    body = await request.body()
    media_type = request.headers.get("content-type", FORM).partition(";")[0].strip().lower()
    if body and takes_json and media_type == JSON:
        return in_address + _members(body)
    if body and media_type != FORM:
        what = (
            f"a form or a JSON object. Send Content-Type: {FORM}, or {JSON}" if takes_json else f"a form. Send Content-Type: {FORM}"
        )
        raise InvalidRequestError(description=f"The body must be {what}.")
    try:
        return in_address + parse_qsl(body.decode(), max_num_fields=MOST_FIELDS)
    except ValueError:
        raise InvalidRequestError(description="The body cannot be read as a form in UTF-8.") from None


def _members(body: bytes) -> list[tuple[str, str]]:
    """What a JSON object says. Raises InvalidRequestError for any other value, and for members that are no text."""
    try:
        said = parse(body)
    except Problem:
        raise InvalidRequestError(description="The body cannot be read as JSON in UTF-8.") from None
    if not isinstance(said, dict) or len(said) > MOST_FIELDS:
        raise InvalidRequestError(description=f"The body must be a JSON object of {MOST_FIELDS} members at most.")
    if not all(isinstance(value, str) for value in said.values()):
        raise InvalidRequestError(description="Every member of the body must be a string.")
    return list(said.items())


def _once(sent: list[tuple[str, str]]) -> Asked:
    """The parameters that are looked at; those without a value count as absent. Raises InvalidRequestFatalError for one twice."""
    known = [(name, value) for name, value in sent if name in PARAMETERS and value]
    asked = dict(known)
    if len(asked) != len(known):
        raise InvalidRequestFatalError(description="A parameter is there more than once.")
    return asked


async def _client(request: Request, asked: Asked) -> Key:
    """The client that has shown its secret. Raises InvalidClientError, and Problem 429; failures count as wrong keys do."""
    client_id, secret = asked.get("client_id", ""), asked.pop("client_secret", "")
    scheme, _, value = request.headers.get("authorization", "").strip().partition(" ")
    doorkeeper: Doorkeeper = request.app.state.doorkeeper
    try:
        if scheme.lower() == "basic":
            if secret:
                raise InvalidRequestError(description="The client authenticates twice: by HTTP Basic and in the body. Send one.")
            user, secret = read_basic(value.strip())
            client_id = user if client_id in ("", user) else ""
        if not secret:
            raise InvalidClientError(description=f"The request has no client_secret. {_HOW}")
        return await doorkeeper.client(request, client_id, secret)
    except Problem as problem:
        if problem.status != 401:
            raise
        raise InvalidClientError(description=f"Client authentication failed ({problem.code}). {_HOW}") from None


def _refused(error: OAuth2Error) -> Response:
    body = {"error": error.error, "error_description": error.description or _ADVICE.get(error.error, "")}
    return JSONResponse(body, error.status_code, {**HEADERS, **(CHALLENGE if error.status_code == 401 else {})})


def _hindered(problem: Problem) -> Response:
    """Too many requests, or too many failures: the RFC has no word of its own for that."""
    body = {"error": "temporarily_unavailable", "error_description": problem.detail}
    return JSONResponse(body, problem.status, {**HEADERS, **problem.headers})
