"""`{html_image}`: an <img>. It never opens a file: width and height must be given."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from dovetail.engine.modifiers.numbers import rounded
from dovetail.engine.tags.functions import tag_function
from dovetail.engine.tags.html_markup import further, html, is_list
from dovetail.engine.values import divide, multiply, to_float, to_text, truth
from dovetail.errors import ValueFault

if TYPE_CHECKING:
    from dovetail.engine.frames import Frame
    from dovetail.engine.runtime import Runtime

_KNOWN = {"file", "height", "width", "dpi", "path_prefix", "basedir", "alt", "link", "href"}
_SCREEN_DPI = 96


@tag_function("html_image")
def html_image(rt: Runtime, frame: Frame, given: Mapping[str, object]) -> str:
    """Smarty: {html_image}, without the measuring.

    An image whose width or height is not given shows nothing (as one that Smarty cannot find) and is
    noted in the report.

    Raises:
        ValueFault: an attribute is a list, or `dpi` is 0.
    """
    if not truth(given.get("file")):
        return ""
    width, height = given.get("width"), given.get("height")
    if width is None or height is None:
        rt.notes["`{html_image}` shows nothing without `width` and `height`: it does not open images"] = None
        return ""
    for name, value in given.items():
        if is_list(value):
            raise ValueFault(f"the attribute `{name}` of `{{html_image}}` is a list", "give it a text or a number")
    if given.get("dpi") is not None:
        factor = divide(_SCREEN_DPI, given["dpi"])
        width, height = (rounded(to_float(multiply(size, factor)), 0) for size in (width, height))
    source = html(to_text(given.get("path_prefix")) + to_text(given["file"]))
    image = (
        f'<img src="{source}" alt="{html(given.get("alt"))}" width="{html(width)}" height="{html(height)}"'
        f"{further(given, _KNOWN)} />"
    )
    link = [html(value) for name, value in given.items() if name in ("link", "href")]
    return rt.bounded(f'<a href="{link[-1]}">{image}</a>' if link else image)
