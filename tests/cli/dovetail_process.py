"""Runs the command line as its users do: a process of its own, in a folder of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.doubles.shop import Shop

ROOT = Path(__file__).parent.parent.parent


@dataclass(frozen=True)
class Done:
    """What a run left: exit code and what it said."""

    code: int
    out: str
    err: str


@dataclass(frozen=True)
class CommandLine:
    """`dovetail` in `folder`, with a cache of its own and `environment` on top of this process's."""

    folder: Path
    environment: Mapping[str, str]

    def __call__(self, *arguments: str | Path, text: str = "", **more: str) -> Done:
        done = subprocess.run(
            [sys.executable, "-m", "dovetail", *map(str, arguments)],
            cwd=self.folder,
            input=text.encode(),
            capture_output=True,
            env={
                **{name: value for name, value in os.environ.items() if not name.startswith("COV")},
                "PYTHONPATH": str(ROOT),
                "XDG_CACHE_HOME": str(self.folder / ".cache"),
                "PYTHONUTF8": "1",
                **self.environment,
                **more,
            },
            timeout=110,
        )
        result = Done(done.returncode, done.stdout.decode(), done.stderr.decode())
        assert "Traceback" not in result.err, result.err
        return result

    def write(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def read(self, name: str) -> str:
        return (self.folder / name).read_text(encoding="utf-8")


SECRETS = ("consumer_key", "consumer_secret", "access_token", "access_token_secret")


def connected(folder: Path, shop: Shop, extra: str = "", url: str = "") -> CommandLine:
    """A command line whose folder has a dovetail.toml for the shop; the secrets are in the environment."""
    line = CommandLine(folder, {f"MYWEBSHOP_{name.upper()}": shop.oauth[name] for name in SECRETS})
    settings = [
        "[integrations.mywebshop]",
        'kind = "magento2"',
        f'url = "{url or shop.url}"',
        'store = "nl"',
        "allow_private_addresses = true",
        *(f'{name} = {{ env = "MYWEBSHOP_{name.upper()}" }}' for name in SECRETS),
        extra,
    ]
    line.write("dovetail.toml", "\n".join(settings) + "\n")
    return line
