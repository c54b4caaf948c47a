"""`$smarty.…`: variables of the language itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dovetail.grammar import nodes
from dovetail.grammar.constants import CONSTANTS

if TYPE_CHECKING:
    from dovetail.engine.compiler.expressions import Code
    from dovetail.engine.compiler.statements import Statements

VERSION = "5.8.4"
"""The version of Smarty whose behaviour is implemented (`$smarty.version`)."""

SUPERGLOBALS = ("get", "post", "cookies", "server", "env", "session", "request")
"""PHP's web server variables: always null here; nothing of the process is visible to a template."""

KNOWN = (
    "now",
    "capture",
    "foreach",
    "for",
    "section",
    "template",
    "version",
    "ldelim",
    "rdelim",
    "config",
    "block",
    "const",
)


def path(node: nodes.Index) -> tuple[list[nodes.Expression], str | None]:
    """The keys of an index chain, outermost last, and the name of the variable it starts from."""
    keys: list[nodes.Expression] = []
    base: nodes.Expression = node
    while isinstance(base, nodes.Index):
        if base.key is None:
            return [], None
        keys.append(base.key)
        base = base.base
    keys.reverse()
    return keys, base.name if isinstance(base, nodes.Variable) else None


def smarty_variable(node: nodes.Index, owner: Statements) -> Code | None:
    """The code for a whole `$smarty.…` chain, or None when it is another variable's."""
    from dovetail.engine.compiler.expressions import Code

    keys, name = path(node)
    if name != "smarty" or not keys:
        return None
    first = keys[0].value if isinstance(keys[0], nodes.Constant) else None
    rest = [owner.expressions.value(key) for key in keys[1:]]
    names = [key.value if isinstance(key, nodes.Constant) else None for key in keys[1:]]
    match first.lower() if isinstance(first, str) else first:
        case "now":
            return Code("int(rt.now)")
        case "version":
            return Code(repr(VERSION), "str")
        case "ldelim" | "rdelim":
            delimiters = owner.options.delimiters
            return Code(repr(delimiters.left if first == "ldelim" else delimiters.right), "str")
        case "template":
            return Code("f.name", "str")
        case "capture":
            code = f"rt.capture(to_text({rest[0]}))" if rest else "rt.captures"
            return _chain(code, rest[1:])
        case "foreach" | "for" | "section" if len(names) == 2:
            return Code(f"rt.named_loop(v, {first!r}, to_text({rest[0]}), {names[1]!r})")
        case "const":
            return Code(repr(CONSTANTS.get(str(names[0]))) if names else "None")
        case "config":
            return _chain(f"config(f, {rest[0]})" if rest else "None", rest[1:])
        case "block" if names[:1] in (["child"], ["parent"]):
            if names[0] == "child":
                owner.uses_child = True
            return Code(f"{names[0]}_text(rt, b, f)", "str")
        case _:
            return Code("None", "null")


def _chain(code: str, keys: list[str]) -> Code:
    from dovetail.engine.compiler.expressions import Code

    for key in keys:
        code = f"get({code}, {key})"
    return Code(code)
