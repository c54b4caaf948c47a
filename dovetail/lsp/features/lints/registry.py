"""The lints beyond syntax, declared once: shown by the editor, graded in dovetail.toml, listed in docs/lints.md."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from dovetail.errors import Severity

Group = Literal["template", "live", "mail"]


@dataclass(frozen=True, slots=True)
class Lint:
    """One lint: its code, how grave it is unless set otherwise, what it looks for and why, and an example."""

    code: str
    group: Group
    severity: Severity
    summary: str
    why: str
    example: str = ""


_LINTS = (
    Lint(
        "unused-assign",
        "template",
        "warning",
        "A variable is set and never read.",
        "It is most likely misspelt where it should be read.",
        "{assign var=total value=3}",
    ),
    Lint(
        "unused-capture",
        "template",
        "warning",
        "Something is captured and never shown.",
        "The content appears nowhere in the mail.",
        "{capture assign=intro}Hello{/capture}",
    ),
    Lint(
        "unknown-variable",
        "template",
        "info",
        "A variable that neither this template, nor one that includes it, nor the sample recipient has.",
        "It prints nothing, for every recipient.",
        "{$fristname}",
    ),
    Lint(
        "missing-default",
        "template",
        "info",
        "A field of the recipient is shown without a word for those who have none.",
        "`Dear ,` goes to everybody whose name is not known.",
        "Dear {$profile.firstname},",
    ),
    Lint(
        "unescaped",
        "template",
        "warning",
        "Live text is shown unescaped in HTML.",
        "A product's name with `<` in it breaks the mail, and lets others write into it.",
        "{$mywebshop.product.5.name nofilter}",
    ),
    Lint(
        "dead-branch",
        "template",
        "warning",
        "A part of the template that is never shown.",
        "A condition is always true or always false, or something stands behind {break}.",
        "{if false}…{/if}",
    ),
    Lint(
        "include-cycle",
        "template",
        "error",
        "Templates that include each other in a circle.",
        "Rendering them ends with an error.",
        '{include file="a.tpl"} in a.tpl',
    ),
    Lint(
        "missing-parameter",
        "template",
        "info",
        "An included template reads a variable that is not given to it.",
        "The part prints nothing there.",
        '{include file="price.tpl"}',
    ),
    Lint(
        "unused-parameter",
        "template",
        "info",
        "A parameter is given to a template that does not read it.",
        "It is most likely misspelt.",
        '{include file="price.tpl" prodcut=$p}',
    ),
    Lint(
        "duplicate-block",
        "template",
        "warning",
        "Two blocks of one template have the same name.",
        "A template that extends it replaces both.",
        '{block name="a"}…{/block}{block name="a"}…{/block}',
    ),
    Lint(
        "unbalanced-html",
        "template",
        "warning",
        "An HTML element that is not closed, or closed without being open.",
        "Mail clients repair it, each in its own way.",
        "{if $a}<div>{/if}…</div>",
    ),
    Lint(
        "unused-suppression",
        "template",
        "info",
        "A comment suppresses a finding that is not there.",
        "It would hide one that comes later.",
        "{* dovetail-ignore no-alt *}",
    ),
    Lint(
        "unknown-id",
        "live",
        "error",
        "A record that the shop does not have.",
        "The mail has a hole where it should be.",
        "{$mywebshop.product.999999.name}",
    ),
    Lint(
        "disabled",
        "live",
        "warning",
        "A product that is disabled in the shop.",
        "Its page is not found by those who click.",
        "{$mywebshop.product.123456.name}",
    ),
    Lint(
        "out-of-stock",
        "live",
        "warning",
        "A product that is sold out.",
        "The mail advertises what nobody can buy.",
        "{$mywebshop.product.123456.name}",
    ),
    Lint(
        "no-price",
        "live",
        "warning",
        "A product without a price in the store view that is read.",
        "The mail shows 0 or nothing.",
        "{$mywebshop.product.123456.price}",
    ),
    Lint(
        "empty-for-some",
        "live",
        "warning",
        "A value that is empty for some of the sample recipients.",
        "Some mails have a hole there.",
        "{$profile.firstname}",
    ),
    Lint(
        "unreachable",
        "live",
        "info",
        "An integration cannot be asked now.",
        "Live findings are as old as what is known of it.",
        "",
    ),
    Lint(
        "dead-image",
        "live",
        "warning",
        "A picture that cannot be loaded.",
        "Recipients see a broken picture.",
        '<img src="https://shop.example/gone.jpg">',
    ),
    Lint(
        "too-large",
        "mail",
        "warning",
        "The rendered mail has more than 102 kB.",
        "Gmail hides the rest, the unsubscribe link with it.",
        "",
    ),
    Lint(
        "mail-support",
        "mail",
        "info",
        "Something that mail clients which matter do not support.",
        "From the caniemail data; set the clients that matter under [lint].",
        '<div style="display:flex">',
    ),
    Lint(
        "no-lang",
        "mail",
        "info",
        "The mail does not say its language.",
        "Screen readers read it aloud in the wrong one.",
        "<html>",
    ),
    Lint(
        "no-title",
        "mail",
        "info",
        "The mail has no title.",
        "Screen readers and browsers name it by its title.",
        "<head></head>",
    ),
    Lint(
        "no-alt",
        "mail",
        "info",
        "A picture without alternative text.",
        "Many see mails without pictures.",
        '<img src="mug.jpg">',
    ),
    Lint(
        "layout-table",
        "mail",
        "info",
        "A table that lays out without saying so.",
        'Screen readers read its rows and columns aloud; role="presentation" ends that.',
        "<table>…</table>",
    ),
    Lint(
        "vague-link",
        "mail",
        "info",
        "A link that does not say where it leads.",
        "Read by itself, `click here` says nothing.",
        '<a href="…">click here</a>',
    ),
    Lint(
        "empty-link",
        "mail",
        "info",
        "A link without words.",
        "Nobody knows where it leads.",
        '<a href="…"><img src="x.png"></a>',
    ),
    Lint(
        "heading-order",
        "mail",
        "info",
        "A heading that skips a level.",
        "Who goes from heading to heading gets lost.",
        "<h1>…</h1><h3>…</h3>",
    ),
    Lint(
        "small-text",
        "mail",
        "info",
        "Text below 12 pixels.",
        "It is hard to read on a phone.",
        '<p style="font-size:10px">',
    ),
    Lint(
        "low-contrast",
        "mail",
        "info",
        "Text that hardly stands out from its ground.",
        "Many cannot read it.",
        '<p style="color:#999;background:#fff">',
    ),
    Lint(
        "script",
        "mail",
        "warning",
        "A script.",
        "Mail clients run none, and some refuse the mail.",
        "<script>…</script>",
    ),
    Lint("form", "mail", "info", "A form.", "It does not work in most mail clients.", "<form>…</form>"),
    Lint(
        "plain-http",
        "mail",
        "info",
        "An address that is not encrypted.",
        "Some clients do not load it.",
        '<img src="http://shop.example/mug.jpg">',
    ),
    Lint(
        "picture-size",
        "mail",
        "info",
        "A picture that says no width.",
        "Outlook shows it in its own size.",
        '<img src="mug.jpg" alt="A mug">',
    ),
    Lint(
        "no-unsubscribe",
        "mail",
        "info",
        "The mail has no link to unsubscribe.",
        "Mailings without are refused or marked as spam.",
        "<body>…</body>",
    ),
    Lint(
        "no-doctype",
        "mail",
        "info",
        "The mail does not begin with `<!doctype html>`.",
        "Some clients draw it by older rules.",
        "<html>…</html>",
    ),
    Lint(
        "no-preheader",
        "mail",
        "info",
        "The mail has no preheader.",
        "Inboxes show its first words behind the subject, whatever they are.",
        "<body><a>View online</a>",
    ),
    Lint(
        "mostly-pictures",
        "mail",
        "info",
        "The mail is mostly pictures.",
        "Spam filters distrust it, and many see none.",
        "",
    ),
    Lint(
        "no-plain-text",
        "mail",
        "info",
        "The mail has no words without its pictures.",
        "Its plain-text part is empty.",
        "",
    ),
)

LINTS: Mapping[str, Lint] = {lint.code: lint for lint in _LINTS}
