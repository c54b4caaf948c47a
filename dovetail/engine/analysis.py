"""What a template needs and what is wrong with it, read from its tree without running it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from dovetail.engine.compiler.options import Options
from dovetail.engine.compiler.special import KNOWN, path
from dovetail.engine.modifiers import MODIFIERS
from dovetail.engine.ports import Ask
from dovetail.engine.schema import Schema
from dovetail.engine.tags import COMPILERS
from dovetail.engine.tags.attributes import named
from dovetail.errors import Diagnostic, Severity, did_you_mean
from dovetail.grammar import nodes
from dovetail.grammar.parse import unknown_tag_help
from dovetail.grammar.vocabulary import TAGS
from dovetail.grammar.walk import children, expressions_of
from dovetail.source import Span

_FUNCTIONS = ("isset", "empty")
SCOPES = ("local", "parent", "root", "tpl_root", "global", "smarty")
_OUTPUT_FLAGS = frozenset({"nofilter", "nocache"})
_OUTPUT_ATTRIBUTES = frozenset({"assign", "nofilter", "nocache", "scope", "noscope"})
_NAMING = ("assign", "append", "var", "item", "key")
_LOOPS = frozenset({"foreach", "for", "while", "section"})


@dataclass(slots=True)
class Analysis:
    """Findings of a template, the modifiers that have no effect in this dialect, and its certain asks."""

    findings: list[Diagnostic] = field(default_factory=list[Diagnostic])
    ignored: set[str] = field(default_factory=set[str])
    asks: dict[Ask, None] = field(default_factory=dict[Ask, None])
    includes: list[str] = field(default_factory=list[str])

    @property
    def errors(self) -> list[Diagnostic]:
        """The findings that forbid compiling."""
        return [item for item in self.findings if item.severity == "error"]


def analyse(tree: nodes.Tree, options: Options, schemas: Mapping[str, Schema]) -> Analysis:
    """Look at a whole tree."""
    reader = _Reader(tree, options, schemas)
    reader.body(tree.nodes, 0, loops=0, certain=True)
    reader.prints(tree.nodes)
    return reader.result


class _Reader:
    def __init__(self, tree: nodes.Tree, options: Options, schemas: Mapping[str, Schema]) -> None:
        self.tree = tree
        self.options = options
        self.schemas = schemas
        self.result = Analysis()
        self.assigned: set[str] = set()

    def report(
        self, code: str, message: str, span: Span, base: int, advice: str = "", severity: Severity = "error"
    ) -> None:
        at = Span(span.start + base, span.end + base)
        self.result.findings.append(Diagnostic(code, message, self.tree.source, at, advice, severity))

    def body(self, body: Sequence[nodes.Node], base: int, *, loops: int, certain: bool) -> None:
        for node in body:
            if isinstance(node, nodes.Tag):
                self.tag(node, base, loops=loops, certain=certain)

    def tag(self, node: nodes.Tag, base: int, *, loops: int, certain: bool) -> None:
        spec = TAGS.get(node.name)
        inside = base + node.inside
        if (
            node.name
            and node.name != "/strip"
            and node.name not in COMPILERS
            and not (spec and spec.newline == "transparent")
        ):
            advice = unknown_tag_help(node.name, {})
            self.report("unknown-tag", f"unknown tag `{{{node.name}}}`", node.span, base, advice)
            return
        self.head(node, base)
        self.assignments(node)
        for expression in expressions_of(node.head):
            self.expression(
                expression, inside, certain=certain and node.name in {"", "include", "assign", "if", "foreach"}
            )
        for section in node.sections[1:]:
            for expression in expressions_of(section.head):
                self.expression(expression, base + section.inside, certain=False)
        inner_loops = loops + (node.name in _LOOPS)
        for number, section in enumerate(node.sections):
            self.body(
                section.body,
                base,
                loops=inner_loops if number == 0 else loops,
                certain=certain and node.name in {"capture"},
            )
        if node.name in {"break", "continue"}:
            self.jump(node, base, loops)

    def assignments(self, node: nodes.Tag) -> None:
        """Note the variables that a tag sets."""
        head = node.head
        targets: list[nodes.Expression] = []
        if isinstance(head, nodes.Head):
            if isinstance(head.value, nodes.Assignment):
                targets.append(head.value.target)
            values, _, _ = named(TAGS.get(node.name), head.attributes)
            for name in _NAMING:
                value = values.get(name)
                if isinstance(value, nodes.Word):
                    self.assigned.add(value.name)
                elif isinstance(value, nodes.Constant) and isinstance(value.value, str):
                    self.assigned.add(value.value)
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
                self.assigned.add(target.name)

    def head(self, node: nodes.Tag, base: int) -> None:
        spec, head = TAGS.get(node.name), node.head
        inside = base + node.inside
        if node.name == "":
            if isinstance(head, nodes.Head) and head.value is None:
                self.report("syntax", "an empty tag", node.span, base)
            elif isinstance(head, nodes.Head):
                self.output_attributes(head.attributes, inside)
            return
        if spec is None:
            return
        if spec.form == "condition":
            if isinstance(head, nodes.Head) and head.value is None:
                self.report("syntax", f"`{{{node.name}}}` has no condition", node.span, base)
            return
        if isinstance(head, nodes.AssignToHead | nodes.ForHead):
            given: tuple[nodes.Attribute, ...] = head.attributes if isinstance(head, nodes.ForHead) else ()
        else:
            given = head.attributes
        values, flags, extra = named(spec, given)
        known = {*spec.required, *spec.optional}
        for attribute in given:
            if attribute.name and attribute.name not in known and not spec.open:
                advice = did_you_mean(attribute.name, sorted(known)) or f"it knows {', '.join(sorted(known)) or 'none'}"
                self.report(
                    "attribute",
                    f"`{{{node.name}}}` has no attribute `{attribute.name}`",
                    attribute.span,
                    inside,
                    advice,
                )
        for attribute in extra:
            self.report("attribute", f"`{{{node.name}}}` has too many values without a name", attribute.span, inside)
        for flag in flags:
            if flag not in spec.flags and flag not in {"nocache"} and not spec.open:
                self.report("attribute", f"`{{{node.name}}}` does not know `{flag}`", node.span, base)
        if isinstance(head, nodes.Head):
            for name in spec.required:
                if name not in values:
                    self.report("attribute", f"`{{{node.name}}}` needs `{name}`", node.span, base, f"add {name}=…")
        if "scope" in values and "scope" in known:
            self.scope(values["scope"], inside)
        if node.name == "foreach" and isinstance(head, nodes.Head):
            for name in ("item", "key"):
                if isinstance(values.get(name), nodes.Variable):
                    self.report("attribute", f"`{name}` takes a name without `$`", values[name].span, inside)
        if node.name == "include" and isinstance(values.get("file"), nodes.Constant):
            file = values["file"]
            assert isinstance(file, nodes.Constant)
            self.result.includes.append(str(file.value))

    def output_attributes(self, attributes: Sequence[nodes.Attribute], inside: int) -> None:
        for attribute in attributes:
            value = attribute.value
            if attribute.name == "":
                if not (isinstance(value, nodes.Word) and value.name in _OUTPUT_FLAGS):
                    message = "something stands behind the value"
                    advice = "put an operator or a modifier between them; of words only nofilter and nocache may follow"
                    self.report("syntax", message, attribute.span, inside, advice)
            elif attribute.name == "scope":
                self.scope(value, inside)
            elif attribute.name not in _OUTPUT_ATTRIBUTES:
                advice = did_you_mean(attribute.name, sorted(_OUTPUT_ATTRIBUTES))
                self.report(
                    "attribute", f"an output has no attribute `{attribute.name}`", attribute.span, inside, advice
                )

    def scope(self, value: nodes.Expression, inside: int) -> None:
        word = (
            value.name if isinstance(value, nodes.Word) else value.value if isinstance(value, nodes.Constant) else None
        )
        if word not in SCOPES:
            advice = did_you_mean(str(word), SCOPES) or f"use {', '.join(SCOPES)}"
            self.report("attribute", f"`{word}` is no scope", value.span, inside, advice)

    def jump(self, node: nodes.Tag, base: int, loops: int) -> None:
        values, _, _ = named(TAGS[node.name], node.head.attributes if isinstance(node.head, nodes.Head) else ())
        levels = values.get("levels")
        count = levels.value if isinstance(levels, nodes.Constant) else 1 if levels is None else None
        if not isinstance(count, int) or isinstance(count, bool) or count < 1:
            self.report("attribute", f"`{{{node.name}}}` takes a number of loops", node.span, base)
        elif count > loops:
            where = "outside any loop" if loops == 0 else f"in {loops} loop(s), not {count}"
            self.report("jump", f"`{{{node.name}}}` stands {where}", node.span, base)

    # --- expressions

    def expression(self, node: nodes.Expression | nodes.Assignment, base: int, *, certain: bool) -> None:
        match node:
            case nodes.Refused(what=what, text=text):
                self.refused(what, text, node.span, base)
            case nodes.Modified(uses=uses):
                for use in uses:
                    self.modifier(use, base)
            case nodes.Call():
                self.call(node, base)
            case nodes.Index():
                self.index(node, base, certain=certain)
                keys, name = path(node)
                if name == "smarty":
                    for key in keys:
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
                self.unknown_identifier(name, node.span, base)
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

    def known_modifier(self, name: str) -> bool:
        spec = MODIFIERS.get(name)
        return spec is not None and (self.options.extensions or not spec.extension)

    def modifier(self, use: nodes.ModifierUse, base: int) -> None:
        if use.name in {*_FUNCTIONS, "raw", "nofilter"}:
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
                advice = did_you_mean(use.name, sorted(MODIFIERS))
                self.report("unknown-modifier", f"unknown modifier `{use.name}`", use.name_span, base, advice)
            return
        self.arguments(use.name, len(use.arguments), use.span, base)

    def arguments(self, name: str, count: int, span: Span, base: int) -> None:
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
        name = node.name if node.name in MODIFIERS else node.name.lower()
        if name in _FUNCTIONS:
            if not node.arguments:
                self.report("arguments", f"`{name}` needs an argument", node.span, base)
        elif not self.known_modifier(name):
            message = f"unknown function `{node.name}`"
            self.report("unknown-modifier", message, node.span, base, did_you_mean(name, sorted(MODIFIERS)))
        else:
            self.arguments(name, max(0, len(node.arguments) - 1), node.span, base)

    def index(self, node: nodes.Index, base: int, *, certain: bool) -> None:
        keys, name = path(node)
        if name == "smarty" and keys:
            first = keys[0].value if isinstance(keys[0], nodes.Constant) else None
            if first not in KNOWN:
                shown = first if isinstance(first, str) else "…"
                self.report(
                    "unknown-special",
                    f"`$smarty.{shown}` is not defined",
                    node.span,
                    base,
                    did_you_mean(str(shown), KNOWN),
                )
            elif first in {"foreach", "section", "for"} and len(keys) < 3:
                self.report(
                    "unknown-special", f"`$smarty.{first}` needs the loop's name and a property", node.span, base
                )
            return
        schema = self.schemas.get(name or "")
        if schema is not None and name is not None and name not in self.assigned and keys:
            self.live(node, name, schema, keys, base, certain=certain)

    def live(
        self,
        node: nodes.Index,
        name: str,
        schema: Schema,
        keys: Sequence[nodes.Expression],
        base: int,
        *,
        certain: bool,
    ) -> None:
        first = keys[0].value if isinstance(keys[0], nodes.Constant) else None
        if not isinstance(first, str):
            return
        member = schema.members.get(first)
        if member is None:
            advice = did_you_mean(first, sorted(schema.members)) or f"there is {', '.join(sorted(schema.members))}"
            self.report("unknown-name", f"`${name}` has no `{first}`", node.span, base, advice, "warning")
            return
        if member.kind != "keyed" or len(keys) < 2:
            return
        key = keys[1]
        plain = key.value if isinstance(key, nodes.Constant) else None
        if certain and isinstance(plain, int | str) and not isinstance(plain, bool):
            self.result.asks[Ask(name, member.collection, plain)] = None
        record = schema.records.get(member.record)
        if record is None or len(keys) < 3:
            return
        field_name = keys[2].value if isinstance(keys[2], nodes.Constant) else None
        if isinstance(field_name, str) and field_name not in record.fields:
            near = did_you_mean(field_name, sorted(record.fields))
            if not record.open:
                self.report("unknown-name", f"`{first}` has no field `{field_name}`", node.span, base, near, "warning")
            elif near:
                message = f"`{field_name}` is no documented field of `{first}`"
                self.report("unknown-name", message, node.span, base, near, "info")

    # --- what is printed without being worth it

    def prints(self, body: Sequence[nodes.Node]) -> None:
        """Warn of outputs that show a whole entity, or nothing."""
        for tag, value in outputs(body):
            node = value.base if isinstance(value, nodes.Modified) else value
            keys, name = path(node) if isinstance(node, nodes.Index) else ([], getattr(node, "name", None))
            schema = self.schemas.get(name or "")
            if schema is None or name in self.assigned or not isinstance(node, nodes.Index | nodes.Variable):
                continue
            self.printed(node, tag.inside, name or "", schema, keys)

    def printed(
        self, node: nodes.Expression, base: int, name: str, schema: Schema, keys: Sequence[nodes.Expression]
    ) -> None:
        members = ", ".join(sorted(schema.members))
        if not keys:
            self.report(
                "prints-nothing",
                f"`${name}` alone prints nothing",
                node.span,
                base,
                f"name what to show: {members}",
                "warning",
            )
            return
        first = keys[0].value if isinstance(keys[0], nodes.Constant) else None
        member = schema.members.get(first) if isinstance(first, str) else None
        if member is None or member.kind == "value":
            return
        if len(keys) == 1:
            message = f"`${name}.{first}` alone prints nothing"
            advice = f"name one: `${name}.{first}.123`" if member.kind == "keyed" else "go through it with {foreach}"
            self.report("prints-nothing", message, node.span, base, advice, "warning")
        elif len(keys) == 2 and member.kind == "keyed":
            record = schema.records.get(member.record)
            fields = ", ".join(list(record.fields)[:5]) if record else ""
            message = f"a whole `{first}` prints its title: a field is missing"
            self.report("whole-record", message, node.span, base, f"name a field: {fields}", "warning")

    def unknown_identifier(self, name: str, span: Span, base: int) -> None:
        """Warn of a variable that nearly is an integration."""
        if name in self.schemas or name in self.assigned:
            return
        near = did_you_mean(name, sorted(self.schemas))
        if near:
            self.report("unknown-name", f"`${name}` is not defined", span, base, near, "warning")


def outputs(body: Sequence[nodes.Node]) -> Iterator[tuple[nodes.Tag, nodes.Expression]]:
    """Every output tag with its expression, nested ones too."""
    for node in body:
        if not isinstance(node, nodes.Tag):
            continue
        head = node.head
        if (
            node.name == ""
            and isinstance(head, nodes.Head)
            and head.value is not None
            and not isinstance(head.value, nodes.Assignment)
        ):
            yield node, head.value
        for section in node.sections:
            yield from outputs(section.body)
