"""The kinds that are described in settings are registered as any package's are: by entry points."""

from __future__ import annotations

import tomllib
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from dovetail.providers.kinds import Kind
from dovetail.providers.plugins import protocol_faults
from dovetail.providers.schema_faults import schema_faults

PROJECT = Path(__file__).resolve().parents[3] / "pyproject.toml"

SETTINGS: dict[str, dict[str, object]] = {
    "rest": {"url": "https://api.example", "collections": {"customer": {"list": "customers", "personal": True}}},
    "file": {"collections": {"customer": {"file": "customers.csv", "relations": {"boss_id": "customer"}}}},
}


@pytest.mark.parametrize("name", SETTINGS)
def test_a_kind_is_registered_under_its_name_and_makes_a_provider(name: str) -> None:
    points = tomllib.loads(PROJECT.read_text(encoding="utf-8"))["project"]["entry-points"]["dovetail.providers"]
    kind = EntryPoint(name, points[name], "dovetail.providers").load()
    assert isinstance(kind, Kind)
    assert kind.name == name
    provider = kind.make("data", SETTINGS[name])
    assert protocol_faults(provider) == []
    assert schema_faults(provider.schema()) == []
