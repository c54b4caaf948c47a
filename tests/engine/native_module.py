"""Loading what is no module of the package: the build hook, and the accelerator apart from what is installed."""

from __future__ import annotations

import importlib.util
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType

import pytest

from dovetail.engine.modifiers.numbers import number_format
from dovetail.engine.values import to_text

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "dovetail" / "engine" / "_native.c"


def loaded(name: str, path: Path) -> ModuleType:
    """A new module of that file, which is not registered."""
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def build_hook() -> ModuleType:
    """hatch_build.py, which needs hatchling."""
    return loaded("hatch_build", ROOT / "hatch_build.py")


@cache
def _built() -> tuple[Path, TemporaryDirectory[str]]:
    """The module compiled from its source, once a process; a warning of the compiler is a failure."""
    folder = TemporaryDirectory()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CFLAGS", "-O2 -Wall -Wextra -Werror")
        patch.delenv("CC", raising=False)
        patch.delenv("DOVETAIL_PURE", raising=False)
        path = build_hook().build(SOURCE, Path(folder.name))
    assert isinstance(path, Path)
    return path, folder


def unconfigured() -> ModuleType:
    """A new accelerator that knows no functions in Python yet."""
    return loaded("dovetail.engine._native", _built()[0])


def configured() -> ModuleType:
    """A new accelerator as native.py makes it ready."""
    module = unconfigured()
    module.configure(to_text, number_format)
    return module
