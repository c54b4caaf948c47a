"""Dates: what is read and how it is shown. Now is Tuesday, 5 March 2024, 14:07:09 UTC."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dovetail.engine.modifiers.dates_parse import strtotime
from dovetail.errors import ValueFault
from tests.engine.modifiers.calling import NOW, call

FULL = "%Y-%m-%d %H:%M:%S"


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("now", "2024-03-05 14:07:09"), ("today", "2024-03-05 00:00:00"), ("tomorrow 10:00", "2024-03-06 10:00:00"),
        ("10:00 tomorrow", "2024-03-06 00:00:00"), ("yesterday noon", "2024-03-04 12:00:00"),
        ("next monday", "2024-03-11 00:00:00"), ("tuesday", "2024-03-05 00:00:00"),
        ("last friday", "2024-03-01 00:00:00"), ("monday next week", "2024-03-11 00:00:00"),
        ("sunday this week", "2024-03-10 00:00:00"), ("next week", "2024-03-12 14:07:09"),
        ("last day of february 2024", "2024-02-29 00:00:00"), ("first day of next month", "2024-04-01 14:07:09"),
        ("first monday of january 2025", "2025-01-06 00:00:00"), ("last friday of next month", "2024-04-26 00:00:00"),
        ("+1 month", "2024-04-05 14:07:09"), ("2 days ago", "2024-03-03 14:07:09"),
        ("+3 weekdays", "2024-03-08 14:07:09"), ("2024-01-31 +1 month", "2024-03-02 00:00:00"),
        ("2024-02-30", "2024-03-01 00:00:00"), ("05-03-2024", "2024-03-05 00:00:00"),
        ("03/05/2024", "2024-03-05 00:00:00"), ("05.03.2024 8:05", "2024-03-05 08:05:00"),
        ("5 March 2024", "2024-03-05 00:00:00"), ("March 5th, 2024 4pm", "2024-03-05 16:00:00"),
        ("March 2024", "2024-03-01 00:00:00"), ("2024-065", "2024-03-05 00:00:00"),
        ("2024-W10-2", "2024-03-05 00:00:00"), ("20240305T140709", "2024-03-05 14:07:09"),
        ("2024-03-05T14:07:09.123+02:00", "2024-03-05 12:07:09"), ("@86400", "1970-01-02 00:00:00"),
        ("Tue, 05 Mar 2024 14:07:09 +0100", "2024-03-05 13:07:09"),
        ("2024-07-01 14:00 Europe/Amsterdam", "2024-07-01 12:00:00"), ("2024-01-01 12:00 CET", "2024-01-01 11:00:00"),
        ("2024-03-05 14:07:09 +1 day", "2024-03-06 14:07:09"),
    ],
)  # fmt: skip
def test_a_date_text_is_read_as_strtotime_reads_it(text: str, moment: str) -> None:
    assert call("date_format", text, FULL) == moment


@pytest.mark.parametrize(
    "text",
    [
        "rubbish",
        "2024-13-45",
        "2024-03-05 2024-03-06",
        "25:00",
        "x" * 500,
        "9999-12-31 +9 years",
    ],
)
def test_what_is_no_date_is_not_read(text: str) -> None:
    assert strtotime(text, int(NOW), UTC) is None


def test_an_unreadable_date_is_now_as_in_smarty() -> None:
    assert call("date_format", "rubbish", FULL) == "2024-03-05 14:07:09"


@pytest.mark.parametrize(
    ("value", "parameters", "result"),
    [
        ("2024-03-05 14:07:09", (), "Mar  5, 2024"), (1709647629, ("d/m/Y H:i",), "05/03/2024 14:07"),
        ("20240305", ("%Y-%m-%d",), "1970-08-23"), ("20240305140709", ("%F %T",), "2024-03-05 14:07:09"),
        ("", ("%Y",), ""), (0, ("%Y",), ""), ("0000-00-00", ("%Y",), ""), (None, ("%Y", "2020-01-01"), "2020"),
        (1709647629, ("%l %P|%-d|%j|%U|%V",), " 2 pm|5|065|09|10"), (1709647629, ("%-d %_d %0e %^a",), "5  5 05 TUE"),
        (1709647629, ("%c|%x|%q",), "Tue Mar  5 14:07:09 2024|03/05/24|%q"),
        (1709647629, ("l jS \\of F Y",), "Tuesday 5th of March 2024"),
        (1709647629, ("N w z t L o W",), "2 2 64 31 1 2024 10"), (1709647629, ("c|r",),
         "2024-03-05T14:07:09+00:00|Tue, 05 Mar 2024 14:07:09 +0000"),
        ("2021-01-03", ("%G %V %u %U %W",), "2020 53 7 01 00"), ("2024-03-05", ("Y", "", "strftime"), "Y"),
        (datetime(2024, 3, 5, 1, 2, 3, tzinfo=UTC), ("%T",), "01:02:03"),
    ],
)  # fmt: skip
def test_a_date_is_shown(value: object, parameters: tuple[object, ...], result: str) -> None:
    assert call("date_format", value, *parameters) == result


def test_dates_are_read_and_shown_in_the_environments_zone() -> None:
    amsterdam = ZoneInfo("Europe/Amsterdam")
    assert call("date_format", 1719835200, "H:i T e P", zone=amsterdam) == "14:00 CEST Europe/Amsterdam +02:00"
    assert call("date_format", "2024-07-01 12:00", "U", zone=amsterdam) == "1719828000"


def test_a_moment_with_a_zone_is_that_moment_in_any_environment() -> None:
    amsterdam, moment = ZoneInfo("Europe/Amsterdam"), datetime(2024, 7, 1, 12, 0, tzinfo=UTC)
    assert call("date_format", moment, "H:i", zone=amsterdam) == "14:00"
    assert call("date_format", moment.astimezone(ZoneInfo("Asia/Tokyo")), "H:i", zone=amsterdam) == "14:00"


def test_a_timestamp_in_milliseconds_is_a_fault_with_a_hint() -> None:
    with pytest.raises(ValueFault, match="years 1 to 9999") as caught:
        call("date_format", 1709647629000000)
    assert "ms" in caught.value.help


@given(st.text(max_size=30) | st.lists(
    st.sampled_from("monday next last +1 day week of 2024 03 05 12:00 - / first month ago march z +02:00".split()),  # noqa: SIM905
    max_size=6,
).map(" ".join))  # fmt: skip
def test_any_text_is_read_or_refused(text: str) -> None:
    assert isinstance(strtotime(text, int(NOW), UTC), int | None)


@given(st.integers(-(10**10), 10**10))
def test_a_timestamp_survives_every_full_format(seconds: int) -> None:
    shown = call("date_format", str(seconds or 1), "c")
    assert isinstance(shown, str)
    assert strtotime(shown, 0, UTC) == (seconds or 1)
