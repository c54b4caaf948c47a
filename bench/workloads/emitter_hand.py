"""From the neutral tree to the Python that one would write by hand: the baseline.

Keys are looked up directly, text is appended in runs, and its author knows which fields are numbers, which need
no escape. Written out by a program only because W1 has 43 KB of text.
"""

from __future__ import annotations

from bench.workloads.emitters_code import Python
from bench.workloads.notation import Expression, Filter, For, If, Node, Out, Path, Set, Text

_NUMBERS = {"frequency", "id", "items", "month", "open_cart", "points", "qty", "reviews", "stock", "weeks", "year"}


class Hand(Python):
    inlined = True

    def emit(self, nodes: list[Node]) -> str:
        lines = ["def render(recipient=None, mailing=None, products=None, rows=None):", "    out = []"]
        lines += self.statements(nodes, "    ")
        return "\n".join([*lines, '    return "".join(out)', ""])

    def out(self, value: Expression, filters: tuple[Filter, ...]) -> str:
        text = self.filtered(value, filters)
        if filters and filters[-1].name == "money":
            return text
        if isinstance(value, Path) and value.names[-1] in _NUMBERS:
            return f"str({text})"
        if isinstance(value, Path) and value.names == ("c",):
            return f"escape({text}) if type({text}) is str else str({text})"
        return f"escape({text})"

    def statements(self, nodes: list[Node], indent: str) -> list[str]:
        lines: list[str] = []
        run: list[str] = []
        for node in nodes:
            match node:
                case Text(text):
                    run.append(repr(text))
                    continue
                case Out(value, filters):
                    run.append(self.out(value, filters))
                    continue
            lines += self.written(run, indent)
            run = []
            match node:
                case If(branches, otherwise):
                    for number, (test, body) in enumerate(branches):
                        lines.append(f"{indent}{'elif' if number else 'if'} {self.expression(test)}:")
                        lines += self.statements(body, indent + "    ")
                    if otherwise is not None:
                        lines += [f"{indent}else:", *self.statements(otherwise, indent + "    ")]
                case For(variable, over, body):
                    lines.append(f"{indent}for {variable} in {self.expression(over)}:")
                    lines += self.statements(body, indent + "    ")
                case Set(variable, value):
                    lines.append(f"{indent}{variable} = {self.expression(value)}")
                case _:
                    raise SyntaxError("includes stand in their place here")
        return lines + self.written(run, indent)

    def written(self, run: list[str], indent: str) -> list[str]:
        return [f"{indent}out += ({', '.join(run)},)"] if run else []
