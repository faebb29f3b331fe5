"""How a key is written: `mst_<id>_<secret>_<check>`, or any text that somebody chose for development; and redirect URIs. Pure."""

import hashlib
import zlib
from urllib.parse import urlsplit

SHORTEST, LONGEST = 8, 200
"""Bounds of a key's text, in characters."""
LONGEST_URI = 500

_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_ID, _SECRET, _CHECK = 12, 43, 6


def new_text(random_id: bytes, random_secret: bytes) -> tuple[str, str]:
    """A public id and a secret out of chance: 16 bytes and 32 bytes of it."""
    return _base62(int.from_bytes(random_id, "big"), _ID), _base62(int.from_bytes(random_secret, "big"), _SECRET)


def is_key_id(text: str) -> bool:
    """True for what has the form of a key's public id."""
    return len(text) == _ID and set(text) <= set(_DIGITS)


def is_whole(text: str) -> bool:
    """True for a text in the form of the keys that `create` makes, its check included."""
    head, _, check = text.rpartition("_")
    name, _, rest = head.partition("_")
    key_id, _, secret = rest.partition("_")
    known = name == "mst" and is_key_id(key_id) and len(secret) == _SECRET and set(secret) <= set(_DIGITS)
    return known and check == _check(head)


def is_token(text: str) -> bool:
    """True for what has the form of an access token (a JWT). No key has it."""
    return text.startswith("eyJ") and text.count(".") == 2


def parts(text: str) -> tuple[str, str] | None:
    """Id and secret. The id of a text that somebody else chose comes from its hash."""
    if not SHORTEST <= len(text) <= LONGEST or any("\ud800" <= character <= "\udfff" for character in text):
        return None
    if is_whole(text):
        _, key_id, secret, _ = text.split("_")
        return key_id, secret
    if text.startswith("mst_") or is_token(text):
        return None
    return _base62(int.from_bytes(hashlib.sha256(b"muster adopted key\0" + text.encode()).digest(), "big"), _ID), text


def spelled(key_id: str, secret: str) -> str:
    head = f"mst_{key_id}_{secret}"
    return f"{head}_{_check(head)}"


def checked_redirect_uri(uri: str) -> str:
    """The URI, if OAuth codes can be sent there. Raises ValueError for what is no absolute URI of http(s), or has a fragment."""
    try:
        parts_of_it = urlsplit(uri)
        is_sound = parts_of_it.scheme in ("https", "http") and bool(parts_of_it.hostname) and (parts_of_it.port or 0) >= 0
    except ValueError:
        is_sound = False
    is_plain = uri.isascii() and uri.isprintable() and not set(uri) & set(' #"<>\\^`{|}') and len(uri) <= LONGEST_URI
    if not (is_sound and is_plain):
        raise ValueError(f"{uri!r} is no redirect URI. It looks like https://client.example.org/callback, without a # part.")
    return uri


def _check(head: str) -> str:
    return _base62(zlib.crc32(head.encode(errors="replace")), _CHECK)


def _base62(number: int, length: int) -> str:
    """The lowest `length` digits of the number in base 62."""
    digits = []
    for _ in range(length):
        number, digit = divmod(number, 62)
        digits.append(_DIGITS[digit])
    return "".join(reversed(digits))
