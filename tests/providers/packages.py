"""Packages laid down as pip does: a module, and beside it what the package says of itself."""

from __future__ import annotations

from pathlib import Path


def install(site: Path, package: str, source: str, *entry_points: str) -> None:
    """Install version 1.0 of a package that registers kinds of integrations."""
    (site / f"{package}.py").write_text(source)
    metadata = site / f"{package}-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n")
    (metadata / "entry_points.txt").write_text("[dovetail.providers]\n" + "\n".join(entry_points) + "\n")
