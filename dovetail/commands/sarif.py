"""Findings as SARIF 2.1.0, the form in which code hosts and CI show them beside the text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import PurePath
from urllib.parse import quote

from dovetail.errors import Diagnostic
from dovetail.lsp.features.lints.registry import LINTS
from dovetail.source import Span

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = {"error": "error", "warning": "warning", "info": "note"}


def sarif(findings: Sequence[Diagnostic], version: str) -> Mapping[str, object]:
    """One run with its rules and results. Columns are code points, as in all of Dovetail."""
    codes = sorted({item.code for item in findings})
    driver = {"name": "Dovetail", "semanticVersion": version, "rules": [_rule(code) for code in codes]}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(item, codes.index(item.code)) for item in findings],
    }
    return {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(code: str) -> Mapping[str, object]:
    lint = LINTS.get(code)
    if lint is None:
        return {"id": code}
    return {
        "id": code,
        "shortDescription": {"text": lint.summary},
        "fullDescription": {"text": lint.why},
        "help": {"text": lint.remedy},
        "defaultConfiguration": {"level": _LEVELS[lint.severity]},
    }


def _result(item: Diagnostic, rule: int) -> Mapping[str, object]:
    text = item.message + (f". {item.help[:1].upper()}{item.help[1:]}" if item.help else "")
    where = {"uri": quote(PurePath(item.source.name).as_posix())}
    made: dict[str, object] = {
        "ruleId": item.code,
        "ruleIndex": rule,
        "level": _LEVELS[item.severity],
        "message": {"text": text},
        "locations": [{"physicalLocation": {"artifactLocation": where, "region": _region(item, item.span)}}],
    }
    if item.fixes:
        made["fixes"] = [
            {
                "description": {"text": fix.title},
                "artifactChanges": [
                    {
                        "artifactLocation": where,
                        "replacements": [
                            {"deletedRegion": _region(item, fix.span), "insertedContent": {"text": fix.text}}
                        ],
                    }
                ],
            }
            for fix in item.fixes
        ]
    return made


def _region(item: Diagnostic, span: Span) -> Mapping[str, int]:
    start, end = (item.source.place(offset) for offset in span)
    return {"startLine": start.line, "startColumn": start.column, "endLine": end.line, "endColumn": end.column}
