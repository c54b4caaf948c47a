"""Nodes are frozen values, also those that fill their slots directly."""

from __future__ import annotations

import copy
import pickle
from dataclasses import FrozenInstanceError, replace

import pytest

from dovetail.grammar import nodes
from dovetail.source import Span

NODES = [
    nodes.Text(Span(0, 2), "ab"),
    nodes.Tag(Span(0, 4), 1, "", nodes.Head((), nodes.Variable(Span(0, 2), "x"))),
    nodes.Index(Span(0, 4), nodes.Variable(Span(0, 2), "x"), nodes.Constant(Span(2, 4), "a"), "dot"),
    nodes.Comment(Span(0, 4), "c"),
]


@pytest.mark.parametrize("node", NODES, ids=lambda node: type(node).__name__)
def test_they_are_values(node: nodes.Text | nodes.Tag | nodes.Index | nodes.Comment) -> None:
    assert replace(node) == node
    assert copy.deepcopy(node) == node
    assert pickle.loads(pickle.dumps(node)) == node  # our own
    assert hash(replace(node)) == hash(node)
    assert replace(node, span=Span(7, 9)) != node
    with pytest.raises(FrozenInstanceError):
        node.span = Span(1, 2)  # type: ignore[misc]  # that is the point


def test_what_is_left_out_has_its_default() -> None:
    tag = nodes.Tag(Span(0, 4), 1, name="x", head=nodes.Head())
    assert (tag.sections, tag.end, tag.head) == ((), 0, nodes.Head((), None, ()))
    assert repr(nodes.Text(Span(0, 1), "a")) == "Text(span=Span(start=0, end=1), text='a', settled=False)"
    with pytest.raises(TypeError, match=r"Text\.__init__\(\) missing 1 required positional argument: 'text'"):
        nodes.Text(Span(0, 1))  # type: ignore[call-arg]  # that is the point
