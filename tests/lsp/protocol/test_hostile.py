"""A shop that refuses, is slow, is busy or talks nonsense: keys are answered, and its state is said once."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path

import pytest
from lsprotocol import types
from pytest_lsp import LanguageClient

from tests.doubles.shop import Shop
from tests.lsp.protocol.conftest import Text, write_settings

SLOW = 5_000
"""Milliseconds that the slow shop takes: far more than an answer may."""

FAULTS: Mapping[str, Mapping[str, object]] = {
    "slow": {"kind": "latency", "ms": SLOW},
    "busy": {"kind": "status", "code": 429, "headers": {"Retry-After": "30"}},
    "broken": {"kind": "status", "code": 500},
    "nonsense": {"kind": "status", "code": 200, "body": "<html>not JSON"},
}


@pytest.mark.asyncio
@pytest.mark.parametrize("fault", [*FAULTS, "refused"])
async def test_keys_are_answered_whatever_the_shop_does(
    code: LanguageClient, folder: Path, editor_shop: Shop, fault: str
) -> None:
    if fault == "refused":
        write_settings(folder, "http://127.0.0.1:9", editor_shop.oauth)
    else:
        editor_shop.fault(**FAULTS[fault])
    text = Text(code, folder, "{assign var=total value=1}{$mywebshop.product.123456.name} {$mywebshop.product.▮}")
    longest = 0.0
    for letter in "blanket mug":
        text.type(letter)
        began = time.monotonic()
        await text.labels()
        hover = types.HoverParams(text.identifier, types.Position(0, 55))
        assert await code.text_document_hover_async(hover) is not None
        longest = max(longest, time.monotonic() - began)
    # Two answers of 0.15 s at most each; a shop that takes 5 s would show, whatever this machine is busy with.
    assert longest < SLOW / 1000 - 1
    other = Text(code, folder, "{assign var=total value=1}{$to▮}", "other.tpl")
    assert "$total" in await other.labels()
    if fault != "slow":
        # What cannot be had is an item of the list and no error, and one message of the whole outage.
        while not any("cannot be asked now" in label for label in await text.labels()):
            text.type("x")
        assert sum("cannot be asked" in message.message for message in code.messages) <= 1
    editor_shop.control("faults", method="DELETE")


@pytest.mark.asyncio
async def test_no_live_value_and_no_text_reaches_the_log(code: LanguageClient, folder: Path, editor_shop: Shop) -> None:
    text = Text(code, folder, "Dear Zwanenburg {$mywebshop.product.123456.name}▮")
    name = editor_shop.dump("products", 123456, store=1)["name"]
    hover = None
    while hover is None or name not in str(hover):
        at = types.HoverParams(text.identifier, types.Position(0, text.column - 4))
        hover = await code.text_document_hover_async(at)
    logged = [message.message for message in code.log_messages]
    assert not any("Zwanenburg" in each or name in each for each in logged)
