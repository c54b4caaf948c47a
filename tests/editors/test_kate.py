"""Kate itself with editors/kate: what its client does with the language server, and its colours."""

from __future__ import annotations

import os
import re
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.editors.kate import PROGRAMS, SOURCES, Kate

ARTEFACTS = Path(os.environ["DOVETAIL_ARTEFACTS"]) if "DOVETAIL_ARTEFACTS" in os.environ else None

pytestmark = pytest.mark.timeout(400)


@pytest.fixture
def kate(mails: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kate]:
    (mails / "mail.tpl").write_text("\n")
    kate = Kate(mails / "mail.tpl", tmp_path_factory.mktemp("home"))
    yield kate
    kate.close()


@pytest.mark.external(*PROGRAMS)
def test_a_live_product_is_completed_by_its_name(kate: Kate, product: str) -> None:
    kate.write("{$mywebshop.product." + product[:8].lower())

    def completed() -> bool:
        # A cold shop answers after the first list.
        kate.keys("ctrl+space")
        if f'"label": "{product}"' not in kate.said():
            kate.keys("Escape")
            return False
        return True

    kate.until(completed, "the product")
    if ARTEFACTS is not None:
        kate.picture(ARTEFACTS / "kate.png")
    kate.keys("Return")
    # Kate replaces the last word only; the words before it go by an edit of their own.
    kate.until(lambda: kate.saved().startswith("{$mywebshop.product.123456}"), "the id")


@pytest.mark.external(*PROGRAMS)
def test_hover_shows_the_value_of_now(kate: Kate, product: str) -> None:
    kate.write("{$mywebshop.product.123456.name")

    def told() -> bool:
        kate.keys("Home", *["Right"] * 29)
        kate.command("symbol info")
        time.sleep(0.5)
        kate.keys("Escape")
        return re.search(rf"Now:\s*\S*{re.escape(product.split()[0])}", kate.said()) is not None

    kate.until(told, "the value")


@pytest.mark.external(*PROGRAMS)
def test_a_finding_is_mended_by_its_fix(kate: Kate) -> None:
    kate.write("<img src='https://shop.example/a.png' width='10'>")
    kate.until(lambda: '"no-alt"' in kate.said(), "the finding")
    kate.keys("Home", "Right", "Right")

    def mended() -> bool:
        kate.keys("ctrl+period")
        kate.keys("Return")
        return 'alt=""' in kate.saved()

    kate.until(mended, "the alternative text")


@pytest.mark.external(*PROGRAMS)
def test_a_variable_is_renamed_everywhere(kate: Kate) -> None:
    kate.write("{assign var=total value=1}{$total} {$total}")
    kate.keys("Home", *["Right"] * 30)
    kate.keys("F2")
    kate.keys("ctrl+a")
    kate.type("sum")
    kate.keys("Return")
    kate.focus()
    kate.until(lambda: kate.saved().strip() == "{assign var=sum value=1}{$sum} {$sum}", "the new name")


@pytest.mark.external(*PROGRAMS)
def test_a_text_is_formatted(kate: Kate) -> None:
    kate.write("{if   $a==1}x{/if}")
    kate.keys("ctrl+t", "f")
    kate.until(lambda: kate.saved().strip() == "{if $a == 1}x{/if}", "the format")


@pytest.mark.external("kate-syntax-highlighter")
@pytest.mark.parametrize(
    ("text", "word", "style"),
    [
        ("{$profile.firstname|escape}", "$profile", "Variable"),
        ("{$profile.firstname|escape}", ".firstname", "Property"),
        ("{$profile.firstname|escape}", "|escape", "Modifier"),
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
        ("<style>@media x { p { color: #fff } } p {$y}</style>", "#fff", "Number"),
        ("<!--[if mso]>{$a}<![endif]-->", "$a", "Variable"),
        ('{"Dear $name"}', "$name", "Variable"),
        ("{literal}{$a}{/literal}", "{$a}", "Text"),
        ("p { color: red }", "p { color: red }", "Text"),
    ],
)
def test_the_colours(text: str, word: str, style: str, tmp_path: Path) -> None:
    """By the trace of Kate's highlighter: under each piece of a line stands the name of its style."""
    syntax = tmp_path / "org.kde.syntax-highlighting/syntax"
    syntax.mkdir(parents=True)
    (syntax / "smarty.xml").write_text((SOURCES / "smarty.xml").read_text())
    (tmp_path / "mail.tpl").write_text(text + "\n")
    ran = subprocess.run(
        [
            "kate-syntax-highlighter",
            "-s",
            "Smarty",
            "-f",
            "ansi",
            "--syntax-trace",
            "format",
            str(tmp_path / "mail.tpl"),
        ],
        env={**os.environ, "XDG_DATA_HOME": str(tmp_path), "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert not ran.stderr.strip()
    first, *trace = re.sub(r"\x1b\[[0-9;]*[mK]", "", ran.stdout).splitlines()
    assert first == text
    names = {found.start(): found.group() for row in trace for found in re.finditer(r"HTML Comment|[A-Z][a-z]+", row)}
    at = max(start for start in names if start <= text.index(word))
    assert names[at] == style
