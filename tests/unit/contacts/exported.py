"""Contacts as an account may come to hold them, for the tests of what comes back from a file: bodies, names and fields."""

from collections.abc import Iterable, Mapping
from typing import Any

from hypothesis import strategies as st

from shared.contacts.fields import CUSTOM_TEXT_LENGTH, Field, FieldType, custom_path
from shared.contacts.patch import FieldBook, Patch, RowProblem, patch_from_json
from shared.contacts.present import Names
from shared.lists.store import name_key

WORDS = [
    "a",
    "b",
    "a|b",
    "x;y",
    "p, q",
    '["a", "b"]',
    '["a|b"]',
    "Ünï",
    "=1+1",
    "'=1",
    "12",
    "-minus",
    "--",
    "[]",
    '"q"',
    "\u200bz",
    "b\x01",
]
NAMES = Names(0x1111222233338444, dict(enumerate(WORDS, 1)), dict(enumerate(WORDS, 1)))
CHOICES = ("a", "b", "a|b", "c;d", "Red", "red", '["a", "b"]', "=x", "-y", "O'N, e", "a|b|")
_KINDS = [kind for kind in FieldType if kind not in (FieldType.SINGLE_SELECT, FieldType.MULTI_SELECT)]


def book(choices: tuple[str, ...] = CHOICES) -> FieldBook:
    """One custom field of every type."""
    fields = [Field(f"f {kind}", kind, custom_path(n), max_length=CUSTOM_TEXT_LENGTH) for n, kind in enumerate(_KINDS, 1)]
    selects = [FieldType.SINGLE_SELECT, FieldType.MULTI_SELECT]
    fields += [Field(f"f {kind}", kind, custom_path(n), choices=choices) for n, kind in enumerate(selects, 50)]
    return FieldBook({field.name: field for field in fields}, frozenset({"crm", "erp"}))


_STARTS = st.sampled_from(["", "", "=", "+", "-", "@", "'", "'=", "＝"])
TEXT = st.builds(str.__add__, _STARTS, st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20))
_NUMBER = (
    st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.decimals(-9999, 9999, places=2).map(float)
)
_MOMENT = st.datetimes().map(lambda moment: moment.isoformat(timespec="milliseconds") + "Z")
_PHONE = st.sampled_from(["+49 30 1234567", "030/123", "-555 1234", "(0)5 55", "123#4", "+1 555 010 ext 5"])
_CUSTOM: dict[str, st.SearchStrategy[Any]] = {
    "f text": TEXT,
    "f text_area": TEXT | st.just("a\r\nb\n\nc\rd"),
    "f integer": st.integers(-(2**63), 2**63 - 1),
    "f number": _NUMBER,
    "f currency": _NUMBER,
    "f boolean": st.booleans(),
    "f date": st.dates().map(str),
    "f datetime": _MOMENT,
    "f phone": _PHONE,
    "f url": st.sampled_from(["https://example.org/?a=b;c|d,e", "http://ü.example/"]),
    "f single_select": st.sampled_from(CHOICES),
    "f multi_select": st.lists(st.sampled_from(CHOICES), min_size=1, max_size=4),
}
_STATES = st.sampled_from(["subscribed", "unsubscribed", "suppressed", "pending", "none"])
_PERMISSIONS = st.sampled_from(["explicit", "implicit", "pending_confirmation", "unsubscribed"])
_ADDRESS = st.fixed_dictionaries(
    {"kind": st.sampled_from(["home", "work"])}, optional={"street": TEXT, "city": TEXT, "country": TEXT}
)
BODIES = st.fixed_dictionaries(
    {"email": st.sampled_from(["one@example.org", "+two@example.org", "=three@Example.org", "'=x@example.org"])},
    optional={
        "mobile": st.sampled_from(["+447700900123", "4930123456"]),
        "first_name": TEXT,
        "company_name": TEXT,
        "birthday_month": st.integers(1, 12),
        "anniversary": st.dates().map(str),
        "website": st.just("https://example.org/"),
        "points": st.integers(-9, 9),
        "identifier:crm": TEXT,
        "email_permission": _PERMISSIONS,
        "email_status": _STATES,
        "email_reason": TEXT,
        "sms_status": _STATES,
        "sms_permission": _PERMISSIONS,
        "sms_reason": TEXT,
        "sms_opt_in_at": _MOMENT,
        "whatsapp_status": _STATES,
        "email_type": st.sampled_from(["html", "plain"]),
        "opt_in_type": st.sampled_from(["single", "verified_double"]),
        "opt_in_source": TEXT,
        "opt_in_at": _MOMENT,
        "phones": st.lists(st.fixed_dictionaries({"kind": st.sampled_from(["home", "fax"]), "number": _PHONE}), max_size=3),
        "addresses": st.lists(_ADDRESS, max_size=3),
        "preferences": st.dictionaries(st.sampled_from(["p", "q.r", "s:t"]), st.booleans()),
        "notes": st.lists(TEXT | st.sampled_from(WORDS), max_size=4),
        "tags": st.lists(st.integers(1, len(WORDS)), max_size=5, unique=True),
        "lists": st.lists(st.integers(1, len(WORDS)), max_size=5, unique=True),
        **{f"cf:{name}": values for name, values in _CUSTOM.items()},
    },
)
"""Bodies of one contact: `tags` and `lists` by number; some values are such that their field refuses them."""


def patch_of(body: Mapping[str, Any], fields: FieldBook) -> Patch:
    """What the fields take of a body."""
    patch: Patch = {name: body[name] for name in ("tags", "lists") if body.get(name)}
    for name, value in body.items():
        if name not in ("tags", "lists"):
            try:
                patch |= patch_from_json({name: value}, fields)
            except RowProblem:
                continue
    return patch


def numbered(patch: Patch) -> Patch:
    """The patch with numbers in place of the names of tags and lists, as `shared.contacts.naming` puts them there."""
    numbers = {name_key(word): number for number, word in enumerate(WORDS, 1)}
    result = dict(patch)
    if patch.get("tags"):
        result["tags"] = [_tag_number(tag, numbers) for tag in patch["tags"]]
    if patch.get("lists"):
        result["lists"] = [numbers[name_key(name)] for name in patch["lists"]]
    return result


def _tag_number(tag: str, numbers: Mapping[str, int]) -> int:
    bare = tag.removeprefix("-").strip()
    return -numbers.get(name_key(bare), 0) if tag.startswith("-") else numbers[name_key(tag)]


def live(memberships: Iterable[Mapping[str, Any]]) -> list[int]:
    """The lists that a contact is on."""
    return [membership["id"] for membership in memberships if membership["status"] not in ("unsubscribed", "suppressed")]
