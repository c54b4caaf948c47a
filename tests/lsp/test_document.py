"""The document class against a plain model: whatever is typed, server and editor have the same text."""

from __future__ import annotations

import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dovetail.lsp.document import Document, Edit, Encoding, Position, units

ALPHABET = [
    "a",
    "{",
    "$",
    ".",
    "\n",
    "\r\n",
    "\r",
    "\u2028",
    "\x0b",
    "\x0c",
    "\x85",
    "é",
    "€",
    "😀",
    "👩‍👩‍👧",
    "\t",
    " ",
]
ENCODINGS: tuple[Encoding, ...] = ("utf-8", "utf-16", "utf-32")
CODECS = {"utf-8": ("utf-8", 1), "utf-16": ("utf-16-le", 2), "utf-32": ("utf-32-le", 4)}

texts = st.lists(st.sampled_from(ALPHABET), max_size=30).map("".join)


class Model:
    """An editor's buffer as lists of encoded lines, written without any thought of speed."""

    def __init__(self, text: str, encoding: Encoding) -> None:
        self.codec, self.size = CODECS[encoding]
        self.text = text

    def lines(self) -> list[str]:
        return re.split(r"(?<=\r\n)|(?<=\n)|(?<=\r)(?!\n)", self.text)

    def places(self) -> list[tuple[Position, int]]:
        """Every position in front of a character of a line, with its offset in code points."""
        found = list[tuple[Position, int]]()
        offset = 0
        for number, line in enumerate(self.lines()):
            bare = line.rstrip("\r\n")
            for index in range(len(bare) + 1):
                column = len(bare[:index].encode(self.codec)) // self.size
                found.append((Position(number, column), offset + index))
            offset += len(line)
        return found


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_hundred_thousand_random_edits_leave_both_texts_equal(encoding: Encoding) -> None:
    chance = random.Random(20261126)
    document, model = Document("", 0, encoding), Model("", encoding)
    for version in range(1, 33_401):
        # As an editor does: it knows its own buffer, and says places in lines and columns.
        places = model.places()
        one, other = sorted(chance.choices(range(len(places)), k=2))
        (start, first), (end, last) = places[one], places[min(other, one + 6)]
        typed = "".join(chance.choices(ALPHABET, k=chance.randint(0, 5)))
        model.text = model.text[:first] + typed + model.text[last:]
        document = document.edited([Edit(typed, start, end)], version)
        assert document.text == model.text
        if len(model.text) > 40:
            document, model.text = document.edited([Edit("")], version), ""


@given(texts, st.sampled_from(ENCODINGS))
def test_positions_are_those_of_the_model(text: str, encoding: Encoding) -> None:
    document = Document(text, 1, encoding)
    for position, offset in Model(text, encoding).places():
        assert document.offset(position) == offset
        assert document.position(offset) == position


@given(texts, st.sampled_from(ENCODINGS), st.integers(-3, 50), st.integers(-3, 200))
def test_any_position_is_a_place_in_the_text(text: str, encoding: Encoding, line: int, character: int) -> None:
    document = Document(text, 1, encoding)
    offset = document.offset(Position(line, character))
    assert 0 <= offset <= len(text)
    assert document.offset(document.position(offset)) == offset


@given(texts, texts, st.sampled_from(ENCODINGS))
def test_edits_of_one_change_count_one_after_the_other(text: str, typed: str, encoding: Encoding) -> None:
    document = Document(text, 1, encoding)
    zero = Position(0, 0)
    both = document.edited([Edit(typed, zero, zero), Edit("x", zero, zero)], 2)
    assert both.text == "x" + typed + text
    assert both == document.edited([Edit(typed, zero, zero)], 2).edited([Edit("x", zero, zero)], 2)


def test_a_soft_break_from_word_is_no_line_end() -> None:
    document = Document("soft\x0bbreak from Word\n{$x.y}\n", 1)
    assert document.edited([Edit(".", Position(1, 5), Position(1, 5))], 2).text == "soft\x0bbreak from Word\n{$x.y.}\n"


def test_the_place_behind_the_last_line_end_is_a_line() -> None:
    document = Document("a\r\n", 1)
    assert document.position(3) == Position(1, 0)
    assert document.offset(Position(1, 0)) == 3


def test_a_column_within_a_pair_is_its_start_and_one_beyond_the_line_its_end() -> None:
    document = Document("😀b\nc", 1, "utf-16")
    assert [document.offset(Position(0, column)) for column in (0, 1, 2, 3, 99)] == [0, 0, 1, 2, 2]


def test_half_a_pair_is_kept() -> None:
    document = Document("\ud83d", 1).edited([Edit("\ude00", Position(0, 1), Position(0, 1))], 2)
    assert document.text == "\ud83d\ude00"
    assert [units(document.text, each) for each in ENCODINGS] == [6, 2, 2]
