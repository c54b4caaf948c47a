"""Writes what the workers read into `bench/build/`: the data, and every engine's templates."""

from __future__ import annotations

import json
import os
from pathlib import Path

from bench.workloads.data import generated
from bench.workloads.emitter_hand import Hand
from bench.workloads.emitters import Django, Emitter, Jinja, JinjaItem, Liquid, MiniJinja, Nunjucks, Smarty
from bench.workloads.emitters_code import Chameleon, Eta, Handlebars, Mako
from bench.workloads.notation import parse

NEUTRAL = Path(__file__).parent / "neutral"
BUILD = Path(__file__).parents[1] / "build"

LANGUAGES: dict[str, type[Emitter]] = {
    "jinja": Jinja,
    "jinjaitem": JinjaItem,
    "minijinja": MiniJinja,
    "nunjucks": Nunjucks,
    "django": Django,
    "liquid": Liquid,
    "smarty": Smarty,
    "mako": Mako,
    "chameleon": Chameleon,
    "eta": Eta,
    "handlebars": Handlebars,
    "hand": Hand,
}


def sources(language: str) -> dict[str, str]:
    """The templates of the workloads in a language, by name (`w1`, `inc_header`, …)."""
    neutral = {path.stem: path.read_text(encoding="utf-8") for path in sorted(NEUTRAL.glob("*.tpl"))}
    kind = LANGUAGES[language]
    load = neutral.__getitem__ if kind.inlined else None
    return {
        name: kind().emit(parse(text, load))
        for name, text in neutral.items()
        if not (kind.inlined and name.startswith("inc_"))
    }


def build() -> None:
    """Write all that is not there as it has to be; it takes a fraction of a second, so nothing can be stale."""
    BUILD.mkdir(exist_ok=True)
    _write(BUILD / "data.json", json.dumps(generated(), ensure_ascii=False))
    for language in LANGUAGES:
        folder = BUILD / "templates" / language
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in sources(language).items():
            _write(folder / f"{name}.tpl", text)


def _write(path: Path, text: str) -> None:
    # Another run may be reading it.
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        part = path.with_suffix(f".{os.getpid()}")
        part.write_text(text, encoding="utf-8")
        part.replace(path)
