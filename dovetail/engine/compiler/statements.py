"""Template nodes → Python statements.

A template becomes two functions. The plain one is what renders. The *gathering* one is compiled only when
an ask was not answered: each statement stands in a `try`, so that one pass collects as many asks as it can.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from itertools import count

from dovetail.engine.compiler.assignments import Assignments
from dovetail.engine.compiler.defaults import default_uses
from dovetail.engine.compiler.expressions import Code, Expressions
from dovetail.engine.compiler.jumps import Jumps
from dovetail.engine.compiler.options import Options
from dovetail.engine.compiler.pieces import (
    INHERITING,
    Piece,
    marked_safe,
    merged,
    safe_use,
    scope_name,
    tags_in,
    text_piece,
)
from dovetail.engine.compiler.strip import strip_text
from dovetail.engine.compiler.writer import Indented, Writer
from dovetail.engine.frames import PILED
from dovetail.engine.tags import COMPILERS
from dovetail.engine.tags.reuse import compile_call
from dovetail.grammar import nodes
from dovetail.grammar.constants import CONSTANTS
from dovetail.grammar.vocabulary import TAGS
from dovetail.source import Source

_CHECK_EVERY = 16
"""How many values are written before their size is looked at."""

_MOST_GUARDS = 7
"""Statements guarded within each other; Python has 20 nested loops and `try` together in a function."""


class Statements:
    """Compiles one template into the lines of a Python module."""

    def __init__(self, source: Source, options: Options, *, gathering: bool, unknown_modifiers: frozenset[str]) -> None:
        self.source = source
        self.options = options
        self.gathering = gathering
        self.unknown_modifiers = unknown_modifiers
        self.writer = Writer()
        self.numbers = count(1)
        self.expressions = Expressions(self)
        self.assignments = Assignments(self)
        self.held: dict[str, object] = {}
        """Values that have no literal, under the names by which the code knows them."""
        self.modifiers_used: set[str] = set()
        self.tags_used: set[str] = set()
        self.output = "o"
        self.functions: dict[str, str] = {}
        """Template functions defined so far, with the names of their Python functions."""
        self.registrations: list[tuple[str, int]] = []
        """What a template does before anything else: make its functions known."""
        self.filters: tuple[nodes.ModifierUse, ...] = ()
        """Modifiers of the {setfilter} tags around the present place."""
        self.known: set[str] = set()
        """Variables that are surely set at the present place, so that nothing needs to look."""
        self.uses_child = False
        self.in_block: bool = False
        self._definitions: list[Writer] = []
        self.base = 0
        """Where the spans of the tag that is being compiled count from."""
        self.jumps = Jumps(self)
        self._eats: bool = True
        self._behind_comment: bool = False
        self._stripping: bool = False
        self._unchecked = 0
        self._guards = 0
        self._in_string = False
        self._raw = False
        self._pending: list[Piece] = []
        self._outputs: list[str] = []

    @property
    def escapes(self) -> bool:
        """Whether outputs are HTML-escaped here."""
        return self.options.escape_html and not self._in_string and not self._raw

    # --- bodies

    def template(self, name: str, tree: nodes.Tree) -> None:
        """The function of a whole template."""
        tags = tags_in(tree.nodes)
        extends, inherits = "extends" in tags, not tags.isdisjoint(INHERITING)
        self.writer.line(f"def {name}(rt, f, o):", 0)
        with self.writer.indented():
            self.prologue()
            head = len(self.writer.lines)
            if inherits:
                self.writer.line(f"begin_template(rt, child={extends})", 0)
            if extends:
                self.writer.line("shown = o; o = Output(); parents = []", 0)
            self.body(tree.nodes)
            if extends:
                self.writer.line("for parent in parents[-1:]: end_child(rt, parent, f, shown)", 0)
            for line, offset in reversed(self.registrations):
                self.writer.lines.insert(head, "    " + line)
                self.writer.offsets.insert(head, offset)

    def prologue(self) -> None:
        """The locals that every function has."""
        self.writer.line("v = f.variables; get = rt.get; quiet = rt.quiet; settle = rt.settle; leave = again = 0", 0)

    @contextmanager
    def definition(self, header: str, offset: int) -> Generator[None]:
        """A function of the module, written apart from the present one."""
        self.flush()
        outer = (
            self.writer,
            self.output,
            self.jumps.loops,
            self._outputs,
            self._eats,
            self._behind_comment,
            self.in_block,
        )
        known, self.known = self.known, set()
        self.writer, self.output, self.jumps.loops, self._outputs = Writer(), "o", [], []
        self.in_block = header.endswith("b):")
        self.writer.line(header, offset)
        with self.writer.indented():
            yield
            self.flush()
        self._definitions.append(self.writer)
        self.writer, self.output, self.jumps.loops, self._outputs, self._eats, self._behind_comment, self.in_block = (
            outer
        )
        self.known = known

    def finished(self) -> tuple[str, list[int]]:
        """The text of the whole module and the places of its lines."""
        writers = [*self._definitions, self.writer]
        return "".join(writer.source() for writer in writers), [at for writer in writers for at in writer.offsets]

    def body(self, body: Sequence[nodes.Node], *, flush: bool = True) -> None:
        """All nodes of a body, one after the other. What it sets for sure is known to its later nodes only."""
        outer, self.known = self.known, set(self.known)
        for node in body:
            match node:
                case nodes.Tag():
                    self._behind_comment = False
                    self._tag(node)
                case nodes.Text(span=span, text=text, settled=True):
                    self._pending.append(text_piece(text, span.start))
                    self._eats = self._behind_comment = False
                case nodes.Text(span=span, text=text):
                    self._text(text, span.start)
                case nodes.LiteralRegion(span=span, text=text):
                    self._behind_comment = False
                    self._text(text, span.start)
                case nodes.Comment():
                    self._behind_comment = True
                case nodes.BrokenTag():
                    raise AssertionError("broken tags are refused before compilation")
        if flush:
            self.flush()
        self.known = outer

    def _text(self, text: str, offset: int) -> None:
        text = text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text
        if self._in_string:
            if text:
                self._pending.append(text_piece(text, offset))
            return
        if self._stripping:
            text = strip_text(text)
        if self._behind_comment:
            self._behind_comment = False
            text = text.removeprefix("\n")
        if self._eats and text:
            self._eats = False
            text = text.removeprefix("\n")
        if text:
            self._pending.append(text_piece(text, offset))

    def _tag(self, node: nodes.Tag) -> None:
        outer, self.base = self.base, self.base + node.inside
        if node.name == "":
            self._output_or_assignment(node)
        elif node.name == "/strip":
            self._stripping = False
        elif node.name == "strip":
            self._stripping = True
        elif node.name in COMPILERS:
            COMPILERS[node.name](self, node)
        else:
            compile_call(self, node)
        self.base = outer

    def newline(self, name: str, *, close: bool = False) -> None:
        """Apply the rule for a line end directly behind a tag (or its closing tag)."""
        spec = TAGS[name]
        rule = spec.close_newline if close else spec.newline
        if rule != "transparent":
            self._eats = rule == "swallow"

    def eats(self, *, line_end: bool) -> None:
        """Say whether a line end that follows at once disappears."""
        self._eats = line_end

    # --- output

    def emit(self, code: str, offset: int) -> None:
        """Add a Python expression for text to the output, together with its neighbours."""
        self._pending.append(Piece(code, offset))

    def flush(self) -> None:
        """Write the collected output before a statement of another kind."""
        pending, self._pending = merged(self._pending), []
        if not pending:
            return
        self._unchecked += sum(piece.text is None for piece in pending)
        self._write_pieces(pending)
        if self._unchecked >= _CHECK_EVERY:
            self._unchecked = 0
            self.writer.line(f"rt.written({self.output})", pending[-1].offset)

    def _write_pieces(self, pending: list[Piece]) -> None:
        if len(pending) > _CHECK_EVERY and not self.gathering:
            for at in range(0, len(pending), _CHECK_EVERY):
                self._write_pieces(pending[at : at + _CHECK_EVERY])
                if at + _CHECK_EVERY < len(pending):
                    self.writer.line(f"rt.written({self.output})", pending[at].offset)
            return
        if self.gathering:
            # Text is of no use to a gathering run outside captures, but those are read as keys.
            for piece in pending:
                with self.guarded(piece.offset):
                    self.writer.line(f"{self.output}.append({piece.written})", piece.offset)
            return
        if len(pending) == 1:
            self.writer.line(f"{self.output}.append({pending[0].written})", pending[0].offset)
            return
        self.writer.line(f"{self.output} += (", pending[0].offset)
        with self.writer.indented():
            for piece in pending:
                self.writer.line(f"{piece.written},", piece.offset)
        self.writer.line(")", pending[-1].offset)

    def line(self, text: str, offset: int) -> None:
        """A statement; the output collected so far is written first."""
        self.flush()
        self.writer.line(text, offset)

    def indented(self) -> Indented:
        """Statements one step deeper."""
        return self.writer.indented(self.flush)

    def guarded(self, offset: int, pending: Sequence[str] = ()) -> AbstractContextManager[None]:
        """One statement which a gathering run may skip; `pending` are Python targets it would have set."""
        if not self.gathering or self._guards + len(self.jumps.loops) >= _MOST_GUARDS:
            # Deeper ones are skipped together with the statement around them, and ask in a later round.
            return nullcontext()
        return self._guard(offset, pending)

    @contextmanager
    def _guard(self, offset: int, pending: Sequence[str]) -> Generator[None]:
        self.writer.line("try:", offset)
        self._guards += 1
        with self.writer.indented():
            yield
        self._guards -= 1
        self.writer.line("except SKIPPED as reason:", offset)
        with self.writer.indented():
            self.writer.line("rt.skip(reason)", offset)
            for target in pending:
                self.writer.line(f"{target} = PENDING", offset)

    def at(self, node: nodes.Tag) -> int:
        """The place of a tag in the template."""
        return self.base - node.inside + node.span.start

    def _output_or_assignment(self, node: nodes.Tag) -> None:
        head = node.head
        assert isinstance(head, nodes.Head)
        offset = self.at(node)
        value = head.value
        named = {attribute.name: attribute.value for attribute in head.attributes if attribute.name}
        flags = {a.value.name for a in head.attributes if not a.name and isinstance(a.value, nodes.Word)}
        if isinstance(value, nodes.Assignment):
            self.assignments.assign(
                value.target, self.expressions.value(value.value), offset, scope_name(named.get("scope"))
            )
            self._eats = True
            return
        assert value is not None
        if "assign" in named:
            target = named["assign"]
            name = self.expressions.text(self.expressions.code(target))
            code = self.printed(value, offset, raw=True)
            self.flush()
            with self.guarded(offset):
                self.writer.line(f"v[{name}] = {code}", offset)
            self._eats = True
            return
        # The line is written now and the expression's own statements (definitions) before it.
        self.emit(self.printed(value, offset, raw="nofilter" in flags), offset)
        self._eats = False

    def printed(self, node: nodes.Expression, offset: int, *, raw: bool) -> str:
        """A Python expression for what an output tag prints."""
        code, safe = self.expressions.code(node), raw or not self.escapes
        for use in self.filters:
            code = self.expressions.modify(use, code)
        if not raw and self.options.default_modifiers:
            uses = default_uses(self.options.default_modifiers)
            safe = safe or any(safe_use(use) for use in uses)
            for use in uses:
                code = self.expressions.modify(use, code)
        text = self.expressions.text(code)
        if safe or marked_safe(node) or isinstance(node, nodes.TagValue):
            return text
        if code.kind in {"int", "bool", "null"}:
            return text
        return f"escape_html({text})" if code.kind == "str" else f"html_text({code.text})"

    # --- what expressions need

    def hold(self, value: object) -> str:
        """A name for a value that is there before the code runs; the same for the same object."""
        for name, held in reversed(self.held.items()):
            if held is value:
                return name
        name = f"known_{len(self.held) + 1}"
        self.held[name] = value
        return name

    def word(self, name: str) -> Code:
        """An unquoted word: a string, unless it names a constant."""
        if name in CONSTANTS:
            return Code(repr(CONSTANTS[name]))
        return Code(repr(name), "str")

    def interpolated(self, parts: tuple[nodes.Node, ...]) -> str:
        """A Python expression for a double-quoted string."""
        if any(isinstance(part, nodes.Tag) and part.name for part in parts):
            return self.captured_value(parts)
        codes: list[str] = []
        outer_string, self._in_string = self._in_string, True
        for part in parts:
            if isinstance(part, nodes.Text | nodes.LiteralRegion):
                codes.append(repr(part.text))
            elif isinstance(part, nodes.Tag) and isinstance(part.head, nodes.Head) and part.head.value is not None:
                outer, self.base = self.base, self.base + part.inside
                value = part.head.value
                if isinstance(value, nodes.Assignment):
                    self.base = outer
                    self._in_string = outer_string
                    return self.captured_value(parts)
                codes.append(self.expressions.text(self.expressions.code(value)))
                self.base = outer
        self._in_string = outer_string
        return f"rt.joined(({', '.join(codes)},))"

    def captured_value(self, parts: tuple[nodes.Node, ...]) -> str:
        """A Python expression for the output of nodes; its function is written before the statement."""
        name = self.expressions.temporary("part")
        outer_output, outer_pending, outer_eats = self.output, self._pending, self._eats
        outer_string, self._in_string = self._in_string, True
        outer_loops, self.jumps.loops = self.jumps.loops, []
        # The definition may stand before what was collected: it runs where it is called.
        self._pending = []
        self.output = self.expressions.temporary("o")
        self.writer.line(f"def {name}():", self.base)
        with self.writer.indented():
            self.writer.line(f"{self.output} = Output()", self.base)
            self.body(parts)
            self.writer.line(f"return rt.joined({self.output})", self.base)
        self.output, self._eats, self._in_string, self.jumps.loops = outer_output, outer_eats, outer_string, outer_loops
        self._pending = outer_pending
        return f"{name}()"

    # --- loops and captures

    @contextmanager
    def unescaped(self) -> Generator[None]:
        """Outputs within are not HTML-escaped."""
        outer, self._raw = self._raw, True
        yield
        self._raw = outer

    def check_output(self, offset: int) -> None:
        """Look at the size of the output now and then, in a loop."""
        piled = f"len({self.output}) - {self.output}.counted > {PILED}"
        self.writer.line(f"if {piled}: rt.written({self.output})", offset)

    def begin_capture(self, name: str, offset: int) -> None:
        """Output goes into a list of its own from here."""
        self.flush()
        self.writer.line(f"{name} = Output()", offset)
        if self.gathering:
            self.writer.line(f"{name}_skips = rt.skips", offset)
        self._outputs.append(self.output)
        self.output = name

    def end_capture(self, name: str, offset: int) -> str:
        """Output goes where it went before; gives a Python expression for what was captured."""
        self.flush()
        self.output = self._outputs.pop()
        if self.gathering:
            return f"(PENDING if rt.skips != {name}_skips else rt.joined({name}))"
        return f"rt.joined({name})"
