"""What the OAuth library asks of this server: who the client is, what its code or its refresh token is worth, what it may have.

Pure but for the clock: everything was read before the library is called, and what it decided is written afterwards.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from oauthlib.oauth2 import (
    AuthorizationCodeGrant,
    AuthorizationEndpoint,
    BearerToken,
    ClientCredentialsGrant,
    InvalidGrantError,
    InvalidRequestError,
    RefreshTokenGrant,
    RequestValidator,
    TokenEndpoint,
    UnsupportedResponseTypeError,
)

from shared.accounts.keys import Key, KeyRefusal, Refusal, Scope
from shared.accounts.tokens import ACCESS_SECONDS, Code, Refresh, Tokens

CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
T = TypeVar("T", Code, Refresh)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The scopes of a dialect, and what each gives: 16 at most, and new ones last, because tokens name them by their places."""

    realm: str
    words: Mapping[str, frozenset[Scope]]
    default: str
    """What a client is given that asks for nothing."""
    offline: str
    """The word for a refresh token."""

    def granted(self, asked: Iterable[str]) -> list[str]:
        """Those that are known, each once; the others give nothing."""
        return [word for word in dict.fromkeys(asked) if word in self.words]

    def scopes(self, words: Iterable[str]) -> frozenset[Scope]:
        """The native scopes of these words."""
        return frozenset[Scope]().union(*(self.words[word] for word in words))

    def number(self, words: Iterable[str]) -> int:
        """These words as a number; the way back is `of`."""
        places = list(self.words)
        return sum(1 << places.index(word) for word in set(words))

    def of(self, number: int) -> list[str]:
        """The words of a number."""
        return [word for place, word in enumerate(self.words) if number >> place & 1]


@dataclass(frozen=True, slots=True)
class Client:
    """The key as the library wants to see it."""

    client_id: str


class Rules(RequestValidator):  # type: ignore[misc]  # the library ships no types
    """The answers for one request. `spent` is the code that was exchanged, once the library has agreed."""

    def __init__(self, vocabulary: Vocabulary, tokens: Tokens, key: Key | None) -> None:
        self._vocabulary = vocabulary
        self._tokens = tokens
        self._key = key
        self._original: list[str] = []
        self._code: Code | None = None
        self.spent: Code | None = None

    @property
    def key(self) -> Key:
        """The client. Nothing below is asked before it is known."""
        if self._key is None:
            raise LookupError("The client is not known yet.")
        return self._key

    # ---- at either endpoint

    def validate_grant_type(self, client_id: str, grant_type: str, client: Any, request: Any, *_: Any, **__: Any) -> bool:
        """Each client may use each grant that the endpoint has."""
        return True

    def get_default_scopes(self, client_id: str, request: Any, *_: Any, **__: Any) -> list[str]:
        """What is given to who asks for nothing."""
        return [self._vocabulary.default]

    def validate_scopes(self, client_id: str, scopes: Sequence[str], client: Any, request: Any, *_: Any, **__: Any) -> bool:
        """Never refused: what is not known is left out, and the answer says what was granted."""
        request.scopes = self._vocabulary.granted(scopes)
        return True

    def get_default_redirect_uri(self, client_id: str, request: Any, *_: Any, **__: Any) -> str | None:
        """The one that is registered, where there is but one."""
        uris = self.key.redirect_uris
        return uris[0] if len(uris) == 1 else None

    # ---- at the authorize endpoint

    def validate_client_id(self, client_id: str, request: Any, *_: Any, **__: Any) -> bool:
        """A client is a key. Without a redirect URI of its own it comes no further than the next question."""
        return self._key is not None

    def validate_redirect_uri(self, client_id: str, redirect_uri: str, request: Any, *_: Any, **__: Any) -> bool:
        """To the letter."""
        return redirect_uri in self.key.redirect_uris

    def validate_response_type(self, client_id: str, response_type: str, client: Any, request: Any, *_: Any, **__: Any) -> bool:
        """Codes only. The library lets pass whatever has the word in it."""
        if response_type != "code":
            raise UnsupportedResponseTypeError(request=request)
        return True

    def check_challenge(self, request: Any) -> dict[str, Any]:
        """S256 only: `plain`, which is what no method means, protects nothing."""
        if request.code_challenge is not None and request.code_challenge_method != "S256":
            raise InvalidRequestError(description="Send code_challenge_method=S256: no other is taken.", request=request)
        if request.code_challenge is not None and not CHALLENGE.fullmatch(request.code_challenge):
            raise InvalidRequestError(description="The code_challenge is not the base64url of a SHA-256.", request=request)
        return {}

    def with_our_code(self, grant: dict[str, Any], token_handler: Any, request: Any) -> dict[str, Any]:
        """The library's own code replaced by one that says to whom it was given and for what."""
        named = None if request.using_default_redirect_uri else request.redirect_uri
        rights = self._vocabulary.number(request.scopes)
        return {**grant, "code": self._tokens.code(self._vocabulary.realm, self.key, rights, named, request.code_challenge)}

    def save_authorization_code(self, client_id: str, code: Any, request: Any, *_: Any, **__: Any) -> None:
        """A code carries all that it stands for."""

    # ---- at the token endpoint

    def authenticate_client(self, request: Any, *_: Any, **__: Any) -> bool:
        """The doorkeeper has looked at the id and the secret."""
        request.client = Client(self.key.id)
        return True

    def validate_code(self, client_id: str, code: str, client: Any, request: Any, *_: Any, **__: Any) -> bool:
        """Bound to the client, to the redirect URI and to the challenge. Raises InvalidGrantError, which says why."""
        found = self._own(self._tokens.read_code(self._vocabulary.realm, code), "code", request)
        sent = request.redirect_uri
        if sent != found.redirect_uri and not (found.redirect_uri is None and sent in self.key.redirect_uris):
            raise InvalidGrantError(description="The redirect_uri is not the one to which this code was sent.", request=request)
        if not self._tokens.answers(request.code_verifier, found):
            raise InvalidGrantError(description="The code_verifier does not answer the challenge of this code.", request=request)
        self._code, request.scopes = found, self._vocabulary.of(found.rights)
        return True

    def confirm_redirect_uri(self, client_id: str, code: str, redirect_uri: str, client: Any, request: Any, *_: Any) -> bool:
        """`validate_code` has compared them."""
        return True

    def invalidate_authorization_code(self, client_id: str, code: str, request: Any, *_: Any, **__: Any) -> None:
        """To be spent before anything is answered."""
        self.spent = self._code

    def validate_refresh_token(self, refresh_token: str, client: Any, request: Any, *_: Any, **__: Any) -> bool:
        """Bound to the client. Raises InvalidGrantError, which says why."""
        found = self._own(self._tokens.read_refresh(self._vocabulary.realm, refresh_token), "refresh token", request)
        self._original = self._vocabulary.of(found.rights)
        return True

    def get_original_scopes(self, refresh_token: str, request: Any, *_: Any, **__: Any) -> list[str]:
        """What was granted when the first token was given."""
        return self._original

    def is_within_original_scope(self, scopes: Sequence[str], refresh_token: str, request: Any, *_: Any, **__: Any) -> bool:
        """Less may be asked for, and what is not known here is left out as it was then."""
        request.scopes = self._vocabulary.granted(scopes)
        return set(request.scopes) <= set(self._original)

    def save_token(self, token: Any, request: Any, *_: Any, **__: Any) -> None:
        """Tokens are kept nowhere."""

    def access_token(self, request: Any) -> str:
        """A token for the scopes that were granted."""
        return self._tokens.access(self.key, self._vocabulary.scopes(request.scopes))

    def refresh_token(self, request: Any) -> str:
        """A token for as much as the one before, also where the access token beside it is for less."""
        return self._refresh(self._original or request.scopes)

    def with_refresh_token(self, token: dict[str, Any]) -> dict[str, Any]:
        """For client credentials: only if the client asked for one, since it can come again with its secret."""
        words = token["scope"].split()
        return {**token, "refresh_token": self._refresh(words)} if self._vocabulary.offline in words else token

    def _refresh(self, words: Iterable[str]) -> str:
        return self._tokens.refresh(self._vocabulary.realm, Refresh(self.key.id, self._vocabulary.number(words)))

    def _own(self, found: T | KeyRefusal, what: str, request: Any) -> T:
        if isinstance(found, KeyRefusal):
            why = f"has expired since {found.at:%Y-%m-%dT%H:%M:%SZ}" if found.reason is Refusal.EXPIRED else "is not valid"
            raise InvalidGrantError(description=f"The {what} {why}. Get a new one.", request=request)
        if found.key_id != self.key.id:
            raise InvalidGrantError(description=f"The {what} was given to another client.", request=request)
        return found


def token_endpoint(rules: Rules) -> Any:
    """The library's token endpoint with the three grants that are served."""
    by_credentials = ClientCredentialsGrant(rules)
    by_credentials.register_token_modifier(rules.with_refresh_token)
    grants = {
        "authorization_code": AuthorizationCodeGrant(rules),
        "client_credentials": by_credentials,
        "refresh_token": RefreshTokenGrant(rules),
    }
    bearer = BearerToken(rules, rules.access_token, ACCESS_SECONDS, rules.refresh_token)
    return TokenEndpoint("authorization_code", bearer, grants)


def authorization_endpoint(rules: Rules) -> Any:
    """The library's authorize endpoint: codes only."""
    by_code = AuthorizationCodeGrant(rules, pre_auth=[rules.check_challenge])
    by_code.register_code_modifier(rules.with_our_code)
    return AuthorizationEndpoint("code", BearerToken(rules), {"code": by_code})
