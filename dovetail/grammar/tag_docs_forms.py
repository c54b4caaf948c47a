"""Attributes and examples of the tags that make form fields."""

from __future__ import annotations

from collections.abc import Mapping

from dovetail.grammar.documentation import Described, Example, Given

FORMS: Mapping[str, Described] = {
    "html_options": Described(
        (
            Example(
                "{html_options name=size options=$sizes selected='M'}",
                (
                    '<select name="size">\n<option value="S">small</option>\n<option value="M" '
                    'selected="selected">medium</option>\n</select>\n'
                ),
                {"sizes": {"S": "small", "M": "medium"}},
            ),
        ),
        given={
            "options": Given("list", "Values and what is shown for them, as a map."),
            "values": Given("list", "The values."),
            "output": Given("list", "What is shown for them, in the same order."),
            "selected": Given("any", "The value that is chosen, or a list of them."),
            "name": Given("text", "The name of the <select>; without it only the <option> tags."),
            "id": Given("text", "Its id."),
            "class": Given("text", "Its class."),
            "strict": Given("flag", "Write disabled and readonly only when they are true."),
            "disabled": Given("flag", "The fields can't be used."),
            "readonly": Given("flag", "The fields can't be changed."),
        },
        help="Mail programs seldom show forms.",
    ),
    "html_checkboxes": Described(
        (
            Example(
                "{html_checkboxes name=tags options=$tags selected='a'}",
                (
                    '<label><input type="checkbox" name="tags[]" value="a" checked="checked" '
                    '/>New</label>\n<label><input type="checkbox" name="tags[]" value="b" />Sale</label>'
                ),
                {"tags": {"a": "New", "b": "Sale"}},
            ),
        ),
        given={
            "name": Given("text", "The name of the inputs."),
            "options": Given("list", "Values and labels, as a map."),
            "values": Given("list", "The values."),
            "output": Given("list", "The labels, in the same order."),
            "selected": Given("any", "The values that are checked."),
            "checked": Given("any", "Another word for selected."),
            "separator": Given("text", "What stands behind each."),
            "labels": Given("flag", "Put a <label> around each."),
            "label_ids": Given("flag", "Give inputs ids for their labels."),
            "escape": Given("flag", "false: the labels are HTML."),
            "assign": Given("name", "Put the inputs as a list into this variable."),
            "strict": Given("flag", "Write disabled and readonly only when they are true."),
            "disabled": Given("flag", "The fields can't be used."),
            "readonly": Given("flag", "The fields can't be changed."),
        },
        help="Mail programs seldom show forms.",
    ),
    "html_radios": Described(
        (
            Example(
                "{html_radios name=tag options=$tags selected='b'}",
                (
                    '<label><input type="radio" name="tag" value="a" />New</label>\n<label><input type="radio" '
                    'name="tag" value="b" checked="checked" />Sale</label>'
                ),
                {"tags": {"a": "New", "b": "Sale"}},
            ),
        ),
        given={
            "name": Given("text", "The name of the inputs."),
            "options": Given("list", "Values and labels, as a map."),
            "values": Given("list", "The values."),
            "output": Given("list", "The labels, in the same order."),
            "selected": Given("any", "The value that is on."),
            "checked": Given("any", "Another word for selected."),
            "separator": Given("text", "What stands behind each."),
            "labels": Given("flag", "Put a <label> around each."),
            "label_ids": Given("flag", "Give inputs ids for their labels."),
            "escape": Given("flag", "false: the labels are HTML."),
            "assign": Given("name", "Put the inputs as a list into this variable."),
            "strict": Given("flag", "Write disabled and readonly only when they are true."),
            "disabled": Given("flag", "The fields can't be used."),
            "readonly": Given("flag", "The fields can't be changed."),
        },
        help="Mail programs seldom show forms.",
    ),
    "html_select_date": Described(
        (
            Example(
                (
                    "{html_select_date time='2024-03-05' start_year=2024 end_year=2025 display_days=false "
                    "display_months=false}"
                ),
                (
                    '<select name="Date_Year">\n<option value="2024" selected="selected">2024</option>\n<option '
                    'value="2025">2025</option>\n</select>'
                ),
            ),
        ),
        given={
            "time": Given("date", "What is chosen at first; the moment of sending without it."),
            "prefix": Given("text", "What the names of the fields begin with."),
            "field_array": Given("text", "Name the fields as parts of this array."),
            "field_separator": Given("text", "What stands between the fields."),
            "option_separator": Given("text", "What stands between the options."),
            "all_empty": Given("text", "The text of an empty option in every field."),
            "all_id": Given("text", "What the ids of all fields begin with."),
            "all_extra": Given("text", "Further attributes of all fields."),
            "start_year": Given("any", "The first year; `'-5'` counts from now."),
            "end_year": Given("any", "The last year; `'+5'` counts from now."),
            "reverse_years": Given("flag", "Later years first."),
            "year_as_text": Given("flag", "A text field for the year."),
            "month_names": Given("list", "The names of the months, from 1."),
            "field_order": Given("text", "The order of the fields, such as DMY."),
            "month_format": Given("text", "How months are shown, as for |date_format."),
            "month_value_format": Given("text", "What stands in the value of a month."),
            "day_format": Given("text", "How days are shown, as for |string_format."),
            "day_value_format": Given("text", "What stands in the value of a day."),
            "day_empty": Given("text", "The text of an empty option in the day field."),
            "day_id": Given("text", "The id of the day field."),
            "day_size": Given("number", "How many rows of the day field are shown."),
            "day_extra": Given("text", "Further attributes of the day field."),
            "month_empty": Given("text", "The text of an empty option in the month field."),
            "month_id": Given("text", "The id of the month field."),
            "month_size": Given("number", "How many rows of the month field are shown."),
            "month_extra": Given("text", "Further attributes of the month field."),
            "year_empty": Given("text", "The text of an empty option in the year field."),
            "year_id": Given("text", "The id of the year field."),
            "year_size": Given("number", "How many rows of the year field are shown."),
            "year_extra": Given("text", "Further attributes of the year field."),
            "display_days": Given("flag", "false: no field for the day."),
            "display_months": Given("flag", "false: no field for the month."),
            "display_years": Given("flag", "false: no field for the year."),
        },
        help="Mail programs seldom show forms.",
    ),
    "html_select_time": Described(
        (
            Example(
                (
                    "{html_select_time time='2024-03-05 14:30:00' minute_interval=30 display_hours=false "
                    "display_seconds=false}"
                ),
                (
                    '<select name="Time_Minute">\n<option value="00">00</option>\n<option value="30" '
                    'selected="selected">30</option>\n</select>'
                ),
            ),
        ),
        given={
            "time": Given("date", "What is chosen at first; the moment of sending without it."),
            "prefix": Given("text", "What the names of the fields begin with."),
            "field_array": Given("text", "Name the fields as parts of this array."),
            "field_separator": Given("text", "What stands between the fields."),
            "option_separator": Given("text", "What stands between the options."),
            "all_empty": Given("text", "The text of an empty option in every field."),
            "all_id": Given("text", "What the ids of all fields begin with."),
            "all_extra": Given("text", "Further attributes of all fields."),
            "use_24_hours": Given("flag", "false: hours of 12, with am and pm."),
            "minute_interval": Given("number", "Every how many minutes."),
            "second_interval": Given("number", "Every how many seconds."),
            "hour_format": Given("text", "How hours are shown, as for |string_format."),
            "hour_value_format": Given("text", "What stands in the value of an hour."),
            "minute_format": Given("text", "How minutes are shown, as for |string_format."),
            "minute_value_format": Given("text", "What stands in the value of a minute."),
            "second_format": Given("text", "How seconds are shown, as for |string_format."),
            "second_value_format": Given("text", "What stands in the value of a second."),
            "hour_empty": Given("text", "The text of an empty option in the hour field."),
            "hour_id": Given("text", "The id of the hour field."),
            "hour_size": Given("number", "How many rows of the hour field are shown."),
            "hour_extra": Given("text", "Further attributes of the hour field."),
            "minute_empty": Given("text", "The text of an empty option in the minute field."),
            "minute_id": Given("text", "The id of the minute field."),
            "minute_size": Given("number", "How many rows of the minute field are shown."),
            "minute_extra": Given("text", "Further attributes of the minute field."),
            "second_empty": Given("text", "The text of an empty option in the second field."),
            "second_id": Given("text", "The id of the second field."),
            "second_size": Given("number", "How many rows of the second field are shown."),
            "second_extra": Given("text", "Further attributes of the second field."),
            "meridian_empty": Given("text", "The text of an empty option in the meridian field."),
            "meridian_id": Given("text", "The id of the meridian field."),
            "meridian_size": Given("number", "How many rows of the meridian field are shown."),
            "meridian_extra": Given("text", "Further attributes of the meridian field."),
            "display_hours": Given("flag", "false: no field for the hour."),
            "display_minutes": Given("flag", "false: no field for the minute."),
            "display_seconds": Given("flag", "false: no field for the second."),
            "display_meridian": Given("flag", "false: no field for the meridian."),
        },
        help="Mail programs seldom show forms.",
    ),
}
