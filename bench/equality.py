"""Whether all engines wrote the same mails. Ours must be Smarty's, byte for byte."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

from bench.driver import OURS, Worker

_ENTITIES = {
    "&#34;": "&quot;", "&#x27;": "&#39;", "&#039;": "&#39;", "&apos;": "&#39;", "&#x2f;": "/", "&#x2F;": "/",
    "&#x3D;": "=", "&#x60;": "`",
}  # fmt: skip
_ENTITY = re.compile("|".join(map(re.escape, _ENTITIES)))
_BLANKS = re.compile(r"\s+")


def normal(text: str) -> str:
    """A text without what peers may write differently: white space, and the spelling of entities."""
    return _BLANKS.sub("", _ENTITY.sub(lambda found: _ENTITIES[found[0]], text))


def _unquoted(text: str) -> str:
    return text.replace("&quot;", '"').replace("&#39;", "'")


def outputs(worker: Worker, workload: str, folder: Path) -> list[str]:
    """The texts for all recipients."""
    file = folder / f"outputs-{os.getpid()}.json"
    try:
        worker.ask("check", workload, file)
        texts: list[str] = json.loads(file.read_text(encoding="utf-8"))
    finally:
        file.unlink(missing_ok=True)
    return texts


def difference(ours: list[str], theirs: list[str]) -> str:
    """The first place where two lists of texts are not the same, shown; nothing when they are."""
    for number, (mine, other) in enumerate(zip(ours, theirs, strict=True)):
        if mine != other:
            both = min(len(mine), len(other))
            at = next((place for place in range(both) if mine[place] != other[place]), both)
            around = slice(max(0, at - 40), at + 40)
            return f"recipient {number}, character {at}: {mine[around]!r} is not {other[around]!r}"
    return ""


def unequal(engine: str, texts: list[str], smarty: list[str] | None, reference: list[str]) -> str:
    """How an engine's texts differ from what they have to be; nothing when they are right."""
    if engine in OURS and smarty is not None:
        return difference(texts, smarty)
    mine, other = [normal(text) for text in texts], [normal(text) for text in reference]
    if engine == "chameleon":  # it leaves quotes in text unescaped
        mine, other = [_unquoted(text) for text in mine], [_unquoted(text) for text in other]
    return difference(mine, other)
