"""The page for authors shows the example as it is, and leaves nothing of the protocol and the kit out."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args, get_type_hints

import pytest

from dovetail import errors
from dovetail.engine import schema
from dovetail.engine.ports import Provider
from dovetail.providers.kinds import Setting
from dovetail.providers.plugins import MOST_TURNS
from dovetail.testing import CHECKS, ProviderKit

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "writing-a-provider.md").read_text(encoding="utf-8")
SHOWN = re.findall(r"<!-- (examples/\S+) -->\n```\w+\n(.*?)```\n", PAGE, re.DOTALL)


def test_the_whole_example_is_shown() -> None:
    assert [Path(path).name for path, _ in SHOWN] == ["dovetail_loyalty.py", "pyproject.toml", "test_loyalty.py"]


@pytest.mark.parametrize(("path", "text"), SHOWN)
def test_what_is_shown_is_what_is_run(path: str, text: str) -> None:
    assert text == (ROOT / path).read_text(encoding="utf-8")


def named(word: str) -> bool:
    return re.search(rf"`{word}\b", PAGE) is not None


@pytest.mark.parametrize("name", [name for name in vars(Provider) if not name.startswith("_")])
def test_every_part_of_the_protocol_is_explained(name: str) -> None:
    assert named(name)


@pytest.mark.parametrize("name", [name for name in vars(ProviderKit)["__annotations__"] if not name.startswith("_")])
def test_everything_that_can_be_told_to_the_kit_is_explained(name: str) -> None:
    assert named(name)


@pytest.mark.parametrize("name", CHECKS)
def test_every_check_is_named(name: str) -> None:
    assert named(name)


@pytest.mark.parametrize("name", [*get_args(schema.FieldType), *get_args(get_type_hints(Setting)["type"])])
def test_every_type_is_named(name: str) -> None:
    assert named(name)


@pytest.mark.parametrize(
    "name", ["ProviderError", "UnreachableError", "AccessError", "OddAnswerError", "SettingsError"]
)
def test_every_error_is_in_the_table(name: str) -> None:
    assert issubclass(getattr(errors, name), errors.DovetailError)
    assert named(name)


def test_the_number_of_turns_is_the_real_one() -> None:
    assert f"more than {MOST_TURNS:,} turns" in PAGE


def test_the_number_of_tests_is_the_real_one() -> None:
    assert len(CHECKS) == 14
    assert len([name for name in vars(ProviderKit) if name.startswith("test_")]) == 14
    assert "a class with fourteen tests" in PAGE
