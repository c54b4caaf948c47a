"""What an engine is to the benchmark, and the data of a render."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeAlias, runtime_checkable

if TYPE_CHECKING:  # what makes the data is no part of a worker, nor of its memory
    from bench.workloads.data import Data

BUILD = Path(__file__).parents[1] / "build"
RECIPIENTS = 96
"""Eight times all sizes of orders (1 to 12 lines), so that one pass is balanced."""

WORKLOADS = ("w1", "w1b", "w2", "w3")

Render: TypeAlias = Callable[[int], "str | bytes"]
"""The complete text of a workload for the recipient with that number."""


class Peer(Protocol):
    """An engine of this process."""

    def compile(self, workload: str) -> Render:
        """A workload's template, compiled anew: nothing may come from a cache."""
        ...


@runtime_checkable
class Draining(Protocol):
    """An engine that gives the mails of a pass itself, without a call for each."""

    def mails(self, workload: str) -> Iterator[str | bytes]:
        """The mails of all recipients, once."""
        ...


@runtime_checkable
class Specialising(Protocol):
    """An engine that can do a mailing's shared work beforehand."""

    def specialise(self, workload: str) -> Callable[[], object]:
        """What does it, code generation included; the template itself is compiled before that is called."""
        ...


def data() -> Data:
    """The data as native objects, made before the clock starts."""
    loaded: Data = json.loads((BUILD / "data.json").read_text(encoding="utf-8"))
    return loaded


def variables(made: Data, workload: str, number: int) -> dict[str, object]:
    """What a template is given for one recipient."""
    if workload == "w3":
        return {"rows": made["tables"][number % len(made["tables"])]}
    given: dict[str, object] = {"recipient": made["recipients"][number], "mailing": made["mailing"]}
    if workload.startswith("w1"):
        given["products"] = made["products"]
    return given


def shared(made: Data, workload: str) -> dict[str, object]:
    """What all recipients of a workload are given; the tables of W3 share nothing."""
    if workload == "w3":
        return {}
    if workload == "w2":
        return {"mailing": made["mailing"]}
    return {"mailing": made["mailing"], "products": made["products"]}


def own(made: Data, workload: str, number: int) -> dict[str, object]:
    """What only one recipient is given."""
    if workload == "w3":
        return {"rows": made["tables"][number % len(made["tables"])]}
    return {"recipient": made["recipients"][number]}


def templates(language: str) -> dict[str, str]:
    """The sources in a language, by name."""
    folder = BUILD / "templates" / language
    return {path.stem: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.tpl"))}


def parts(workload: str) -> tuple[str, ...]:
    """The workload's template and those that it includes."""
    return (workload, "inc_header", "inc_footer") if workload.startswith("w1") else (workload,)
