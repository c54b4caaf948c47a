"""The generated pages are those of the code, and every message is explained."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest

from dovetail.cli import run
from dovetail.engine.error_docs import ERRORS
from dovetail.lsp.features.lints.registry import LINTS

ROOT = Path(__file__).resolve().parents[2]


def generator() -> ModuleType:
    spec = spec_from_file_location("docs_generate", ROOT / "docs" / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    "page",
    ["language.md", "errors.md", "events.md", "follow-ups.md", "lints.md", "compatibility.md", "integrations.md"],
)
def test_a_page_is_what_the_script_writes(page: str) -> None:
    written = (ROOT / "docs" / page).read_text(encoding="utf-8")
    assert generator().PAGES[page]() == written, "run `python docs/generate.py`"


@pytest.mark.parametrize("code", sorted(set(ERRORS) - {"encoding"}))
def test_the_example_of_a_code_gives_it(code: str) -> None:
    found = generator().finding(ERRORS[code])
    assert found.code == code
    assert found.message
    assert found.help or code == "value"


def test_a_file_that_is_no_utf_8_gives_the_code_encoding(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "mail.tpl").write_bytes(b"Caf\xe9 {$x}")
    run(["format", str(tmp_path / "mail.tpl")])
    assert "[encoding]" in capsys.readouterr().err


_REPORTS = {"Diagnostic", "report", "Problem"}


def codes() -> Iterator[str]:
    """The codes in the sources: first arguments of what reports, and `code=`."""
    for path in (ROOT / "dovetail").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            given = [word.value for word in node.keywords if word.arg == "code"]
            if name in _REPORTS:
                given += node.args[:1]
            elif name == "Misreading" and len(node.args) > 5:
                given.append(node.args[5])
            for value in given:
                if isinstance(value, ast.Constant) and isinstance(value.value, str):
                    yield value.value
            if name == "_open_end" and isinstance(node.args[0], ast.Constant):
                yield f"unclosed-{node.args[0].value!s}"


def test_every_code_is_explained_and_no_other() -> None:
    assert set(codes()) - set(LINTS) == set(ERRORS)
    assert not set(LINTS) & set(ERRORS)
