"""E-mail addresses: the fast way and email-validator must never disagree."""

import unicodedata

import pytest
from email_validator import EmailNotValidError, validate_email
from hypothesis import example, given, settings
from hypothesis import strategies as st

from shared.contacts.values import ValueProblem, email_key, normalise_email
from shared.contacts.values.emails import email_of_cell
from shared.contacts.values.text import trim

same_every_time = settings(derandomize=True, deadline=None, max_examples=250)

SOUND = [
    "ana@example.org",
    "ANA.Maria+tag@Example.ORG",
    "o'neil@b.com",
    "!#$%&'*+-/=?^_`{|}~@b.com",
    "1@2.co",
    "x" * 65 + "@a.com",
    "x" * 248 + "@a.com",
    "a@" + "x" * 63 + ".com",
    "a@x-y.z-w.co.uk",
    "a@1.2.3.com",
    "a@xn--bcher-kva.example.com",
    "a@b.xn--p1ai",
    "ana@bücher.de",
    "josé@example.org",
    "用户@例子.广告",
    "a@b。com",
    "a@b.c",
    "a@b.c1d",
]
UNSOUND = [
    "",
    "ana",
    "ana@",
    "@b.com",
    "ana@@b.com",
    "a@b@c.com",
    "a..b@c.de",
    ".a@c.de",
    "a.@c.de",
    "a@.b.com",
    "a@b..com",
    "a@b.com.",
    "a@b",
    "a@localhost",
    "a@b.1",
    "a@b.c1",
    "a@1.2.3.4",
    "a@-b.com",
    "a@b-.com",
    "a@b.-com",
    "a@ab--cd.com",
    "a@xn--.com",
    "a@c_d.com",
    "a b@c.de",
    "a@ex ample.com",
    "a\u200b@b.com",
    "a\x00@b.com",
    "a\n@b.com",
    "a@b.com\nBcc: x@y.com",
    '"a b"@example.com',
    '"ab"@example.com',
    "a@[192.0.2.1]",
    "a@[IPv6:::1]",
    "Ana <a@b.com>",
    "<a@b.com>",
    "a(c)@b.com",
    "a@b.com(c)",
    "a@b.com,",
    "a@b.com;c@d.com",
    "mailto:a@b.com?x=1 2",
    "a＠b.com",
    "\ud800@b.com",
    "\u0301a@b.com",
    "a@" + "x" * 64 + ".com",
    "x" * 249 + "@a.com",
    "é" * 125 + "@a.com",
    "a@" + "x." * 126 + "com",
    "a@" + "b" * 300 + ".com",
]

RESERVED = ("arpa", "invalid", "local", "localhost", "onion", "test")


def judged_by_email_validator(text: str) -> bool:
    try:
        validate_email(text, check_deliverability=False, allow_smtputf8=True)
    except EmailNotValidError:
        return False
    return True


def judged_by_us(text: str) -> bool:
    try:
        return normalise_email(text) == trim(text)
    except ValueProblem:
        return False


@pytest.mark.parametrize("address", SOUND)
def test_a_sound_address_is_kept_as_written(address: str) -> None:
    assert normalise_email(address) == address
    assert judged_by_email_validator(address)


@pytest.mark.parametrize("address", UNSOUND)
def test_an_unsound_address_is_refused_with_a_reason(address: str) -> None:
    with pytest.raises(ValueProblem) as refused:
        normalise_email(address)
    assert refused.value.code == "email_invalid"
    assert "is not an e-mail address. " in refused.value.message
    assert len(refused.value.message) < 260
    assert not judged_by_email_validator(address)


ASCII_WORDS = st.text(alphabet="abcXYZ019-_+.'@", min_size=0, max_size=12)
LABELS = st.text(alphabet="abcxnXN019-", min_size=1, max_size=8)
NEAR_ADDRESSES = st.builds(
    lambda local, labels: f"{local}@{'.'.join(labels)}",
    st.text(alphabet="abZ09.!#$%&'*+/=?^_`{|}~-\"( é\u0301", min_size=0, max_size=10),
    st.lists(LABELS | st.text(alphabet="aé-ß。1אﬀ", min_size=0, max_size=5), min_size=1, max_size=4),
)
LONG_ADDRESSES = st.builds(
    lambda local, label, more, last: f"{'l' * local}@{'d' * label}.{'e' * more}.{last}",
    st.integers(1, 250),
    st.integers(1, 70),
    st.integers(1, 70),
    st.sampled_from(["com", "c1", "1c", "x--y", "xn--p1ai"]),
)


@same_every_time
@given(NEAR_ADDRESSES | LONG_ADDRESSES | ASCII_WORDS | st.text(max_size=40))
@example("a@b.c-d")
@example("a@b.com\n")
@example("a" * 58 + "@b.com")
def test_we_and_email_validator_judge_alike(text: str) -> None:
    text = trim(text)
    if text.rpartition("@")[2].rpartition(".")[2].lower() not in RESERVED:
        assert judged_by_us(text) == judged_by_email_validator(text)


@same_every_time
@given(
    st.from_regex(
        r"[a-z0-9+'_-]{1,20}(\.[a-z0-9+'_-]{1,10}){0,2}@([a-z0-9]{1,10}(-[a-z0-9]{1,5})?\.){1,3}[a-zA-Z]{1,6}", fullmatch=True
    )
)
def test_what_the_regular_expression_accepts_email_validator_accepts(address: str) -> None:
    assert judged_by_us(address)
    if address.rpartition(".")[2].lower() not in RESERVED:
        assert judged_by_email_validator(address)


@pytest.mark.parametrize("name", RESERVED)
@pytest.mark.parametrize("local", ["ana", "aná"])
def test_names_reserved_for_special_use_are_sound_syntax(name: str, local: str) -> None:
    assert normalise_email(f"{local}@mail.{name}") == f"{local}@mail.{name}"
    assert normalise_email(f"{local}@mail.{name.upper()}")
    with pytest.raises(ValueProblem):
        normalise_email(f"{local}@{name}")


def test_spaces_and_invisible_characters_around_an_address_are_dropped() -> None:
    assert normalise_email(" \u00a0\ufeffana@example.org\u200b\r\n") == "ana@example.org"


@pytest.mark.parametrize("cell", [None, "", "  ", "\u00a0\ufeff"])
def test_a_blank_cell_is_no_address(cell: object) -> None:
    assert email_of_cell(cell) is None


@pytest.mark.parametrize("cell", [1, True, [], {}, b"a@b.com"])
def test_a_cell_that_is_not_text_is_no_address(cell: object) -> None:
    with pytest.raises(ValueProblem, match="type_invalid"):
        email_of_cell(cell)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ana@Example.ORG", " ana@example.org "),
        ("JOSÉ@example.org", "josé@example.org"),
        ("jose\u0301@example.org", "josé@example.org"),
        ("ΑΣ@example.org", "ας@example.org"),
        ("ΑΣΑ@example.org", "ασα@example.org"),
    ],
)
def test_addresses_that_differ_in_letter_case_have_one_key(one: str, other: str) -> None:
    assert email_key(one) == email_key(other)


def test_different_mailboxes_have_different_keys() -> None:
    assert email_key("straße@example.org") != email_key("strasse@example.org")
    assert email_key("a.b@example.org") != email_key("ab@example.org")


@same_every_time
@given(st.text(max_size=30))
def test_a_key_is_its_own_key_and_blind_to_case_where_case_can_go_back(text: str) -> None:
    key = email_key(text)
    assert email_key(key) == key
    assert unicodedata.is_normalized("NFC", key)
    if text.isascii():
        assert email_key(text.upper()) == key
