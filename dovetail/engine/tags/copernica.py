"""Copernica's tags: `{loadprofile}`, `{loadsubprofile}`, `{rawcapture}`, `{mailonly}`, `{webonly}` and the links.

Profiles come through the same port as every integration: an ask to the identifier `profiles`, whose
collection is the source (`Customers`, `Customers:Orders`). An environment without such an integration
has no profiles to load, and says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from dovetail.engine.ports import Ask, Constant, Filter, Order, Query
from dovetail.engine.tags.functions import block_function, tag_function
from dovetail.engine.tags.registry import tag
from dovetail.engine.tags.variables import compile_capture
from dovetail.engine.values import has_item, item, to_int, to_text, truth
from dovetail.errors import ValueFault
from dovetail.grammar import nodes

if TYPE_CHECKING:
    from dovetail.engine.compiler.statements import Statements
    from dovetail.engine.frames import Frame
    from dovetail.engine.runtime import Runtime

PROFILES = "profiles"
_OWN = frozenset({"source", "assign", "multiple", "limit", "orderby", "profile"})


@tag_function("loadprofile")
def load_profile(rt: Runtime, frame: Frame, given: Mapping[str, object]) -> str:
    """Copernica: {loadprofile source="Database" Field=value… assign=x multiple=true limit=n orderby='Field desc'}."""
    return _load(rt, frame, given, ())


@tag_function("loadsubprofile")
def load_subprofile(rt: Runtime, frame: Frame, given: Mapping[str, object]) -> str:
    """Copernica: {loadsubprofile source="Database:Collection" profile=id …}; without `profile`, all of them."""
    profile = given.get("profile")
    if profile is None:
        return _load(rt, frame, given, ())
    key = item(profile, "id") if _many(profile) else profile
    return _load(rt, frame, given, (Filter("profile", "==", _plain(key)),))


def _many(value: object) -> bool:
    return not (value is None or isinstance(value, bool | int | float | str))


def _load(rt: Runtime, frame: Frame, given: Mapping[str, object], owner: tuple[Filter, ...]) -> str:
    if "source" not in given or "assign" not in given:
        raise ValueFault("profiles are loaded with `source` and `assign`", "add source='Database' assign=name")
    filters = tuple(Filter(name, "==", _plain(value)) for name, value in given.items() if name not in _OWN)
    multiple = truth(given.get("multiple"))
    limit = to_int(given["limit"]) if multiple and "limit" in given else None if multiple else 1
    query = Query(owner + filters, _orders(to_text(given.get("orderby", "id asc"))), limit)
    found = rt.answer(Ask(PROFILES, to_text(given["source"]), query))
    if not multiple:
        found = item(found, 0)
    frame.variables[to_text(given["assign"])] = found
    return ""


def _orders(text: str) -> tuple[Order, ...]:
    # Two pages of the documentation disagree about the usual order; ascending by id is what a list is.
    orders: list[Order] = []
    for part in text.split(","):
        words = part.split()
        if words:
            orders.append(Order(words[0], len(words) > 1 and words[1].lower() == "desc"))
    return tuple(orders)


def _plain(value: object) -> Constant:
    return value if value is None or isinstance(value, bool | int | float | str) else to_text(value)


@tag("rawcapture")
def compile_rawcapture(code: Statements, node: nodes.Tag) -> None:
    """Copernica: as {capture}, but outputs within are not HTML-escaped."""
    with code.unescaped():
        compile_capture(code, node)


@block_function("mailonly")
def mail_only(rt: Runtime, frame: Frame, given: Mapping[str, object], content: str) -> str:
    """Copernica: content of the mail, not of its web version (`$mailing.webversion` is true there)."""
    return "" if _web(frame) else content


@block_function("webonly")
def web_only(rt: Runtime, frame: Frame, given: Mapping[str, object], content: str) -> str:
    """Copernica: content of the web version only."""
    return content if _web(frame) else ""


def _web(frame: Frame) -> bool:
    mailing = frame.variables.get("mailing")
    return has_item(mailing, "webversion") and truth(item(mailing, "webversion"))


@tag_function("webversion")
def web_version(rt: Runtime, frame: Frame, given: Mapping[str, object]) -> str:
    """Copernica: the address of the web version, which the sender gives as `$webversion`."""
    return to_text(frame.variables.get("webversion"))


@tag_function("unsubscribe")
def unsubscribe(rt: Runtime, frame: Frame, given: Mapping[str, object]) -> str:
    """Copernica: the address for unsubscribing, which the sender gives as `$unsubscribe`."""
    return to_text(frame.variables.get("unsubscribe"))
