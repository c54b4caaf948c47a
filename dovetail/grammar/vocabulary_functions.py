"""Tags that are plain functions, declared: attributes in, text out. They know any attribute (Smarty checks none)."""

from __future__ import annotations

from dovetail.grammar.tag_spec import TagSpec

_INPUTS = (
    "name", "options", "values", "output", "selected", "checked", "separator", "assign", "labels", "label_ids",
    "escape", "strict", "disabled", "readonly",
)  # fmt: skip
_MOMENT = (
    "time", "prefix", "field_array", "field_separator", "option_separator", "all_empty", "all_id", "all_extra",
)  # fmt: skip


def _of(parts: tuple[str, ...], ends: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f"{part}_{end}" for part in parts for end in ends)


FUNCTIONS = (
    TagSpec(
        "counter",
        "Shows a running number.",
        optional=("name", "start", "skip", "direction", "print", "assign"),
        open=True,
        newline="keep",
    ),
    TagSpec(
        "cycle",
        "Shows the next of some values, round and round.",
        optional=("name", "values", "print", "advance", "delimiter", "assign", "reset"),
        open=True,
        newline="keep",
    ),
    TagSpec(
        "math",
        "Calculates an equation with numbers given as attributes.",
        optional=("equation", "format", "assign"),
        open=True,
        newline="keep",
    ),
    TagSpec(
        "mailto",
        "Shows a link to a mail address.",
        optional=(
            "address",
            "text",
            "encode",
            "cc",
            "bcc",
            "subject",
            "newsgroups",
            "followupto",
            "extra",
        ),
        open=True,
        newline="keep",
    ),
    TagSpec(
        "textformat",
        "Wraps and indents the paragraphs of its content.",
        block=True,
        optional=(
            "style",
            "indent",
            "indent_first",
            "indent_char",
            "wrap",
            "wrap_char",
            "wrap_cut",
            "assign",
        ),
        open=True,
    ),
    TagSpec(
        "html_image",
        "Shows an image; width and height must be given.",
        optional=("file", "width", "height", "alt", "href", "link", "path_prefix", "basedir", "dpi"),
        open=True,
        newline="keep",
    ),
    TagSpec(
        "html_table",
        "Shows a list as the cells of a table.",
        optional=(
            "loop",
            "cols",
            "rows",
            "inner",
            "caption",
            "table_attr",
            "th_attr",
            "tr_attr",
            "td_attr",
            "trailpad",
            "hdir",
            "vdir",
        ),
        open=True,
        newline="keep",
    ),
    TagSpec(
        "html_options",
        "Shows the options of a selection, with a `name` the selection itself.",
        optional=("options", "values", "output", "selected", "name", "id", "class", "strict", "disabled", "readonly"),
        open=True,
        newline="keep",
    ),
    TagSpec("html_checkboxes", "Shows a group of check boxes.", optional=_INPUTS, open=True, newline="keep"),
    TagSpec("html_radios", "Shows a group of radio buttons.", optional=_INPUTS, open=True, newline="keep"),
    TagSpec(
        "html_select_date",
        "Shows form fields to choose a date.",
        optional=(
            *_MOMENT,
            "start_year",
            "end_year",
            "reverse_years",
            "year_as_text",
            "month_names",
            "field_order",
            "month_format",
            "month_value_format",
            "day_format",
            "day_value_format",
            *_of(("day", "month", "year"), ("empty", "id", "size", "extra")),
            "display_days",
            "display_months",
            "display_years",
        ),
        open=True,
        newline="keep",
    ),
    TagSpec(
        "html_select_time",
        "Shows form fields to choose a time of the day.",
        optional=(
            *_MOMENT,
            "use_24_hours",
            "minute_interval",
            "second_interval",
            *_of(("hour", "minute", "second"), ("format", "value_format")),
            *_of(("hour", "minute", "second", "meridian"), ("empty", "id", "size", "extra")),
            "display_hours",
            "display_minutes",
            "display_seconds",
            "display_meridian",
        ),
        open=True,
        newline="keep",
    ),
)
