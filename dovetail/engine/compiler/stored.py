"""What is kept of a compiled template for other processes: its generated forms, as JSON texts and code objects.

With that, a template is rendered without being read: neither its tree nor its analysis is there. Both are made
when something needs them that was not kept: a form that nobody used so far, or specialisation.
"""

from __future__ import annotations

import json
import linecache
from collections import deque
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from types import CodeType, TracebackType
from typing import TYPE_CHECKING, cast
from zlib import crc32

from dovetail.engine import native
from dovetail.engine.compiler.texts import Generated
from dovetail.engine.modifiers import registry
from dovetail.engine.ports import Ask, Store, Stored

if TYPE_CHECKING:
    from dovetail.engine.compiler.options import Options
    from dovetail.engine.compiler.quick.paths import Path
    from dovetail.engine.schema import Schema
    from dovetail.source import Source

_HEAD = "template"
_MOST_SHOWN = 500
_shown: deque[str] = deque()


@dataclass(frozen=True, slots=True)
class Details:
    """What of a form is needed when something goes wrong: its Python source, and the template's offset of each line.

    Of a quick form also the paths by the numbers under which it gives up (`causes`), those that it reads without
    a question (`paths`), and those that are read for what is printed at an offset (`printed_at`).
    """

    generated: Generated
    offsets: Sequence[int]
    causes: Sequence[Path] = ()
    paths: Collection[Path] = ()
    printed_at: Mapping[int, Collection[Path]] = field(default_factory=dict[int, "Collection[Path]"])

    @property
    def text(self) -> str:
        """The Python source."""
        return self.generated.text()


@dataclass(slots=True)
class Form:
    """One generated form of a template, ready to run.

    `modifiers` and `tags` are those whose functions it calls, with the modules that have them, so that no others need
    to be loaded. `doubts` are those that its quick form knew of. `held` are values that have no literal: a form that
    has some is of use in this process only.
    """

    code: CodeType
    modifiers: Mapping[str, str]
    tags: Mapping[str, str]
    described: Details | str
    doubts: frozenset[Path] = frozenset()
    held: Mapping[str, object] = field(default_factory=dict[str, object])

    @property
    def filename(self) -> str:
        """The name under which tracebacks show it."""
        return self.code.co_filename

    def functions(self) -> dict[str, object]:
        """The functions of the modifiers and tags that it calls, by their names in the code."""
        for module in {*self.modifiers.values(), *self.tags.values()}:
            import_module(module)
        found: dict[str, object] = {f"m_{name}": registry.functions()[name] for name in self.modifiers}
        if self.tags:
            from dovetail.engine.tags.functions import functions

            found.update({f"t_{name}": functions()[name] for name in self.tags})
        return found

    def details(self) -> Details:
        """What is needed when something goes wrong."""
        if isinstance(self.described, str):
            self.described = _details(self.described)
        return self.described

    def line(self, traceback: TracebackType | None) -> int:
        """The line of this form that a traceback goes through, the innermost one; 0 for none."""
        line = 0
        while traceback is not None:
            if traceback.tb_frame.f_code.co_filename == self.filename:
                line = traceback.tb_lineno
            traceback = traceback.tb_next
        return line

    def show(self) -> None:
        """Let tracebacks of bugs show the generated lines; of the latest forms, since the cache forgets nothing."""
        while len(_shown) >= _MOST_SHOWN:
            linecache.cache.pop(_shown.popleft(), None)
        _shown.append(self.filename)
        linecache.cache.pop(self.filename, None)
        linecache.lazycache(self.filename, {"__name__": self.filename, "__loader__": _Shown(self.described)})


@dataclass(frozen=True, slots=True)
class _Shown:
    """Gives the lines of a form to `linecache` when they are asked for; it keeps no values alive."""

    described: Details | str

    def get_source(self, _name: str) -> str:
        return (_details(self.described) if isinstance(self.described, str) else self.described).text


def key_of(source: Source, options: Options, schemas: Mapping[str, Schema], functions: Collection[str] = ()) -> str:
    """A text that differs for what is compiled differently.

    An integration that is not mentioned changes nothing; of the others, analysis takes the certain asks from how
    their members are reached.
    """
    members = [
        (name, [(key, member.kind, member.collection) for key, member in sorted(schema.members.items())])
        for name, schema in sorted(schemas.items())
        if name in source.text
    ]
    found = (source.name, options, sorted(functions), members, native.COMPILED, native.escape_inner is not None)
    return f"{found!r}\n{source.text}"


@dataclass(slots=True)
class Kept:
    """The forms of one template that a store keeps, under `key`; `asks` and `ignored` are what analysis found.

    A form that is None cannot be had: the template has no quick form.
    """

    store: Store
    key: str
    asks: Sequence[Ask]
    ignored: frozenset[str]
    forms: dict[str, Form | None] = field(default_factory=dict[str, "Form | None"])

    @property
    def label(self) -> str:
        """What tells the forms of this template from those of others, in all processes."""
        return f"{crc32(self.key.encode('utf-8', 'surrogatepass')):08x}"

    def keep(self, name: str, form: Form | None) -> None:
        """Keep a form for other processes, in place of an earlier one."""
        if form is not None and form.held:
            return
        self.forms[name] = form
        about = {
            "asks": [[ask.identifier, ask.collection, ask.key] for ask in self.asks],
            "ignored": sorted(self.ignored),
            "forms": {name: form and _about(form) for name, form in self.forms.items()},
        }
        made = {name: form for name, form in self.forms.items() if form is not None}
        texts = {name: _described(form.described) for name, form in made.items()}
        texts[_HEAD] = json.dumps(about)
        self.store.save(self.key, Stored(texts, {name: form.code for name, form in made.items()}))


def loaded(store: Store, key: str) -> Kept | None:
    """What a store keeps under a key; None where there is nothing of use."""
    stored = store.load(key)
    if stored is None:
        return None
    try:
        about = json.loads(stored.texts[_HEAD])
        asks = [Ask(*parts) for parts in about["asks"]]
        forms = {
            name: None if one is None else _form(one, stored.code[name], stored.texts[name])
            for name, one in about["forms"].items()
        }
        return Kept(store, key, asks, frozenset(about["ignored"]), forms)
    except (LookupError, TypeError, ValueError, AttributeError):
        return None


def _about(form: Form) -> dict[str, object]:
    return {"modifiers": form.modifiers, "tags": form.tags, "doubts": sorted(form.doubts)}


def _form(about: dict[str, object], code: CodeType, described: str) -> Form:
    modifiers, tags = cast("Mapping[str, str]", about["modifiers"]), cast("Mapping[str, str]", about["tags"])
    if not all(module.startswith("dovetail.engine.") for module in (*modifiers.values(), *tags.values())):
        raise ValueError("a function of somebody else's")
    return Form(code, modifiers, tags, described, frozenset(_paths(cast("Sequence[object]", about["doubts"]))))


def _described(details: Details | str) -> str:
    if isinstance(details, str):
        return details
    return json.dumps(
        {
            "text": details.text,
            "offsets": details.offsets,
            "causes": details.causes,
            "paths": sorted(details.paths),
            "printed_at": [[offset, sorted(paths)] for offset, paths in details.printed_at.items()],
        }
    )


def _details(described: str) -> Details:
    found = json.loads(described)
    return Details(
        Generated(found["text"]),
        found["offsets"],
        _paths(found["causes"]),
        _paths(found["paths"]),
        {offset: _paths(paths) for offset, paths in found["printed_at"]},
    )


def _paths(found: Iterable[object]) -> list[Path]:
    return [tuple(cast("Sequence[str]", path)) for path in found]
