"""From the neutral tree to languages that mix text with code: Mako, Chameleon, eta, Handlebars."""

from __future__ import annotations

from typing import ClassVar

from bench.workloads.emitters import Emitter
from bench.workloads.notation import Binary, Expression, Filter, Node, assigned


class Python(Emitter):
    """Expressions are Python."""

    def literal(self, value: str | int | float) -> str:
        return repr(value)

    def path(self, names: tuple[str, ...]) -> str:
        return names[0] + "".join(f"[{name!r}]" for name in names[1:])

    def filtered(self, value: Expression, filters: tuple[Filter, ...]) -> str:
        text = self.expression(value)
        for each in filters:
            match each.name:
                case "truncate":
                    text = f"truncate({text}, {each.arguments[0]})"
                case "default":
                    text = f"({text} or {each.arguments[0]!r})"
                case "upper":
                    text = f"{text}.upper()"
                case _:
                    text = f"{each.name}({text})"
        return text

    def out(self, value: Expression, filters: tuple[Filter, ...]) -> str:
        return f"${{{self.filtered(value, filters)}}}"


class Mako(Python):
    def condition(self, branches: list[tuple[Expression, list[Node]]], otherwise: list[Node] | None) -> str:
        text = "".join(
            f"\n% {'elif' if number else 'if'} {self.expression(test)}:\n{self.body(body)}"
            for number, (test, body) in enumerate(branches)
        )
        if otherwise is not None:
            text += "\n% else:\n" + self.body(otherwise)
        return text + "\n% endif\n"

    def loop(self, variable: str, over: Expression, body: list[Node]) -> str:
        return f"\n% for {variable} in {self.expression(over)}:\n{self.body(body)}\n% endfor\n"

    def assign(self, variable: str, value: Expression) -> str:
        return f"<% {variable} = {self.expression(value)} %>"

    def include(self, name: str) -> str:
        return f'<%include file="{name}"/>'


class Chameleon(Python):
    """TAL has no else: the rest stands inside the complement of each condition. Parts must be well-formed."""

    inlined = True

    def attribute(self, value: Expression) -> str:
        text = self.expression(value)
        for char, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;")):
            text = text.replace(char, entity)
        return text

    def condition(self, branches: list[tuple[Expression, list[Node]]], otherwise: list[Node] | None) -> str:
        text = "".join(
            f'<tal:block define="_c bool({self.attribute(test)})"><tal:block condition="_c">{self.body(body)}'
            '</tal:block><tal:block condition="not _c">'
            for test, body in branches
        )
        return text + self.body(otherwise or []) + "</tal:block></tal:block>" * len(branches)

    def loop(self, variable: str, over: Expression, body: list[Node]) -> str:
        return f'<tal:block repeat="{variable} {self.expression(over)}">{self.body(body)}</tal:block>'

    def assign(self, variable: str, value: Expression) -> str:
        return f"<?python {variable} = {self.expression(value)} ?>"


class _Scoped(Emitter):
    """Languages in which data of the whole template is reached through a root object."""

    root = ""

    def path(self, names: tuple[str, ...]) -> str:
        return ("" if names[0] in self.variables else self.root) + ".".join(names)

    def looped(self, variable: str, body: list[Node]) -> str:
        self.variables.append(variable)
        text = self.body(body)
        self.variables.pop()
        return text


class Eta(_Scoped):
    operators: ClassVar[dict[str, str]] = {"and": "&&", "or": "||", "==": "===", "!=": "!=="}
    root = "it."

    def emit(self, nodes: list[Node]) -> str:
        self.variables = assigned(nodes)
        self.declared: set[str] = set()
        return self.body(nodes)

    def out(self, value: Expression, filters: tuple[Filter, ...]) -> str:
        text = self.expression(value)
        for each in filters:
            match each.name:
                case "truncate":
                    text = f"it.trunc({text}, {each.arguments[0]})"
                case "default":
                    text = f"({text} || {self.literal(each.arguments[0])})"
                case "upper":
                    text = f"{text}.toUpperCase()"
                case _:
                    text = f"it.{each.name}({text})"
        return f"<%= {text} %>"

    def condition(self, branches: list[tuple[Expression, list[Node]]], otherwise: list[Node] | None) -> str:
        text = "".join(
            f"<% {'} else ' if number else ''}if ({self.expression(test)}) {{ %>{self.body(body)}"
            for number, (test, body) in enumerate(branches)
        )
        if otherwise is not None:
            text += "<% } else { %>" + self.body(otherwise)
        return text + "<% } %>"

    def loop(self, variable: str, over: Expression, body: list[Node]) -> str:
        source = self.expression(over)
        return f"<% for (const {variable} of {source}) {{ %>{self.looped(variable, body)}<% }} %>"

    def assign(self, variable: str, value: Expression) -> str:
        first = "" if variable in self.declared else "let "
        self.declared.add(variable)
        return f"<% {first}{variable} = {self.expression(value)} %>"

    def include(self, name: str) -> str:
        return f"<%~ include('@{name}', it) %>"


class Handlebars(_Scoped):
    """Every operator is a helper."""

    operators: ClassVar[dict[str, str]] = {
        "==": "eq", "!=": "ne", "<": "lt", ">": "gt", "<=": "le", ">=": "ge", "*": "mul", "+": "plus", "-": "minus"
    }  # fmt: skip
    names: ClassVar[dict[str, str]] = {"truncate": "trunc", "default": "dflt"}
    root = "@root."

    def expression(self, value: Expression, top: bool = True) -> str:
        if isinstance(value, Binary):
            name = self.operators.get(value.operator, value.operator)
            return f"({name} {self.expression(value.left)} {self.expression(value.right)})"
        return super().expression(value)

    def out(self, value: Expression, filters: tuple[Filter, ...]) -> str:
        text = self.expression(value)
        for each in filters:
            arguments = "".join(" " + self.literal(argument) for argument in each.arguments)
            text = f"({self.names.get(each.name, each.name)} {text}{arguments})"
        return f"{{{{{text[1:-1] if text.startswith('(') else text}}}}}"

    def condition(self, branches: list[tuple[Expression, list[Node]]], otherwise: list[Node] | None) -> str:
        text = "".join(
            f"{{{{{'else if' if number else '#if'} {self.expression(test)}}}}}{self.body(body)}"
            for number, (test, body) in enumerate(branches)
        )
        if otherwise is not None:
            text += "{{else}}" + self.body(otherwise)
        return text + "{{/if}}"

    def loop(self, variable: str, over: Expression, body: list[Node]) -> str:
        source = self.expression(over)
        return f"{{{{#each {source} as |{variable}|}}}}{self.looped(variable, body)}{{{{/each}}}}"

    def assign(self, variable: str, value: Expression) -> str:
        return f'{{{{setvar "{variable}" {self.expression(value)}}}}}'

    def include(self, name: str) -> str:
        return f"{{{{> {name}}}}}"
