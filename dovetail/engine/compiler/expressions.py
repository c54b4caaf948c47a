"""Expressions → Python expressions.

Each result says what type it surely has, so that conversions are written only where they are needed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple, TypeGuard

from dovetail.engine.compiler.special import smarty_variable
from dovetail.engine.modifiers import MODIFIERS
from dovetail.grammar import nodes
from dovetail.grammar.nodes import Expression

if TYPE_CHECKING:
    from dovetail.engine.compiler.statements import Statements

Kind = Literal["any", "bool", "int", "str", "null", "raw", "clean"]
"""`raw` and `clean` are of the quick form: a value that may be an ask or absent; text that needs no escape."""


class Code(NamedTuple):
    """A Python expression and the type of its value.

    `number`: in the quick form, the raw number that the text shows, and in which format.
    """

    text: str
    kind: Kind = "any"
    number: tuple[str, tuple[int, str, str]] | None = None


_ARITHMETIC = {
    "+": "add",
    "-": "subtract",
    "*": "multiply",
    "/": "divide",
    "%": "modulo",
    "**": "power",
    "&": "bit_and",
    "^": "bit_xor",
    "<=>": "spaceship",
}
_COMPARISON = {
    "==": "loose_equal",
    "===": "strict_equal",
    "<": "less",
    "<=": "less_equal",
    ">": "greater",
    ">=": "greater_equal",
}
_LIST_MODIFIERS = frozenset({"filter", "orderby", "limit", "first"})
_MAKING_GROUPS = frozenset({"text", "escape", "encoding", "lists"})
"""Groups whose modifiers may give more than they got: their results are charged to the limits."""
_MANY_ITEMS = 8
_QUIET_MODIFIERS = frozenset({"default", "isset", "empty"})
_CASTS = {"(int)": "to_int", "(float)": "to_float", "(array)": "cast_array", "(object)": "cast_array"}


class Expressions:
    """Writes expressions of one template. `owner` writes the statements that some expressions need first."""

    def __init__(self, owner: Statements) -> None:
        self._owner = owner

    def temporary(self, stem: str = "t") -> str:
        """A local name that is used nowhere else."""
        return f"{stem}{next(self._owner.numbers)}"

    # --- the three ways to use an expression

    def value(self, node: Expression) -> str:
        """A Python expression for the value."""
        return self.code(node).text

    def truth(self, node: Expression | nodes.Assignment) -> str:
        """A Python expression for PHP's truth of the value."""
        if isinstance(node, nodes.Assignment):
            return f"truth({self._owner.assignments.as_value(node)})"
        code = self.code(node)
        return code.text if code.kind in {"bool", "int"} else f"truth({code.text})"

    def text(self, code: Code) -> str:
        """A Python expression for the value as text."""
        if code.kind == "str":
            return code.text
        if code.kind == "null":
            return "''"
        return f"to_text({code.text})"

    def code(self, node: Expression, *, quiet: bool = False) -> Code:
        """The value with its type. `quiet`: what is not there is null without a word (`??`, isset, |default)."""
        match node:
            case nodes.Constant(value=value):
                return _literal(value)
            case nodes.Known(value=None):
                # Not `null`: a choice between nulls would be left out, and what its condition has to report.
                return Code("None")
            case nodes.Known(value=value):
                if _writable(value):
                    return _literal(value)
                return Code(self._owner.hold(value))
            case nodes.Word(name=name):
                return self._owner.word(name)
            case nodes.Interpolated(parts=parts):
                return Code(self._owner.interpolated(parts), "str")
            case nodes.Variable(name=name):
                return self._variable(name, quiet)
            case nodes.VariableVariable():
                return Code(f"rt.variable(v, {self.variable_name(node)})")
            case nodes.Index():
                return self._index(node, quiet)
            case nodes.LoopProperty(name=name, property=prop):
                return Code(f"rt.loop_property(v, {name!r}, {prop!r})")
            case nodes.ConfigVariable(name=name):
                return Code(f"config(f, {self.value(name)})")
            case nodes.Group(inner=inner):
                return self.code(inner, quiet=quiet)
            case nodes.ArrayLiteral(items=items):
                return Code(self._array(items))
            case nodes.Call():
                return self._call(node)
            case nodes.Modified():
                return self._modified(node, quiet)
            case nodes.Unary() | nodes.Binary():
                joined = concatenated(node)
                if len(joined) > 1:
                    return Code(f"rt.joined(({', '.join(self.text(self.code(part)) for part in joined)}))", "str")
                return self._unary(node) if isinstance(node, nodes.Unary) else self._binary(node)
            case nodes.Test():
                return self._test(node)
            case nodes.Ternary():
                return self._ternary(node)
            case nodes.Step():
                return Code(self._owner.assignments.step(node))
            case nodes.TagValue(tag=tag):
                return Code(self._owner.captured_value((tag,)), "str")
            case nodes.SectionIndex(name=name, property=prop):
                return Code(f"rt.section(v, {name!r}, {prop or 'index'!r})")
            case nodes.Refused():
                raise AssertionError("refused by the analysis")

    # --- variables

    def _variable(self, name: str, quiet: bool) -> Code:
        if name == "smarty":
            return Code("None", "null")
        if self._owner.gathering:
            return Code(f"rt.{'quiet_variable' if quiet else 'variable'}(v, {name!r})")
        if repr(name) in self._owner.known:
            return Code(f"v[{name!r}]")
        if quiet:
            return Code(f"v.get({name!r})")
        return Code(f"(v[{name!r}] if {name!r} in v else rt.variable(v, {name!r}))")

    def variable_name(self, node: nodes.VariableVariable) -> str:
        """A Python expression for the name of a variable variable."""
        parts = [self.text(self.code(part)) for part in node.parts]
        return parts[0] if len(parts) == 1 else f"''.join(({', '.join(parts)}))"

    def _index(self, node: nodes.Index, quiet: bool) -> Code:
        special = smarty_variable(node, self._owner)
        if special is not None:
            return special
        base = self.code(node.base, quiet=quiet).text
        key = self.key(node)
        reader = "quiet" if quiet else "rt.member" if node.style == "arrow" else "get"
        if reader == "get" and isinstance(node.key, nodes.Constant) and isinstance(node.key.value, str):
            # Most values are dictionaries, and most keys are there: no call for those.
            name = self.temporary("d")
            return Code(
                f"({name}[{key}] if type({name} := {base}) is dict and {key} in {name} else get({name}, {key}))"
            )
        return Code(f"{reader}({base}, {key})")

    def key(self, node: nodes.Index) -> str:
        """A Python expression for an index's key."""
        key = node.key
        if key is None:
            return "APPEND"
        if isinstance(key, nodes.Constant) and isinstance(key.value, str) and key.quoted and key.value.isdigit():
            # product["123456"] is a SKU, product.123456 an entity: the text keeps its quotes.
            return repr(key.value)
        return self.code(key).text

    def _array(self, items: tuple[nodes.ArrayItem, ...]) -> str:
        if all(item.key is None for item in items):
            listed = f"[{', '.join(self.value(item.value) for item in items)}]"
            return f"rt.made({listed})" if len(items) > _MANY_ITEMS else listed
        pairs = ", ".join(
            f"({'APPEND' if item.key is None else self.value(item.key)}, {self.value(item.value)})" for item in items
        )
        return f"rt.made(array({pairs}))" if len(items) > _MANY_ITEMS else f"array({pairs})"

    # --- operators

    def _unary(self, node: nodes.Unary) -> Code:
        operator = node.operator
        if operator == "!":
            return Code(f"(not {self.truth(node.operand)})", "bool")
        value = self.value(node.operand)
        if operator == "-":
            if isinstance(node.operand, nodes.Constant) and type(node.operand.value) in {int, float}:
                return Code(f"(-{value})")
            return Code(f"negate({value})")
        if operator == "+":
            return Code(f"plus({value})")
        if operator == "(string)":
            return Code(f"to_text({value})", "str")
        if operator == "(bool)":
            return Code(f"truth({value})", "bool")
        return Code(f"{_CASTS[operator]}({value})")

    def _binary(self, node: nodes.Binary) -> Code:
        operator = node.operator
        if operator in _ARITHMETIC:
            return Code(f"{_ARITHMETIC[operator]}({self.value(node.left)}, {self.value(node.right)})")
        if operator in _COMPARISON:
            return Code(f"{_COMPARISON[operator]}({self.value(node.left)}, {self.value(node.right)})", "bool")
        if operator in {"!=", "!=="}:
            equal = "loose_equal" if operator == "!=" else "strict_equal"
            return Code(f"(not {equal}({self.value(node.left)}, {self.value(node.right)}))", "bool")
        if operator in {"&&", "||", "xor"}:
            left, right = self.truth(node.left), self.truth(node.right)
            if operator == "xor":
                return Code(f"(bool({left}) is not bool({right}))", "bool")
            word = "and" if operator == "&&" else "or"
            return Code(f"bool({left} {word} {right})", "bool")
        if operator == "??":
            name = self.temporary()
            left = self.code(node.left, quiet=True).text
            return Code(f"({name} if ({name} := {left}) is not None else {self.value(node.right)})")
        assert operator == "matches", operator
        return Code(f"matches({self.value(node.left)}, {self.value(node.right)})", "bool")

    def _test(self, node: nodes.Test) -> Code:
        subject, by = node.subject, node.by
        if node.kind == "in":
            assert by is not None
            code = f"contains({self.value(subject)}, {self.value(by)})"
        elif node.kind == "div":
            assert by is not None
            code = f"(not truth({self._rightmost(subject, 'modulo', by)}))"
        else:
            inner = self.value(subject) if by is None else self._rightmost(subject, "divide", by)
            if (node.kind == "odd") is not node.negated:
                # Smarty writes `1 & x` here, so that the value is a number.
                return Code(f"bit_and(1, {inner})")
            return Code(f"(not truth(bit_and(1, {inner})))", "bool")
        return Code(f"(not {code})" if node.negated else code, "bool")

    def _rightmost(self, subject: Expression, function: str, by: Expression) -> str:
        # Smarty puts `% n` behind the text on the left, so that in `$a+2 is div by 3` it binds to the 2.
        if isinstance(subject, nodes.Binary) and subject.operator in {"+", "-"}:
            left = self.value(subject.left)
            return f"{_ARITHMETIC[subject.operator]}({left}, {self._rightmost(subject.right, function, by)})"
        return f"{function}({self.value(subject)}, {self.value(by)})"

    def _ternary(self, node: nodes.Ternary) -> Code:
        if node.then is None:
            name = self.temporary()
            left = self.value(node.condition)
            return Code(f"({name} if truth({name} := {left}) else {self.value(node.otherwise)})")
        condition = self.truth(node.condition)
        then, otherwise = self.code(node.then), self.code(node.otherwise)
        kind = then.kind if then.kind == otherwise.kind else "any"
        return Code(f"({then.text} if {condition} else {otherwise.text})", kind)

    # --- calls and modifiers

    def _call(self, node: nodes.Call) -> Code:
        arguments = [argument.value for argument in node.arguments]
        name = node.name
        if name.lower() == "isset":
            checks = [self._is_set(self.code(argument, quiet=True)) for argument in arguments]
            return Code(f"({' and '.join(checks)})", "bool")
        if name.lower() == "empty":
            return Code(f"(not truth({self.code(arguments[0], quiet=True).text}))", "bool")
        return self._apply(
            name if name in MODIFIERS else name.lower(), self.code(arguments[0]) if arguments else None, arguments[1:]
        )

    def _is_set(self, code: Code) -> str:
        # By a name, since Python warns of literals that are compared with `is`.
        return f"(({self.temporary()} := {code.text}) is not None)"

    def _modified(self, node: nodes.Modified, quiet: bool) -> Code:
        first = node.uses[0].name
        code = self.code(node.base, quiet=quiet or first in _QUIET_MODIFIERS)
        for use in node.uses:
            code = self.modify(use, code)
        return code

    def modify(self, use: nodes.ModifierUse, code: Code) -> Code:
        """The value with one modifier applied."""
        name = use.name
        if name == "isset":
            return Code(self._is_set(code), "bool")
        if name == "empty":
            return Code(f"(not truth({code.text}))", "bool")
        if name == "raw":
            return code
        if name == "escape" and self._owner.escapes:
            mode = _constant(use.arguments[0]) if use.arguments else "html"
            if mode == "html":
                # Smarty 5: under automatic escaping |escape leaves the value to the output's own escaping.
                return code
        if name in self._owner.unknown_modifiers:
            return code
        return self._apply(name, code, list(use.arguments))

    def modified_text(self, text: str, uses: tuple[nodes.ModifierUse, ...]) -> str:
        """A Python expression for text that modifiers were applied to."""
        code = Code(text, "str")
        for use in uses:
            code = self.modify(use, code)
        return self.text(code)

    def _apply(self, name: str, value: Code | None, arguments: list[Expression]) -> Code:
        spec = MODIFIERS[name]
        given: list[str] = ["rt"] if spec.context else []
        if value is not None:
            settled = value.kind != "any" or name in _LIST_MODIFIERS
            given.append(value.text if settled else f"settle({value.text})")
        # Smarty passes on what is too much, and PHP ignores it.
        given += [self.value(argument) for argument in arguments[: spec.most]]
        self._owner.modifiers_used.add(name)
        call = f"m_{name}({', '.join(given)})"
        if spec.group in _MAKING_GROUPS and name not in _LIST_MODIFIERS:
            call = f"rt.made({call})"
        return Code(call)


def concatenated(node: Expression) -> list[Expression]:
    """The parts of a text that |cat joins.

    Smarty writes `a . b` for |cat, and PHP's dot binds looser than arithmetic: in `$a + $b|cat:'x'` the sum
    comes first, and in `'x'|cat:$i + 1` the 1 is added to $i.
    """
    if isinstance(node, nodes.Modified) and node.uses[-1:] and node.uses[-1].name == "cat":
        *before_last, last = node.uses
        rest = nodes.Modified(node.span, node.base, tuple(before_last)) if before_last else node.base
        added = last.arguments or (nodes.Constant(node.span, "", quoted=True),)
        return [*concatenated(rest), *added]
    if isinstance(node, nodes.Unary):
        first, *others = concatenated(node.operand)
        return [nodes.Unary(node.span, node.operator, first), *others] if others else [node]
    if isinstance(node, nodes.Binary) and node.operator in _ARITHMETIC:
        *before, left = concatenated(node.left)
        right, *behind = concatenated(node.right)
        if before or behind:
            return [*before, nodes.Binary(node.span, node.operator, left, right), *behind]
    return [node]


def _constant(node: Expression) -> object:
    return node.value if isinstance(node, nodes.Constant) else None


def _literal(value: None | bool | int | float | str) -> Code:
    if isinstance(value, float) and (value != value or value in {float("inf"), float("-inf")}):
        return Code(f"float({str(value)!r})")
    kinds: dict[type, Kind] = {type(None): "null", bool: "bool", int: "int", str: "str"}
    return Code(repr(value), kinds.get(type(value), "any"))


def _writable(value: object) -> TypeGuard[None | bool | int | float | str]:
    """Whether a value can be written as a literal. Python bounds the digits of those."""
    return value is None or type(value) in {bool, float, str} or (type(value) is int and abs(value) < 2**64)
