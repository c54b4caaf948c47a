"""The tables of keys in docs/follow-ups.md: `python docs/generate.py`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from dovetail.bridge.followups.keys import ACTS, TOP, WAYS, Key

HERE = Path(__file__).resolve().parent


def followups_page() -> str:
    """docs/follow-ups.md: what stands there, with the tables of keys renewed."""
    text = (HERE / "follow-ups.md").read_text(encoding="utf-8")
    for name, first, keys in (("top", "at the top", TOP), ("steps", "step", ACTS), ("ways", "every step", WAYS)):
        before, rest = text.split(f"<!-- {name} -->\n")
        after = rest.split(f"<!-- /{name} -->")[1]
        lines = "".join(f"{line}\n" for line in _table(first, keys))
        text = f"{before}<!-- {name} -->\n{lines}<!-- /{name} -->{after}"
    return text


def _table(first: str, keys: Iterable[Key]) -> Iterator[str]:
    yield f"| {first} | |"
    yield "|---|---|"
    for key in keys:
        yield f"| `{key.shown}` | {key.summary} |"
        for below in key.keys:
            yield f"| &nbsp;&nbsp;`{below.name}` | {below.summary} |"
