"""Template functions, inheritance, evaluated text and configuration: what generated code calls for them.

Inheritance follows Smarty 5's runtime: a child registers its blocks and its output is dropped; then the
parent runs, and each of its blocks shows what the children made of it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from dovetail.engine.config_files import parse_config
from dovetail.engine.frames import Frame, Output
from dovetail.engine.values import to_text
from dovetail.errors import ValueFault, did_you_mean

if TYPE_CHECKING:
    from dovetail.engine.runtime import Runtime

CONFIG = "#config"
"""The variable that holds configuration values; no template can name it."""


def call_function(rt: Runtime, name: object, frame: Frame, given: dict[str, object], output: Output) -> None:
    """Run a template function with a copy of the variables.

    Raises:
        ValueFault: there is none under that name.
    """
    plain = to_text(name)
    body = rt.functions.get(plain)
    if body is None:
        raise ValueFault(f"there is no template function `{plain}`", did_you_mean(plain, sorted(rt.functions)))
    rt.enter()
    variables = {**frame.variables, "name": plain, **given}
    body(rt, Frame(variables, frame.name, frame, frozenset(given)), output)
    rt.leave()


def evaluate(rt: Runtime, text: str, frame: Frame, output: Output) -> None:
    """Render a text as template; its variables are its own."""
    rt.enter()
    rt.setting.evaluated(text).run(rt, Frame(dict(frame.variables), frame.name, frame), output)
    rt.leave()


# Inheritance ------------------------------------------------------------------------------------------------

BlockBody: TypeAlias = "Callable[[Runtime, Frame, list[str], Block], None]"


@dataclass(slots=True)
class Block:
    """One block of one template, linked to what replaces it (`child`) and what it replaces (`parent`)."""

    name: str
    body: BlockBody
    level: int
    append: bool = False
    prepend: bool = False
    hide: bool = False
    calls_child: bool = False
    assign: str | None = None
    child: Block | None = None
    parent: Block | None = None


@dataclass(slots=True)
class Inheritance:
    """Where a chain of templates stands. `state`: "none", "child", "waiting" for the parent, "parent"."""

    state: str = "none"
    level: int = 0
    depth: int = 0
    children: dict[str, Block] = field(default_factory=dict[str, Block])


def begin_template(rt: Runtime, *, child: bool) -> None:
    """A template with blocks begins; `child`: it extends another."""
    if child and rt.inheritance.state == "parent":
        rt.inheritance = Inheritance()
    state = rt.inheritance
    state.level += 1
    if child:
        state.state = "child"
        state.depth += 1
    elif state.state == "waiting":
        state.state = "parent"


def end_child(rt: Runtime, file: object, frame: Frame, output: Output) -> None:
    """A child is through: its parent runs with the child's variables."""
    state = rt.inheritance
    state.depth -= 1
    if state.depth == 0:
        state.state = "waiting"
    rt.include(file, frame, {}, output, shared=True, chained=True)


def block(
    rt: Runtime,
    name: object,
    body: BlockBody,
    frame: Frame,
    output: Output,
    inside: Block | None = None,
    *,
    append: bool = False,
    prepend: bool = False,
    hide: bool = False,
    calls_child: bool = False,
    assign: str | None = None,
) -> None:
    """A block is reached: a child registers it, a parent shows it or what replaces it."""
    state, plain = rt.inheritance, to_text(name)
    level = inside.level if inside is not None else state.level
    made = Block(plain, body, level, append, prepend, hide, calls_child, assign, state.children.get(plain))
    if state.state == "child":
        state.children[plain] = made
        return
    while made.child is not None and made.child.child is not None and made.level <= made.child.level:
        made.child = made.child.child
    _process(rt, made, None, frame, output)


def _process(rt: Runtime, made: Block, parent: Block | None, frame: Frame, output: Output) -> None:
    if made.hide and made.child is None:
        return
    if made.child is not None and made.child.hide and made.child.child is None:
        made.child = None
    made.parent = parent
    if made.append and not made.prepend and parent is not None:
        _run(rt, parent, frame, output)
    if made.calls_child or made.child is None:
        _run(rt, made, frame, output)
    else:
        _process(rt, made.child, made, frame, output)
    if made.prepend and parent is not None:
        _run(rt, parent, frame, output)
        if made.append:
            _run(rt, made, frame, output)


def _run(rt: Runtime, made: Block, frame: Frame, output: Output) -> None:
    rt.enter()
    held = Output() if made.assign is not None else output
    made.body(rt, frame, held, made)
    if made.assign is not None:
        frame.variables[made.assign] = "".join(held)
    rt.leave()


def child_text(rt: Runtime, made: Block, frame: Frame) -> str:
    """`$smarty.block.child`."""
    output = Output()
    if made.child is not None:
        _process(rt, made.child, made, frame, output)
    return "".join(output)


def parent_text(rt: Runtime, made: Block, frame: Frame) -> str:
    """`$smarty.block.parent`.

    Raises:
        ValueFault: the block replaces none.
    """
    if made.parent is None:
        raise ValueFault(
            f"the block `{made.name}` replaces none, so it has no parent",
            "use it in a child template",
        )
    output = Output()
    _run(rt, made.parent, frame, output)
    return "".join(output)


# Configuration ----------------------------------------------------------------------------------------------


def load_config(rt: Runtime, frame: Frame, file: object, section: object, scope: str) -> None:
    """Read a .conf file of the template store into the configuration variables."""
    name = to_text(file)
    found = parse_config(name, rt.setting.text(name))
    values = dict(found.get("", {}))
    if section is not None:
        values.update(found.get(to_text(section), {}))
    targets = [frame]
    if scope in {"parent", "root", "tpl_root", "global", "smarty"} and frame.parent is not None:
        targets.append(frame.parent if scope == "parent" else frame.root())
    for target in targets:
        before = target.variables.get(CONFIG)
        target.variables[CONFIG] = {**(before if isinstance(before, dict) else {}), **values}


def config(frame: Frame, name: object) -> object:
    """`#name#` and `$smarty.config.name`; null for what is not set."""
    values = frame.variables.get(CONFIG)
    return values.get(to_text(name)) if isinstance(values, dict) else None  # pyright: ignore[reportUnknownMemberType,reportUnknownVariableType]
