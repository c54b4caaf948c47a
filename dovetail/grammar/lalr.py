"""Runs the table that Lark makes of smarty.lark (build.py), straight into our nodes.

Lark's own loop makes an object with line and column of each token and a tree of each rule. Most rules of a
grammar with operators only pass a value on (a variable is a product is a sum is …), so that nearly all of its
time goes there. Here such steps are looked up in one go, and a rule calls what makes the node. The derivation
is Lark's: tests/grammar/test_lalr.py compares the two.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

Action: TypeAlias = Callable[[Any, list[Any], int, int], object]
"""What makes the value of a rule: of whoever asked, the values of its parts (a token is its text, a repeated part
gives its values in a row), and where the rule's text starts and ends."""

END = "$END"
_LIST = "*"
"""The action of the rules that Lark makes of a repetition: their values in a list."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: whose value it makes, by which action, and what becomes of each part of it.

    `parts`: a letter each, `k` kept, `s` a list whose items are kept, `-` left out.
    """

    origin: str
    action: str
    parts: str


@dataclass(frozen=True, slots=True)
class Table:
    """An LALR table. In `states`, a step by symbol: a state to go to, or of a rule its complement (`~number`).

    `terminals` are regular expressions by name, the ones to try first in front; `ignored` stand between
    tokens. `starts` gives for each entry rule the first state, and the last with its whole text read.
    """

    terminals: Mapping[str, str]
    ignored: tuple[str, ...]
    rules: tuple[Rule, ...]
    states: tuple[Mapping[str, int], ...]
    starts: Mapping[str, tuple[int, int]]


_PASS, _PLAIN, _PICK, _APPEND, _SPREAD = range(5)
_Match: TypeAlias = Callable[[str, int], "re.Match[str] | None"]


class Parser:
    """A table with the actions of its rules. A rule without an action passes its only value on."""

    def __init__(self, table: Table, actions: Mapping[str, Action]) -> None:
        self._table = table
        self._symbols = {name: number for number, name in enumerate({name for row in table.states for name in row})}
        self._rows = [{self._symbols[name]: step for name, step in row.items()} for row in table.states]
        self._rules = [self._rule(rule, actions) for rule in table.rules]
        # What is passed on by a rule of one part: the symbol that it becomes.
        self._passed = {number: rule[0] for number, rule in enumerate(self._rules) if rule[1] == 1 and rule[2] == _PASS}
        self._jumps: list[dict[tuple[int, int], int]] = [{} for _ in self._rows]
        self._lexers: list[tuple[_Match, Sequence[int]] | None] = [None] * len(self._rows)
        self._matchers: dict[tuple[str, ...], _Match] = {}
        self._end = self._symbols[END]

    def _rule(self, rule: Rule, actions: Mapping[str, Action]) -> tuple[int, int, int, list[int], Action | None]:
        origin, parts = self._symbols[rule.origin], rule.parts
        action = actions.get(rule.action)
        kept = [number for number, part in enumerate(parts) if part != "-"]
        if rule.action == _LIST:
            kind = _APPEND if parts[0] == "s" else _PICK
        elif action is None:
            if len(kept) != 1 or parts[kept[0]] != "k":
                raise ValueError(f"a rule of several parts needs an action: {rule.action or rule.origin}")
            kind = _PASS
        elif "s" in parts:
            kind = _SPREAD
        else:
            kind = _PLAIN if "-" not in parts else _PICK
        marked = [number if parts[number] == "k" else ~number for number in kept]
        return origin, len(parts), kind, marked, action

    def _lexer(self, state: int) -> tuple[_Match, Sequence[int]]:
        """What finds the next token where only those of this state may stand, and its symbols by group."""
        table = self._table
        names = tuple(name for name in table.terminals if name in table.states[state])
        match = self._matchers.get(names)
        if match is None:
            blank = "|".join(table.terminals[name] for name in table.ignored)
            choices = "|".join(f"({table.terminals[name]})" for name in names) + ("|" if names else "")
            match = self._matchers[names] = re.compile(rf"(?:{blank})*+(?:{choices}(\Z))").match
        found = match, (-1, *(self._symbols[name] for name in names), self._end)
        self._lexers[state] = found
        return found

    def _jump(self, state: int, symbol: int, ahead: int) -> int:
        """The state behind a symbol, once rules that only pass its value on are done with the token ahead."""
        begun, first = state, symbol
        while True:
            state = self._rows[begun][symbol]
            step = self._rows[state].get(ahead, 0)
            passed = self._passed.get(~step) if step < 0 else None
            if passed is None:
                self._jumps[begun][first, ahead] = state
                return state
            symbol = passed

    def run(self, start: str, text: str, at: int, owner: object) -> object | None:
        """What the entry rule's action makes of the text behind `at`; None when the text is not of the grammar."""
        rows, rules, jumps, lexers = self._rows, self._rules, self._jumps, self._lexers
        state, last = self._table.starts[start]
        states, values, begins = [state], list[Any](), list[int]()
        parts: list[Any]
        end, behind = self._end, at
        while True:
            match, symbols = lexers[state] or self._lexer(state)
            found = match(text, at)
            if found is None:
                return None
            group = found.lastindex or 0
            ahead = symbols[group]
            begin, at = found.span(group)
            while True:
                step = rows[state].get(ahead)
                if step is None:
                    return None
                if step >= 0:
                    state = step
                    states.append(state)
                    values.append(found[group])
                    begins.append(begin)
                    behind = at
                    break
                origin, size, kind, marked, action = rules[~step]
                if size:
                    parts = values[-size:]
                    first = begins[-size]
                    del values[-size:], begins[-size:], states[-size:]
                else:
                    parts, first = [], behind
                value: object
                if kind == _PASS:
                    value = parts[marked[0]]
                elif kind == _APPEND:
                    value = parts[0]
                    parts[0].append(parts[marked[-1]])
                else:
                    if kind == _PICK:
                        parts = [parts[number] for number in marked]
                    elif kind == _SPREAD:
                        whole = parts
                        parts = []
                        for number in marked:
                            if number >= 0:
                                parts.append(whole[number])
                            else:
                                parts += whole[~number]
                    value = parts if action is None else action(owner, parts, first, behind)
                below = states[-1]
                state = jumps[below].get((origin, ahead), -1)
                if state < 0:
                    state = self._jump(below, origin, ahead)
                if ahead == end and state == last:
                    return value
                states.append(state)
                values.append(value)
                begins.append(first)
