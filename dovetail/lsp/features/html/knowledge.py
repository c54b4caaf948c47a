"""What is known of HTML, CSS and mail clients: vendored data, dated, read when first needed (tools/mail_data.py)."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Literal, TypedDict, cast

Support = Literal["y", "n", "a", "u"]
"""Supported, not supported, partly, unknown."""

DEFAULT_CLIENTS = ("gmail", "outlook", "apple-mail", "yahoo", "samsung-email")
"""The families that most recipients of newsletters read in."""


class Described(TypedDict):
    """An element's attribute or a property: what it is, and its usual values."""

    about: str
    values: Sequence[str]


class Tag(TypedDict):
    """An element."""

    about: str
    attributes: Mapping[str, Described]


class RawFeature(TypedDict):
    """A feature as it is stored: each client's latest answer with the numbers of its notes, `a #1 #2`."""

    title: str
    category: str
    url: str
    clients: Mapping[str, str]
    notes: Mapping[str, str]


class Knowledge(TypedDict):
    """The whole file."""

    date: str
    sources: Sequence[str]
    tags: Mapping[str, Tag]
    attributes: Mapping[str, Described]
    properties: Mapping[str, Described]
    families: Mapping[str, str]
    platforms: Mapping[str, str]
    features: Mapping[str, RawFeature]


@cache
def knowledge() -> Knowledge:
    """The data."""
    packed = files("dovetail.lsp.features.html").joinpath("data", "mail.json.gz").read_bytes()
    return cast("Knowledge", json.loads(gzip.decompress(packed)))


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one client makes of a feature; `client` for people, `notes` why not quite."""

    family: str
    client: str
    support: Support
    notes: Sequence[str]


def verdicts(slug: str, clients: Sequence[str] = ()) -> Sequence[Verdict]:
    """What the clients that matter make of a feature; those who are not named are the usual ones."""
    return _verdicts(slug, tuple(clients))


@lru_cache(1024)
def _verdicts(slug: str, clients: tuple[str, ...]) -> Sequence[Verdict]:
    found = knowledge()["features"].get(slug)
    if found is None:
        return []
    wanted = chosen(clients)
    made = list[Verdict]()
    for client, answer in found["clients"].items():
        family, _, platform = client.partition("/")
        if family not in wanted and client not in wanted:
            continue
        word, *numbers = answer.split()
        support: Support = "y" if word == "y" else "n" if word == "n" else "a" if word == "a" else "u"
        notes = [found["notes"][number.strip("#")] for number in numbers if number.strip("#") in found["notes"]]
        names = knowledge()
        shown = f"{names['families'].get(family, family)} ({names['platforms'].get(platform, platform)})"
        made.append(Verdict(family, shown, support, notes))
    return made


def chosen(clients: Sequence[str]) -> frozenset[str]:
    """The families or clients that matter; names are taken as people write them."""
    if not clients:
        return frozenset(DEFAULT_CLIENTS)
    names = knowledge()["families"]
    known = {name.casefold(): family for family, name in names.items()} | {family: family for family in names}
    return frozenset(known.get(each.casefold(), each.casefold().replace(" ", "-")) for each in clients)


def share(slug: str, clients: Sequence[str] = ()) -> float:
    """Which part of the clients that matter supports a feature, from 0 to 1; partly counts half, unknown nothing."""
    found = [each for each in verdicts(slug, clients) if each.support != "u"]
    if not found:
        return 1.0
    return sum(1.0 if each.support == "y" else 0.5 if each.support == "a" else 0.0 for each in found) / len(found)


_PROPERTIES: Mapping[str, str] = {
    "height": "css-height", "gap": "css-gap", "column-gap": "css-gap", "row-gap": "css-gap", "inset": "css-inset",
    "left": "css-left-right-top-bottom", "right": "css-left-right-top-bottom", "top": "css-left-right-top-bottom",
    "bottom": "css-left-right-top-bottom", "grid-template-columns": "css-grid-template",
    "grid-template-rows": "css-grid-template", "grid-template-areas": "css-grid-template",
    "grid-template": "css-grid-template", "columns": "css-column-layout-properties",
    "font-family": "", "color": "",
}  # fmt: skip
_VALUES: Mapping[tuple[str, str], str] = {
    ("display", "flex"): "css-display-flex",
    ("display", "grid"): "css-display-grid",
    ("display", "none"): "css-display-none",
    ("flex-direction", "column"): "css-flex-direction",
    ("flex-wrap", "wrap"): "css-flex-wrap",
}
_FUNCTIONS: Mapping[str, str] = {
    "linear-gradient": "css-linear-gradient", "radial-gradient": "css-radial-gradient",
    "conic-gradient": "css-conic-gradient", "calc": "css-unit-calc", "clamp": "css-function-clamp",
    "min": "css-function-min", "max": "css-function-max", "var": "css-variables", "rgba": "css-rgba", "rgb": "css-rgb",
    "light-dark": "css-function-light-dark", "oklch": "css-modern-color", "lch": "css-modern-color",
}  # fmt: skip
_ELEMENTS: Mapping[str, str] = {
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), "html-h1-h6"),
    **dict.fromkeys(("ul", "ol", "dl"), "html-lists"),
    **dict.fromkeys(("article", "aside", "footer", "header", "main", "nav", "section", "figure"), "html-semantics"),
    "map": "html-image-maps",
    "area": "html-image-maps",
    "base": "html-base",
    "address": "html-address",
}


def feature_of_property(name: str, value: str = "") -> str | None:
    """The feature that a CSS declaration needs; None when nobody tested it."""
    special = _VALUES.get((name, value.strip().lower()))
    if special is not None:
        return special
    slug = _PROPERTIES.get(name, f"css-{name}")
    return slug if slug in knowledge()["features"] else None


def features_of_value(value: str) -> Sequence[str]:
    """The features that the functions of a CSS value need."""
    return [slug for name, slug in _FUNCTIONS.items() if f"{name}(" in value.lower()]


def feature_of_element(name: str) -> str | None:
    """The feature that an element is."""
    slug = _ELEMENTS.get(name, f"html-{name}")
    return slug if slug in knowledge()["features"] else None


def feature_of_attribute(name: str) -> str | None:
    """The feature that an attribute is."""
    slug = (
        "html-srcset"
        if name in ("srcset", "sizes")
        else "html-loading-attribute"
        if name == "loading"
        else f"html-{name}"
    )
    found = knowledge()["features"].get(slug)
    return slug if found is not None and "attribute" in found["title"] else None
