"""The conformance kit holds for files, but for what it wants to see on the wire: files have none."""

from __future__ import annotations

from pathlib import Path

import pytest

from dovetail.providers.file.settings import KIND
from dovetail.providers.kinds import Integration
from dovetail.testing import Subject, complaints
from dovetail.testing.worlds import Real


@pytest.mark.parametrize(
    "check", ["kind", "schema", "fingerprint", "protocol", "members", "shape", "unknown", "keeping"]
)
def test_a_check_of_the_kit_has_nothing_to_complain_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, check: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "stores.csv").write_text("code,name,distance\n001,Centre,0.4\n002,Station,1.2\n003,Harbour,58\n")
    types = {"code": "text", "name": "text", "distance": "number"}
    store = {"file": "stores.csv", "key": "code", "title": "name", "types": types}
    settings: dict[str, object] = {"collections": {"store": store}}
    subject = Subject(
        kind=KIND,
        settings=settings,
        world=Real(Integration(KIND.make("stores", settings))),
        identifier="stores",
        known={"store": ["001", "002"]},
        other_settings={"collections": {"shop": store}},
        same_answers=("allow_outside",),
    )
    assert complaints(subject, check) == []
