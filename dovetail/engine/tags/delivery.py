"""Where the output of a tag that runs other template code goes: here, or with `assign=` into a variable."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from dovetail.engine.tags.attributes import Attributes

if TYPE_CHECKING:
    from dovetail.engine.compiler.statements import Statements


def deliver(code: Statements, attributes: Attributes, offset: int, call: Callable[[str], str]) -> None:
    """Write the call that `call` gives for the name of an output list."""
    code.flush()
    if "assign" not in attributes:
        with code.guarded(offset):
            code.writer.line(call(code.output), offset)
        return
    target = f"v[{attributes.text('assign')}]"
    held = code.expressions.temporary("held")
    with code.guarded(offset, (target,)):
        code.begin_capture(held, offset)
        code.writer.line(call(held), offset)
        code.writer.line(f"{target} = {code.end_capture(held, offset)}", offset)
