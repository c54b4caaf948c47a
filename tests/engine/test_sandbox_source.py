"""What a template writes never becomes code: only literals of it stand in the generated source."""

from __future__ import annotations

import ast

import pytest

from dovetail.engine.environment import Engine
from dovetail.errors import TemplateSyntaxError
from dovetail.grammar.vocabulary import TAGS

HOSTILE = ["'];boom();x['", '"];boom();x["', "\n    boom()\n#", "boom()", "{boom()}", "\\'];boom();x[\\'", "x=boom()"]


def quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def templates(hostile: str) -> dict[str, str]:
    value = quoted(hostile)
    found = {
        "string": f"{{{value}}}",
        "key": f"{{$a[{value}]}}{{$a[{value}] = {value}}}{{[{value} => {value}]|count}}",
        "modifier": f"{{$a|default:{value}|replace:{value}:{value}|filter:{value}:{value}}}",
        "variable": f"{{${{{value}}}}}{{$smarty.capture[{value}]}}{{$smarty.foreach[{value}].index}}{{$smarty.config[{value}]}}",
        "test": f"{{if {value} is in [{value}] && $a matches {value}}}{{/if}}",
        "text": f"{hostile}{{literal}}{hostile}{{/literal}}".replace("{boom()}", "boom()"),
    }
    for name, spec in TAGS.items():
        close = f"{{/{name}}}" if spec.block else ""
        required = dict.fromkeys(spec.required, value)
        for attribute in (*spec.required, *spec.optional, *(("other",) if spec.open else ())):
            given = " ".join(f"{key}={text}" for key, text in {**required, attribute: value}.items())
            found[f"{name} {attribute}"] = f"{{{name} {given}}}{close}"
            plain = " ".join(
                f"{key}={text}" for key, text in {**dict.fromkeys(required, "x"), attribute: value}.items()
            )
            found[f"{name} {attribute} alone"] = f"{{{name} {plain}}}{close}{{$x@index}}{{$smarty.foreach.x.index}}"
    return found


@pytest.mark.parametrize("hostile", HOSTILE)
@pytest.mark.parametrize("gathering", [False, True])
def test_no_text_of_a_template_becomes_code(hostile: str, gathering: bool) -> None:
    compiled = 0
    for where, template in templates(hostile).items():
        try:
            program = Engine().from_string(template).program
        except TemplateSyntaxError:
            continue
        compiled += 1
        names = {
            node.id for node in ast.walk(ast.parse(program.text(gathering=gathering))) if isinstance(node, ast.Name)
        }
        assert "boom" not in names, where
    assert compiled > 20
