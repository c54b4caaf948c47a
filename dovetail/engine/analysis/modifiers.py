"""Modifiers and functions: known, with enough arguments."""

from __future__ import annotations

from dovetail.engine.analysis.findings import Part
from dovetail.engine.modifiers import MODIFIERS
from dovetail.errors import did_you_mean
from dovetail.grammar import nodes, refused
from dovetail.source import Span

FUNCTIONS = ("isset", "empty")


class ModifierRules(Part):
    """Checks the uses of modifiers and functions."""

    def known_modifier(self, name: str) -> bool:
        """Whether the language of this environment has it."""
        spec = MODIFIERS.get(name)
        return spec is not None and (self.options.extensions or not spec.extension)

    def unknown(self, name: str, what: str, span: Span, base: int) -> None:
        """Report a name that is left out on purpose, that the language has another word for, or that nobody knows."""
        refusal = refused.FUNCTIONS.get(name.lower())
        if refusal is not None:
            self.report("refused", f"`{name}` is not available: {refusal.reason}", span, base, refusal.instead)
            return
        known = [known for known in MODIFIERS if self.known_modifier(known)]
        advice = refused.ALTERNATIVES.get(name.lower()) or did_you_mean(name, known)
        near = advice.split("`")[1] if advice.startswith("did you mean") and what == "modifier" else ""
        self.report("unknown-modifier", f"unknown {what} `{name}`", span, base, advice, mended=near)

    def modifier(self, use: nodes.ModifierUse, base: int) -> None:
        """Check one use behind a value."""
        if use.name in {*FUNCTIONS, "raw"}:
            return
        if not self.known_modifier(use.name):
            if self.options.dialect == "copernica":
                self.result.ignored.add(use.name)
                message = f"the modifier `{use.name}` does not exist and has no effect"
                self.report(
                    "unknown-modifier",
                    message,
                    use.name_span,
                    base,
                    did_you_mean(use.name, sorted(MODIFIERS)),
                    "warning",
                )
            else:
                self.unknown(use.name, "modifier", use.name_span, base)
            return
        self.arguments(use.name, len(use.arguments), use.span, base)

    def arguments(self, name: str, count: int, span: Span, base: int) -> None:
        """Check the number of arguments."""
        spec = MODIFIERS[name]
        usage = ":".join([name, *(p.name if p.required else f"[{p.name}]" for p in spec.parameters)])
        if count < spec.least:
            self.report(
                "arguments",
                f"`{name}` needs {spec.least} argument(s), {count} given",
                span,
                base,
                f"use it as `|{usage}`",
            )
        # Smarty ignores what is too much, and so do templates that rely on it: only a warning.
        elif spec.most is not None and count > spec.most:
            self.report(
                "arguments",
                f"`{name}` takes {spec.most} argument(s), {count} given",
                span,
                base,
                f"use it as `|{usage}`",
                "warning",
            )

    def call(self, node: nodes.Call, base: int) -> None:
        """Check one use as a function."""
        name = node.name if node.name in MODIFIERS else node.name.lower()
        if name in FUNCTIONS:
            if not node.arguments or (name == "empty" and len(node.arguments) > 1):
                self.report(
                    "arguments", f"`{name}` takes {'one argument' if name == 'empty' else 'arguments'}", node.span, base
                )
        elif not self.known_modifier(name):
            self.unknown(node.name, "function", node.span, base)
        else:
            self.arguments(name, max(0, len(node.arguments) - 1), node.span, base)
