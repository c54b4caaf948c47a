"""Statements of the quick form: variables are Python's locals, fields are read from plain dictionaries."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager

from dovetail.engine import native
from dovetail.engine.compiler.expressions import Code, Expressions
from dovetail.engine.compiler.options import Options
from dovetail.engine.compiler.pieces import Piece, marked_safe, merged
from dovetail.engine.compiler.quick.assignments import QuickAssignments
from dovetail.engine.compiler.quick.expressions import Holder, QuickExpressions
from dovetail.engine.compiler.quick.loops import compile_quick_foreach
from dovetail.engine.compiler.quick.paths import Path, Printed, gap, path_of, printed_of
from dovetail.engine.compiler.quick.runs import Runs, runs_of
from dovetail.engine.compiler.quick.survey import (
    FOLLOWED,
    NotQuick,
    Survey,
    assigned_by,
    printed_in,
    shown_in_several,
    written_in,
)
from dovetail.engine.compiler.statements import Statements
from dovetail.engine.frames import SHORT_PILED
from dovetail.grammar import nodes
from dovetail.source import Source

_LOOKED_AFTER = 8
"""After so many statements that write, the size of the output is looked at."""


class QuickStatements(Statements):
    """Compiles one template into its quick form.

    `doubts` are paths that earlier runs found not to be what the quick form expects: they are read as in the
    plain form. `passing`: the form is for one mailing, and its texts need not stand in its source.

    Raises:
        NotQuick: the template cannot have one.
    """

    def __init__(
        self,
        source: Source,
        options: Options,
        found: Survey,
        doubts: frozenset[Path],
        *,
        encoded: bool,
        passing: bool,
        unknown_modifiers: frozenset[str],
    ) -> None:
        super().__init__(source, options, gathering=False, unknown_modifiers=unknown_modifiers)
        if options.default_modifiers:
            raise NotQuick("default modifiers")
        self.quick = QuickExpressions(self)
        self.expressions = self.quick
        self.plain = Expressions(self)
        self.assignments = QuickAssignments(self)
        self.runs = Runs(self.held if passing else None, encoded=encoded)
        self.found = found
        self.doubts = doubts
        self.through = found.opaque or any((name,) in doubts for name in found.written)
        """Whether assignments go to the mapping of variables too, for tags that read it."""
        self.given: set[str] = {
            name
            for name in found.names
            if name not in found.written and name not in found.quiet and (name,) not in doubts
        }
        """Variables that are surely set: the template only reads them, and looks for them at once."""
        self.holders: dict[Path, Holder] = {}
        """What surely has fields at a path."""
        self.here = 0
        """The place of the present tag."""
        self.over: str | None = None
        """The item of the loop whose body is being written as one run, if it can be."""
        self.loop_locals: dict[str, str] = {}
        """Running loops by the names of their items."""
        self.causes: dict[Path, int] = {}
        """Paths by the numbers under which a run says that they are not what they should be."""
        self.paths: set[Path] = set()
        """All paths that are read without a question."""
        self.printed_at: dict[int, set[Path]] = {}
        self._unlooked = 0
        self._locals: dict[str, str] = {}
        self.texts: dict[Printed, str] = {}
        """Locals that hold what a value prints."""
        self.repeated: set[Printed] = set()
        """What the loops around print more than once of their items in a round."""
        self._outer: list[tuple[dict[Path, Holder], dict[Printed, str]]] = []
        self._constants: dict[str, str] = {}
        self._several: set[Printed] = set()

    @property
    def nested(self) -> bool:
        """Whether the present place is inside a value: its Python function cannot set the locals around it."""
        return self._in_string

    # --- names

    def local(self, name: str) -> str:
        """The Python name of a variable."""
        known = self._locals.get(name)
        if known is None:
            plain = name if name.isascii() and name.isidentifier() else str(len(self._locals))
            known = self._locals[name] = f"x_{plain}"
        return known

    def constant(self, text: str) -> str:
        """A name for a text that cannot be written out where it is used."""
        return self._constants.setdefault(text, f"K{len(self._constants)}")

    def cause(self, path: Path) -> int:
        """The number of a path in `causes`."""
        return self.causes.setdefault(path, len(self.causes))

    def doubted(self, path: Path) -> bool:
        """Whether a path is to be read as in the plain form."""
        return path in self.doubts

    def sure(self, path: Path) -> bool:
        """Whether nothing on the way down a path was found to be odd or missing: it can be read before it has to be."""
        return not any(self.doubted(path[:end]) or self.doubted(gap(path[:end])) for end in range(1, len(path) + 1))

    def reads(self, path: Path) -> None:
        """A path is read without a question."""
        self.paths.add(path)
        self.printed_at.setdefault(self.here, set()).add(path)

    def forget(self, names: set[str]) -> None:
        """Variables change: what was known of the things below them no longer holds, here and further out."""
        for holders, texts in ((self.holders, self.texts), *self._outer):
            for path in [path for path in holders if path[0] in names]:
                del holders[path]
            for printed in [printed for printed in texts if printed[0][0] in names]:
                del texts[printed]

    # --- functions and bodies

    def prologue(self) -> None:
        """The locals that every function has."""
        super().prologue()
        self.writer.line(f"mark = {SHORT_PILED}", 0)
        for name in self.found.names:
            if name in self.given:
                self.paths.add((name,))
                self.writer.line(f"{self.local(name)} = v[{name!r}]", 0)
            else:
                self.load([name])

    def load(self, names: Iterable[str]) -> None:
        """Take variables from their mapping."""
        for name in names:
            if not self.doubted((name,)):
                self.writer.line(f"{self.local(name)} = v.get({name!r}, ABSENT)", self.here)

    @contextmanager
    def definition(self, header: str, offset: int) -> Generator[None]:
        """A function of the module, written apart from the present one."""
        given = self.given
        self.given = set()
        outer = (self.holders, self.texts, self._outer, self.loop_locals)
        self.holders, self.texts, self._outer, self.loop_locals = {}, {}, [], {}
        with super().definition(header, offset):
            yield
        self.holders, self.texts, self._outer, self.loop_locals = outer
        self.given = given

    def body(self, body: Sequence[nodes.Node], *, flush: bool = True) -> None:
        """All nodes of a body; what is known inside is not known behind it."""
        self._outer.append((self.holders, self.texts))
        expressions = self.expressions
        if expressions is self.quick:
            self.holders, self.texts = dict(self.holders), dict(self.texts)
        else:
            # The body of a tag that the quick form does not follow: it may have changed anything.
            self.holders, self.texts, self.expressions = {}, {}, self.quick
            self.load(self.found.names)
        super().body(body, flush=flush)
        (self.holders, self.texts), self.expressions = self._outer.pop(), expressions

    def captured_value(self, parts: tuple[nodes.Node, ...]) -> str:
        """A Python expression for the output of nodes; its function is written before the statement."""
        self._outer.append((self.holders, self.texts))
        self.holders, self.texts = {}, {}
        text = super().captured_value(parts)
        self.holders, self.texts = self._outer.pop()
        return text

    def template(self, name: str, tree: nodes.Tree) -> None:
        """The function of a whole template."""
        self._several = shown_in_several(tree.nodes)
        super().template(name, tree)

    def show_before(self, values: Mapping[Printed, nodes.Expression]) -> None:
        """Show what a tag prints before it begins, where that is surely there and nothing in the template sets it."""
        if not self.escapes or self.filters:
            return
        for printed, value in values.items():
            path = printed[0]
            if path[0] not in self.found.written and self.sure(path):
                self.printed_text(printed, value)

    def _tag(self, node: nodes.Tag) -> None:
        outer, self.here = self.here, node.span.start if not self._in_string else self.here
        if node.name == "foreach" and not self._in_string:
            before, self.base = self.base, self.base + node.inside
            compile_quick_foreach(self, node)
            self.base = before
        elif node.name in FOLLOWED:
            if node.name == "capture":
                self.forget(written_in((node,)))
            elif node.name == "if" and self._several and len(self._outer) == 1:
                values = printed_in((node,))
                self.show_before({printed: values[printed] for printed in values if printed in self._several})
            super()._tag(node)
            if node.name == "capture":
                self.flush()
                # `append` is an assignment like others; what `assign` sets is in the mapping only.
                self.load(assigned_by(node))
        else:
            # Its own expressions are read from the mapping of variables, which it changes.
            self.expressions = self.plain
            super()._tag(node)
            self.expressions = self.quick
            self._reload()
        self.here = outer

    def _reload(self) -> None:
        """A tag may have set any variable."""
        self.flush()
        self.forget(set(self.found.names))
        self.load(self.found.names)

    # --- output

    def printed_piece(self, node: nodes.Expression, offset: int, *, raw: bool) -> Piece:
        """What an output tag prints, as a piece."""
        printed = None if raw or self.filters or not self.escapes else printed_of(node)
        if printed is not None and self.over is not None:
            # Nothing can be written before the run: what is there already is taken.
            known = self.texts.get(printed)
            if known is not None:
                return Piece(known, offset)
        elif printed is not None and self._again(printed):
            return self.printed_text(printed, node)._replace(offset=offset)
        return self._piece(node, offset, raw=raw)

    def _again(self, printed: Printed) -> bool:
        everywhere = self.found.printed.get(printed, 0) > 1 and printed[0][0] not in self.found.written
        return everywhere or printed in self.repeated

    def compared_again(self, path: Path) -> bool:
        """Whether a path is compared several times, and can be read before the first of these statements."""
        return self.found.compared.get(path, 0) > 1 and self.sure(path)

    def printed_text(self, printed: Printed, node: nodes.Expression) -> Piece:
        """A local with what a value prints, for one that is printed more than once."""
        local = self.texts.get(printed)
        if local is None:
            code = self.runs.shown(self._piece(node, self.here, raw=False))
            local = self.texts[printed] = self.quick.temporary("s")
            self.writer.line(f"{local} = {code}", self.here)
        return Piece(local, self.here, local=printed)

    def _in_utf8(self, piece: Piece) -> str:
        """A local with the UTF-8 of what a local holds."""
        assert piece.local is not None
        path, modifiers = piece.local
        key = (path, (*modifiers, "utf8"))
        local = self.texts.get(key)
        if local is None:
            local = self.texts[key] = f"{piece.code}_utf8"
            self.writer.line(f"{local} = {piece.code}.encode()", piece.offset)
        return local

    def _of_item(self, node: nodes.Expression, offset: int, *, raw: bool) -> Piece | None:
        """What is printed of the item of a loop that is written as one run."""
        path = path_of(node)
        uses: tuple[nodes.ModifierUse, ...] = ()
        if isinstance(node, nodes.Modified):
            path, uses = path_of(node.base), node.uses
        if path is None or path[0] != self.over or self.filters:
            return None
        if not self.sure(path):
            return None
        for end in range(1, len(path) + 1):
            self.reads(path[:end])
        piece = Piece(self.local(path[0]), offset, keys=path[1:], item=True)
        if not uses:
            return piece._replace(shown="t" if raw or not self.escapes else "h")
        code = self.quick.modify(uses[0], Code("_", "raw")) if len(uses) == 1 else None
        if code is None or code.number is None or (code.kind != "clean" and self.escapes and not raw):
            return None
        return piece._replace(shown="n", format=code.number[1])

    def _piece(self, node: nodes.Expression, offset: int, *, raw: bool) -> Piece:
        if self.over is not None:
            item = self._of_item(node, offset, raw=raw)
            if item is not None:
                return item
        code, safe = self.quick.raw(node), raw or not self.escapes
        for use in self.filters:
            code = self.quick.modify(use, code)
        if code.number is not None and native.COMPILED and (code.kind == "clean" or safe):
            return Piece(code.number[0], offset, shown="n", format=code.number[1])
        if code.kind == "clean":
            return Piece(code.text, offset)
        unescaped = safe or marked_safe(node) or isinstance(node, nodes.TagValue)
        if code.kind == "raw":
            return Piece(code.text, offset, shown="t" if unescaped else "h")
        if code.kind in {"int", "bool", "null"} or unescaped:
            return Piece(self.quick.text(code), offset)
        return Piece(code.text, offset, shown="h")

    def _output_or_assignment(self, node: nodes.Tag) -> None:
        head = node.head
        assert isinstance(head, nodes.Head)
        named = any(attribute.name for attribute in head.attributes)
        if isinstance(head.value, nodes.Assignment) or head.value is None or named:
            super()._output_or_assignment(node)
            if named and not isinstance(head.value, nodes.Assignment):
                self._reload()
            return
        flags = {a.value.name for a in head.attributes if isinstance(a.value, nodes.Word)}
        self._pending.append(self.printed_piece(head.value, self.at(node), raw="nofilter" in flags))
        self._eats = False

    def check_output(self, offset: int) -> None:
        """Look at the size of the output now and then, in a loop."""
        if self.nested:
            # A function within the function cannot set its locals.
            piled = f"len({self.output}) - {self.output}.counted > {SHORT_PILED}"
            self.writer.line(f"if {piled}: rt.folded({self.output})", offset)
        else:
            self.writer.line(f"if len({self.output}) > mark: mark = rt.folded({self.output})", offset)

    def flush(self) -> None:
        """Write the collected output before a statement of another kind."""
        pending = merged(self._pending)
        self._pending = []
        for run in runs_of(pending):
            self.runs.write(self.writer, self.output, run, self._in_utf8, nested=self.nested)
            self._unlooked += 1
            if self._unlooked == _LOOKED_AFTER:
                self._unlooked = 0
                self.check_output(run[-1].offset)

    def run_over(self, item: str, body: Sequence[nodes.Node]) -> list[Piece] | None:
        """The body of a loop as one run whose values are the item's or the same in each round; None if it is none."""
        if not native.COMPILED or not all(map(_plain, body)):
            return None
        state = (self._pending, self._eats, self._behind_comment, self._stripping)
        lines = len(self.writer.lines)
        self._pending, self.over = [], item
        self.newline("foreach")
        self.body(body, flush=False)
        run, self.over = merged(self._pending), None
        self._pending = state[0]
        if len(self.writer.lines) == lines and any(piece.item for piece in run):
            return run
        del self.writer.lines[lines:], self.writer.offsets[lines:]
        _, self._eats, self._behind_comment, self._stripping = state
        return None

    def finished(self) -> tuple[str, list[int]]:
        """The text of the whole module and the places of its lines."""
        text, offsets = super().finished()
        head = [f"{name} = {value!r}" for value, name in self._constants.items()] + self.runs.declared()
        return "".join(f"{line}\n" for line in head) + text, [0] * len(head) + offsets


def _plain(node: nodes.Node) -> bool:
    return not isinstance(node, nodes.Tag) or (
        node.name == "" and isinstance(node.head, nodes.Head) and not isinstance(node.head.value, nodes.Assignment)
    )
