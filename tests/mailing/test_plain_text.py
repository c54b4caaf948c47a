"""The plain-text part of a preview: words in reading order."""

from __future__ import annotations

import pytest

from dovetail.mailing.plain_text import plain_text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>Hello  Ann,</p>\n<p>bye</p>", "Hello Ann,\n\nbye\n"),
        ("one<br>two", "one\ntwo\n"),
        ('<a href="https://shop.example/x">Buy it</a> now', "Buy it <https://shop.example/x> now\n"),
        ('<a href="https://shop.example">https://shop.example</a>', "https://shop.example\n"),
        ('<a href="https://shop.example/x"><img alt="A mug" src="x"></a>', "A mug <https://shop.example/x>\n"),
        ('<a href="#top">up</a><a href="javascript:x()">no</a>', "upno\n"),
        ("<ul><li>one</li><li>two</li></ul>", "- one\n- two\n"),
        ("<table><tr><td>Mug</td><td>&euro; 12</td></tr></table>", "Mug € 12\n"),
        ("<head><title>t</title><style>p{}</style></head><p>a &lt;b&gt; &amp; c</p>", "a <b> & c\n"),
        ("<p>unclosed <b>bold", "unclosed bold\n"),
        ("", "\n"),
    ],
)
def test_text_of_html(html: str, text: str) -> None:
    assert plain_text(html) == text


def test_what_pads_a_preview_line_goes_and_what_joins_letters_stays() -> None:
    assert (
        plain_text("<div>Sale today&zwnj;&nbsp;&zwnj;&nbsp;&#847; &#65279;</div><p>Hello</p>")
        == "Sale today\n\nHello\n"
    )
    assert plain_text("<p>می\u200cخواهم</p>") == "می\u200cخواهم\n"
