"""A workbook's cells as text: what a person would have typed, whatever the workbook made of it."""

from datetime import date, datetime, time, timedelta

import pytest

from shared.payloads.cells import Cells


@pytest.mark.parametrize(
    "cell, text",
    [
        ("as it is ", "as it is "),
        ("", ""),
        (1234.0, "1234"),
        (-7.0, "-7"),
        (-0.0, "0"),
        (0.5, "0.5"),
        (19.99, "19.99"),
        (0.1 + 0.2, "0.3"),
        (1e-7, "1e-07"),
        (447700900123.0, "447700900123"),
        (4.9e15, "4900000000000000"),
        (4900123412341234.0, "4900123412341234"),
        (1e300, "1e+300"),
        (12, "12"),
        (True, "true"),
        (False, "false"),
        (date(2026, 1, 31), "2026-01-31"),
        (datetime.fromisoformat("2026-01-31T09:30"), "2026-01-31T09:30:00"),
        (datetime.fromisoformat("2026-01-31T09:30:01.500"), "2026-01-31T09:30:01.500"),
        (time(9, 30), "09:30:00"),
        (timedelta(days=1, hours=18), "42:00:00"),
        (timedelta(minutes=-90), "-01:30:00"),
    ],
)
def test_a_cell_becomes_the_text_that_stands_for_it(cell: object, text: str) -> None:
    assert Cells().texts([cell]) == [text]


def test_numbers_that_have_lost_digits_are_counted() -> None:
    cells = Cells()
    cells.texts([4900123412341234.0, 999_999_999_999_999.0, "4900123412341234"])
    assert cells.long_numbers == 1
