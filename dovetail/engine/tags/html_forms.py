"""`{html_options}`, `{html_checkboxes}` and `{html_radios}`.

Source of the rules: facts/smarty.md (Plugins) and the conformance cases. Name, id and class are escaped,
which Smarty leaves to the template's author.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dovetail.engine.tags.functions import tag_function
from dovetail.engine.tags.html_markup import Markup, further_of_input, html, is_list
from dovetail.engine.values import entries, to_text, truth
from dovetail.errors import ValueFault

if TYPE_CHECKING:
    from dovetail.engine.frames import Frame
    from dovetail.engine.runtime import Runtime

_DEEPEST = 20
"""How deep groups of options may stand in each other; HTML knows one level."""

_OPTION_ATTRIBUTES = {"name", "class", "id", "options", "values", "output", "selected"}
_INPUT_ATTRIBUTES = {
    "name", "separator", "escape", "labels", "label_ids", "options", "values", "output", "checked", "selected",
    "checkboxes", "radios", "assign",
}  # fmt: skip


def _choices(rt: Runtime, given: Mapping[str, object], older: str = "options") -> list[tuple[object, object]] | None:
    """Values and what is shown for them: from `options` as a map, or from `values` and `output` side by side.

    `older` is another name for `options`. None when neither is given.
    """
    for name in ("options", older):
        if name in given:
            return rt.pairs(given[name])
    if "values" not in given:
        return None
    shown = [value for _, value in rt.pairs(given.get("output"))]
    values = [value for _, value in rt.pairs(given["values"])]
    return [(value, shown[at] if at < len(shown) else "") for at, value in enumerate(values)]


def _selected(value: object) -> frozenset[str]:
    """The escaped texts of the values that are chosen: values are compared as they are written."""
    if is_list(value):
        return frozenset(html(element) for _, element in entries(value))
    return frozenset((html(value),))


@dataclass(frozen=True, slots=True)
class _Options:
    markup: Markup
    selected: frozenset[str]
    style: str

    def write(self, value: object, shown: object, identifier: str, depth: int = 0) -> None:
        """One option, or a group of them; `identifier` is its id, '' for none."""
        if not is_list(shown):
            text = html(value)
            chosen = ' selected="selected"' if text in self.selected else ""
            named = f' id="{identifier}"' if identifier else ""
            self.markup.add(f'<option value="{text}"{chosen}{self.style}{named}>', html(shown), "</option>\n")
            return
        if depth >= _DEEPEST:
            raise ValueFault(
                f"the groups of `{{html_options}}` stand more than {_DEEPEST} deep in each other",
                "give it a map, or a map of maps",
            )
        self.markup.add(f'<optgroup label="{html(value)}">\n')
        for at, (inner, label) in enumerate(entries(shown)):
            self.write(inner, label, identifier and f"{identifier}-{at}", depth + 1)
        self.markup.add("</optgroup>\n")


@tag_function("html_options")
def html_options(rt: Runtime, frame: Frame, given: Mapping[str, object]) -> str:
    """Smarty: {html_options}; with a `name` the options stand in a <select>. `assign` is an attribute like others."""
    choices = _choices(rt, given)
    if choices is None:
        return ""
    name, identifier, style = (html(given.get(key)) for key in ("name", "id", "class"))
    markup = Markup("html_options", rt.limits.value)
    named = truth(name)
    if named:
        style_of_select = f' class="{style}"' if truth(style) else ""
        id_of_select = f' id="{identifier}"' if truth(identifier) else ""
        rest = further_of_input(given, _OPTION_ATTRIBUTES)
        markup.add(f'<select name="{name}"{style_of_select}{id_of_select}{rest}>\n')
    options = _Options(
        markup,
        _selected(given["selected"]) if "selected" in given else frozenset(),
        f' class="{style} option"' if truth(style) else "",
    )
    for at, (value, shown) in enumerate(choices):
        options.write(value, shown, f"{identifier}-{at}" if truth(identifier) else "")
    if named:
        markup.add("</select>\n")
    return markup.text()


def _inputs(rt: Runtime, frame: Frame, given: Mapping[str, object], kind: str) -> str:
    """The inputs of a group, one per line, or as a list in the variable that `assign` names."""
    choices = _choices(rt, given, "checkboxes" if kind == "checkbox" else "radios")
    if choices is None:
        return ""
    name = to_text(given.get("name", kind))
    selected: frozenset[str] = frozenset()
    for attribute in ("checked", "selected"):
        # Of radio buttons only one can be on: Smarty takes no list there.
        if attribute in given and not (kind == "radio" and is_list(given[attribute])):
            selected = _selected(given[attribute])
    labels, label_ids, escapes = (
        truth(given.get(switch, usual)) for switch, usual in (("labels", True), ("label_ids", False), ("escape", True))
    )
    field = f'<input type="{kind}" name="{html(name)}{"[]" if kind == "checkbox" else ""}"'
    rest, separator = further_of_input(given, _INPUT_ATTRIBUTES), to_text(given.get("separator"))
    written: list[str] = []
    bound = Markup(f"html_{kind}{'es' if kind == 'checkbox' else 's'}", rt.limits.value)
    for key, shown in choices:
        text = html(key)
        identifier = html(re.sub(r"[^\w.-]", "_", f"{name}_{to_text(key)}")) if labels and label_ids else ""
        label = f'<label for="{identifier}">' if identifier else "<label>" if labels else ""
        attributes = f' value="{text}"' + (f' id="{identifier}"' if identifier else "")
        if text in selected:
            attributes += ' checked="checked"'
        caption = html(shown) if escapes else to_text(shown)
        piece = f"{label}{field}{attributes}{rest} />{caption}{'</label>' if labels else ''}{separator}"
        bound.add(piece)
        written.append(piece)
    if truth(given.get("assign")):
        frame.variables[to_text(given["assign"])] = written
        return ""
    return "\n".join(written)


@tag_function("html_checkboxes")
def html_checkboxes(rt: Runtime, frame: Frame, given: Mapping[str, object]) -> str:
    """Smarty: {html_checkboxes}."""
    return _inputs(rt, frame, given, "checkbox")


@tag_function("html_radios")
def html_radios(rt: Runtime, frame: Frame, given: Mapping[str, object]) -> str:
    """Smarty: {html_radios}."""
    return _inputs(rt, frame, given, "radio")
