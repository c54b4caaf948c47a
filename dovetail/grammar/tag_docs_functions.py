"""Attributes and examples of the tags that are plain functions."""

from __future__ import annotations

from collections.abc import Mapping

from dovetail.grammar.documentation import Described, Example, Given

PLAIN_FUNCTIONS: Mapping[str, Described] = {
    "counter": Described(
        (Example("{counter start=10 skip=5} {counter} {counter}", "10 15 20"),),
        given={
            "name": Given("text", "Which counter."),
            "start": Given("number", "Begin here."),
            "skip": Given("number", "The step."),
            "direction": Given("text", "up or down."),
            "print": Given("flag", "false: count, but show nothing."),
            "assign": Given("name", "Put the number into this variable; holds for this counter from then on."),
        },
    ),
    "cycle": Described(
        (
            Example(
                "{foreach $products as $p}<tr class=\"{cycle values='odd,even'}\">{/foreach}",
                '<tr class="odd"><tr class="even">',
                {"products": [{"name": "Cup", "price": 12}, {"name": "Vase", "price": 30}]},
            ),
        ),
        given={
            "name": Given("text", "Which cycle."),
            "values": Given("list", "The values, as a list or with commas between."),
            "print": Given("flag", "false: go on, but show nothing."),
            "advance": Given("flag", "false: show, but don't go on."),
            "delimiter": Given("text", "What stands between the values in place of a comma."),
            "assign": Given("name", "Put the text into this variable in place of showing it."),
            "reset": Given("flag", "Begin with the first value."),
        },
    ),
    "math": Described(
        (
            Example("{math equation='x * y + 5' x=$price y=2}", "25", {"price": 10}),
            Example("{math equation='x / 3' x=10 format='%.2f'}", "3.33"),
        ),
        given={
            "equation": Given("text", "The calculation; its names are further attributes."),
            "format": Given("text", "How to show the result, as for |string_format."),
            "assign": Given("name", "Put the text into this variable in place of showing it."),
        },
        help=(
            "`{$price * 2}` is simpler; {math} knows functions such as abs, ceil, floor, round, min, "
            "max, sqrt, pow besides."
        ),
    ),
    "html_table": Described(
        (
            Example(
                "{html_table loop=$names cols=2 table_attr='role=\"presentation\"'}",
                (
                    "<table "
                    'role="presentation">\n<tbody>\n<tr>\n<td>Cup</td>\n<td>Vase</td>\n</tr>\n<tr>\n<td>Bowl</td>\n<td>&nbsp;</td>\n</tr>\n</tbody>\n</table>\n'
                ),
                {"names": ["Cup", "Vase", "Bowl"]},
            ),
        ),
        given={
            "loop": Given("list", "The cells."),
            "cols": Given("any", "How many columns, or their headings (a list, or with commas between)."),
            "rows": Given("number", "How many rows."),
            "inner": Given("text", "cols: fill row by row; rows: column by column."),
            "caption": Given("text", "The table's caption."),
            "table_attr": Given("text", "Attributes of the <table>."),
            "th_attr": Given("any", "Attributes of headings; a list takes turns."),
            "tr_attr": Given("any", "Attributes of rows; a list takes turns."),
            "td_attr": Given("any", "Attributes of cells; a list takes turns."),
            "trailpad": Given("text", "What stands in cells that are left over."),
            "hdir": Given("text", "right or left."),
            "vdir": Given("text", "down or up."),
        },
        help="Cells are HTML: escape what comes from data.",
    ),
    "html_image": Described(
        (
            Example(
                "{html_image file=$image width=120 height=80 alt='Cup'}",
                '<img src="https://shop.example/cup.png" alt="Cup" width="120" height="80" />',
                {"image": "https://shop.example/cup.png"},
            ),
        ),
        given={
            "file": Given("text", "The address of the image."),
            "width": Given("number", "Its width."),
            "height": Given("number", "Its height."),
            "alt": Given("text", "What is shown where images are off."),
            "href": Given("text", "The address of a link around it."),
            "link": Given("text", "Another word for href."),
            "path_prefix": Given("text", "What stands before the address."),
            "basedir": Given("text", "Has no effect."),
            "dpi": Given("number", "Scale from this resolution to that of a screen."),
        },
        help="Width and height must be given: the image is not opened.",
    ),
    "mailto": Described(
        (
            Example(
                "{mailto address='shop@mail.example' text='Write to us' subject='My order'}",
                '<a href="mailto:shop@mail.example?subject=My%20order" >Write to us</a>',
            ),
        ),
        given={
            "address": Given("text", "The address."),
            "text": Given("text", "What is shown; usually the address."),
            "subject": Given("text", "The subject of the mail."),
            "cc": Given("text", "Addresses of copies."),
            "bcc": Given("text", "Addresses of hidden copies."),
            "newsgroups": Given("text", "Newsgroups."),
            "followupto": Given("text", "Where answers go."),
            "extra": Given("text", "Further attributes of the link, as HTML."),
            "encode": Given("text", "none, hex, javascript or javascript_charcode; scripts don't run in mails."),
        },
    ),
    "textformat": Described(
        (
            Example(
                "{textformat wrap=20}\nThis text is too wide\nfor a narrow column.\n{/textformat}",
                "This text is too\nwide for a narrow\ncolumn.",
            ),
        ),
        given={
            "style": Given("text", "email: 72 characters wide."),
            "wrap": Given("number", "The width of a line."),
            "wrap_char": Given("text", "What ends a line."),
            "wrap_cut": Given("flag", "Also break words."),
            "indent": Given("number", "How far lines are indented."),
            "indent_first": Given("number", "How much further the first line is."),
            "indent_char": Given("text", "With which character."),
            "assign": Given("name", "Put the text into this variable in place of showing it."),
        },
        help="For the plain-text part of a mail.",
    ),
}
