"""`{html_select_date}` and `{html_select_time}`. Smarty's outputs stand in tests/conformance."""

from __future__ import annotations

import re
import time
from zoneinfo import ZoneInfo

import pytest

from dovetail.errors import RenderError
from tests.engine.tags.rendering import render, rendered


def chosen(text: str) -> list[str]:
    """The values of the options that are selected."""
    return re.findall(r'<option value="([^"]*)" selected="selected">', text)


def test_without_a_time_the_moment_of_the_render_is_chosen() -> None:
    assert chosen(rendered("{html_select_date}")) == ["03", "5", "2024"]
    assert chosen(rendered("{html_select_time}")) == ["14", "07", "09"]


def test_the_zone_of_the_environment_decides_which_day_it_is() -> None:
    assert chosen(render("{html_select_time}", zone=ZoneInfo("Asia/Tokyo"))) == ["23", "07", "09"]
    assert chosen(render("{html_select_date}", zone=ZoneInfo("Pacific/Kiritimati"))) == ["03", "6", "2024"]


@pytest.mark.parametrize(
    ("given", "values"),
    [
        ("'2023-12-31'", ["12", "31"]),
        ("1700000000", ["11", "14"]),
        ("'1 July 2024'", ["07", "1"]),
        ("'-07-'", ["07"]),
        ("'--'", []),
        ("null", []),
        ("['Date_Year' => 2024, 'Date_Month' => '07', 'Date_Day' => 9]", ["07", "9"]),
        ("['Date_Year' => 2024]", ["03", "5"]),
        ("['other' => 1]", ["03", "5"]),
    ],
)
def test_times_come_as_text_number_or_sent_form(given: str, values: list[str]) -> None:
    assert chosen(rendered(f"{{html_select_date time={given} display_years=false}}")) == values


def test_a_form_sent_under_one_name_is_found_there() -> None:
    text = "{html_select_date time=['b' => ['Date_Year' => 2020, 'Date_Month' => 2]] field_array=b display_days=false start_year=2020}"
    assert chosen(rendered(text)) == ["02", "2020"]
    assert 'name="b[Date_Month]"' in rendered(text)


def test_years_count_from_the_present_one() -> None:
    years = re.findall(
        r">(\d{4})<",
        rendered("{html_select_date start_year='-1' end_year='+1' display_days=false display_months=false}"),
    )
    assert years == ["2023", "2024", "2025"]


def test_months_are_named_in_the_language_of_the_mail() -> None:
    text = "{html_select_date display_days=false display_years=false}"
    assert "maart" in render(text, language="nl")
    assert "March" in render(text)


def test_hours_of_half_a_day_come_with_a_meridian() -> None:
    assert chosen(rendered("{html_select_time time='00:30' use_24_hours=false display_seconds=false}")) == ["12", "30"]
    assert chosen(rendered("{html_select_time time='12:00' use_24_hours=false display_seconds=false}")) == [
        "12", "00", "pm",
    ]  # fmt: skip
    text = "{html_select_time time=['Time_Hour' => 3, 'Time_Minute' => 5, 'Time_Second' => 0, 'Time_Meridian' => 'pm']}"
    assert chosen(rendered(text)) == ["15", "05", "00"]


def test_minutes_between_two_entries_choose_the_earlier() -> None:
    text = "{html_select_time time='10:44:59' minute_interval=15 second_interval=30}"
    assert chosen(rendered(text)) == ["10", "30", "30"]


def test_sizes_ids_and_empty_entries() -> None:
    shown = rendered("{html_select_date all_id='f-' day_id='' month_size=3 all_empty='choose' display_years=false}")
    assert '<select name="Date_Month" id="f-Date_Month" size="3">\n<option value="">choose</option>' in shown
    assert '<select name="Date_Day" id="Date_Day">' in shown


def test_no_attribute_can_add_markup() -> None:
    hostile = '"><script>'
    text = (
        "{html_select_date prefix=$x field_array=$x all_id=$x all_empty=$x month_format=$x month_size=$x title=$x}"
        "{html_select_date time=['Date_Year' => $x] year_as_text=true display_days=false display_months=false}"
        "{html_select_time prefix=$x hour_empty=$x meridian_id=$x use_24_hours=false data-x=$x hour_format=$x}"
    )
    shown = rendered(text, {"x": hostile})
    assert "<script" not in shown
    assert set(re.findall(r"<(\w+)", shown)) == {"select", "option", "input"}


@pytest.mark.parametrize(
    "tag",
    [
        "html_select_date start_year=1 end_year=99999999",
        "html_select_date start_year='-99999999999999999999'",
        "html_select_date day_format='%0999999999d'",
        "html_select_date month_format='%999B'|str_repeat:1000",
        "html_select_date option_separator='x'|str_repeat:900000",
        "html_select_time minute_interval=0",
        "html_select_time second_interval='-1'",
        "html_select_time hour_format='%d %d'",
        "html_select_date time=1e17",
    ],
)
def test_what_would_not_end_is_an_error(tag: str) -> None:
    started = time.perf_counter()
    with pytest.raises(RenderError):
        rendered(f"{{{tag}}}")
    assert time.perf_counter() - started < 2


def test_a_long_text_as_time_is_refused_quickly() -> None:
    started = time.perf_counter()
    with pytest.raises(RenderError, match="outside the years"):
        rendered("{html_select_date time=$t}", {"t": "1" * 1_000_000})
    assert time.perf_counter() - started < 2
