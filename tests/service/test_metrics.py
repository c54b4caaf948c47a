"""Prometheus is told, and nobody waits for that."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from pathlib import Path

import httpx
import pytest
from prometheus_client import REGISTRY, Metric
from prometheus_client.registry import Collector

from dovetail.bridge.inbound.keys import PublicKeys
from dovetail.service.app import make_app
from tests.service.serving import backend_in, serving


class Counting(Collector):
    """As the bridge's numbers are over millions of rows: it takes its time. `begun` once it is at it."""

    def __init__(self) -> None:
        self.begun, self.done = threading.Event(), threading.Event()

    def describe(self) -> Iterable[Metric]:
        return ()

    def collect(self) -> Iterable[Metric]:
        self.begun.set()
        assert self.done.wait(20)
        return ()


@pytest.mark.filterwarnings("ignore::litestar.exceptions.LitestarDeprecationWarning")
def test_others_are_answered_while_rows_are_counted(tmp_path: Path) -> None:
    backend, counting = backend_in(tmp_path, PublicKeys()), Counting()
    told = list[httpx.Response]()
    REGISTRY.register(counting)
    try:
        with serving(make_app(backend)) as at:
            ask = lambda: told.append(httpx.get(f"http://{at}/metrics", trust_env=False, timeout=30))  # noqa: E731
            scraping = threading.Thread(target=ask)
            scraping.start()
            assert counting.begun.wait(10)
            # Nothing of it has been answered, and nothing can be, before this was.
            assert httpx.get(f"http://{at}/health", trust_env=False, timeout=10).status_code == 200
            assert told == []
            counting.done.set()
            scraping.join()
    finally:
        counting.done.set()
        REGISTRY.unregister(counting)
        backend.close()
    assert told[0].status_code == 200
    assert told[0].headers["content-type"].startswith("text/plain; version=")
    assert "python_info" in told[0].text
