"""Names that clients give their files: for people to read, never a path, never longer than 255 characters. Pure."""

import re
import unicodedata
from collections.abc import Mapping
from urllib.parse import unquote_to_bytes

MOST_CHARACTERS = 255
_PARAMETER = re.compile(r';\s*([^\s=;"]+)\s*=\s*("(?:[^"\\]|\\.)*"|[^;]*)', re.DOTALL)
_ENDING = re.compile(r"(?:\.[A-Za-z0-9]{1,8}){1,2}\Z")
_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Marks that make a name read differently from what it is (`fdp.exe` shown as `exe.pdf`)."""
_UNFIT = frozenset({"Cc", "Cs", "Cn", "Zl", "Zp"})
_CHARSETS = {"utf-8": "utf-8", "utf8": "utf-8", "iso-8859-1": "latin-1"}


def clean_name(text: str, default: str) -> str:
    """The last part of what may be a path, without control characters, cut to 255 characters; its ending stays."""
    last = re.split(r"[/\\]", text)[-1]
    kept = "".join(letter for letter in last if letter not in _BIDI and unicodedata.category(letter) not in _UNFIT)
    name = unicodedata.normalize("NFC", kept).strip()
    if not name.strip("."):
        return default
    if len(name) <= MOST_CHARACTERS:
        return name
    found = _ENDING.search(name)
    ending = found.group() if found else ""
    return name[: MOST_CHARACTERS - len(ending)] + ending


def disposition(value: bytes) -> tuple[str, dict[str, str]]:
    """A Content-Disposition header: its kind and its parameters, names in lower case; of a repeated one the first counts."""
    text = _text(value)
    kind = text.partition(";")[0].strip().lower()
    parameters: dict[str, str] = {}
    for found in _PARAMETER.finditer(text, text.find(";") if ";" in text else len(text)):
        parameters.setdefault(found.group(1).lower(), _unquoted(found.group(2).strip()))
    return kind, parameters


def file_name(parameters: Mapping[str, str]) -> str | None:
    """`filename*` (RFC 5987: UTF-8 or ISO-8859-1, percent-encoded) before `filename`. None where neither can be read."""
    return _extended(parameters.get("filename*", "")) or parameters.get("filename")


def _text(value: bytes) -> str:
    """Browsers send UTF-8; the old rule was ISO-8859-1, in which any bytes are text."""
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("latin-1")


def _unquoted(value: str) -> str:
    if len(value) < 2 or value[0] != '"' or value[-1] != '"':
        return value
    # Only what senders do escape: a backslash before anything else is part of a Windows path.
    return value[1:-1].replace('\\"', '"').replace("\\\\", "\\")


def _extended(value: str) -> str | None:
    charset, _, rest = value.partition("'")
    _, quote, encoded = rest.partition("'")
    encoding = _CHARSETS.get(charset.strip().lower())
    if not quote or encoding is None:
        return None
    try:
        return unquote_to_bytes(encoded).decode(encoding)
    except UnicodeDecodeError:
        return None
