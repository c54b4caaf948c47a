"""Copernica's tags, declared."""

from __future__ import annotations

from dovetail.grammar.tag_spec import TagSpec

COPERNICA = (
    TagSpec(
        "loadprofile",
        "Loads profiles of a database by their fields.",
        shorthand=("source",),
        required=("source", "assign"),
        optional=("multiple", "limit", "orderby"),
        open=True,
    ),
    TagSpec(
        "loadsubprofile",
        "Loads subprofiles of a collection by their fields.",
        shorthand=("source",),
        required=("source", "assign"),
        optional=("profile", "multiple", "limit", "orderby"),
        open=True,
    ),
    TagSpec(
        "rawcapture",
        "Keeps its content in a variable without HTML escaping.",
        block=True,
        shorthand=("name",),
        optional=("name", "assign", "append"),
    ),
    TagSpec("mailonly", "Shows its content in the mail, not in its web version.", block=True),
    TagSpec("webonly", "Shows its content in the web version of the mail only.", block=True),
    TagSpec("webversion", "Shows the address of the mail's web version.", optional=("showheader",), newline="keep"),
    TagSpec("unsubscribe", "Shows the address for unsubscribing.", optional=("redirect",), newline="keep"),
)
