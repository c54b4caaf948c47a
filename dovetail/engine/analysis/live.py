"""What a template wants of integrations: certain asks, unknown names, outputs that show nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from functools import lru_cache

from dovetail.engine.analysis.findings import Analysis, Part
from dovetail.engine.compiler.options import Options
from dovetail.engine.compiler.special import path
from dovetail.engine.ports import Ask
from dovetail.engine.schema import Schema
from dovetail.errors import did_you_mean
from dovetail.grammar import nodes
from dovetail.source import Source, Span

CUSTOMARY = ("profile", "subprofile", "destination", "mailing", "trigger", "event", "template", "account", "timestamp")
"""Variables that mailings have by custom; what is nearly one of them is most likely misspelt."""


class LiveRules(Part):
    """Checks the use of integrations against their schemas. `assigned`: variables that the template sets."""

    def __init__(self, source: Source, options: Options, result: Analysis, schemas: Mapping[str, Schema]) -> None:
        super().__init__(source, options, result)
        self.schemas = schemas
        self.assigned: set[str] = set()
        self._known = (*schemas, *CUSTOMARY)

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
        """Note the ask of a certain path, and warn of names that the schema does not have."""
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

    def prints(self, body: Sequence[nodes.Node]) -> None:
        """Warn of outputs that show a whole entity, or nothing."""
        if not self.schemas:
            return
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
        """Warn of one output."""
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
        """Warn of a variable that nearly is an integration, or one that every mailing has."""
        if name in self.schemas or name in CUSTOMARY or name in self.assigned:
            return
        near = _nearest(name, self._known)
        if near is not None:
            advice = f"did you mean `${near}`?"
            self.report("unknown-name", f"`${name}` is not defined", span, base, advice, "warning")


@lru_cache(maxsize=1024)
def _nearest(name: str, known: tuple[str, ...]) -> str | None:
    """The known name that one is most likely meant to be. Mails repeat their variables, and likeness takes long."""
    return next(iter(get_close_matches(name, known, n=1, cutoff=0.8)), None)


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
