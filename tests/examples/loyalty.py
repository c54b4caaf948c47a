"""The parts of the example in examples/providers/loyalty, which is a project of its own."""

from __future__ import annotations

from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType, TracebackType
from typing import Protocol, cast

from dovetail.providers.kinds import Kind

FOLDER = Path(__file__).parents[2] / "examples" / "providers" / "loyalty"
KEY = "r3al-s3cret-key"


def load(path: Path) -> ModuleType:
    """A module from its file, under a name of its own."""
    spec = spec_from_file_location(f"example_{path.stem}", path)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Running(Protocol):
    """The service while it runs; `asked`: the addresses of its requests."""

    url: str
    asked: list[str]

    def __enter__(self) -> Running: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None: ...


def service(key: str) -> Running:
    """The service, with its key."""
    return cast("Running", load(FOLDER / "tests" / "loyalty_server.py").LoyaltyServer(key))


def kind() -> Kind:
    """The example's kind, without its being installed."""
    return cast("Kind", load(FOLDER / "dovetail_loyalty.py").KIND)
