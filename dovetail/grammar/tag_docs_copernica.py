"""Attributes and examples of Copernica's tags."""

from __future__ import annotations

from collections.abc import Mapping

from dovetail.grammar.documentation import Described, Example, Given

COPERNICA: Mapping[str, Described] = {
    "loadprofile": Described(
        (
            Example(
                "{loadprofile source='Customers' city='Gent' assign=p}{$p.name}",
                "Bob",
                databases={
                    "Customers": [{"id": 1, "name": "Ann", "city": "Delft"}, {"id": 2, "name": "Bob", "city": "Gent"}]
                },
            ),
            Example(
                (
                    "{loadprofile source='Customers' multiple=true orderby='name desc' assign=all}{foreach "
                    "$all as $p}{$p.name} {/foreach}"
                ),
                "Bob Ann ",
                databases={
                    "Customers": [{"id": 1, "name": "Ann", "city": "Delft"}, {"id": 2, "name": "Bob", "city": "Gent"}]
                },
            ),
        ),
        given={
            "source": Given("text", "The database."),
            "assign": Given("name", "The variable for the profile, or for the list."),
            "multiple": Given("flag", "true: a list of all that fit, not the first."),
            "limit": Given("number", "How many at most."),
            "orderby": Given("text", "A field, and `desc` to turn the order: `'id desc'`."),
        },
        help="Further attributes are fields that must have these values.",
    ),
    "loadsubprofile": Described(
        (
            Example(
                (
                    "{loadsubprofile source='Customers:Orders' profile=$profile multiple=true "
                    "assign=orders}{foreach $orders as $o}{$o.sku} {/foreach}"
                ),
                "MUG JAR ",
                {"profile": {"id": 1}},
                databases={
                    "Customers:Orders": [{"id": 10, "profile": 1, "sku": "MUG"}, {"id": 11, "profile": 1, "sku": "JAR"}]
                },
            ),
        ),
        given={
            "source": Given("text", "The collection, `'Database:Collection'`."),
            "assign": Given("name", "The variable for the subprofile, or for the list."),
            "profile": Given("any", "The profile they belong to, or its id."),
            "multiple": Given("flag", "true: a list of all that fit, not the first."),
            "limit": Given("number", "How many at most."),
            "orderby": Given("text", "A field, and `desc` to turn the order: `'id desc'`."),
        },
        help="Further attributes are fields that must have these values.",
    ),
    "rawcapture": Described(
        (
            Example(
                "{rawcapture assign=link}?q={$query}{/rawcapture}{$link|escape:'url'}",
                "%3Fq%3Dsalt%20%26%20pepper",
                {"query": "salt & pepper"},
            ),
        ),
        given={
            "name": Given("name", "The content is `$smarty.capture.name`."),
            "assign": Given("name", "The content is this variable."),
            "append": Given("name", "The content becomes one more element of this list."),
        },
    ),
    "mailonly": Described(
        (
            Example(
                "{mailonly}Can't see this mail? Open it on the web.{/mailonly}",
                "Can't see this mail? Open it on the web.",
            ),
        ),
    ),
    "webonly": Described(
        (Example("{webonly}Welcome on the web.{/webonly}", "Welcome on the web.", {"mailing": {"webversion": True}}),),
    ),
    "webversion": Described(
        (
            Example(
                '<a href="{webversion}">Open on the web</a>',
                '<a href="https://mail.example/w/1">Open on the web</a>',
                {"webversion": "https://mail.example/w/1"},
            ),
        ),
        given={"showheader": Given("flag", "Has no effect.")},
        help="The sender gives the address as `$webversion`.",
    ),
    "unsubscribe": Described(
        (
            Example(
                '<a href="{unsubscribe}">Unsubscribe</a>',
                '<a href="https://mail.example/u/1">Unsubscribe</a>',
                {"unsubscribe": "https://mail.example/u/1"},
            ),
        ),
        given={"redirect": Given("text", "Has no effect.")},
        help="The sender gives the address as `$unsubscribe`.",
    ),
}
