"""What changed in a shop since a moment: pages by `updated_at`, as facts/magento.md §9 has it. Talks, no state.

Rows come in the order of (updated_at, entity_id). A page begins where the last one ended; where a mass action gave more
rows one second than fit a page, that second is read by id. Rows that are met twice do no harm: whoever reads compares.
When all is read, the next look begins some minutes before this one began, by the shop's clock: a transaction that took
long commits rows with a stamp from before, and the second that runs is not over.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from dovetail.engine.ports import Talk
from dovetail.providers.feeds import Entry, Page
from dovetail.providers.magento2.paging import ENTITIES, Entity, Found, by_key, one_page
from dovetail.providers.magento2.replies import Raw
from dovetail.providers.magento2.search import Condition, Criteria, Sort
from dovetail.providers.magento2.wire import Shop

OVERLAP = 120.0
"""Seconds that are read again: what commits later than that is found by the sweep."""
_STAMP = "%Y-%m-%d %H:%M:%S"


def stamp(at: float) -> str:
    """Unix seconds as Magento writes them."""
    return datetime.fromtimestamp(at, UTC).strftime(_STAMP)


def begin(at: float) -> str:
    """The cursor for changes after a moment."""
    return _cursor(stamp(at - OVERLAP))


def changes(shop: Shop, name: str, cursor: str) -> Talk[Page]:
    """The next page of changes.

    Raises:
        ProviderError: the shop cannot be asked.
    """
    entity, now = ENTITIES[name], json.loads(cursor)
    since, last, began = str(now["since"]), int(now["last"]), float(now["began"])
    behind = Condition("entity_id", "gt", str(last))
    criteria = (
        Criteria(groups=((Condition("updated_at", "eq", since),), (behind,)), sorts=(Sort("entity_id"),))
        if last
        else Criteria(
            groups=((Condition("updated_at", "gt" if now["past"] else "gteq", since),),),
            sorts=(Sort("updated_at"), Sort("entity_id")),
        )
    )
    found = yield from one_page(replace(shop, store="all"), entity, criteria)
    began = began or found.server_at
    entries = [_entry(entity, raw) for raw in found.items]
    more = found.total > len(found.items) + found.passed_over and bool(found.items)
    return Page(entries, _following(entity, found, since, last, began, more=more), more or bool(last), found.server_at)


def _following(entity: Entity, found: Found, since: str, last: int, began: float, *, more: bool) -> str:
    if not more:
        # Either all is read, or all of one second is: then what is younger than that second follows.
        return _cursor(since, began=began, past=True) if last else begin(began)
    if last:
        return _cursor(since, last=entity.id_of(found.items[-1]), began=began)
    latest = str(found.items[-1].get("updated_at", since))
    if latest == str(found.items[0].get("updated_at", since)):
        return _cursor(latest, last=entity.id_of(found.items[-1]), began=began)
    return _cursor(latest, began=began)


def everything(shop: Shop, name: str, cursor: str) -> Talk[Page]:
    """The next page of all records, by their ids; the cursor is the last id.

    Raises:
        ProviderError: the shop cannot be asked.
    """
    entity = ENTITIES[name]
    base = Criteria(sorts=(Sort("entity_id"),))
    found = yield from one_page(replace(shop, store="all"), entity, base.after("entity_id", int(cursor or "0")))
    more = found.total > len(found.items) + found.passed_over and bool(found.items)
    last = str(entity.id_of(found.items[-1])) if found.items else cursor
    return Page([_entry(entity, raw) for raw in found.items], last, more, found.server_at, found.passed_over)


def these(shop: Shop, name: str, keys: Sequence[str]) -> Talk[Page]:
    """The records of some ids that are there.

    Raises:
        ProviderError: the shop cannot be asked.
    """
    entity = ENTITIES[name]
    criteria = Criteria(groups=((Condition("entity_id", "in", ",".join(keys)),),))
    found = yield from by_key(replace(shop, store="all"), entity, criteria, len(keys))
    return Page([_entry(entity, raw) for raw in found.items], "", False, found.at, found.passed_over)


def _entry(entity: Entity, raw: Raw) -> Entry:
    return Entry(str(entity.id_of(raw)), raw)


def _cursor(since: str, *, last: int = 0, began: float = 0.0, past: bool = False) -> str:
    return json.dumps({"since": since, "last": last, "began": began, "past": past})
