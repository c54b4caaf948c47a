"""The likely mistakes of designers each get their message, and one that helps."""

from __future__ import annotations

import pytest

from dovetail.engine.environment import Engine
from dovetail.engine.loaders import DictLoader
from dovetail.errors import Diagnostic
from dovetail.grammar import refused
from dovetail.grammar.mistakes import EXAMPLES, FOREIGN_TAGS, Mistake


def findings(text: str) -> list[Diagnostic]:
    return list(Engine(loader=DictLoader({"mail.tpl": text})).check("mail.tpl"))


@pytest.mark.parametrize("mistake", [pytest.param(mistake, id=mistake.example) for mistake in EXAMPLES])
def test_a_mistake_gets_its_message_and_its_help(mistake: Mistake) -> None:
    first = findings(mistake.example)[0]
    assert first.code == mistake.code
    assert mistake.message in first.message
    assert mistake.help in first.help


@pytest.mark.parametrize("mistake", [pytest.param(mistake, id=mistake.example) for mistake in EXAMPLES])
def test_a_tag_that_cannot_be_read_is_reported_once(mistake: Mistake) -> None:
    found = findings(mistake.example)
    assert len({finding.span for finding in found}) == len(found)
    if mistake.code == "syntax":
        assert [finding.code for finding in found] == ["syntax"]


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("{if $a &gt; 1 &amp;&amp; $b}x{/if}", "{if $a > 1 && $b}x{/if}"),
        ("{if $a =< 1}x{/if}", "{if $a <= 1}x{/if}"),
        ("{if $a\u00a0== 1}x{/if}", "{if $a == 1}x{/if}"),
        ("Dear {$name|default:“friend”}", 'Dear {$name|default:"friend"}'),
        ("{$name|uppr}", "{$name|upper}"),
        ("Dear {{ name }}", "Dear {$name}"),
    ],
)
def test_applying_the_fixes_mends_the_template(wrong: str, right: str) -> None:
    text = wrong
    for _ in range(4):
        fixes = [fix for finding in findings(text) for fix in finding.fixes]
        if not fixes:
            break
        span, replacement, title = fixes[0]
        assert title
        text = text[: span.start] + replacement + text[span.end :]
    assert text == right
    assert findings(text) == []


@pytest.mark.parametrize("name", sorted(FOREIGN_TAGS))
def test_a_tag_of_another_language_names_ours(name: str) -> None:
    assert [(finding.code, finding.help) for finding in findings(f"{{{name}}}")] == [
        ("unknown-tag", FOREIGN_TAGS[name])
    ]


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        *((f"{{{name} x=1}}", refusal) for name, refusal in refused.TAGS.items()),
        *((f"{{$x|{name}}}", refusal) for name, refusal in refused.FUNCTIONS.items()),
        *((f"{{{name}('x')}}", refusal) for name, refusal in refused.FUNCTIONS.items() if name != "include"),
        *((f"{{$smarty.{name}}}", refusal) for name, refusal in refused.SPECIALS.items()),
    ],
)
def test_what_is_left_out_says_why_and_what_to_use(text: str, refusal: refused.Refusal) -> None:
    (finding,) = findings(text)
    assert finding.code == "refused"
    assert finding.severity == "error"
    assert refusal.reason in finding.message
    assert finding.help == refusal.instead


@pytest.mark.parametrize("name", sorted(refused.ALTERNATIVES))
def test_a_function_of_php_names_our_own_word(name: str) -> None:
    (finding,) = findings(f"{{$x|{name}}}")
    assert (finding.code, finding.help) == ("unknown-modifier", refused.ALTERNATIVES[name])
