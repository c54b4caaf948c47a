"""What renders cost in counts, and whether all our forms write the same: times differ between machines, these do not.

    python -m bench.counts      a digest of each form's mails, and how often a form gave up, as one JSON line

`run.py --quick` and tests/bench hold the counts to what they have to be; the tests run the command also where there is
none of our C, and where there is no C extension at all.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from functools import cache
from unittest.mock import patch

from bench.engines.ports import RECIPIENTS, WORKLOADS, own, parts, shared, variables
from bench.workloads.build import sources
from bench.workloads.data import Data, generated
from dovetail.engine import native
from dovetail.engine.compiler.program import Program
from dovetail.engine.compiler.quick.form import QuickForm
from dovetail.engine.environment import Engine, Template
from dovetail.engine.frames import Body
from dovetail.engine.loaders import DictLoader
from dovetail.engine.rounds import Snapshot, rendered
from dovetail.errors import DovetailError
from dovetail.grammar.parse import _read as read_tag
from dovetail.grammar.scanner import Delimiters, scan
from dovetail.mailing.mailing import Mailing
from tests.engine.shop import Shop, engine


@cache
def data() -> Data:
    """The data, made once."""
    return generated()


@cache
def smarty() -> dict[str, str]:
    """The templates, by name."""
    return sources("smarty")


def template(workload: str) -> Template:
    """A workload's template, in an engine of its own."""
    environment = Engine(loader=DictLoader({f"{name}.tpl": text for name, text in smarty().items()}))
    return environment.get_template(f"{workload}.tpl")


def distinct_tags(workload: str) -> set[str]:
    """The texts of all tags of a workload, includes and all."""
    tags: set[str] = set()
    for name in parts(workload):
        for chunk in scan(smarty()[name], Delimiters()):
            if chunk.kind == "tag":
                tags.add(smarty()[name][chunk.inside.start : chunk.inside.end])
    return tags


def tags_read(work: Callable[[], object]) -> int:
    """How many tags were read by the grammar, of those that it did not know."""
    before = read_tag.cache_info().misses
    work()
    return read_tag.cache_info().misses - before


class NoQuickForm(QuickForm):
    """In place of a quick form: only the plain form is run."""

    def body(self) -> Body | None:
        return None


@dataclass(frozen=True, slots=True)
class Forms:
    """The mails of one workload in each of our forms. `gave_up`: renders that a quick form left to the plain one;
    `without`: programs that have no quick form at all."""

    mails: Mapping[str, list[str]]
    gave_up: int
    without: tuple[str, ...]


def forms(workload: str) -> Forms:
    """Render everybody in every form."""
    given = [variables(data(), workload, number) for number in range(RECIPIENTS)]
    each = [own(data(), workload, number) for number in range(RECIPIENTS)]
    known = shared(data(), workload)
    made, plain = template(workload), template(workload)
    special, plain_special = made.specialize(**known), plain.specialize(**known)
    for program in (plain.program, plain_special.program):
        program.quick = NoQuickForm(program)
    with patch.object(QuickForm, "failed") as failed:
        mails = {
            "plain": [str(plain.render(item)) for item in given],
            "quick": [str(made.render(item)) for item in given],
            "encoded": [_text(mail) for mail in Mailing(template(workload)).render_bytes(given)],
            "specialised, plain": [str(plain_special.render(item)) for item in each],
            "specialised": [str(special.render(item)) for item in each],
            "specialised, encoded": [_text(mail) for mail in Mailing(template(workload), known).render_bytes(each)],
        }
        gave_up = failed.call_count
    programs: dict[str, Program] = {part: made.engine.program(f"{part}.tpl") for part in parts(workload)}
    programs[f"{workload}, specialised"] = special.program
    without = [name for name, program in programs.items() if program.quick.body() is None]
    without += [f"{name}, encoded" for name, program in programs.items() if program.encoded.body() is None]
    return Forms(mails, gave_up, tuple(without))


def _text(result: bytes | DovetailError) -> str:
    if isinstance(result, DovetailError):
        raise result
    return result.decode()


@dataclass(frozen=True, slots=True)
class Asking:
    """A mailing with an integration: how many asks each round has to hold."""

    about: str
    source: str
    jobs: tuple[Mapping[str, object], ...]
    rounds: tuple[int, ...]


ASKING = (
    Asking(
        "a newsletter of shared products asks once whatever the number of recipients",
        "{foreach $ids as $id}{$myshop.product.$id.title}{/foreach} for {$recipient}",
        tuple({"ids": list(range(24)), "recipient": number} for number in range(300)),
        (24,),
    ),
    Asking(
        "what each recipient asks for is fetched together",
        "{$myshop.motto}{$myshop.customer.$me.name}{foreach [1, 2, 3] as $id}{$myshop.product.$id.title}{/foreach}",
        tuple({"me": number} for number in range(300)),
        (1 + 300 + 3,),
    ),
    Asking(
        "data that lead to data take one round for each step",
        "{$id}: {$myshop.product.$id.maker.name}",
        tuple({"id": number} for number in range(100)),
        (100, 3),
    ),
)


def asked(asking: Asking) -> tuple[tuple[int, ...], int]:
    """The asks of each round, and how many different mails came of them.

    Raises:
        DovetailError: a mail could not be made.
    """
    shop = Shop()
    made = engine(shop).from_string(asking.source)
    results = shop.run(made.rendering(asking.jobs, Snapshot(), rendered))
    for result in results:
        if isinstance(result, DovetailError):
            raise result
    return tuple(len(asks) for asks in shop.rounds), len(set(results))


def complaints() -> list[str]:
    """Every count that is not what it has to be, and every form that writes something else."""
    found: list[str] = []
    for workload in WORKLOADS:
        read_tag.cache_clear()
        tags, first = len(distinct_tags(workload)), variables(data(), workload, 0)
        read = tags_read(lambda: template(workload).render(first))  # noqa: B023  # called at once
        if read != tags:
            found.append(f"{workload}: {read} tags were read, and it has {tags} different ones")
        came = forms(workload)
        if came.gave_up:
            found.append(f"{workload}: quick forms gave up {came.gave_up} times")
        found += [f"{workload}: {name} has no quick form" for name in came.without]
        found += [
            f"{workload}: the {name} form does not write what the plain one does"
            for name, mails in came.mails.items()
            if mails != came.mails["plain"]
        ]
    for asking in ASKING:
        rounds, mails = asked(asking)
        if rounds != asking.rounds or mails != len(asking.jobs):
            found.append(f"{asking.about}: rounds of {rounds} asks and {mails} different mails")
    return found


def digest(texts: list[str]) -> str:
    """The SHA-256 of some mails in order."""
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Said:
    """What the command prints of one workload; `digests` by form."""

    digests: dict[str, str]
    gave_up: int
    without: tuple[str, ...]


def said(workload: str) -> Said:
    """Render everybody in every form; digests of what came."""
    came = forms(workload)
    return Said({name: digest(mails) for name, mails in came.mails.items()}, came.gave_up, came.without)


def main() -> None:
    """Print."""
    extension = "markupsafe" if native.escape_inner is not None else ""
    workloads = {workload: asdict(said(workload)) for workload in WORKLOADS}
    print(json.dumps({"compiled": native.COMPILED, "escape": extension, "workloads": workloads}))


if __name__ == "__main__":
    main()
