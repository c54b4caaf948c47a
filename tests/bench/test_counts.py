"""What a mailing costs, in counts: times differ between machines, these do not."""

from __future__ import annotations

import linecache

import pytest

from bench.counts import ASKING, Asking, asked, data, distinct_tags, smarty, tags_read, template
from bench.engines.ports import RECIPIENTS, WORKLOADS, variables
from dovetail.engine.environment import Engine
from dovetail.engine.loaders import DictLoader
from dovetail.grammar.parse import _read as read_tag


def compiled_modules() -> int:
    return sum(name.startswith("<dovetail ") for name in linecache.cache)


@pytest.mark.parametrize("workload", WORKLOADS)
def test_compiling_reads_each_distinct_tag_once(workload: str) -> None:
    read_tag.cache_clear()
    first = variables(data(), workload, 0)
    assert tags_read(lambda: template(workload).render(first)) == len(distinct_tags(workload))


@pytest.mark.parametrize("workload", WORKLOADS)
def test_a_compiled_template_renders_everybody_without_reading_or_compiling_again(workload: str) -> None:
    made = template(workload)
    made.render(variables(data(), workload, 0))
    modules = compiled_modules()

    def rest() -> None:
        for number in range(1, RECIPIENTS):
            made.render(variables(data(), workload, number))

    assert (tags_read(rest), compiled_modules()) == (0, modules)


def test_an_edit_of_one_tag_reads_that_tag_only() -> None:
    text = smarty()["w1"]
    environment = Engine(loader=DictLoader({}))
    environment.from_string(text)
    edited = text.replace("{$mailing.intro}", "{$mailing.intro|lower}")
    assert edited != text
    assert tags_read(lambda: environment.from_string(edited)) == 1


@pytest.mark.parametrize("asking", ASKING, ids=lambda asking: asking.about)
def test_the_rounds_of_a_mailing(asking: Asking) -> None:
    rounds, different_mails = asked(asking)
    assert rounds == asking.rounds
    assert different_mails == len(asking.jobs)
