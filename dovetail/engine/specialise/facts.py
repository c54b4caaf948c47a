"""What a part of a template reads, sets and leaves open: what specialisation has to know before it touches it.

Beside variables, *names* stand for all that a template can set and read: `@item` is the state of the loop over
`$item`, `@foreach.name` and `@section.name` those of named loops, `#capture.name` a capture, `#template` the
name of the running template, `#config` the configuration. `*` is any of them.
"""

from __future__ import annotations

from dataclasses import dataclass

ANY = "*"
TEMPLATE = "#template"
CONFIG = "#config"
WHOLE_MAILING = "mailing.*"
"""All of `$mailing`: its `trigger` may come with the recipient (dovetail/engine/audience.py)."""
_CAPTURE = "#capture."

NOTHING: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Facts:
    """Of one expression, tag or template.

    `reads`: names whose values from outside it may need. `sets`: names it may set; `left`: those of them that
    are only set as loop variables, whose old values come back when there were any. `defines`: names that it
    surely sets. `outward`: names it may set beyond its own template. `fixed`: with equal values of what it reads
    it does the same each time, and nothing but set names. `jumps`: how many loops around it it may leave.
    """

    reads: frozenset[str] = NOTHING
    sets: frozenset[str] = NOTHING
    left: frozenset[str] = NOTHING
    defines: frozenset[str] = NOTHING
    outward: frozenset[str] = NOTHING
    fixed: bool = True
    jumps: int = 0


def capture_name(name: str) -> str:
    """The name that stands for `$smarty.capture.name`."""
    return _CAPTURE + name


def captured(name: str) -> str | None:
    """The capture that a name stands for."""
    return name.removeprefix(_CAPTURE) if name.startswith(_CAPTURE) else None


def loop_name(item: str) -> str:
    """The name that stands for the state of the loop over a variable."""
    return "@" + item


def in_loop_state(name: str) -> bool:
    """Whether a name stands for the state of a loop: no tag can set that to a value."""
    return name.startswith("@")
