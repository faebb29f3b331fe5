"""What becomes of the names that clients give their files."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.gateway.file_names import clean_name, disposition, file_name


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("contacts.csv", "contacts.csv"),
        ("  Kundschaft März.csv ", "Kundschaft März.csv"),
        ("../../x", "x"),
        ("/etc/passwd", "passwd"),
        ("C:\\x", "x"),
        ("C:\\Users\\me\\list.xlsx", "list.xlsx"),
        ("a\0b\r\nSet-Cookie: c\x7f.csv", "abSet-Cookie: c.csv"),
        ("\u202efdp.exe", "fdp.exe"),
        ("a\ud800b", "ab"),
        ("名簿.csv", "名簿.csv"),
        ("..", "upload"),
        ("", "upload"),
        ("dir/", "upload"),
        ("x" * 10_000 + ".csv.gz", "x" * 248 + ".csv.gz"),
        ("y" * 10_000, "y" * 255),
    ],
)
def test_a_name_keeps_its_last_part_and_nothing_that_is_not_text(sent: str, kept: str) -> None:
    assert clean_name(sent, "upload") == kept


@given(st.text(st.characters(codec=None), max_size=600))
def test_whatever_is_sent_the_name_is_short_and_safe(sent: str) -> None:
    name = clean_name(sent, "upload")
    assert 0 < len(name) <= 255
    assert not set(name) & set("/\\\0\r\n")
    name.encode()


@pytest.mark.parametrize(
    ("header", "name"),
    [
        (b'form-data; name="file"; filename="a.csv"', "a.csv"),
        (b"attachment; filename=a.csv", "a.csv"),
        ('attachment; filename="März.csv"'.encode(), "März.csv"),
        ('attachment; filename="März.csv"'.encode("latin-1"), "März.csv"),
        (b"attachment; filename=\"plain.csv\"; filename*=UTF-8''%e2%82%ac%20rates.csv", "€ rates.csv"),
        (b"attachment; filename*=iso-8859-1'en'%A3%20rates.csv", "£ rates.csv"),
        (b"attachment; filename*=UTF-8''%ff; filename=plain.csv", "plain.csv"),
        (b"attachment; filename*=x-unknown''%41; filename=plain.csv", "plain.csv"),
        (b"attachment; filename=\"a; filename*=UTF-8''evil\"", "a; filename*=UTF-8''evil"),
        (b'attachment; filename="say \\"hi\\".csv"', 'say "hi".csv'),
        (b'attachment; filename="first"; filename="second"', "first"),
        (b"attachment", None),
        (b"", None),
    ],
)
def test_the_name_in_a_disposition_is_found(header: bytes, name: str | None) -> None:
    assert file_name(disposition(header)[1]) == name
