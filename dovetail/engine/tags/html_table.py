"""`{html_table}`: a list as the cells of a table.

Cells, headings and the caption are markup, as in Smarty: escape what comes from data with
`|escape` before it gets here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from dovetail.engine.tags.functions import tag_function
from dovetail.engine.tags.html_markup import Markup, is_list
from dovetail.engine.values import cast_array, count, item, to_int, to_text, truth
from dovetail.engine.values.numbers import numeric
from dovetail.errors import ValueFault

if TYPE_CHECKING:
    from dovetail.engine.frames import Frame
    from dovetail.engine.runtime import Runtime

_USUAL_COLUMNS = 3


def _columns(value: object) -> tuple[object, int]:
    """The headings (None without) and the number of columns that `cols` means."""
    if not truth(value):
        return None, _USUAL_COLUMNS
    if is_list(value):
        return value, count(value)
    if isinstance(value, str) and numeric(value) is None:
        names = value.split(",")
        return names, len(names)
    return None, to_int(value)


def _parts(size: int, by: int) -> int:
    """size / by, rounded up.

    Raises:
        ValueFault: `by` is 0.
    """
    if by == 0:
        raise ValueFault("`{html_table}` cannot lay out 0 rows or columns", "give `cols` or `rows` a number above 0")
    return -(-size // by)


def _attributes(value: object, number: int) -> str:
    """The attributes of the row, heading or cell with a number; lists take turns."""
    if is_list(value):
        value = item(value, number % count(value)) if count(value) else None
    return f" {to_text(value)}" if truth(value) else ""


def _backwards(headings: object) -> object:
    array = cast_array(headings)
    if isinstance(array, list):
        return array[::-1]
    # PHP's array_reverse numbers integer keys anew; named ones are no place of a column.
    return [value for key, value in reversed(array.items()) if isinstance(key, int)]


@tag_function("html_table")
def html_table(rt: Runtime, frame: Frame, given: Mapping[str, object]) -> str:
    """Smarty: {html_table}."""
    if given.get("loop") is None:
        return ""
    cells = [value for _, value in rt.pairs(given["loop"])]
    loop = cast_array(given["loop"])
    headings, columns = _columns(given.get("cols"))
    if not truth(given.get("rows")):
        rows = _parts(len(cells), columns)
    else:
        rows = to_int(given["rows"])
        if not truth(given.get("cols")):
            columns = _parts(len(cells), rows)
    rt.step(max(0, rows) * (1 + max(0, columns)))
    rightwards = to_text(given.get("hdir", "right")) == "right"
    downwards = to_text(given.get("vdir", "down")) == "down"
    line_by_line = to_text(given.get("inner", "cols")) == "cols"
    padding = to_text(given.get("trailpad", "&nbsp;"))
    table = Markup("html_table", rt.limits.value)
    table.add("<table ", to_text(given.get("table_attr", 'border="1"')), ">\n")
    if truth(to_text(given.get("caption"))):
        table.add("<caption>", to_text(given["caption"]), "</caption>\n")
    if headings is not None:
        table.add("<thead><tr>\n")
        shown = headings if rightwards else _backwards(headings)
        for column in range(columns):
            heading = to_text(item(shown, column))
            table.add(f"<th{_attributes(given.get('th_attr'), column)}>", heading, "</th>\n")
        table.add("</tr></thead>\n")
    table.add("<tbody>\n")
    for row in range(rows):
        table.add(f"<tr{_attributes(given.get('tr_attr'), row)}>\n")
        first = (row if downwards else rows - 1 - row) * columns
        for column in range(columns):
            at = first + (column if rightwards else columns - 1 - column)
            if not line_by_line:
                at = at // columns + at % columns * rows
            text = to_text(item(loop, at)) if at < len(cells) else padding
            table.add(f"<td{_attributes(given.get('td_attr'), column)}>", text, "</td>\n")
        table.add("</tr>\n")
    table.add("</tbody>\n</table>\n")
    return table.text()
