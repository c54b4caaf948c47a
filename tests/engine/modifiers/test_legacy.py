"""Names from Copernica's templates, and what the registry says about them."""

from __future__ import annotations

import pytest

from dovetail.engine.modifiers import MODIFIERS
from dovetail.errors import ValueFault
from tests.engine.modifiers.calling import call


@pytest.mark.parametrize(
    ("name", "value", "parameters", "result"),
    [
        ("toupper", "é", (), "É"), ("tolower", "É", (), "é"), ("ucfirst", "jan de wit", (), "Jan de wit"),
        ("ucwords", "jan de-wit", (), "Jan De-wit"), ("trim", " \ta ", (), "a"), ("trim", "xxaxx", ("x",), "a"),
        ("rtrim", "a123", ("0..9",), "a"), ("strstr", "a@b", ("@",), "@b"), ("strstr", "a@b", ("@", True), "a"),
        ("strstr", "a", ("@",), None), ("strpos", "éa", ("a",), 2), ("strpos", "a", ("b",), -1),
        ("md5", "a", (), "0cc175b9c0f1b6a831c399e269772661"), ("md5", ["a"], (), "0cc175b9c0f1b6a831c399e269772661"),
        ("sha1", "a", (), "86f7e437faa5a7fce15d1ddcb9eaeaea377667b8"), ("base64_encode", "é", (), "w6k="),
        ("base64_decode", "w6k", (), "é"), ("urlencode", "a b~&é", (), "a+b%7E%26%C3%A9"),
        ("urldecode", "a+b%26", (), "a b&"),
        ("html_entity_decode", "&eacute;&amp;", (), "é&"), ("range", ["a", "b", "c"], (1, 3), ["b", "c"]),
        ("range", ["a", "b", "c"], (2,), ["a", "b"]), ("range", "abc", (1,), "abc"), ("ceil", 2.1, (), 3.0),
        ("floor", -2.1, (), -3.0), ("abs", -2, (), 2), ("intval", "12x", (), 12), ("strrev", "abc", (), "cba"),
        ("http_build_query", {"a": "x y", "b": [1, True], "c": None}, (), "a=x+y&b%5B0%5D=1&b%5B1%5D=1"),
    ],
)  # fmt: skip
def test_an_extension(name: str, value: object, parameters: tuple[object, ...], result: object) -> None:
    assert MODIFIERS[name].extension
    assert call(name, value, *parameters) == result


def test_a_text_is_no_query() -> None:
    with pytest.raises(ValueFault, match="works on a map"):
        call("http_build_query", "a")


@pytest.mark.parametrize("name", ["upper", "escape", "default", "date_format", "isset", "mb_wordwrap", "implode"])
def test_smartys_own_names_are_no_extensions(name: str) -> None:
    assert not MODIFIERS[name].extension


def test_every_modifier_is_documented() -> None:
    assert all(modifier.summary.endswith(".") or ":" in modifier.summary for modifier in MODIFIERS.values())
