"""Renews what the language server knows of HTML, CSS and mail clients: `python tools/mail_data.py`.

Packs two npm packages of pinned versions (MIT licence, see the notice beside the data) and keeps of them what is shown:
`@vscode/web-custom-data` (elements, attributes, properties) and `caniemail` (what mail clients support, as of the last
version of each). Needs npm; the result is committed.
"""

from __future__ import annotations

import gzip
import json
import re
import subprocess
import tarfile
import tempfile
from pathlib import Path
from typing import Any

WEB = "@vscode/web-custom-data@0.6.3"
MAIL = "caniemail@2.0.2"
OUT = Path(__file__).parents[1] / "dovetail/lsp/features/html/data/mail.json.gz"
Json = dict[str, Any]


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        web, mail = (fetched(package, Path(folder)) for package in (WEB, MAIL))
        html = json.loads((web / "data/browsers.html-data.json").read_text(encoding="utf-8"))
        css = json.loads((web / "data/browsers.css-data.json").read_text(encoding="utf-8"))
        support = json.loads((mail / "data/caniemail.json").read_text(encoding="utf-8"))
    sets = {each["name"]: [value["name"] for value in each["values"]] for each in html["valueSets"]}
    data = {
        "date": support["last_update_date"][:10],
        "sources": [WEB, MAIL],
        "tags": {
            tag["name"]: {"about": words(tag), "attributes": attributes(tag.get("attributes", []), sets)}
            for tag in html["tags"]
        },
        "attributes": attributes(html["globalAttributes"], sets),
        "properties": {
            each["name"]: {"about": words(each), "values": [value["name"] for value in each.get("values", [])]}
            for each in css["properties"]
            if not each["name"].startswith("-") and each.get("status") != "nonstandard"
        },
        "families": support["nicenames"]["family"],
        "platforms": support["nicenames"]["platform"],
        "features": {each["slug"]: feature(each) for each in support["data"]},
    }
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    OUT.write_bytes(gzip.compress(text.encode(), 9, mtime=0))
    print(f"{OUT}: {len(text)} characters, {OUT.stat().st_size} bytes zipped, as of {data['date']}")


def fetched(package: str, folder: Path) -> Path:
    """A package of the registry, unpacked."""
    packed = subprocess.run(
        ["npm", "pack", "--silent", package], cwd=folder, check=True, capture_output=True, text=True
    ).stdout.split()[-1]
    into = folder / packed.removesuffix(".tgz")
    with tarfile.open(folder / packed) as archive:
        archive.extractall(into, filter="data")
    return into / "package"


def words(item: Json) -> str:
    """The first sentence of a description, without links."""
    text = item.get("description", "")
    text = text["value"] if isinstance(text, dict) else text
    text = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", text).replace("`", "").strip('" \n')
    first = re.split(r"(?<=[.!?])\s", text, maxsplit=1)[0]
    return first[:240]


def attributes(items: list[Json], sets: dict[str, list[str]]) -> Json:
    return {
        each["name"]: {"about": words(each), "values": sets.get(each.get("valueSet", ""), [])}
        for each in items
        if not each["name"].startswith(("on", "aria-"))
    }


def feature(item: Json) -> Json:
    """Of each client the latest: y, n, a (partly), u (unknown), with the numbers of its notes."""
    latest = {
        f"{family}/{platform}": versions[list(versions)[-1]].strip()
        for family, platforms in item["stats"].items()
        for platform, versions in platforms.items()
        if versions
    }
    notes = {
        number: re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text) for number, text in (item["notes_by_num"] or {}).items()
    }
    return {"title": item["title"], "category": item["category"], "url": item["url"], "clients": latest, "notes": notes}


if __name__ == "__main__":
    main()
