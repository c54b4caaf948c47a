"""Cut Magento's OpenAPI description down to what requests are checked by: paths, methods, parameters.

Run by hand when the description changes (it is not part of this repository, being 650 KB):

    python -m tests.doubles.reduce_openapi magento-2.4.8-admin.json tests/data/magento-2.4.8-requests.json

The source is AdobeDocs/commerce-webapi, src/openapi/admin-schema-2.4.8.yaml (Apache-2.0), as JSON. `returns` holds
the property names of the replies that Dovetail asks for in part (`?fields=`), so that those names are checked too,
and of those that events tell.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, cast

Json = dict[str, Any]

IN_PART = {
    "/V1/products/attributes": 4,
    "/V1/products": 4,
    "/V1/orders": 3,
    "/V1/customers/search": 3,
    "/V1/carts/search": 3,
}
"""Paths whose replies are asked for in part, or that events tell of: so many levels of their names are kept."""


def reduced(description: Json) -> Json:
    """The paths with their methods and query parameters, and the property names of some replies."""
    paths: dict[str, dict[str, list[str]]] = {}
    for path, methods in description["paths"].items():
        paths[path] = {
            method: [each["name"] for each in operation.get("parameters", []) if each.get("in") == "query"]
            for method, operation in methods.items()
        }
    returns = {
        path: _names(description, description["paths"][path]["get"]["responses"]["200"]["schema"], deep)
        for path, deep in IN_PART.items()
    }
    return {"version": description["info"]["version"], "paths": paths, "returns": returns}


def _names(description: Json, schema: Json, depth: int) -> Json:
    while "$ref" in schema or schema.get("type") == "array":
        if "$ref" in schema:
            schema = description["definitions"][schema["$ref"].rpartition("/")[2]]
        else:
            schema = schema["items"]
    if not depth:
        return {}
    properties = cast("Json", schema.get("properties") or {})
    return {name: _names(description, inner, depth - 1) for name, inner in properties.items()}


def main() -> None:
    """Read the first file, write the second."""
    source, target = (Path(each) for each in sys.argv[1:3])
    text = json.dumps(reduced(json.loads(source.read_text())), indent=1, sort_keys=True)
    target.write_text(f"{text}\n")


if __name__ == "__main__":
    main()
