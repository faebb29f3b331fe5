"""Dates and moments."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.contacts.fields import Field, FieldType
from shared.contacts.values import ValueProblem, normalise_date, normalise_datetime, normaliser

same_every_time = settings(derandomize=True, deadline=None, max_examples=200)
DAY = normaliser(Field("day", FieldType.DATE, "day"))
MOMENT = normaliser(Field("moment", FieldType.DATETIME, "moment"))


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("2024-02-29", "2024-02-29"),
        ("2024-2-9", "2024-02-09"),
        ("2024/02/09", "2024-02-09"),
        ("2024/2/9", "2024-02-09"),
        ("02/09/2024", "2024-02-09"),
        ("2/9/2024", "2024-02-09"),
        ("2-9-2024", "2024-02-09"),
        ("2-09-2024", "2024-02-09"),
        ("02-09-2024", "2024-02-09"),
        ("09.02.2024", "2024-02-09"),
        ("9.2.2024", "2024-02-09"),
        ("2024-02-09 00:00:00", "2024-02-09"),
        ("2024-02-09T00:00:00.000Z", "2024-02-09"),
        ("2/9/2024 00:00", "2024-02-09"),
    ],
)
def test_a_day_in_any_of_the_known_forms_is_stored_in_one(written: str, stored: str) -> None:
    assert normalise_date(written) == stored


@pytest.mark.parametrize(
    "written",
    [
        "31/02/2024",
        "2023-02-29",
        "13/01/2024",
        "2024-W01-1",
        "20240228",
        "1/2/24",
        "24-01-02",
        "2024-02/03",
        "0000-01-01",
        "2024-02-09 10:00",
        "tomorrow",
        "٢٠٢٤-٠٢-٠٩",
        "2024-1-1-1",
        "2024-02-30",
        "2024-02-09x",
        "-024-01-01",
        "1 2 2024",
        "45000",
    ],
)
def test_what_is_no_day_of_the_calendar_is_refused(written: str) -> None:
    with pytest.raises(ValueProblem) as refused:
        normalise_date(written)
    assert refused.value.code == "date_invalid"
    assert refused.value.message == f'"{written}" is not a date. Write it as YYYY-MM-DD.'


def test_the_day_comes_first_only_when_the_account_says_so_or_dots_separate() -> None:
    assert normalise_date("03/04/2024") == "2024-03-04"
    assert normalise_date("03/04/2024", day_first=True) == "2024-04-03"
    assert normalise_date("31-12-2024", day_first=True) == "2024-12-31"
    assert normalise_date("2024-03-04", day_first=True) == "2024-03-04"
    assert normalise_date("2024/3/4", day_first=True) == "2024-03-04"
    assert normalise_date("03.04.2024") == normalise_date("03.04.2024", day_first=True) == "2024-04-03"


@pytest.mark.parametrize(
    ("written", "hour"),
    [
        ("2020-01-31", 0),
        ("2020-01-31T10:00:00", 10),
        ("2020-01-31T10:00:00Z", 10),
        ("31/01/2020", 0),
        ("31/01/2020 10:00", 10),
        ("31/01/2020 10:00:00", 10),
    ],
)
def test_a_moment_is_read_in_the_forms_of_a_day_and_the_day_comes_first_where_it_should(written: str, hour: int) -> None:
    field = Field("since", FieldType.DATETIME, "custom.1")
    assert normaliser(field, day_first=True)(written) == datetime(2020, 1, 31, hour, tzinfo=UTC)


@same_every_time
@given(st.dates(), st.booleans())
def test_every_day_survives_every_way_of_writing_it(day: date, day_first: bool) -> None:
    iso = day.isoformat()
    year = f"{day.year:04}"
    first, second = (day.day, day.month) if day_first else (day.month, day.day)
    for written in (iso, f"{year}/{day.month}/{day.day}", f"{first}/{second}/{year}", f"{first:02}-{second:02}-{year}"):
        assert normalise_date(written, day_first) == iso
    assert normalise_date(f"{day.day}.{day.month}.{year}", day_first) == iso


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("2026-11-21T09:00:00Z", datetime(2026, 11, 21, 9, tzinfo=UTC)),
        ("2026-11-21T09:00:00.1239Z", datetime(2026, 11, 21, 9, 0, 0, 123000, UTC)),
        ("2026-11-21T09:00:00+01:00", datetime(2026, 11, 21, 8, tzinfo=UTC)),
        ("2026-11-21T09:00:00-0130", datetime(2026, 11, 21, 10, 30, tzinfo=UTC)),
        ("2026-11-21t09:00z", datetime(2026, 11, 21, 9, tzinfo=UTC)),
        ("2026-11-21 09:00:05", datetime(2026, 11, 21, 9, 0, 5, tzinfo=UTC)),
        ("2026-11-21 09:00:05 UTC", datetime(2026, 11, 21, 9, 0, 5, tzinfo=UTC)),
        ("2026-11-21 09:00:05 +0000", datetime(2026, 11, 21, 9, 0, 5, tzinfo=UTC)),
        ("11/21/2026 9:05", datetime(2026, 11, 21, 9, 5, tzinfo=UTC)),
        ("2026-11-21", datetime(2026, 11, 21, tzinfo=UTC)),
    ],
)
def test_a_moment_is_stored_in_utc_to_the_millisecond(written: str, stored: datetime) -> None:
    found = normalise_datetime(written)
    assert found == stored
    assert found.tzinfo is UTC


@pytest.mark.parametrize(
    "written",
    [
        "2026-11-21T25:00:00Z",
        "2026-11-21T24:00:00Z",
        "2026-11-21T09:61Z",
        "2026-02-30T09:00Z",
        "2026-11-21T09:00:00+25:00",
        "0001-01-01T00:00:00+05:00",
        "9999-12-31T23:59:59-05:00",
        "1700000000",
        "2026-11-21x09:00",
        "2026-11-21T",
        "9 am",
        "2026-11-21 9:05 PM",
    ],
)
def test_what_is_no_moment_is_refused(written: str) -> None:
    with pytest.raises(ValueProblem, match="datetime_invalid"):
        normalise_datetime(written)


def test_days_and_moments_of_a_spreadsheet_are_taken_as_they_are() -> None:
    assert DAY(date(2024, 2, 29)) == "2024-02-29"
    assert DAY(datetime.fromisoformat("2024-02-29")) == "2024-02-29"
    assert MOMENT(date(2024, 2, 29)) == datetime(2024, 2, 29, tzinfo=UTC)
    assert MOMENT(datetime.fromisoformat("2024-02-29T08:00:00.001999")) == datetime(2024, 2, 29, 8, 0, 0, 1000, UTC)
    assert MOMENT(datetime(2024, 2, 29, 8, tzinfo=timezone(timedelta(hours=2)))) == datetime(2024, 2, 29, 6, tzinfo=UTC)


@pytest.mark.parametrize("cell", [datetime(2024, 2, 29, 8, tzinfo=UTC), 20240229, 1.5, True, ["2024-02-29"], {}])
def test_other_cells_are_no_days(cell: object) -> None:
    with pytest.raises(ValueProblem):
        DAY(cell)


@pytest.mark.parametrize("cell", [1700000000, True, []])
def test_other_cells_are_no_moments(cell: object) -> None:
    with pytest.raises(ValueProblem, match="type_invalid"):
        MOMENT(cell)


@same_every_time
@given(st.text(alphabet="0123456789-/.T:Z +", max_size=25))
def test_any_text_is_a_day_of_ten_characters_or_a_problem(text: str) -> None:
    for normalise in (DAY, MOMENT):
        try:
            value = normalise(text)
        except ValueProblem:
            continue
        assert normalise(value) == value
