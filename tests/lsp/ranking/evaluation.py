"""How high in the list stands what designers wanted: mean reciprocal rank over the cases, by kind and over all."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from dovetail.lsp.features.completion import complete
from tests.lsp.looking import view

BESIDE = {"parts/footer.tpl": "<p>{$year} {$mywebshop.store.name}</p>", "other.tpl": "x", "settings.conf": "a = 1"}


@dataclass(frozen=True, slots=True)
class Case:
    kind: str
    text: str
    wanted: str

    def rank(self) -> int:
        """Where the wanted completion stands, from 1; 0 when it is not in the list."""
        looked, offset = view(self.text, beside=BESIDE)
        labels = [item.label for item in complete(looked, offset).items]
        return labels.index(self.wanted) + 1 if self.wanted in labels else 0


def cases() -> list[Case]:
    kinds = tomllib.loads((Path(__file__).parent / "cases.toml").read_text(encoding="utf-8"))
    return [Case(kind, text, wanted) for kind, texts in kinds.items() for text, wanted in texts.items()]


def mean_reciprocal_rank(ranks: Mapping[Case, int]) -> float:
    return sum(1 / rank if rank else 0.0 for rank in ranks.values()) / len(ranks)
