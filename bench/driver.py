"""Which engines can run here, and their worker processes."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType
from typing import cast

ROOT = Path(__file__).parents[1]
BENCH = ROOT / "bench"
BUILD = BENCH / "build"
SMARTY = Path("/usr/share/php/smarty4/bootstrap.php")

OURS = (
    "dovetail",
    "dovetail_python",
    "dovetail_pure",
    "dovetail_specialised",
    "dovetail_mailing",
    "dovetail_mailing_passes",
    "dovetail_mailing_python",
)
"""`…_python` has none of our C, `…_pure` no C extension at all; `ours.py` says what each does."""

SPECIALISING = ("dovetail_mailing", "dovetail_mailing_python")
"""Whose specialising is measured by itself."""

STORED = ("dovetail_stored", "dovetail_stored_python")
"""Of which only the memory is measured: they render as `dovetail` and `dovetail_python` do."""

HANDS = ("hand", "hand_python")
WITHOUT_OUR_C = ("_python", "_pure")
PYTHON = {
    "jinja2": ("jinja2", "Jinja2"),
    "jinja2_item": ("jinja2", "Jinja2"),
    "minijinja": ("minijinja", "minijinja"),
    "mako": ("mako", "Mako"),
    "python_liquid": ("liquid", "python-liquid"),
    "chameleon": ("chameleon", "Chameleon"),
    "django": ("django", "Django"),
}
"""Engine → the package to import, and the distribution to install."""
NODE = ("eta", "handlebars", "liquidjs", "nunjucks")
ENGINES = (*OURS, *HANDS, *PYTHON, "smarty", *NODE)


def missing(engine: str) -> str:
    """What has to be installed before an engine can run; nothing, when it can."""
    if engine in PYTHON:
        return "" if find_spec(PYTHON[engine][0]) else "pip install 'dovetail-mail[bench]'"
    if engine in NODE:
        if shutil.which("node") is None:
            return "needs node"
        return "" if (BENCH / "node_modules" / engine).is_dir() else "npm install --prefix bench"
    if engine == "smarty":
        return "" if shutil.which("php") and SMARTY.exists() else "apt-get install php-cli php-mbstring smarty4"
    return ""


def command(engine: str) -> list[str]:
    """The command that starts an engine's worker."""
    if engine in NODE:
        return ["node", str(BENCH / "engines" / "node_worker.js"), engine]
    if engine == "smarty":
        cache = BUILD / "opcache"
        cache.mkdir(parents=True, exist_ok=True)
        # Without the third setting, compiled templates younger than two seconds are read and parsed at every render,
        # which halves Smarty's speed on W1: not what a server does.
        settings = (
            "opcache.enable_cli=1",
            f"opcache.file_cache={cache}",
            "opcache.file_update_protection=0",
            "memory_limit=1G",
        )
        options = [part for setting in settings for part in ("-d", setting)]
        return ["php", *options, str(BENCH / "engines" / "smarty_worker.php")]
    return [sys.executable, "-m", "bench.engines.worker", engine]


def surroundings(engine: str) -> dict[str, str]:
    """The environment of an engine's worker: our C is used, or is turned off, whatever is set here.

    Modules have their bytecode, as where they are installed: pip leaves it beside them.
    """
    kept = {**os.environ, "PYTHONPYCACHEPREFIX": str(BUILD / "bytecode")}
    kept.pop("PYTHONDONTWRITEBYTECODE", None)
    kept.pop("DOVETAIL_PURE", None)
    return {**kept, "DOVETAIL_PURE": "1"} if engine.endswith(WITHOUT_OUR_C) else kept


class WorkerFailed(Exception):
    """A worker answered with an error, or died."""


class Worker:
    """A running engine. What it writes to stderr is kept in `build/`."""

    def __init__(self, engine: str) -> None:
        self.engine = engine
        with (BUILD / f"errors-{engine}.log").open("w", encoding="utf-8") as log:
            self.process = subprocess.Popen(
                command(engine),
                cwd=ROOT,
                env=surroundings(engine),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )

    def __enter__(self) -> Worker:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def ask(self, *words: object) -> dict[str, object]:
        """The answer to one command.

        Raises:
            WorkerFailed: the engine could not do it; it says why.
        """
        pipe_in, pipe_out = self.process.stdin, self.process.stdout
        if pipe_in is None or pipe_out is None:
            raise WorkerFailed(f"{self.engine} has no pipes")
        try:
            pipe_in.write(" ".join(map(str, words)) + "\n")
            pipe_in.flush()
        except BrokenPipeError:
            raise WorkerFailed(f"{self.engine} died, see bench/build/errors-{self.engine}.log") from None
        line = pipe_out.readline()
        while line and not line.startswith("{"):
            line = pipe_out.readline()
        if not line:
            raise WorkerFailed(f"{self.engine} died, see bench/build/errors-{self.engine}.log")
        answer = cast("dict[str, object]", json.loads(line))
        if "error" in answer:
            raise WorkerFailed(f"{self.engine}: {answer['error']}")
        return answer

    def number(self, name: str, *words: object) -> float:
        """One number of an answer."""
        return float(cast("float", self.ask(*words)[name]))

    def close(self) -> None:
        """Let it end by itself."""
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                pipe.close()
        self.process.wait()


def versions(engines: list[str]) -> dict[str, str]:
    """The versions of what was measured, and of what it ran on."""
    found = {"Dovetail": _commit(), "Python": sys.version.split()[0]}
    for engine in engines:
        if engine == "dovetail":
            with Worker(engine) as worker:
                built = worker.ask("info")["compiled"]
            found["Dovetail"] += " (with its C file)" if built else " (its C file is NOT BUILT)"
        elif engine in PYTHON:
            found[PYTHON[engine][1]] = version(PYTHON[engine][1])
        elif engine in NODE:
            about = json.loads((BENCH / "node_modules" / engine / "package.json").read_text(encoding="utf-8"))
            found[engine] = str(about["version"])
            found["node"] = _said("node", "--version").lstrip("v")
        elif engine == "smarty":
            with Worker("smarty") as worker:
                about = worker.ask("info")
            found["Smarty"] = f"{about['version']} ({'with' if about['opcache'] else 'WITHOUT'} opcache)"
            found["PHP"] = _said("php", "-r", "echo PHP_VERSION;")
    if "Jinja2" in found:
        found["MarkupSafe"] = version("MarkupSafe")
    return found


def _commit() -> str:
    """What was measured: the checkout's commit, or the release where there is no checkout."""
    if not (ROOT / ".git").exists() or shutil.which("git") is None:
        return version("dovetail-mail")
    changed = _said("git", "-C", str(ROOT), "status", "--porcelain", "--", "dovetail")
    return _said("git", "-C", str(ROOT), "rev-parse", "--short", "HEAD") + (" with changes" if changed else "")


def _said(*words: str) -> str:
    return subprocess.run(words, capture_output=True, text=True, check=True).stdout.strip()
