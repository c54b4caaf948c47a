"""Writes what the workers read into `bench/build/`: the data, and every engine's templates."""

from __future__ import annotations

import json
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
    """Write all of it anew; it takes a fraction of a second, so nothing can be stale."""
    BUILD.mkdir(exist_ok=True)
    (BUILD / "data.json").write_text(json.dumps(generated(), ensure_ascii=False), encoding="utf-8")
    for language in LANGUAGES:
        folder = BUILD / "templates" / language
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in sources(language).items():
            (folder / f"{name}.tpl").write_text(text, encoding="utf-8")
