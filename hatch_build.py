"""Builds the optional accelerator, dovetail/engine/_native.c, into the wheel.

Where that cannot be done (no compiler, no headers, another Python than CPython, `DOVETAIL_PURE=1`) one line
says so, and the wheel is pure Python: dovetail/engine/native.py then uses its own functions.

`CC` and `CFLAGS` in the environment count as they do elsewhere.
"""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import sysconfig
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

FOLDER = "dovetail/engine"


class CannotBuild(Exception):
    """The accelerator cannot be built here; the message is the reason, in one line."""


def file_name() -> str:
    """The name of the built module, for the Python that runs."""
    return f"_native{sysconfig.get_config_var('EXT_SUFFIX')}"


def command(source: Path, target: Path) -> list[str]:
    """What compiles and links the module, after Python's own example.

    Raises:
        CannotBuild: this Python takes no such module, or does not say how.
    """
    if os.environ.get("DOVETAIL_PURE"):
        raise CannotBuild("DOVETAIL_PURE is set")
    if sys.implementation.name != "cpython" or sysconfig.get_config_var("Py_GIL_DISABLED"):
        raise CannotBuild("this Python takes no extension that needs the global lock of CPython")
    own, linker = sysconfig.get_config_var("CC"), sysconfig.get_config_var("LDSHARED")
    if not own or not linker:
        raise CannotBuild("this Python does not say how it was compiled")
    compiler = shlex.split(os.environ.get("CC") or own)
    usual, link = shlex.split(own), shlex.split(linker)
    # LDSHARED begins with the compiler: the one that was asked for takes its place.
    if link[: len(usual)] == usual:
        link = compiler + link[len(usual) :]
    flags = shlex.split(f"{sysconfig.get_config_var('CFLAGS') or ''} {sysconfig.get_config_var('CCSHARED') or ''}")
    paths = sysconfig.get_paths()
    includes = [f"-I{paths[name]}" for name in ("include", "platinclude")]
    # Fused multiplication would round numbers otherwise than Python does.
    own_flags = ["-g0", "-ffp-contract=off", *shlex.split(os.environ.get("CFLAGS", ""))]
    return [*link, *flags, *own_flags, *includes, str(source), "-o", str(target)]


def build(source: Path, folder: Path) -> Path:
    """Compiles the module into a folder, all or nothing; gives its path.

    Raises:
        CannotBuild: see there.
    """
    with TemporaryDirectory(dir=folder, prefix=".native-") as work:
        made = Path(work) / file_name()
        try:
            done = subprocess.run(command(source, made), capture_output=True, text=True, check=False)  # noqa: S603
        except OSError as error:
            raise CannotBuild(f"no C compiler: {error.strerror}") from None
        if done.returncode:
            said = next((line for line in done.stderr.splitlines() if "error" in line), "the compiler failed")
            raise CannotBuild(said.strip())
        # Processes that run keep the module they have loaded.
        return made.replace(folder / made.name)


class AcceleratorHook(BuildHookInterface[Any]):
    """Adds the built module to a wheel, or puts it beside its source for an editable installation."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build, and say so in the wheel's tag."""
        source = Path(self.root) / FOLDER / "_native.c"
        self._work = TemporaryDirectory()
        editable = version == "editable"
        try:
            built = build(source, source.parent if editable else Path(self._work.name))
        except CannotBuild as reason:
            self.app.display_warning(f"dovetail: built without its accelerator ({reason})")
            return
        build_data["pure_python"] = False
        build_data["infer_tag"] = True
        if not editable:
            build_data["force_include"][str(built)] = f"{FOLDER}/{built.name}"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Nothing of the build stays."""
        self._work.cleanup()
