"""`python -m tests.service.contract [--examples N]`: Schemathesis over the whole API of a fresh service."""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.service.conftest import Service

CONFIGURATION = """
[checks]
negative_data_rejection.expected-statuses = ["400", "401", "403", "404", "405", "412", "413", "415", "422", "428", "429"]
"""
"""A request may be refused for being too large before anybody looks at it."""
CHECKS = (
    "not_a_server_error", "status_code_conformance", "content_type_conformance", "response_schema_conformance",
    "response_headers_conformance", "negative_data_rejection", "unsupported_method",
)  # fmt: skip


def quick_key(service: Service) -> str:
    """A key that may ask as often as it likes."""
    with service.client(service.first_key) as client:
        asked = {"name": "contract", "scopes": ["read", "write", "render", "keys"], "rate": 10_000}
        return str(client.post("/keys", json=asked).json()["text"])


def run(url: str, key: str, examples: int, seed: int) -> subprocess.CompletedProcess[str]:
    """Ask the service; the result's code is 0 when it kept its description."""
    configuration = Path(tempfile.mkdtemp(prefix="contract."), "schemathesis.toml")
    configuration.write_text(CONFIGURATION)
    return subprocess.run(
        [
            str(Path(sys.executable).parent / "schemathesis"),
            "--config-file",
            str(configuration),
            "run",
            f"{url}/openapi.json",
            "--url",
            url,
            "-H",
            f"Authorization: Bearer {key}",
            "--checks",
            ",".join(CHECKS),
            "--max-examples",
            str(examples),
            "--seed",
            str(seed),
            "--phases",
            "examples,coverage,fuzzing",
            "--no-color",
            # Who revokes the key that he asks with is told no ever after.
            "--exclude-path-regex",
            "/keys/",
        ],
        capture_output=True,
        text=True,
        timeout=3600,
        check=False,
        cwd=tempfile.gettempdir(),
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--examples", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        service = Service(Path(folder))
        service.start()
        try:
            ran = run(service.url, quick_key(service), given.examples, given.seed)
        finally:
            service.stop()
    print(ran.stdout[-4000:])
    raise SystemExit(ran.returncode)


if __name__ == "__main__":
    main()
