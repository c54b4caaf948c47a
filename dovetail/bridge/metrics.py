"""The bridge's numbers for Prometheus: read from the database, so that each process tells those of all of them."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from prometheus_client import Metric
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector

from dovetail.bridge.store.figures import Figures, figures
from dovetail.errors import place_of

if TYPE_CHECKING:
    from dovetail.integrations.store.database import Database

log = logging.getLogger(__name__)

_BELIEVED = 10.0
"""Seconds for which numbers are not counted anew: millions of rows take part of a second."""


class BridgeMetrics(Collector):
    """Collects them. `clock` gives Unix seconds."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.time) -> None:
        self._database = database
        self._clock = clock
        self._counted: tuple[float, Figures] | None = None

    def describe(self) -> Iterable[Metric]:
        """Nothing: what there is, is known once it is counted."""
        return ()

    def collect(self) -> Iterable[Metric]:
        """The numbers of this moment; none while the database is away."""
        now = self._clock()
        if self._counted is None or not 0 <= now - self._counted[0] < _BELIEVED:
            try:
                with self._database.read() as connection:
                    self._counted = (now, figures(connection, now))
            except Exception as error:  # noqa: BLE001  # all other metrics are told as well without it
                log.error("the bridge cannot be counted: %s", place_of(error))
                return ()
        return _told(self._counted[1])


def _told(found: Figures) -> Iterable[Metric]:
    lag = GaugeMetricFamily(
        "dovetail_bridge_lag_seconds", "By how much the oldest task that nobody does is late.", labels=("kind",)
    )
    tasks = GaugeMetricFamily("dovetail_bridge_tasks", "Tasks by kind and state.", labels=("kind", "state"))
    for kind, each in found.tasks.items():
        lag.add_metric((kind,), each.lag)
        for state, number in (
            ("due", each.due),
            ("later", each.later),
            ("retrying", each.retrying),
            ("dead", each.dead),
        ):
            tasks.add_metric((kind, state), number)
    instances = GaugeMetricFamily("dovetail_bridge_instances", "Instances of follow-ups by state.", labels=("state",))
    for state, number in found.instances.items():
        instances.add_metric((state,), number)
    labels = ("action", "state")
    deliveries = GaugeMetricFamily("dovetail_bridge_deliveries", "What went out, or is to.", labels=labels)
    attempts = GaugeMetricFamily("dovetail_bridge_delivery_attempts", "Attempts that deliveries took.", labels=labels)
    for names, sent in found.deliveries.items():
        deliveries.add_metric(names, sent.number)
        attempts.add_metric(names, sent.attempts)
    return (
        lag,
        tasks,
        instances,
        deliveries,
        attempts,
        CounterMetricFamily("dovetail_bridge_events", "Events that were logged.", found.events),
        GaugeMetricFamily("dovetail_bridge_feeds", "Feeds that are read.", found.feeds),
        GaugeMetricFamily(
            "dovetail_bridge_feeds_failing", "Feeds that could not be read the last time.", found.failing
        ),
        GaugeMetricFamily(
            "dovetail_bridge_feed_age_seconds", "Since the feed that was read longest ago.", found.feed_age
        ),
    )
