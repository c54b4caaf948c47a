"""`{html_table}` and `{html_image}`. Smarty's outputs stand in tests/conformance."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dovetail.engine.limits import Limits
from dovetail.errors import RenderError
from tests.engine.shop import Shop, engine
from tests.engine.tags.rendering import render, rendered


def rows(text: str) -> list[str]:
    """The cells of each row, joined."""
    return [
        "".join(re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", row)) for row in re.findall(r"<tr.*?</tr>", text, re.DOTALL)
    ]


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        ("cols=2", ["ab", "cd", "e-"]),
        ("rows=2", ["abc", "de-"]),
        ("rows=1 cols=2", ["ab"]),
        ("cols=2 hdir=left vdir=up", ["-e", "dc", "ba"]),
        ("cols=2 inner=rows", ["ad", "be", "c-"]),
        ("cols='X,Y,Z' hdir=left", ["ZYX", "cba", "-ed"]),
        ("cols=['X', 'Y']", ["XY", "ab", "cd", "e-"]),
        ("cols=''", ["abc", "de-"]),
    ],
)
def test_cells_run_in_every_direction(attributes: str, expected: list[str]) -> None:
    text = f"{{html_table loop=$l trailpad='-' {attributes}}}"
    assert rows(rendered(text, {"l": list("abcde")})) == expected


def test_lists_of_attributes_take_turns() -> None:
    shown = rendered(
        "{html_table loop=[1, 2, 3] cols=1 tr_attr=['class=\"a\"', ''] td_attr=[] caption='C' table_attr='id=t'}"
    )
    assert re.findall(r"<tr[^>]*>", shown) == ['<tr class="a">', "<tr>", '<tr class="a">']
    assert shown.startswith("<table id=t>\n<caption>C</caption>\n<tbody>")


@pytest.mark.parametrize("attributes", ["cols='0.5'", "rows='many'"])
def test_no_rows_or_columns_at_all_are_an_error(attributes: str) -> None:
    with pytest.raises(RenderError, match="0 rows or columns"):
        rendered(f"{{html_table loop=[1, 2] {attributes}}}")


@pytest.mark.parametrize(
    "attributes", ["rows=9000000000 cols=9000000000", "cols=99999999", "rows=99999999 cols='-1'", "cols=1000 rows=900"]
)
def test_monstrous_tables_are_errors(attributes: str) -> None:
    with pytest.raises(RenderError):
        render(f"{{html_table loop=[1] {attributes}}}", limits=Limits(value=1_000_000))


def test_a_live_list_is_a_table_of_titles() -> None:
    shown = str(engine(Shop()).from_string("{html_table loop=$myshop.products|limit:3 cols=3}").render())
    assert rows(shown) == ["P<1>P<2>P<3>"]


def test_an_image_needs_its_size_and_is_never_opened(tmp_path: Path) -> None:
    image = tmp_path / "a.png"
    image.write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x05\0\0\0\x05")
    result = render("[{html_image file=$f}{html_image file=$f width=5}]", {"f": str(image)})
    assert result == "[]"
    assert any("`width` and `height`" in note for note in result.report.notes)


def test_an_image_with_link_prefix_and_resolution() -> None:
    text = "{html_image file='/a.png' width=100 height='51' dpi=48 path_prefix='https://x.y' href='/b?c&d' class=k}"
    assert rendered(text) == (
        '<a href="/b?c&amp;d"><img src="https://x.y/a.png" alt="" width="200" height="102" class="k" /></a>'
    )


def test_no_attribute_of_an_image_can_add_markup() -> None:
    shown = rendered(
        "{html_image file=$x width=$x height=$x alt=$x href=$x title=$x path_prefix=$x}", {"x": "\"><b a='"}
    )
    assert set(re.findall(r"<(\w+)", shown)) == {"a", "img"}
    assert shown.count('"') == 2 * 6


def test_lists_as_attributes_and_a_resolution_of_0_are_errors() -> None:
    for attributes in ("alt=[1]", "class=[1]", "dpi=0"):
        with pytest.raises(RenderError):
            rendered(f"{{html_image file='a' width=1 height=1 {attributes}}}")
