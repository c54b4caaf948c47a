"""Runs language cases with known outputs: `python tests/conformance/run.py CASES.jsonl [--record FILE] [--show GROUP]`.

Prints one JSON line last: {"output": [passed, total], "compile_errors": [passed, total], "groups": {…}}.
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from dovetail.engine.compiler.options import Options  # noqa: E402
from dovetail.engine.environment import Engine  # noqa: E402
from dovetail.engine.filters import trim_whitespace  # noqa: E402
from dovetail.engine.loaders import DictLoader  # noqa: E402
from dovetail.errors import DovetailError, TemplateSyntaxError  # noqa: E402
from dovetail.grammar.scanner import Delimiters  # noqa: E402

Case = dict[str, Any]


def engine(case: Case) -> Engine:
    """An engine as the case's options want it; escape_html and the rest are off where absent."""
    options = case["options"]
    delimiters = Delimiters(
        options.get("left_delimiter", "{"),
        options.get("right_delimiter", "}"),
        options.get("auto_literal", True),
        tuple(options.get("literals", ())),
    )
    modifiers = options.get("default_modifiers", ())
    return Engine(
        output_filters=[trim_whitespace] if options.get("trimwhitespace") else [],
        loader=DictLoader({**case["files"], "main.tpl": case["template"]}),
        options=Options(
            escape_html=bool(options.get("escape_html")),
            extensions=False,
            evaluate=True,
            delimiters=delimiters,
            default_modifiers=tuple(modifiers),
        ),
    )


def outcome(case: Case) -> str:
    """What the engine makes of a case: `pass`, or why not."""
    try:
        text = str(engine(case).get_template("main.tpl").render(case["data"]))
    except TemplateSyntaxError as error:
        if case["kind"] == "error":
            return "pass"
        return f"refused: {error.diagnostic.message}"
    except DovetailError as error:
        if case["kind"] == "error":
            return "pass" if case.get("error_phase") != "compile" else f"only at run time: {error}"
        return f"failed: {error}"
    except Exception as error:  # noqa: BLE001  # a crash of the engine is a result here
        return f"crashed: {type(error).__name__}: {error}"
    if case["kind"] == "error":
        return f"accepted: {text!r}"
    return "pass" if text == case["expect_output"] else f"other: {text!r}"


def main(arguments: list[str]) -> int:
    """Run a file of cases."""
    path = Path(arguments[0])
    shown = arguments[arguments.index("--show") + 1] if "--show" in arguments else None
    output, errors = [0, 0], [0, 0]
    groups: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    passed: list[str] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        case: Case = json.loads(line)
        result = outcome(case)
        good = result == "pass"
        if good:
            passed.append(case["id"])
        elif shown is not None and shown in {case["group"], "all"}:
            print(
                case["id"],
                repr(case["template"]),
                case["files"] or "",
                "\n   want",
                repr(case.get("expect_output", case.get("smarty5_error"))),
                "\n   got ",
                result,
            )
        if case["kind"] == "output":
            output[0] += good
            output[1] += 1
            groups[case["group"]][0] += good
            groups[case["group"]][1] += 1
        elif case.get("error_phase") == "compile":
            errors[0] += good
            errors[1] += 1
    if "--record" in arguments:
        record = Path(arguments[arguments.index("--record") + 1])
        record.write_text("\n".join(sorted(passed)) + "\n", encoding="utf-8")
    print(json.dumps({"output": output, "compile_errors": errors, "groups": dict(sorted(groups.items()))}))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
