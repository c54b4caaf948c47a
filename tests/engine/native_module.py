"""Loading what is no module of the package: the build hook, and the accelerator apart from what is installed."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

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
