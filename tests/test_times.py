"""A stated time is the interval it may mean."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provenance.model.times import StatedTime


def test_a_time_with_an_offset_means_one_instant() -> None:
    time = StatedTime("2024-11-14T09:30:00+07:00")
    assert time.earliest == time.latest == datetime(2024, 11, 14, 2, 30, tzinfo=UTC)


def test_a_time_without_a_zone_means_any_zone_on_earth() -> None:
    time = StatedTime("2024-11-14T09:30:00")
    assert time.earliest == datetime(2024, 11, 13, 19, 30, tzinfo=UTC)
    assert time.latest == datetime(2024, 11, 14, 21, 30, tzinfo=UTC)


def test_a_day_lasts_until_it_ends_in_the_westmost_zone() -> None:
    assert StatedTime("2024-11-14").latest == datetime(2024, 11, 15, 11, 59, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    "text", ["", "yesterday", "2024-13-01", "2024-11-14T25:00", "14.11.2024", "0001-01-01", "9999-12-31", "٢٠٢٤-11-14"]
)
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"time|month|hour|outside|day"):
        StatedTime(text)


@given(st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1)), st.integers(-720, 840))
def test_a_clocks_time_survives_as_text(moment: datetime, offset_min: int) -> None:
    aware = moment.replace(microsecond=0, tzinfo=UTC) - timedelta(minutes=offset_min)
    assert StatedTime.of(aware).earliest == aware
    naive = StatedTime.of(moment.replace(microsecond=0))
    assert naive.earliest < naive.latest


@pytest.mark.parametrize(
    ("given_as", "text"),
    [
        ("2024-11-14 09:30+0700", "2024-11-14T09:30:00+07:00"),
        ("2024-11-14t09:30:05.5z", "2024-11-14T09:30:05.5Z"),
        ("2024-11-14T09:30-03", "2024-11-14T09:30:00-03:00"),
        ("2024-11-14 09:30", "2024-11-14T09:30:00"),
        ("2024-11-14", "2024-11-14"),
    ],
)
def test_every_spelling_is_kept_as_rfc_3339_writes_it(given_as: str, text: str) -> None:
    assert StatedTime(given_as).text == text


@given(st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1)), st.integers(-720, 840))
def test_the_clock_on_the_wall_shows_the_time_without_its_zone(moment: datetime, offset_min: int) -> None:
    wall = moment.replace(microsecond=0)
    sign, minutes = "-" if offset_min < 0 else "+", abs(offset_min)
    stated = StatedTime(f"{wall.isoformat()}{sign}{minutes // 60:02}:{minutes % 60:02}")
    assert stated.wall == wall
    assert stated.earliest.replace(tzinfo=None) + timedelta(minutes=offset_min) == wall


def test_what_is_finer_than_asked_for_is_left_out() -> None:
    moment = datetime(2024, 11, 14, 9, 30, 5, 123456, tzinfo=UTC)
    assert StatedTime.of(moment).text == "2024-11-14T09:30:05Z"
    assert StatedTime.of(moment, timespec="milliseconds").text == "2024-11-14T09:30:05.123Z"
