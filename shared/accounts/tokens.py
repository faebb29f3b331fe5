"""OAuth tokens: what a key gives to programs in its place. Signed, kept nowhere, and nothing without the key that they name.

Whoever reads one asks `Keys.named` whether that key still holds; so a key that is revoked ends its tokens. Time is the clock's.
"""

import base64
import binascii
import hashlib
import hmac
import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt

from shared.accounts.key_text import is_token
from shared.accounts.keys import Key, KeyRefusal, PepperMissing, Refusal, Scope
from shared.platform.clock import Clock

ISSUER = "muster"
ACCESS_SECONDS = 86_400
CODE_SECONDS = 60
REFRESH_DAYS = 180

_ALGORITHM = "HS256"
_ACCESS, _CODE = "access", "code"
_LONGEST = 8_192
_REFRESH = struct.Struct(">12sIH")
_MAC_BYTES = 16


@dataclass(frozen=True, slots=True)
class Access:
    """An access token: it lets in as the key, with no scope that the key does not have."""

    key_id: str
    scopes: frozenset[Scope]


@dataclass(frozen=True, slots=True)
class Code:
    """A code of the authorize endpoint. `rights` is what the dialect granted, as a number below 65,536 that it understands."""

    id: str
    key_id: str
    rights: int
    redirect_uri: str | None
    """Where it was sent, if the client named that."""
    sealed_challenge: str | None
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Refresh:
    """A refresh token."""

    key_id: str
    rights: int


class Tokens:
    """Makes and reads tokens. Raises PepperMissing when made with an empty pepper.

    Readers answer a KeyRefusal for what is expired, altered, of another kind or realm, or signed with another pepper. A realm
    is the dialect whose endpoint gave the code or the refresh token: it is worth nothing at another's.
    """

    def __init__(self, clock: Clock, pepper: bytes) -> None:
        if not pepper:
            raise PepperMissing(PepperMissing.__doc__)
        self._clock = clock
        # The contexts are no UTF-8, as hashed keys are: no key that somebody chose can have one of these for its hash.
        # And each use has its own, since clients choose what is sealed: what one signs must be worth nothing to another.
        self._secret, self._refresh_secret, self._seal_secret = (
            hmac.digest(pepper, b"\xffmuster " + use, "sha256") for use in (b"tokens", b"refresh tokens", b"challenges")
        )

    def access(self, key: Key, scopes: Iterable[Scope]) -> str:
        """An access token for 24 hours, with those of the scopes that the key has."""
        held = sorted(key.scopes.intersection(scopes))
        return self._signed(_ACCESS, key.id, ACCESS_SECONDS, {"scp": held})

    def read_access(self, text: str) -> Access | KeyRefusal:
        """What an access token says."""
        claims = self._claims(text, _ACCESS, "scp")
        if isinstance(claims, KeyRefusal):
            return claims
        return Access(claims["sub"], frozenset(Scope(each) for each in claims["scp"] if each in set(Scope)))

    def code(self, realm: str, key: Key, rights: int, redirect_uri: str | None = None, challenge: str | None = None) -> str:
        """A code for 60 seconds, with an id by which it can be spent once; the challenge is that of S256 (RFC 7636)."""
        # Sealed, because a code passes through hands to which it must not tell the challenge (RFC 7636, 4.4).
        bound = {"redirect_uri": redirect_uri, "challenge": challenge and self._seal(challenge)}
        return self._signed(_CODE, key.id, CODE_SECONDS, {"realm": realm, "rights": rights, **bound})

    def read_code(self, realm: str, text: str) -> Code | KeyRefusal:
        """What a code says. Whether it was spent is not known here."""
        claims = self._claims(text, _CODE, "realm", "rights")
        if isinstance(claims, KeyRefusal):
            return claims
        if claims["realm"] != realm:
            return KeyRefusal(Refusal.WRONG)
        expires_at = datetime.fromtimestamp(claims["exp"], UTC)
        return Code(claims["jti"], claims["sub"], claims["rights"], claims["redirect_uri"], claims["challenge"], expires_at)

    def answers(self, verifier: str | None, code: Code) -> bool:
        """True when the verifier is the one that this code asks for: none at all where it has no challenge."""
        if verifier is None or code.sealed_challenge is None:
            return verifier is None and code.sealed_challenge is None
        answer = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        return hmac.compare_digest(self._seal(answer), code.sealed_challenge)

    def refresh(self, realm: str, refresh: Refresh) -> str:
        """A refresh token for 180 days, of 46 characters: clients are known that keep no more than 50."""
        expires_at = self._clock.now() + timedelta(days=REFRESH_DAYS)
        said = _REFRESH.pack(refresh.key_id.encode(), int(expires_at.timestamp()), refresh.rights)
        return base64.urlsafe_b64encode(said + self._mac(realm, said)).rstrip(b"=").decode()

    def read_refresh(self, realm: str, text: str) -> Refresh | KeyRefusal:
        """What a refresh token says."""
        try:
            raw = base64.b64decode(f"{text}{'=' * (-len(text) % 4)}", altchars=b"-_", validate=True)
        except (binascii.Error, ValueError):
            raw = b""
        said, mac = raw[: _REFRESH.size], raw[_REFRESH.size :]
        if len(raw) != _REFRESH.size + _MAC_BYTES:
            return KeyRefusal(Refusal.MALFORMED)
        if not hmac.compare_digest(mac, self._mac(realm, said)):
            return KeyRefusal(Refusal.WRONG)
        key_id, expires, rights = _REFRESH.unpack(said)
        if expires <= self._clock.now().timestamp():
            return KeyRefusal(Refusal.EXPIRED, key_id.decode(), datetime.fromtimestamp(expires, UTC))
        return Refresh(key_id.decode(), rights)

    def _signed(self, use: str, key_id: str, seconds: int, more: Mapping[str, Any]) -> str:
        now = int(self._clock.now().timestamp())
        claims = {"iss": ISSUER, "sub": key_id, "aud": use, "iat": now, "exp": now + seconds, "jti": self._clock.new_id()}
        return jwt.encode({**claims, **more}, self._secret, _ALGORITHM)

    def _claims(self, text: str, use: str, *more: str) -> dict[str, Any] | KeyRefusal:
        if not is_token(text) or len(text) > _LONGEST:
            return KeyRefusal(Refusal.MALFORMED)
        needed = ["iss", "sub", "aud", "iat", "exp", "jti", *more]
        # The library would compare with the machine's clock: expiry is looked at below, by ours.
        options: Any = {"require": needed, "verify_exp": False, "verify_iat": False, "verify_nbf": False}
        try:
            claims = jwt.decode(text, self._secret, [_ALGORITHM], options, audience=use, issuer=ISSUER)
        except jwt.InvalidTokenError:
            return KeyRefusal(Refusal.WRONG)
        if claims["exp"] <= self._clock.now().timestamp():
            return KeyRefusal(Refusal.EXPIRED, claims["sub"], datetime.fromtimestamp(claims["exp"], UTC))
        return claims

    def _seal(self, challenge: str) -> str:
        return hmac.digest(self._seal_secret, challenge.encode(), "sha256").hex()

    def _mac(self, realm: str, said: bytes) -> bytes:
        return hmac.digest(self._refresh_secret, realm.encode() + b"\0" + said, "sha256")[:_MAC_BYTES]
