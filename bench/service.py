"""How much the service answers: `python bench/service.py [--seconds N]`; needs wrk.

A small template rendered warm, and suggestions of products by a word, from 16 connections, with the client on the same
machine. Prints requests a second, the 99th percentile and errors.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import tempfile
from pathlib import Path

from tests.doubles.shop import Shop
from tests.service.conftest import Service, connected

RENDER = {
    "source": "Dear {$profile.firstname}, {$mywebshop.product.123456.title} costs {$mywebshop.product.123456.price}",
    "variables": {"profile": {"firstname": "Ann"}},
}


def load(url: str, key: str, seconds: int, body: str | None) -> tuple[float, float, int]:
    """Requests a second, the 99th percentile in ms, answers that were none."""
    lines = [f'wrk.headers["Authorization"] = "Bearer {key}"']
    if body is not None:
        lines += ['wrk.method = "POST"', 'wrk.headers["Content-Type"] = "application/json"']
        lines.append(f"wrk.body = [==[{body}]==]")
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write("\n".join(lines))
        script.flush()
        command = ["wrk", "-t1", "-c16", f"-d{seconds}s", "--latency", "--timeout", "10s", "-s", script.name, url]
        said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", said)[1])  # type: ignore[index]
    number, unit = re.search(r"99%\s+([\d.]+)(us|ms|s)", said).groups()  # type: ignore[union-attr]
    late = float(number) * {"us": 0.001, "ms": 1.0, "s": 1000.0}[unit]
    refused = re.search(r"Non-2xx or 3xx responses: (\d+)", said)
    broken = [int(each) for each in re.findall(r"(?:connect|read|write|timeout) (\d+)", said)]
    return rate, late, (int(refused[1]) if refused else 0) + sum(broken)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=20)
    seconds = parser.parse_args().seconds
    made = dict[str, float]()
    with tempfile.TemporaryDirectory() as folder, Shop(profile="2.4.8", products=60) as shop:
        service = Service(Path(folder), ("--allow-private-addresses",))
        service.start()
        try:
            with service.client(service.first_key) as client:
                assert connected(client, shop).status_code == 201
                asked = {"name": "load", "scopes": ["read", "render"], "rate": 10_000}
                key = str(client.post("/keys", json=asked).json()["text"])
                assert "costs" in client.post("/render", json=RENDER).text
            for name, path, body in (
                ("render", "/render", json.dumps(RENDER)),
                ("suggest", "/integrations/mywebshop/suggest?path=product&text=luxe", None),
            ):
                rate, late, errors = load(f"{service.url}/api/v1{path}", key, seconds, body)
                print(f"{name:10} {rate:8.0f} a second   p99 {late:7.1f} ms   {errors} errors in {seconds} s")
                made |= {
                    f"{name} per second": round(rate, 1),
                    f"{name} p99 ms": round(late, 2),
                    f"{name} errors": errors,
                }
        finally:
            service.stop()
    print(json.dumps(made))


if __name__ == "__main__":
    main()
