from __future__ import annotations

import logging
from pathlib import Path

import pytest

from dovetail.errors import SettingsError
from dovetail.providers.registry import kind, kinds
from tests.providers.packages import install

WEATHER = """
from dovetail.providers.kinds import Kind

def make(identifier, settings):
    raise NotImplementedError

KIND = Kind(name="weather", title="Weather", summary="The weather", settings=(), make=make)
NUMBER = 5
"""


def test_magento_is_there_without_an_installed_package() -> None:
    assert kinds()["magento2"] is kind("magento2")
    assert kind("magento2").title == "Magento 2 shop"


def test_an_installed_package_adds_its_kind(site: Path) -> None:
    install(site, "plugged_weather", WEATHER, "weather = plugged_weather:KIND")
    assert kinds()["weather"].title == "Weather"


def test_a_plug_in_that_cannot_be_loaded_is_named_and_takes_nothing_else_down(
    site: Path, caplog: pytest.LogCaptureFixture
) -> None:
    install(site, "plugged_broken", "raise RuntimeError('secret')", "broken = plugged_broken:KIND")
    install(site, "plugged_fine", WEATHER, "weather = plugged_fine:KIND")
    with caplog.at_level(logging.WARNING):
        assert {"magento2", "weather"} <= set(kinds())
    assert "broken" not in kinds()
    assert (
        "`broken` of the package plugged_broken 1.0 cannot be loaded (RuntimeError, plugged_broken.py:1)" in caplog.text
    )
    with pytest.raises(SettingsError, match="cannot be loaded") as raised:
        kind("broken")
    assert "secret" not in str(raised.value)


def test_an_entry_point_that_is_no_kind_is_named(site: Path) -> None:
    install(site, "plugged_number", WEATHER, "number = plugged_number:NUMBER", "rain = plugged_number:KIND")
    with pytest.raises(SettingsError, match=r"not a dovetail\.providers\.kinds\.Kind"):
        kind("number")
    with pytest.raises(SettingsError, match="of that name"):
        kind("rain")


def test_a_plug_in_cannot_take_the_place_of_a_built_in_kind(site: Path) -> None:
    install(site, "plugged_thief", WEATHER, "magento2 = plugged_thief:KIND")
    assert kind("magento2").title == "Magento 2 shop"


def test_an_unknown_kind_is_an_error_with_the_nearest_name() -> None:
    with pytest.raises(SettingsError, match="`magento2`"):
        kind("magento")
    with pytest.raises(SettingsError, match=r"There is: .*magento2"):
        kind("zzz")
