"""Where a shop is, and questions to it as values. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from dovetail.engine.ports import Request, Response
from dovetail.errors import ProviderError
from dovetail.providers.magento2 import replies


@dataclass(frozen=True, slots=True)
class Shop:
    """Where a shop is: `url` without a slash at its end, `store` the code of a store view or ''.

    `url_suffix` ends the addresses of product pages; the REST API does not tell it. `follow`: what an order or a
    cart leads to comes in its own store view. `stock_id`: the stock (Multi Source Inventory) whose salable
    quantities count; 0 for what all sources have. `view`: the id of the store view when it is not the settings' own:
    what its records lead to comes in that view too.
    """

    identifier: str
    url: str
    store: str = ""
    url_suffix: str = ".html"
    follow: bool = False
    stock_id: int = 0
    view: int = 0

    def get(self, path: str, query: str = "", *, store: str | None = None, keep_for: float = 0.0) -> Request:
        """A question; `path` begins with `/V1/` and is percent-encoded. `store` instead of the shop's own view."""
        code = self.store if store is None else store
        address = f"{self.url}/rest/{code}{path}" if code else f"{self.url}/rest{path}"
        return Request(
            "GET", address + (f"?{query}" if query else ""), {"accept": "application/json"}, keep_for=keep_for
        )

    def read(self, reply: Response | ProviderError) -> object:
        """The JSON of a good reply; see `replies.read` for what it raises."""
        return replies.read(reply, self.url, self.identifier)
