"""Expressions of the quick form: exact for the values they expect, and away to the plain form for others.

A *raw* value is what a variable or a field holds: it may be an ask, or absent. Where its type decides, the
test for the expected type is the only cost; everything else goes through `settled`, which gives up what
only the plain form can handle.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from dovetail.engine import native
from dovetail.engine.compiler.expressions import Code, Expressions, Kind
from dovetail.engine.compiler.quick.paths import NOT_KNOWN, Path, decision_of, gap, known_value, path_of
from dovetail.engine.values.compare import BEGINS_A_NUMBER
from dovetail.grammar import nodes
from dovetail.grammar.nodes import Expression

if TYPE_CHECKING:
    from dovetail.engine.compiler.quick.statements import QuickStatements

_SIMPLE = re.compile(r"[A-Za-z0-9 _.,:;/=+%@-]*\Z")
_COMPARERS = {
    "==": "loose_equal",
    "!=": "not loose_equal",
    "<": "less",
    "<=": "less_equal",
    ">": "greater",
    ">=": "greater_equal",
}
_LOOP_PROPERTIES: dict[str, tuple[str, Kind]] = {
    "index": ("{0}.index", "int"),
    "iteration": ("({0}.index + 1)", "int"),
    "first": ("({0}.index == 0)", "bool"),
    "last": ("({0}.index + 1 == {0}.total)", "bool"),
    "total": ("{0}.total", "int"),
}


class Holder(NamedTuple):
    """Locals for something that has fields: a plain dictionary with them, and the dictionary or record itself."""

    fields: str
    whole: str


class QuickExpressions(Expressions):
    """Writes expressions of one quick form."""

    def __init__(self, owner: QuickStatements) -> None:
        super().__init__(owner)
        self._quick = owner

    # --- raw values

    def raw(self, node: Expression) -> Code:
        """As `code`, but what a variable or field holds is given as it is."""
        while isinstance(node, nodes.Group):
            node = node.inner
        if isinstance(node, nodes.Variable) and node.name != "smarty":
            return self._local(node.name, quiet=False)
        if isinstance(node, nodes.Index):
            found = self._field(node, quiet=False)
            if found is not None:
                return found
        if isinstance(node, nodes.Modified):
            return self._modified(node, quiet=False)
        return self.code(node)

    def _local(self, name: str, quiet: bool) -> Code:
        quick = self._quick
        quick.reads((name,))
        if quick.doubted((name,)):
            return super()._variable(name, quiet)
        local = quick.local(name)
        if repr(name) in quick.known or name in quick.given:
            return Code(local, "raw")
        if quiet:
            return Code(f"(None if {local} is ABSENT else {local})", "raw")
        return Code(f"({local} if {local} is not ABSENT else absent({quick.cause((name,))}))", "raw")

    def _field(self, node: nodes.Index, quiet: bool) -> Code | None:
        """A field with a constant key of something that is a plain dictionary."""
        path = path_of(node)
        if path is None:
            return None
        holder = self.holder(path[:-1])
        if holder is None:
            return None
        self._quick.reads(path)
        fields, whole = holder
        key = self.literal(path[-1])
        look = "quiet" if quiet else "get"
        if self._quick.doubted(path):
            return Code(f"{look}({whole}, {key})")
        if quiet or self._quick.doubted(gap(path)):
            # What is not there is told of records, and read under another spelling of the key.
            return Code(f"({fields}[{key}] if {key} in {fields} else {look}({whole}, {key}))", "raw")
        return Code(f"{fields}[{key}]", "raw")

    def holder(self, path: Path) -> Holder | None:
        """What surely has fields at a path; its look-up is written before the statement."""
        quick = self._quick
        if quick.doubted(path):
            return None
        known = quick.holders.get(path)
        if known is not None:
            return known
        local, cause = self.temporary("d"), quick.cause(path)
        if len(path) == 1:
            whole = quick.local(path[0])
            quick.writer.line(f"{local} = {whole} if type({whole}) is dict else fields({whole}, {cause})", quick.here)
        else:
            above = self.holder(path[:-1])
            if above is None:
                return None
            whole, read = self.temporary("r"), f"{above.fields}.get({self.literal(path[-1])})"
            line = f"{local} = {whole} if type({whole} := {read}) is dict else fields({whole}, {cause})"
            quick.writer.line(line, quick.here)
        made = quick.holders[path] = Holder(local, whole)
        return made

    # --- values for whoever takes any value

    def settled(self, code: Code) -> str:
        """A Python expression for a value that ordinary code can work with."""
        if code.kind != "raw":
            return code.text
        name = self.temporary()
        return f"({name} if type({name} := {code.text}) in PLAIN else settled({name}))"

    def code(self, node: Expression, *, quiet: bool = False) -> Code:
        """As in the plain form; never raw."""
        if isinstance(node, nodes.Constant) and isinstance(node.value, str):
            return Code(self.literal(node.value), "str")
        if isinstance(node, nodes.LoopProperty):
            loop = self._quick.loop_locals.get(node.name)
            if loop is not None and node.property in _LOOP_PROPERTIES:
                text, kind = _LOOP_PROPERTIES[node.property]
                return Code(text.format(loop), kind)
        if isinstance(node, nodes.Variable) and node.name != "smarty":
            code = self._local(node.name, quiet)
        elif isinstance(node, nodes.Index):
            found = self._field(node, quiet)
            code = found if found is not None else super().code(node, quiet=quiet)
        elif isinstance(node, nodes.Modified):
            code = self._modified(node, quiet)
        else:
            return super().code(node, quiet=quiet)
        return Code(self.settled(code)) if code.kind == "raw" else code

    def text(self, code: Code) -> str:
        """A Python expression for the value as text."""
        return code.text if code.kind == "clean" else super().text(code)

    def literal(self, value: str) -> str:
        """A text as Python expression that may stand in an f-string of Python 3.11."""
        return repr(value) if _SIMPLE.match(value) else self._quick.constant(value)

    # --- operators

    def truth(self, node: Expression | nodes.Assignment) -> str:
        """A Python expression for PHP's truth of the value."""
        assert not isinstance(node, nodes.Assignment), "the survey refuses conditions that assign"
        while isinstance(node, nodes.Group):
            node = node.inner
        if isinstance(node, nodes.Binary) and node.operator in {"&&", "||"}:
            return f"({self.truth(node.left)} {'and' if node.operator == '&&' else 'or'} {self.truth(node.right)})"
        code = self.raw(node)
        if code.kind in {"bool", "int"}:
            return code.text
        if code.kind != "raw":
            return f"truth({code.text})"
        name = self.temporary()
        return f"({name} not in UNTRUE if type({name} := {code.text}) is str else truth(settled({name})))"

    def _binary(self, node: nodes.Binary) -> Code:
        if node.operator in _COMPARERS:
            return Code(self._compared(node), "bool")
        if node.operator in {"+", "-", "*"}:
            return self._calculated(node)
        return super()._binary(node)

    def _compared(self, node: nodes.Binary) -> str:
        """What a comparison gives; one that comes again and again is made once, before the statement."""
        quick, decision = self._quick, decision_of(node)
        if decision is None or quick.found.decided.get(decision, 0) < 2 or not quick.compared_again(decision[0]):
            return self._comparison(node)
        path, *rest = decision
        known = quick.texts.get((path, tuple(rest)))
        if known is None:
            code = self._comparison(node)
            known = quick.texts[path, tuple(rest)] = self.temporary("c")
            quick.writer.line(f"{known} = {code}", quick.here)
        return known

    def _comparison(self, node: nodes.Binary) -> str:
        sign, function = node.operator, _COMPARERS[node.operator]
        left, right = self.raw(node.left), self.raw(node.right)
        equality, known, other = sign in {"==", "!="}, known_value(node.right), node.left
        if equality and known is NOT_KNOWN and known_value(node.left) is not NOT_KNOWN:
            # Equality has no sides: what is known goes to the right.
            known, other, left, right = known_value(node.left), node.right, right, left
        text = isinstance(known, str) and equality and known[:1] not in BEGINS_A_NUMBER
        # Of an int and a float Python compares the numbers, and PHP the floats: the same below 2 to the power of 53.
        if text or ((type(known) is int or type(known) is float) and abs(known) < 2**53):
            expected, name = self._expected(other, left, "is str" if text else "in NUMBERS")
            return f"({name} {sign} {right.text} if {expected} else {function}({self._late(left, name)}, {right.text}))"
        if left.kind == "raw" and right.kind == "raw" and not equality:
            one, first = self._expected(node.left, left, "in NUMBERS")
            two, second = self._expected(node.right, right, "in NUMBERS")
            return (
                f"({first} {sign} {second} if ({one}) & ({two})"
                f" else {function}({self._late(left, first)}, {self._late(right, second)}))"
            )
        if left.kind == "raw" and right.kind == "raw":
            return f"({'not ' if sign == '!=' else ''}equal({left.text}, {right.text}))"
        return f"({function}({self.settled(left)}, {self.settled(right)}))"

    def _expected(self, node: Expression | None, code: Code, types: str) -> tuple[str, str]:
        """A Python expression for whether a value's type is one of these, and the local that holds it from then on.

        Of what is compared again and again, this is found out once, before the statement.
        """
        quick, path = self._quick, None if node is None else path_of(node)
        if path is None or not quick.compared_again(path):
            name = self.temporary()
            return f"type({name} := {code.text}) {types}", name
        key = (path, (types,))
        name = quick.texts.get(key, "")
        if not name:
            name = quick.texts[key] = self.temporary()
            quick.writer.line(f"{name}_fits = type({name} := {code.text}) {types}", quick.here)
        return f"{name}_fits", name

    def _late(self, code: Code, name: str) -> str:
        return f"settled({name})" if code.kind == "raw" else name

    def _calculated(self, node: nodes.Binary) -> Code:
        left, right = self.raw(node.left), self.raw(node.right)
        function = {"+": "sum_of", "-": "difference", "*": "product"}[node.operator]
        first, second = self.temporary(), self.temporary()
        # With a float on the right, whatever number is on the left, Python calculates as PHP does.
        return Code(
            f"({first} {node.operator} {second} if (type({first} := {left.text}) in NUMBERS)"
            f" & (type({second} := {right.text}) is float)"
            f" else {function}({first}, {second}))"
        )

    # --- modifiers

    def modify(self, use: nodes.ModifierUse, code: Code, node: Expression | None = None) -> Code:
        """The value with one modifier applied; `node` is the value where no other was applied before."""
        inline = self._inline(use, code, node)
        if inline is not None:
            self._quick.modifiers_used.add(use.name)
            return inline
        return super().modify(use, Code(self.settled(code), code.kind if code.kind != "raw" else "any"))

    def _modified(self, node: nodes.Modified, quiet: bool) -> Code:
        first = node.uses[0].name
        base: Expression = node.base
        while isinstance(base, nodes.Group):
            base = base.inner
        if first == "default" and isinstance(base, nodes.Index):
            found = self._field(base, quiet=True)
            code = found if found is not None else self.code(base, quiet=True)
        elif quiet or first in {"default", "isset", "empty"}:
            code = self.code(node.base, quiet=True)
        else:
            code = self.raw(node.base)
        for number, use in enumerate(node.uses):
            code = self.modify(use, code, None if number else base)
        return code

    def _inline(self, use: nodes.ModifierUse, code: Code, node: Expression | None) -> Code | None:
        """Frequent modifiers with constant parameters, written out for the values they mostly meet."""
        known = [known_value(argument) for argument in use.arguments]
        name = self.temporary()
        match use.name, known:
            case "default", [str() as other]:
                text = f"({name} if ({name} := {code.text}) is not None and {name} != '' else {self.literal(other)})"
                return Code(text, code.kind if code.kind in {"raw", "str"} else "any")
            case "upper", []:
                return Code(
                    f"({name}.upper() if type({name} := {code.text}) is str and len({name}) < 80"
                    f" else rt.made(m_upper({self._late_settle(code, name)})))",
                    "str",
                )
            case "truncate", [int() as length, str() as end, True] if type(length) is int and 0 < len(end) < length:
                cut = f"{name}[:{length - len(end)}] + {self.literal(end)}"
                return Code(
                    f"(({name} if len({name}) <= {length} else {cut}) if type({name} := {code.text}) is str"
                    f" else rt.made(m_truncate({self._late_settle(code, name)}, {length}, {self.literal(end)}, True)))",
                    "str",
                )
            case "truncate", [int() as length, *rest] if type(length) is int and length > 0 and NOT_KNOWN not in rest:
                given = ", ".join(self.value(argument) for argument in use.arguments)
                return Code(
                    f"({name} if type({name} := {code.text}) is str and len({name}) <= {length}"
                    f" else rt.made(m_truncate({self._late_settle(code, name)}, {given})))",
                    "str",
                )
            case "number_format", [int() as places, str() as point, str() as thousands] if (
                type(places) is int and 0 < places < 15 and len(point) == 1 and len(thousands) <= 1
            ):
                spelled = f"{places}, {self.literal(point)}, {self.literal(thousands)}"
                if native.COMPILED:
                    expected, quick = f"type({name} := {code.text}) in NUMBERS", f"number_format({name}, {spelled})"
                else:
                    expected, name = self._expected(node, code, "in NUMBERS")
                    quick = f"{self._quick.runs.priced(spelled)}({name})"
                return Code(
                    f"({quick} if {expected} else m_number_format({self._late_settle(code, name)}, {spelled}))",
                    "str" if {point, thousands} & set("&<>\"'") else "clean",
                    (code.text, (places, point, thousands)) if code.kind == "raw" else None,
                )
            case _:
                return None

    def _late_settle(self, code: Code, name: str) -> str:
        return f"settle(settled({name}))" if code.kind in {"raw", "any"} else name
