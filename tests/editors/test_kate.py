"""Kate itself with editors/kate: what its client does with the language server, and its colours and folds."""

from __future__ import annotations

import os
import re
import subprocess
import time
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from dovetail.grammar.vocabulary import TAGS
from tests.doubles.shop import Shop
from tests.editors.kate import PROGRAMS, SOURCES, Kate

ARTEFACTS = Path(os.environ["DOVETAIL_ARTEFACTS"]) if "DOVETAIL_ARTEFACTS" in os.environ else None
FOUND = "textDocument/publishDiagnostics"
HIGHLIGHTER = "kate-syntax-highlighter"
MAIL = """<h1>Hello {$profile.firstname|escape}!</h1>
{foreach $orders as $order}
  <p style="color: {$colour}">{$order.name}</p>
{/foreach}
<p>{$mywebshop.product.123456.name}</p>
"""
PICTURE = "<img src='https://shop.example/a.png' width='10'>\n"
MENDED = PICTURE.replace("<img", '<img alt=""')

OpenMail = Callable[[str, int, int], Kate]

pytestmark = pytest.mark.timeout(400)


@pytest.fixture
def open_mail(mails: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenMail]:
    """Kate with a mail of a text, and the cursor in a line and column from 1."""
    with ExitStack() as opened:

        def started(text: str, line: int, column: int) -> Kate:
            (mails / "mail.tpl").write_text(text)
            kate = Kate(mails / "mail.tpl", tmp_path_factory.mktemp("home"), line, column)
            opened.callback(kate.close)
            return kate

        yield started


def picture(kate: Kate, name: str) -> None:
    """One of the two of which docs/images/kate.png is made."""
    if ARTEFACTS is not None:
        time.sleep(2)
        kate.picture(ARTEFACTS / name)


@pytest.mark.external(*PROGRAMS)
def test_a_live_product_is_completed_by_its_name(open_mail: OpenMail, product: str) -> None:
    kate = open_mail(MAIL + "<p>\n", 6, 4)

    def listed() -> list[str]:
        answers = kate.answers("textDocument/completion")
        return [item["label"] for item in answers[-1]["items"]] if answers else []

    def chosen() -> bool:
        kate.type("{$mywebshop.product.")
        # The list comes of itself at the dot.
        if product in kate.until(listed, "a list"):
            picture(kate, "kate-list.png")
        before = len(kate.answers("textDocument/completion"))
        kate.type(product[:8].lower())
        kate.keys("ctrl+space")
        kate.until(lambda: len(kate.answers("textDocument/completion")) > before, "a list for the name")
        time.sleep(1)
        if product in listed():
            kate.keys("Return")
            # Kate replaces the last word only; the words before it go by an edit of their own.
            if kate.saved() == MAIL + "<p>{$mywebshop.product.123456}\n":
                return True
        # A cold shop answers after the first list: write it anew.
        kate.keys("Escape", "Home", "shift+End", "Delete")
        kate.type("<p>")
        return False

    kate.until(chosen, "the product's id")


@pytest.mark.external(*PROGRAMS)
def test_hover_shows_the_value_of_now(open_mail: OpenMail, product: str) -> None:
    kate = open_mail(MAIL, 5, 33)

    def told() -> bool:
        kate.command("symbol info")
        time.sleep(0.5)
        answers = [answer["contents"]["value"] for answer in kate.answers("textDocument/hover") if answer]
        return bool(answers) and re.search(rf"Now:\s*\S*{re.escape(product.split()[0])}", answers[-1]) is not None

    kate.until(told, "the value")
    picture(kate, "kate-hover.png")


@pytest.mark.external(*PROGRAMS)
def test_a_live_value_is_no_html_for_kate(open_mail: OpenMail, editor_shop: Shop) -> None:
    """Kate renders hovers as markdown, in which HTML would be HTML."""
    name = str(editor_shop.dump("products", 8, store=1)["name"])
    assert "<b>" in name
    kate = open_mail("{$mywebshop.product.8.name}\n", 1, 24)

    def told() -> str:
        kate.command("symbol info")
        time.sleep(0.5)
        answers = [answer["contents"]["value"] for answer in kate.answers("textDocument/hover") if answer]
        return answers[-1] if answers and "Now:" in answers[-1] else ""

    value = kate.until(told, "the value")
    assert name.split()[0] in value
    # Within backticks nothing is markup.
    assert "<b>" not in re.sub(r"`[^`\n]*`", "", value)


@pytest.mark.external(*PROGRAMS)
def test_a_finding_is_mended_by_the_fix_that_is_chosen(open_mail: OpenMail) -> None:
    kate = open_mail(PICTURE, 1, 3)
    found = kate.until(lambda: [each for each in kate.sent(FOUND) if each["diagnostics"]], "the finding")
    assert [each["code"] for each in found[-1]["diagnostics"]] == ["no-alt"]

    def mended() -> bool:
        before = len(kate.answers("textDocument/codeAction"))
        # The menu LSP Client, and in it Code Action.
        kate.keys("alt+l", "c")
        kate.until(lambda: len(kate.answers("textDocument/codeAction")) > before, "the fixes")
        time.sleep(1)
        kate.keys("Down", "Return")
        if kate.saved() != PICTURE:
            return True
        kate.keys("Escape", "Escape")
        return False

    kate.until(mended, "the alternative text")
    assert kate.saved() == MENDED


@pytest.mark.external(*PROGRAMS)
def test_the_quick_fix_applies_the_preferred_fix_only(open_mail: OpenMail) -> None:
    kate = open_mail(PICTURE, 1, 3)

    def changed() -> bool:
        kate.keys("ctrl+period")
        return kate.saved() != PICTURE

    kate.until(changed, "a fix")
    # Kate told the server which of the findings that it shows is meant.
    assert any(each["context"]["diagnostics"] for each in kate.sent("textDocument/codeAction"))
    assert kate.saved() == MENDED


@pytest.mark.external(*PROGRAMS)
def test_a_variable_is_renamed_everywhere(open_mail: OpenMail) -> None:
    kate = open_mail("{assign var=total value=1}{$total} {$total}\n", 1, 30)

    def asked() -> list[str]:
        kate.keys("F2")
        return kate.windows("--name", "^Rename")

    kate.focus(kate.until(asked, "the question for a name")[0])
    kate.keys("ctrl+a")
    kate.type("sum")
    kate.keys("Return")
    kate.until(lambda: not kate.windows("--name", "^Rename"), "the end of the question")
    kate.focus()
    kate.until(lambda: kate.saved() == "{assign var=sum value=1}{$sum} {$sum}\n", "the new name")


@pytest.mark.external(*PROGRAMS)
def test_a_text_is_formatted(open_mail: OpenMail) -> None:
    kate = open_mail("{if   $a==1}x{/if}\n", 1, 1)

    def formatted() -> bool:
        kate.keys("ctrl+t", "f")
        return kate.saved() == "{if $a == 1}x{/if}\n"

    kate.until(formatted, "the format")


def traced(text: str, what: str, folder: Path) -> list[str]:
    """The trace of Kate's highlighter, without its colours; it must have nothing to say against the definition."""
    syntax = folder / "org.kde.syntax-highlighting/syntax"
    syntax.mkdir(parents=True)
    (syntax / "smarty.xml").write_text((SOURCES / "smarty.xml").read_text())
    (folder / "mail.tpl").write_text(text + "\n")
    # No `-s Smarty`: that it is one is known from the name of the file.
    ran = subprocess.run(
        [HIGHLIGHTER, "-f", "ansi", "--syntax-trace", what, str(folder / "mail.tpl")],
        env={**os.environ, "XDG_DATA_HOME": str(folder), "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert not ran.stderr.strip()
    return re.sub(r"\x1b\[[0-9;]*[mK]", "", ran.stdout).splitlines()


@pytest.mark.external(HIGHLIGHTER)
@pytest.mark.parametrize(
    ("text", "word", "style"),
    [
        ("{$profile.firstname|escape}", "$profile", "Variable"),
        ("{$profile.firstname|escape}", ".firstname", "Property"),
        ("{$profile.firstname|escape}", "|escape", "Modifier"),
        ("{$profile->firstname}", "->firstname", "Property"),
        ("{foreach $a as $b}x{/foreach}", "foreach", "Keyword"),
        ("{foreach $a as $b}x{/foreach}", "as", "Word"),
        ("{html_image file='a.png'}", "html_image", "Function"),
        ("{html_image file='a.png'}", "file", "Attribute"),
        ("{html_image file='a.png'}", "'a.png'", "String"),
        ("{* {$a} *}", "{*", "Comment"),
        ('<a href="{$url}">', "$url", "Variable"),
        ('<a href="{$url}">', "<a", "Element"),
        ("<style>p { color: {$c} }</style>", "$c", "Variable"),
        ("<style>p { color: {$c} }</style>", "color", "Attribute"),
        ('<p style="color: {$c}">', "$c", "Variable"),
        ("<style>@media x { p { color: #fff } } p {$y}</style>", "#fff", "Number"),
        ("<!--[if mso]>{$a}<![endif]-->", "$a", "Variable"),
        ('{"Dear $name"}', "$name", "Variable"),
        ('{"Dear `$person.name`"}', ".name", "Property"),
        ('{"Dear {$person.name|upper}"}', "|upper", "Modifier"),
        ("{literal}{$a}{/literal}", "{$a}", "Text"),
        ('{literal}<a href="{$a}">{/literal}', "{$a}", "Value"),
        ("{literal}<style>p{color:red}</style>{/literal}", "color", "Attribute"),
        ("<style>{literal}p{color:{/literal}{$c}{literal};top:1px}{/literal}</style>", "color", "Attribute"),
        ("<style>{literal}p{color:{/literal}{$c}{literal};top:1px}{/literal}</style>", "$c", "Variable"),
        ("<style>{literal}p{color:{/literal}{$c}{literal};top:1px}{/literal}</style>", "top", "Attribute"),
        ("<style>{literal}p{color:{/literal}{$c}{literal};top:1px}{/literal}</style>{$after}", "$after", "Variable"),
        ("p { color: red }", "p { color: red }", "Text"),
    ],
)
def test_the_colours(text: str, word: str, style: str, tmp_path: Path) -> None:
    """Under each piece of a line stands the name of its style."""
    first, *trace = traced(text, "format", tmp_path)
    assert first == text
    names = {found.start(): found.group() for row in trace for found in re.finditer(r"HTML Comment|[A-Z][a-z]+", row)}
    at = max(start for start in names if start <= text.index(word))
    assert names[at] == style


@pytest.mark.external(HIGHLIGHTER)
@pytest.mark.parametrize(
    ("first", "last"),
    [
        *((f"{{{name}}}", f"{{/{name}}}") for name, tag in TAGS.items() if tag.block),
        ("{literal}", "{/literal}"),
        ("{*", "*}"),
        ("<!--", "-->"),
        ("<table>", "</table>"),
        ("<style>", "</style>"),
        ("<style>p {", "}</style>"),
    ],
)
def test_the_folds(first: str, last: str, tmp_path: Path) -> None:
    """Regions begin as `(1--` above their line and end as `--1)`; what has no end of its own begins none."""
    text = f'<!DOCTYPE html>\n<div>\n{first}\nx<br><img src="a.png"/>\n{last}\n</div>'
    within = re.findall(r"\((\d+)|(\d+)\)", "\n".join(traced(text, "region", tmp_path)))
    begun = [begin for begin, _ in within if begin]
    ended = [end for _, end in within if end]
    assert len(begun) >= 2
    assert sorted(begun) == sorted(ended)
    # The last that ends is the `<div>` around.
    assert ended[-1] == begun[0]


def test_the_names_in_the_definition_exist_and_are_used() -> None:
    """What the indexer of Kate's own definitions checks; a wrong name would be without effect in silence."""
    root = ElementTree.parse(SOURCES / "smarty.xml").getroot()
    contexts = {context.attrib["name"] for context in root.iter("context")}
    wanted = [element.get("context", "").removeprefix("#pop!") for element in root.iter() if element.tag != "context"]
    local = {name for name in wanted if name and not name.startswith("#")}
    assert local == contexts - {"Start"}
    styles = {item.attrib["name"] for item in root.iter("itemData")}
    assert styles == {element.attrib["attribute"] for element in root.iter() if "attribute" in element.attrib}
    lists = {item.attrib["name"] for item in root.iter("list")}
    assert lists == {keyword.attrib["String"] for keyword in root.iter("keyword")}
