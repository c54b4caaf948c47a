"""Attributes of tags: known, required, with values that fit."""

from __future__ import annotations

from collections.abc import Sequence

from dovetail.engine.analysis.findings import Part
from dovetail.engine.tags.attributes import named
from dovetail.errors import did_you_mean
from dovetail.grammar import nodes
from dovetail.grammar.mistakes import CONDITION_WORDS, OPERATOR_MISSING, VALUE_FOLLOWERS
from dovetail.grammar.vocabulary import TAGS
from dovetail.grammar.vocabulary_functions import FUNCTIONS

FUNCTION_TAGS = frozenset(spec.name for spec in FUNCTIONS)
SCOPES = ("local", "parent", "root", "tpl_root", "global", "smarty")
_OUTPUT_FLAGS = frozenset({"nofilter", "nocache"})
_OUTPUT_ATTRIBUTES = frozenset({"assign", "nofilter", "nocache", "scope", "noscope"})


class AttributeRules(Part):
    """Checks what stands in tags beside expressions."""

    def head(self, node: nodes.Tag, base: int) -> None:
        """Check what stands in a tag behind its name."""
        spec, head = TAGS.get(node.name), node.head
        inside = base + node.inside
        if node.name == "":
            if isinstance(head, nodes.Head) and head.value is None:
                self.report("syntax", "an empty tag", node.span, base)
            elif isinstance(head, nodes.Head):
                self.output_attributes(head.attributes, inside)
            return
        # Of a head that could not be read there is a finding already.
        if spec is None or head is nodes.BROKEN_HEAD:
            return
        if spec.form == "condition":
            for section in node.sections:
                if section.name in {node.name, "elseif"} and isinstance(section.head, nodes.Head):
                    self.condition(section.head, base + section.inside)
            return
        if isinstance(head, nodes.AssignToHead | nodes.ForHead):
            given: tuple[nodes.Attribute, ...] = head.attributes if isinstance(head, nodes.ForHead) else ()
        else:
            given = head.attributes
        if isinstance(head, nodes.ForeachHead):
            self.bare_word(head.subject, inside)
        values, flags, extra = named(spec, given)
        if node.name == "foreach":
            self.bare_word(values.get("from"), inside)
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
            common = () if spec.name in {"ldelim", "rdelim"} else ("nocache", "nofilter")
            if flag not in spec.flags and flag not in common:
                self.report("attribute", f"`{{{node.name}}}` does not know `{flag}`", node.span, base)
        if isinstance(head, nodes.Head):
            for name in spec.required:
                if name not in values:
                    self.report("attribute", f"`{{{node.name}}}` needs `{name}`", node.span, base, f"add {name}=…")
        if isinstance(head, nodes.Head) and head.uses and node.name not in FUNCTION_TAGS:
            self.report("syntax", f"`{{{node.name}}}` takes no modifiers", head.uses[0].span, inside)
        if node.name == "section":
            label = values.get("name")
            if isinstance(label, nodes.Constant) and not str(label.value).isidentifier():
                message = "a section's name is made of letters, digits and underscores"
                self.report("attribute", message, label.span, inside)
        if node.name == "function":
            self.function_name(values.get("name"), flags, node, base)
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

    def condition(self, head: nodes.Head, inside: int) -> None:
        """Check what stands behind a condition, and that it compares."""
        for attribute in head.attributes[:1]:
            written = self.source.text[attribute.span.start + inside : attribute.span.end + inside]
            word = written.split(maxsplit=1)[0] if written.strip() else ""
            if word not in _OUTPUT_FLAGS:
                # Smarty reads over it, and so do old templates.
                message = "what stands behind the condition has no effect"
                advice = CONDITION_WORDS.get(word.lower(), OPERATOR_MISSING)
                self.report("condition-rest", message, attribute.span, inside, advice, "warning")
        self.bare_word(head.value, inside)
        if isinstance(head.value, nodes.Assignment):
            target = head.value.target
            name = f"`${target.name}`" if isinstance(target, nodes.Variable) else "a value"
            message = f"this condition sets {name}, it compares nothing"
            self.report("condition-sets", message, head.value.span, inside, "use `==` to compare", "warning")

    def bare_word(self, value: nodes.Expression | nodes.Assignment | None, inside: int) -> None:
        """Warn of a word where only a variable makes sense."""
        if isinstance(value, nodes.Word):
            meant = f"${value.name}"
            message = f"`{value.name}` is a text here, not a variable"
            self.report("bare-word", message, value.span, inside, f"write `{meant}`", "warning", meant)

    def function_name(self, name: nodes.Expression | None, flags: Sequence[str], node: nodes.Tag, base: int) -> None:
        """Check that a template function has a name that can be called."""
        if "nocache" in flags:
            self.report("attribute", "`{function}` does not know `nocache`", node.span, base)
        plain = name.name if isinstance(name, nodes.Word) else name.value if isinstance(name, nodes.Constant) else None
        if name is not None and (not isinstance(plain, str) or not plain.isidentifier() or not plain.isascii()):
            message = "the name of a template function is made of letters, digits and underscores"
            self.report("attribute", message, node.span, base)

    def output_attributes(self, attributes: Sequence[nodes.Attribute], inside: int) -> None:
        """Check what stands behind a printed or assigned value."""
        for attribute in attributes:
            value = attribute.value
            if attribute.name == "":
                if not (isinstance(value, nodes.Word) and value.name in _OUTPUT_FLAGS):
                    message = "something stands behind the value"
                    advice = VALUE_FOLLOWERS.get(type(value).__name__, OPERATOR_MISSING)
                    self.report("syntax", message, attribute.span, inside, advice)
            elif attribute.name == "scope":
                self.scope(value, inside)
            elif attribute.name not in _OUTPUT_ATTRIBUTES:
                advice = did_you_mean(attribute.name, sorted(_OUTPUT_ATTRIBUTES))
                self.report(
                    "attribute", f"an output has no attribute `{attribute.name}`", attribute.span, inside, advice
                )

    def scope(self, value: nodes.Expression, inside: int) -> None:
        """Check that a scope exists."""
        word = (
            value.name if isinstance(value, nodes.Word) else value.value if isinstance(value, nodes.Constant) else None
        )
        if word not in SCOPES:
            advice = did_you_mean(str(word), SCOPES) or f"use {', '.join(SCOPES)}"
            self.report("attribute", f"`{word}` is no scope", value.span, inside, advice)

    def jump(self, node: nodes.Tag, base: int, loops: int) -> None:
        """Check that `{break}` and `{continue}` stand within enough loops."""
        values, _, _ = named(TAGS[node.name], node.head.attributes if isinstance(node.head, nodes.Head) else ())
        levels = values.get("levels")
        count = levels.value if isinstance(levels, nodes.Constant) else 1 if levels is None else None
        if not isinstance(count, int) or isinstance(count, bool) or count < 1:
            self.report("attribute", f"`{{{node.name}}}` takes a number of loops", node.span, base)
        elif count > loops:
            where = "outside any loop" if loops == 0 else f"in {loops} loop(s), not {count}"
            advice = f"use `{{{node.name}}}` within {{foreach}}, {{for}}, {{while}} or {{section}}"
            self.report("jump", f"`{{{node.name}}}` stands {where}", node.span, base, advice)
