"""OAuth tokens: what is signed is read again, and nothing else is, whoever made it and however it was altered."""

import base64
import hashlib
import hmac
from datetime import UTC, datetime
from typing import Any

import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.accounts.key_text import checked_redirect_uri, is_token, parts
from shared.accounts.keys import Key, KeyRefusal, PepperMissing, Refusal, Scope
from shared.accounts.tokens import Access, Code, Refresh, Tokens
from tests.support.clock import MovableClock

READER = Key("AAAAAAAAAAAA", 1, "k", frozenset({Scope.CONTACTS_READ, Scope.JOBS_READ}), datetime(2026, 1, 1, tzinfo=UTC))
HERE, ELSEWHERE = "here", "elsewhere"
VERIFIER = "a-verifier-of-forty-three-characters-or-more"
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture
def tokens(clock: MovableClock) -> Tokens:
    return Tokens(clock, b"pepper")


def reason(found: object) -> Refusal | None:
    return found.reason if isinstance(found, KeyRefusal) else None


def secret_of(tokens: Tokens) -> bytes:
    return tokens._secret


def forged(tokens: Tokens, algorithm: str | None = "HS256", headers: dict[str, Any] | None = None, **claims: Any) -> str:
    """A token with these claims instead of its own; a claim that is None is left out."""
    own = jwt.decode(tokens.access(READER, Scope), options={"verify_signature": False})
    said = {name: value for name, value in {**own, **claims}.items() if value is not None}
    return jwt.encode(said, secret_of(tokens) if algorithm else None, algorithm, headers)


def read_code(tokens: Tokens, text: str) -> Code:
    code = tokens.read_code(HERE, text)
    assert isinstance(code, Code)
    return code


def test_an_access_token_has_no_scope_that_its_key_does_not_have(tokens: Tokens) -> None:
    assert tokens.read_access(tokens.access(READER, Scope)) == Access(READER.id, READER.scopes)
    assert tokens.read_access(tokens.access(READER, [Scope.JOBS_READ])) == Access(READER.id, frozenset({Scope.JOBS_READ}))
    assert tokens.read_access(tokens.access(READER, [Scope.JOBS_WRITE])) == Access(READER.id, frozenset())


def test_a_client_can_decode_an_access_token(tokens: Tokens, clock: MovableClock) -> None:
    said = jwt.decode(tokens.access(READER, Scope), options={"verify_signature": False})
    assert (said["iss"], said["sub"], said["aud"], said["scp"]) == ("muster", READER.id, "access", ["contacts:read", "jobs:read"])
    assert said["exp"] - said["iat"] == 86_400
    assert abs(said["iat"] - clock.now().timestamp()) < 5


def test_an_access_token_ends_after_a_day_of_our_clock(tokens: Tokens, clock: MovableClock) -> None:
    text = tokens.access(READER, Scope)
    clock.move(seconds=86_390)
    assert reason(tokens.read_access(text)) is None
    clock.move(seconds=10)
    refusal = tokens.read_access(text)
    assert isinstance(refusal, KeyRefusal)
    assert (refusal.reason, refusal.key_id) == (Refusal.EXPIRED, READER.id)
    assert refusal.at is not None
    assert refusal.at <= clock.now()


def test_what_was_made_for_one_use_is_worth_nothing_for_another(tokens: Tokens) -> None:
    access, code = tokens.access(READER, Scope), tokens.code(HERE, READER, 1)
    refresh = tokens.refresh(HERE, Refresh(READER.id, 1))
    assert reason(tokens.read_access(code)) is Refusal.WRONG
    assert reason(tokens.read_code(HERE, access)) is Refusal.WRONG
    assert reason(tokens.read_access(refresh)) is Refusal.MALFORMED
    assert reason(tokens.read_refresh(HERE, access)) is Refusal.MALFORMED
    assert reason(tokens.read_code(ELSEWHERE, code)) is Refusal.WRONG
    assert reason(tokens.read_refresh(ELSEWHERE, refresh)) is Refusal.WRONG


def test_another_pepper_makes_another_installation(tokens: Tokens, clock: MovableClock) -> None:
    other = Tokens(clock, b"another pepper")
    assert reason(other.read_access(tokens.access(READER, Scope))) is Refusal.WRONG
    assert reason(other.read_code(HERE, tokens.code(HERE, READER, 1))) is Refusal.WRONG
    assert reason(other.read_refresh(HERE, tokens.refresh(HERE, Refresh(READER.id, 1)))) is Refusal.WRONG
    with pytest.raises(PepperMissing):
        Tokens(clock, b"")


def test_a_token_without_a_signature_or_with_another_algorithm_is_refused(tokens: Tokens) -> None:
    assert reason(tokens.read_access(forged(tokens))) is None
    assert reason(tokens.read_access(forged(tokens, None))) is Refusal.WRONG
    assert reason(tokens.read_access(forged(tokens, None, {"alg": "none"}))) is Refusal.WRONG
    head, body, signature = tokens.access(READER, Scope).split(".")
    assert reason(tokens.read_access(f"{head}.{body}.")) is Refusal.WRONG
    none = base64.urlsafe_b64encode(b'{"alg":"none","typ":"JWT"}').rstrip(b"=").decode()
    assert reason(tokens.read_access(f"{none}.{body}.")) is Refusal.WRONG
    assert reason(tokens.read_access(f"{none}.{body}.{signature}")) is Refusal.WRONG


@pytest.mark.filterwarnings("ignore::jwt.warnings.InsecureKeyLengthWarning")
def test_our_secret_under_another_algorithm_is_refused(tokens: Tokens) -> None:
    assert reason(tokens.read_access(forged(tokens, "HS512"))) is Refusal.WRONG


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "code"},
        {"aud": "refresh"},
        {"aud": None},
        {"iss": "somebody"},
        {"iss": None},
        {"sub": None},
        {"exp": None},
        {"jti": None},
        {"scp": None},
    ],
)
def test_even_under_our_signature_every_claim_must_be_right(tokens: Tokens, claims: dict[str, Any]) -> None:
    assert reason(tokens.read_access(forged(tokens, **claims))) is Refusal.WRONG


def test_an_unknown_scope_of_a_later_version_gives_nothing(tokens: Tokens) -> None:
    assert tokens.read_access(forged(tokens, scp=["jobs:read", "world:rule"])) == Access(READER.id, frozenset({Scope.JOBS_READ}))


@given(place=st.integers(0, 33), bit=st.integers(0, 7))
def test_a_refresh_token_with_one_bit_changed_is_refused(place: int, bit: int) -> None:
    tokens = Tokens(MovableClock(), b"pepper")
    raw = bytearray(base64.urlsafe_b64decode(tokens.refresh(HERE, Refresh(READER.id, 5)) + "=="))
    raw[place] ^= 1 << bit
    assert reason(tokens.read_refresh(HERE, base64.urlsafe_b64encode(raw).decode().rstrip("="))) is Refusal.WRONG


@given(st.text(max_size=60))
def test_no_text_at_all_makes_a_reader_fail(text: str) -> None:
    tokens = Tokens(MovableClock(), b"pepper")
    found = (tokens.read_access(text), tokens.read_code(HERE, text), tokens.read_refresh(HERE, text))
    assert all(isinstance(each, KeyRefusal) for each in found)


def test_a_refresh_token_lapses_after_180_days_and_fits_into_50_characters(tokens: Tokens, clock: MovableClock) -> None:
    text = tokens.refresh(HERE, Refresh(READER.id, 65_535))
    assert len(text) == 46
    clock.move(days=179)
    assert tokens.read_refresh(HERE, text) == Refresh(READER.id, 65_535)
    clock.move(days=1, seconds=1)
    assert reason(tokens.read_refresh(HERE, text)) is Refusal.EXPIRED


def test_a_code_keeps_what_it_is_bound_to_for_a_minute(tokens: Tokens, clock: MovableClock) -> None:
    text = tokens.code(HERE, READER, 3, "https://client.example.org/cb", CHALLENGE)
    code = read_code(tokens, text)
    assert (code.key_id, code.rights, code.redirect_uri) == (READER.id, 3, "https://client.example.org/cb")
    assert code.id != read_code(tokens, tokens.code(HERE, READER, 3)).id
    clock.move(seconds=61)
    assert reason(tokens.read_code(HERE, text)) is Refusal.EXPIRED


def test_only_the_verifier_of_its_challenge_answers_a_code(tokens: Tokens) -> None:
    bound, free = read_code(tokens, tokens.code(HERE, READER, 1, None, CHALLENGE)), read_code(tokens, tokens.code(HERE, READER, 1))
    assert [tokens.answers(verifier, bound) for verifier in (VERIFIER, VERIFIER + "x", CHALLENGE, None)] == [True] + [False] * 3
    assert [tokens.answers(verifier, free) for verifier in (None, VERIFIER)] == [True, False]


def test_a_code_does_not_show_its_challenge(tokens: Tokens) -> None:
    assert CHALLENGE not in str(jwt.decode(tokens.code(HERE, READER, 1, None, CHALLENGE), options={"verify_signature": False}))


def test_a_challenge_cannot_be_used_to_have_a_token_signed(tokens: Tokens) -> None:
    head, body, signature = forged(tokens, sub="BBBBBBBBBBBB").split(".")
    sealed = read_code(tokens, tokens.code(HERE, READER, 1, None, f"{head}.{body}")).sealed_challenge
    assert sealed is not None
    assert base64.urlsafe_b64decode(signature + "=") != bytes.fromhex(sealed)


def test_no_key_that_somebody_chose_is_hashed_into_the_secret_of_the_tokens(tokens: Tokens) -> None:
    assert hmac.digest(b"pepper", b"muster tokens", "sha256") != secret_of(tokens)
    assert is_token(tokens.access(READER, Scope))
    assert parts(tokens.access(READER, Scope)) is None
    assert parts("eyJ.of.mine") is None


@pytest.mark.parametrize(
    "uri", ["https://client.example.org/cb?x=1", "http://localhost:8000/", "https://localhost", "http://[::1]:80/a"]
)
def test_a_redirect_uri_is_absolute(uri: str) -> None:
    assert checked_redirect_uri(uri) == uri


@pytest.mark.parametrize(
    "uri",
    [
        "",
        "/callback",
        "client.example.org/cb",
        "javascript:alert(1)",
        "https://",
        "https:///cb",
        "https://a.example/#part",
        "https://a.example/ b",
        "https://a.example:port/",
        "https://ä.example/",
        "https://a.example/\r\nX: y",
        "https://a.example/" + "x" * 500,
    ],
)
def test_what_is_no_redirect_uri_is_said_to_be_none(uri: str) -> None:
    with pytest.raises(ValueError, match="is no redirect URI"):
        checked_redirect_uri(uri)
