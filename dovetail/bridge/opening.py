"""Makes the bridge of an account from its integrations and templates."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dovetail.bridge.bridge import Bridge
from dovetail.bridge.followups.fresh import fresh
from dovetail.bridge.outlet import AccountTexts, Post, Sending
from dovetail.bridge.polling import Rhythm
from dovetail.engine.ports import Loader
from dovetail.integrations.environment import Environment

if TYPE_CHECKING:
    from dovetail.integrations.store.database import Database
    from dovetail.providers.kinds import Integration


def from_environment(name: str) -> str:
    """The key of a webhook, or a broker's address, as an environment variable has it; "" for none."""
    return os.environ.get(name, "")


@dataclass(frozen=True, slots=True)
class Terms:
    """What holds for all accounts that a process works for.

    `mails`: a mail server, or a folder. `sender`: whom mails are from unless a follow-up says. `private`: webhooks may
    go into private networks. `calls`: actions of packages may be called, and brokers be published to. `every`: seconds
    between two looks at a shop.
    """

    mails: Post
    sender: str
    private: bool = False
    calls: bool = True
    every: float = 60.0
    clock: Callable[[], float] = time.time


def open_bridge(
    database: Database,
    account: str,
    integrations: Sequence[Integration],
    loader: Loader,
    terms: Terms,
    secret: Callable[[str], str] = from_environment,
) -> Bridge:
    """The bridge of an account; whoever opens it closes it. `secret`: see `Sending`."""
    connected = fresh(integrations)
    plain = Environment(loader=loader, integrations=connected, account=account, escape_html=False, cache_folder=None)
    html = Environment(loader=loader, integrations=connected, account=account, cache_folder=None)
    texts = AccountTexts(plain, html)
    sending = Sending(
        texts, terms.mails, terms.sender,
        private=terms.private, secret=secret, calls=terms.calls, clock=terms.clock,
    )  # fmt: skip
    by_name = {each.provider.identifier: each for each in connected}
    return Bridge(database, account, texts, sending, by_name, Rhythm(every=terms.every), terms.clock)
