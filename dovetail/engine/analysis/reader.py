"""Goes through a whole tree and has each part looked at by its rules."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from dovetail.engine.analysis.attributes import AttributeRules
from dovetail.engine.analysis.findings import Analysis, Part
from dovetail.engine.analysis.live import LiveRules
from dovetail.engine.analysis.modifiers import ModifierRules
from dovetail.engine.compiler.options import Options
from dovetail.engine.compiler.special import KNOWN, SUPERGLOBALS, path
from dovetail.engine.schema import Schema
from dovetail.engine.tags import COMPILERS
from dovetail.engine.tags.attributes import named
from dovetail.errors import did_you_mean
from dovetail.grammar import nodes, refused
from dovetail.grammar.mistakes import LOOKS_LIKE_A_TAG
from dovetail.grammar.parse import unknown_tag_help
from dovetail.grammar.vocabulary import LOOPS, TAGS
from dovetail.grammar.walk import children, expressions_of
from dovetail.source import Span

SECTION_PROPERTIES = (
    "index", "index_prev", "index_next", "iteration", "rownum", "first", "last", "total", "show", "loop", "start",
    "step", "max",
)  # fmt: skip
_NAMING = ("assign", "append", "var", "item", "key")


def analyse(
    tree: nodes.Tree, options: Options, schemas: Mapping[str, Schema], functions: Collection[str] = ()
) -> Analysis:
    """Look at a whole tree. `functions`: template functions that are known from elsewhere."""
    reader = _Reader(tree, options, schemas)
    reader.functions.update(functions)
    reader.body(tree.nodes, 0, loops=0, certain=True)
    reader.live.prints(tree.nodes)
    return reader.result


class _Reader(Part):
    def __init__(self, tree: nodes.Tree, options: Options, schemas: Mapping[str, Schema]) -> None:
        super().__init__(tree.source, options, Analysis())
        self.attributes = AttributeRules(tree.source, options, self.result)
        self.modifiers = ModifierRules(tree.source, options, self.result)
        self.functions: set[str] = set()
        self.blocks = 0
        self.printed: nodes.Expression | nodes.Assignment | None = None
        self.live = LiveRules(tree.source, options, self.result, schemas)

    def define(self, node: nodes.Tag) -> None:
        """Note the name of a template function: it may be called as a tag from here on."""
        values, _, _ = named(TAGS["function"], node.head.attributes if isinstance(node.head, nodes.Head) else ())
        name = values.get("name")
        if isinstance(name, nodes.Word):
            self.functions.add(name.name)
        elif isinstance(name, nodes.Constant) and isinstance(name.value, str):
            self.functions.add(name.value)

    def body(self, body: Sequence[nodes.Node], base: int, *, loops: int, certain: bool) -> None:
        for node in body:
            if isinstance(node, nodes.Tag):
                self.tag(node, base, loops=loops, certain=certain)
            elif isinstance(node, nodes.Text):
                self.text(node, base)

    def text(self, node: nodes.Text, base: int) -> None:
        """Warn of text that looks like a tag of this or another language."""
        if "{" in node.text and self.options.delimiters.left == "{":
            for match in LOOKS_LIKE_A_TAG.finditer(node.text):
                span = Span(node.span.start + match.start(), node.span.start + match.end())
                name = (match.group("braces") or match.group("blank")).strip()
                meant = f"{{{name}}}" if name.startswith("$") else f"{{${name}}}"
                message = f"`{match.group()}` is shown as it stands"
                advice = f"for a value write {meant}; a brace with a blank behind it begins no tag"
                self.report("shown-as-text", message, span, base, advice, "warning", meant)

    def tag(self, node: nodes.Tag, base: int, *, loops: int, certain: bool) -> None:
        inside = base + node.inside
        if node.name == "function":
            self.define(node)
        known = node.name in COMPILERS or node.name in self.functions or node.name in {"", "strip", "/strip"}
        if not known:
            self.unknown_tag(node, base)
            return
        self.attributes.head(node, base)
        self.assignments(node)
        self.printed = node.head.value if node.name == "" and isinstance(node.head, nodes.Head) else None
        for expression in expressions_of(node.head):
            self.expression(
                expression, inside, certain=certain and node.name in {"", "include", "assign", "if", "foreach"}
            )
        for section in node.sections[1:]:
            for expression in expressions_of(section.head):
                self.expression(expression, base + section.inside, certain=False)
        inner_loops = loops + (node.name in LOOPS)
        self.blocks += node.name == "block"
        for number, section in enumerate(node.sections):
            self.body(
                section.body,
                base,
                loops=inner_loops if number == 0 else loops,
                certain=certain and node.name in {"capture", "nocache", "setfilter"},
            )
        self.blocks -= node.name == "block"
        if node.name in {"break", "continue"}:
            self.attributes.jump(node, base, loops)

    def unknown_tag(self, node: nodes.Tag, base: int) -> None:
        """Report a tag that is left out on purpose, or that nobody knows."""
        refusal = refused.TAGS.get(node.name)
        if refusal is not None:
            message = f"`{{{node.name}}}` is not available: {refusal.reason}"
            self.report("refused", message, node.span, base, refusal.instead)
        else:
            advice = unknown_tag_help(node.name, dict.fromkeys(self.functions))
            self.report("unknown-tag", f"unknown tag `{{{node.name}}}`", node.span, base, advice)

    def assignments(self, node: nodes.Tag) -> None:
        """Note the variables that a tag sets."""
        head = node.head
        targets: list[nodes.Expression] = []
        if isinstance(head, nodes.Head):
            if isinstance(head.value, nodes.Assignment):
                targets.append(head.value.target)
            values = named(TAGS.get(node.name), head.attributes)[0] if head.attributes else {}
            for name in _NAMING if values else ():
                value = values.get(name)
                if isinstance(value, nodes.Word):
                    self.live.assigned.add(value.name)
                elif isinstance(value, nodes.Constant) and isinstance(value.value, str):
                    self.live.assigned.add(value.value)
        elif isinstance(head, nodes.ForeachHead):
            targets += [head.item, *([head.key] if head.key is not None else [])]
        elif isinstance(head, nodes.ForHead):
            targets += [start.target for start in head.starts]
        else:
            targets.append(head.target)
        for target in targets:
            while isinstance(target, nodes.Index):
                target = target.base
            if isinstance(target, nodes.Variable):
                self.live.assigned.add(target.name)

    def expression(self, node: nodes.Expression | nodes.Assignment, base: int, *, certain: bool) -> None:
        match node:
            case nodes.Constant():
                return
            case nodes.Refused(what=what, text=text):
                self.refused(what, text, node.span, base)
            case nodes.Modified(uses=uses):
                for use in uses:
                    self.modifiers.modifier(use, base)
            case nodes.Call():
                self.modifiers.call(node, base)
            case nodes.Index():
                keys, name = path(node)
                self.index(node, keys, name, base, certain=certain)
                if name is not None and keys:
                    # The whole path was looked at; its beginnings are no paths of their own.
                    if name != "smarty":
                        self.live.unknown_identifier(name, Span(node.span.start, node.span.start + len(name) + 1), base)
                    for key in keys:
                        if type(key) is not nodes.Constant:
                            self.expression(key, base, certain=certain)
                    return
            case nodes.LoopProperty(name="", property=prop):
                self.report("syntax", f"`@{prop}` belongs to a loop variable alone", node.span, base)
            case nodes.Variable(name=name) if name == "smarty":
                self.report(
                    "unknown-special",
                    "`$smarty` alone has no value",
                    node.span,
                    base,
                    "name one of " + ", ".join(KNOWN),
                )
            case nodes.Variable(name=name):
                self.live.unknown_identifier(name, node.span, base)
                return
            case nodes.Interpolated(parts=parts):
                self.body(parts, base, loops=0, certain=False)
                return
            case nodes.TagValue(tag=tag):
                self.body((tag,), base, loops=0, certain=False)
                return
            case _:
                pass
        lazy = isinstance(node, nodes.Ternary | nodes.Binary) and (
            isinstance(node, nodes.Ternary) or node.operator in {"&&", "||", "??"}
        )
        for number, child in enumerate(children(node)):
            self.expression(child, base, certain=certain and (number == 0 or not lazy))

    def refused(self, what: str, text: str, span: Span, base: int) -> None:
        reasons = {
            "static": ("PHP classes are not reachable from a template", "assign the value before rendering"),
            "method": ("templates call no methods of objects", "read a property, or use a modifier"),
            "dynamic-member": ("a member whose name is a variable is written with brackets", "use `$x[$name]`"),
        }
        message, advice = reasons.get(what, ("this is not available", ""))
        self.report("refused", f"`{text}`: {message}", span, base, advice)

    def block_variable(self, node: nodes.Index, base: int) -> None:
        """`$smarty.block.child` and `.parent` are tags of their own, within a block."""
        if self.blocks == 0:
            message = "`$smarty.block` stands outside any `{block}`"
            self.report("unknown-special", message, node.span, base, "use it within the block it speaks of")
        elif node is not self.printed:
            message = "`$smarty.block` can only be shown, not calculated with"
            self.report("unknown-special", message, node.span, base, "write {$smarty.block.parent} alone in its tag")

    def index(
        self, node: nodes.Index, keys: list[nodes.Expression], name: str | None, base: int, *, certain: bool
    ) -> None:
        if name == "smarty" and keys:
            first = keys[0].value if isinstance(keys[0], nodes.Constant) else None
            first = first.lower() if isinstance(first, str) else first
            refusal = refused.SPECIALS.get(str(first))
            if refusal is not None:
                message = f"`$smarty.{first}` is not available: {refusal.reason}"
                self.report("refused", message, node.span, base, refusal.instead)
            elif first not in KNOWN and first not in SUPERGLOBALS:
                shown = first if isinstance(first, str) else "…"
                self.report(
                    "unknown-special",
                    f"`$smarty.{shown}` is not defined",
                    node.span,
                    base,
                    did_you_mean(str(shown), KNOWN),
                )
            elif first == "block":
                self.block_variable(node, base)
            elif first == "section" and len(keys) == 3:
                prop = keys[2].value if isinstance(keys[2], nodes.Constant) else None
                if prop not in SECTION_PROPERTIES:
                    advice = did_you_mean(str(prop), SECTION_PROPERTIES)
                    self.report("unknown-special", f"a section has no `{prop}`", node.span, base, advice)
            elif first in {"foreach", "section", "for"} and len(keys) < 3:
                self.report(
                    "unknown-special", f"`$smarty.{first}` needs the loop's name and a property", node.span, base
                )
            return
        schema = self.live.schemas.get(name or "")
        if schema is not None and name is not None and name not in self.live.assigned and keys:
            self.live.live(node, name, schema, keys, base, certain=certain)
