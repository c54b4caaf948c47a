"""The house obeys its own rules."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import dovetail

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "dovetail"


def test_the_public_names_are_sorted_complete_and_there() -> None:
    assert list(dovetail.__all__) == sorted(dovetail.__all__)
    assert set(dovetail._WHERE) == set(dovetail.__all__)
    for name in dovetail.__all__:
        assert getattr(dovetail, name).__name__ == name


def test_no_file_grows_past_reading() -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for path in PACKAGE.rglob("*.py")
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > 415
    }
    assert long == {}


def test_no_module_has_a_name_that_says_nothing() -> None:
    empty = {"utils", "helpers", "manager", "common", "misc", "base", "core"}
    assert [path for path in PACKAGE.rglob("*.py") if path.stem in empty] == []


def test_importing_the_package_loads_nothing_heavy() -> None:
    code = (
        "import dovetail, sys; print([m for m in ('lark', 'httpx', 'diskcache', 'click', 'pygls') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "[]"


def test_a_template_without_integrations_needs_no_http_client() -> None:
    code = "import dovetail, sys; print(dovetail.Environment().from_string('{$x}').render(x=1), 'httpx' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "1 False"


def test_every_tag_of_the_vocabulary_is_compiled() -> None:
    from dovetail.engine.tags import COMPILERS
    from dovetail.grammar.vocabulary import TAGS

    assert set(TAGS) - set(COMPILERS) == {"strip"}
    assert set(COMPILERS) - set(TAGS) == set()


def test_every_modifier_and_tag_says_what_it_does() -> None:
    from dovetail.engine.modifiers import MODIFIERS
    from dovetail.grammar.vocabulary import TAGS

    for name, modifier in MODIFIERS.items():
        assert modifier.summary.endswith("."), name
    for name, tag in TAGS.items():
        assert tag.summary.endswith("."), name
