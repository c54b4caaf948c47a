"""Dovetail's conformance kit, against what Loyalty really answered once."""

from dovetail_loyalty import KIND

from dovetail.testing import ProviderKit


class TestLoyalty(ProviderKit):
    kind = KIND
    settings = {"url": "https://loyalty.example", "key": "made-up-key"}
    exchanges = "recorded.json"
    identifier = "loyalty"
    known = {"member": ["1001", "1002", "1003"]}
