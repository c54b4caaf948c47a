"""The names under which templates know integrations: `mywebshop` in `{$mywebshop.product…}`."""

from __future__ import annotations

import re

RESERVED = frozenset(
    {
        "account", "collection", "date", "destination", "document", "event", "false", "foreach", "for", "if",
        "ldelim", "mail", "mailing", "message", "now", "null", "profile", "property", "rdelim", "section",
        "selection", "smarty", "subprofile", "template", "this", "timestamp", "trigger", "true", "unsubscribe",
        "webform", "webversion", "while",
    }
)  # fmt: skip
"""Words that templates use for something else (Smarty's own and Copernica's personalisation variables)."""

_SHAPE = re.compile(r"[A-Za-z][A-Za-z0-9_]*\Z")


def fault_of_identifier(name: str) -> str:
    """What is wrong with a name, as a sentence with a remedy; '' when it is fine."""
    if not _SHAPE.match(name):
        better = re.sub(r"[^A-Za-z0-9_]+", "_", name).strip("_")
        better = better if _SHAPE.match(better) else "mywebshop"
        return (
            f"`{name}` cannot be an integration's name: templates need a letter first, "
            f"then letters, digits and underscores only. Call it `{better}`, for example."
        )
    if name.lower() in RESERVED:
        return (
            f"`{name}` already means something else in templates. Call the integration `my{name.lower()}`, for example."
        )
    return ""
