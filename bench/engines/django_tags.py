"""What Django's language lacks for the workloads: arithmetic, `money`, and variables that a loop can sum up in."""

from __future__ import annotations

from django import template
from django.template.base import FilterExpression, Node, Parser, Token
from django.template.context import Context

from bench.engines.formats import money, truncate

register = template.Library()
register.filter("money", money)
register.filter("trunc", truncate)
register.filter("mul", lambda left, right: left * right)
register.filter("plus", lambda left, right: left + right)
register.filter("minus", lambda left, right: left - right)


class SetVariable(Node):
    """Sets the variable where it is already, else for the whole template."""

    def __init__(self, name: str, value: FilterExpression) -> None:
        self.name = name
        self.value = value

    def render(self, context: Context) -> str:
        value = self.value.resolve(context)
        for scope in reversed(context.dicts):
            if self.name in scope:
                scope[self.name] = value
                return ""
        context.dicts[1][self.name] = value
        return ""


@register.tag
def setvar(parser: Parser, token: Token) -> SetVariable:
    _, name, value = token.split_contents()
    return SetVariable(name, parser.compile_filter(value))
