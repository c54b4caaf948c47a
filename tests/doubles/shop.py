"""A Magento double as a process of its own, with its control calls. See tests/doubles/magento/README.md."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

from tests.doubles.openapi import unknown_to_magento

DOUBLE = Path(__file__).parent / "magento" / "double.py"
Json = dict[str, Any]


class Shop:
    """A running double. Close it, or use it as a context manager.

    Whatever it was asked is held to Magento's own description of its API, at the latest when it is closed: a test
    whose client asks for something that Magento does not have fails, even where the double would answer.
    """

    def __init__(
        self,
        *,
        profile: str = "strict",
        products: int = 400,
        customers: int = 60,
        orders: int = 200,
        carts: int = 40,
        seed: int = 1,
        now: str | None = None,
    ) -> None:
        command = [
            sys.executable,
            str(DOUBLE),
            "--port",
            "0",
            "--exit-with-stdin",
            "--profile",
            profile,
            "--seed",
            str(seed),
        ]
        command += [
            "--products",
            str(products),
            "--customers",
            str(customers),
            "--orders",
            str(orders),
            "--carts",
            str(carts),
        ]
        if now is not None:
            command += ["--now", now]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        self.info: Json = json.loads(self._process.stdout.readline())
        self.url: str = self.info["url"].rstrip("/")
        self.oauth: dict[str, str] = self.info["oauth"]

    def settings(self, store: str = "nl") -> dict[str, object]:
        """Settings of the magento2 kind for this shop."""
        names = ("consumer_key", "consumer_secret", "access_token", "access_token_secret")
        return {"url": self.url, "store": store, **{name: self.oauth[name] for name in names}}

    def control(self, path: str, body: object = None, method: str | None = None) -> Any:
        """A control call; never counted in the log."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(
            f"{self.url}/_control/{path}",
            data=data,
            method=method or ("GET" if body is None else "POST"),
            headers={"X-Control-Token": self.info["control_token"], "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=30) as response:
            text = response.read()
        return json.loads(text) if text else None

    def log(self) -> Sequence[Json]:
        """One row a request since the log was last cleared."""
        answer = self.control("log?limit=200000")
        return cast("Sequence[Json]", answer["rows"])

    def hold_to_description(self) -> None:
        """Raises AssertionError for requests that Magento's OpenAPI description does not have."""
        unknown = unknown_to_magento(self.log())
        assert not unknown, f"Magento has nothing of this: {unknown}"

    def clear(self) -> None:
        """Forget the log and all faults."""
        self.hold_to_description()
        self.control("log", method="DELETE")
        self.control("faults", method="DELETE")

    def fault(self, **fault: object) -> None:
        """Add a fault, as the double's README describes them."""
        self.control("faults", fault)

    def dump(self, kind: str, key: object = None, store: int | None = None) -> Any:
        """The truth about the shop's data."""
        path = (
            f"dump/{kind}" + (f"/{key}" if key is not None else "") + (f"?store={store}" if store is not None else "")
        )
        return self.control(path)

    def close(self) -> None:
        """End the process."""
        try:
            if self._process.poll() is None:
                self.hold_to_description()
        finally:
            if self._process.stdin is not None:
                self._process.stdin.close()
            if self._process.stdout is not None:
                self._process.stdout.close()
            self._process.wait(10)

    def __enter__(self) -> Shop:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()
