"""Expressions with their known parts worked out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from dovetail.engine.compiler.pieces import safe_use
from dovetail.engine.compiler.special import path
from dovetail.engine.specialise.evaluate import OPEN, Evaluator
from dovetail.engine.values import to_text, truth
from dovetail.grammar import nodes
from dovetail.grammar.nodes import Expression
from dovetail.grammar.walk import children, expressions_of

if TYPE_CHECKING:
    from dovetail.engine.specialise.survey import Survey

_LITERAL = (nodes.Constant, nodes.Word, nodes.Known)


class Reducer:
    """Works out what is known of the expressions of one template."""

    def __init__(self, survey: Survey, evaluator: Evaluator) -> None:
        self._survey = survey
        self._evaluator = evaluator

    def value(self, node: Expression, known: Mapping[str, object], raw: bool) -> object:
        """The value, or OPEN."""
        facts = self._survey.expression(node)
        if facts.fixed and not facts.sets and facts.reads <= known.keys():
            return self._evaluator.value(self._survey, node, known, raw)
        return OPEN

    def condition(
        self, node: Expression | nodes.Assignment, known: Mapping[str, object], raw: bool
    ) -> bool | Expression | nodes.Assignment:
        """Whether a condition holds, or what is left of it."""
        if isinstance(node, nodes.Assignment):
            return node
        left = self.expression(node, known, raw)
        return truth(left.value) if isinstance(left, nodes.Known) else left

    def expression(self, node: Expression, known: Mapping[str, object], raw: bool) -> Expression:
        """The expression with its known parts as values. What sets something, or runs tags, is left as it is."""
        if isinstance(node, _LITERAL):
            return node
        facts = self._survey.expression(node)
        if facts.sets or facts.reads.isdisjoint(known):
            return node
        if facts.fixed and facts.reads <= known.keys():
            value = self._evaluator.value(self._survey, node, known, raw)
            return node if value is OPEN else nodes.Known(node.span, value)
        return node if _joins(node) else self._inner(node, known, raw)

    def _inner(self, node: Expression, known: Mapping[str, object], raw: bool) -> Expression:
        def part(inner: Expression) -> Expression:
            return self.expression(inner, known, raw)

        match node:
            case nodes.Interpolated(parts=parts):
                if any(isinstance(inner, nodes.Tag) and inner.name for inner in parts):
                    return node
                return replace(node, parts=tuple(self._in_string(inner, known) for inner in parts))
            case nodes.Index(base=base, key=key):
                if path(node)[1] == "smarty":
                    return node
                return replace(node, base=part(base), key=None if key is None else _key(part(key)))
            case nodes.Call(arguments=items):
                return replace(node, arguments=tuple(replace(item, value=part(item.value)) for item in items))
            case nodes.ArrayLiteral(items=items):
                return replace(
                    node,
                    items=tuple(
                        nodes.ArrayItem(None if item.key is None else part(item.key), part(item.value))
                        for item in items
                    ),
                )
            case nodes.Group(inner=inner):
                return replace(node, inner=part(inner))
            case nodes.Unary(operand=operand):
                return replace(node, operand=part(operand))
            case nodes.Binary():
                return self._binary(node, known, raw)
            case nodes.Test(subject=subject, by=by):
                # In `$a + 2 is div by 3` the test binds to the 2.
                subject = subject if isinstance(subject, nodes.Binary) else part(subject)
                return replace(node, subject=subject, by=None if by is None else part(by))
            case nodes.Ternary():
                return self._ternary(node, known, raw)
            case nodes.Modified(base=base, uses=uses):
                return self._modified(node, base, uses, known, raw)
            case _:
                return node

    def _binary(self, node: nodes.Binary, known: Mapping[str, object], raw: bool) -> Expression:
        left = self.expression(node.left, known, raw)
        if isinstance(left, nodes.Known) and node.operator in {"&&", "||"}:
            held = truth(left.value)
            if held is (node.operator == "||"):
                return nodes.Known(node.span, held)
        return replace(node, left=left, right=self.expression(node.right, known, raw))

    def _ternary(self, node: nodes.Ternary, known: Mapping[str, object], raw: bool) -> Expression:
        condition = self.expression(node.condition, known, raw)
        nothing = nodes.Constant(node.span, None)
        if isinstance(condition, nodes.Known) and node.then is not None:
            # It stays a choice: whether an output is escaped may hang on what kind of expression it is.
            if truth(condition.value):
                return replace(
                    node, condition=condition, then=self.expression(node.then, known, raw), otherwise=nothing
                )
            return replace(
                node, condition=condition, then=nothing, otherwise=self.expression(node.otherwise, known, raw)
            )
        then = None if node.then is None else self.expression(node.then, known, raw)
        return replace(node, condition=condition, then=then, otherwise=self.expression(node.otherwise, known, raw))

    def _modified(
        self,
        node: nodes.Modified,
        base: Expression,
        uses: tuple[nodes.ModifierUse, ...],
        known: Mapping[str, object],
        raw: bool,
    ) -> Expression:
        # A beginning of the chain that is known is worked out, but not what makes an output safe.
        for count in range(len(uses) - 1, 0, -1):
            if not any(map(safe_use, uses[:count])):
                begin = self._survey.beginning(node, count)
                value = self.value(begin, known, raw)
                if value is not OPEN:
                    base, uses = nodes.Known(node.span, value), uses[count:]
                    break
        else:
            base = self.expression(base, known, raw)
        reduced = tuple(
            replace(use, arguments=tuple(self.expression(argument, known, raw) for argument in use.arguments))
            for use in uses
        )
        return replace(node, base=base, uses=reduced)

    def _in_string(self, part: nodes.Node, known: Mapping[str, object]) -> nodes.Node:
        if not isinstance(part, nodes.Tag) or part.name or not isinstance(part.head, nodes.Head):
            return part
        value = part.head.value
        if value is None or isinstance(value, nodes.Assignment):
            return part
        left = self.expression(value, known, raw=True)
        if isinstance(left, nodes.Known):
            return nodes.Text(part.span, to_text(left.value))
        return replace(part, head=replace(part.head, value=left))


def runs_tags(node: Expression | nodes.Assignment) -> bool:
    """Whether there are tags in an expression which are compiled as statements of their own."""
    if isinstance(node, nodes.TagValue):
        return True
    if isinstance(node, nodes.Interpolated):
        return any(
            isinstance(part, nodes.Tag)
            and (
                part.name != ""
                or any(isinstance(inner, nodes.Assignment) or runs_tags(inner) for inner in expressions_of(part.head))
            )
            for part in node.parts
        )
    return any(map(runs_tags, children(node)))


def _key(node: Expression) -> Expression:
    """A key; one that is a known text is written as a constant, which the compiler looks up without a call."""
    if isinstance(node, nodes.Known) and type(node.value) is str:
        return nodes.Constant(node.span, node.value, quoted=True)
    return node


def _joins(node: Expression) -> bool:
    """Whether there is a |cat in it: what it joins hangs on the whole expression."""
    if isinstance(node, nodes.Modified) and any(use.name == "cat" for use in node.uses):
        return True
    return any(map(_joins, children(node)))
