"""Parameters and examples of the modifiers that make texts of texts."""

from __future__ import annotations

from collections.abc import Mapping

from dovetail.grammar.documentation import Described, Example, Given

TEXTS: Mapping[str, Described] = {
    "upper": Described(
        (Example("{$name|upper}", "MÜLLER", {"name": "Müller"}),),
    ),
    "lower": Described(
        (Example("{$name|lower}", "müller", {"name": "MÜLLER"}),),
    ),
    "capitalize": Described(
        (
            Example("{$title|capitalize}", "Two Sci-Fi Books, b2", {"title": "two sci-fi books, b2"}),
            Example("{$title|capitalize:true:true}", "Summer Sale 4Ever", {"title": "SUMMER sale 4ever"}),
        ),
        given={
            "digits": Given("flag", "Also words that hold a digit."),
            "rest": Given("flag", "Make the other letters small."),
        },
    ),
    "truncate": Described(
        (
            Example("{$text|truncate:16}", "the quick...", {"text": "the quick brown fox jumps"}),
            Example("{$text|truncate:12:'…':true}", "the quick b…", {"text": "the quick brown fox jumps"}),
            Example("{$text|truncate:15:'..':true:true}", "the qu.. jumps", {"text": "the quick brown fox jumps"}),
        ),
        given={
            "length": Given("number", "How many characters are left, `etc` counted in."),
            "etc": Given("text", "What stands for the part that is cut off."),
            "break_words": Given("flag", "Cut within a word when it must be."),
            "middle": Given("flag", "Cut out the middle and keep both ends."),
        },
    ),
    "wordwrap": Described(
        (
            Example(
                "{$text|wordwrap:12}",
                "a text that\nis too wide\nfor a line",
                {"text": "a text that is too wide for a line"},
            ),
        ),
        given={
            "width": Given("number", "The widest line, in characters."),
            "wrap": Given("text", "What is put between lines."),
            "cut": Given("flag", "Also break words that are longer than a line."),
        },
        help=(
            'For the plain-text part of a mail; lines that should break in HTML get `"<br>"` as second '
            "parameter and |raw."
        ),
    ),
    "mb_wordwrap": Described(
        (Example("{$text|mb_wordwrap:8:' / ':true}", "größtent / eils / wolkig", {"text": "größtenteils wolkig"}),),
        given={
            "width": Given("number", "The widest line, in characters."),
            "wrap": Given("text", "What is put between lines."),
            "cut": Given("flag", "Also break words that are longer than a line."),
        },
    ),
    "strip_tags": Described(
        (Example("{$html|strip_tags:false}", "Hello world", {"html": "<p>Hello <b>world</b></p>"}),),
        given={"blank": Given("flag", "Put a blank in place of each tag.")},
    ),
    "toupper": Described(
        (Example("{$name|toupper}", "MÜLLER", {"name": "Müller"}),),
        help="Copernica's (and PHP's) word for |upper.",
    ),
    "strtoupper": Described(
        (Example("{$name|strtoupper}", "MÜLLER", {"name": "Müller"}),),
        help="Copernica's (and PHP's) word for |upper.",
    ),
    "tolower": Described(
        (Example("{$name|tolower}", "müller", {"name": "MÜLLER"}),),
        help="Copernica's (and PHP's) word for |lower.",
    ),
    "strtolower": Described(
        (Example("{$name|strtolower}", "müller", {"name": "MÜLLER"}),),
        help="Copernica's (and PHP's) word for |lower.",
    ),
    "ucfirst": Described(
        (Example("{$name|ucfirst}", "Anna maria", {"name": "anna maria"}),),
    ),
    "lcfirst": Described(
        (Example("{$name|lcfirst}", "anna Maria", {"name": "Anna Maria"}),),
    ),
    "ucwords": Described(
        (Example("{$name|ucwords}", "Anna Maria", {"name": "anna maria"}),),
    ),
    "trim": Described(
        (
            Example("[{$text|trim}]", "[Hello]", {"text": "  Hello "}),
            Example("{$path|trim:'/'}", "sale", {"path": "/sale/"}),
        ),
        given={"characters": Given("text", "The characters to remove; `a..z` is a range.")},
    ),
    "ltrim": Described(
        (Example("{$number|ltrim:'0'}", "42", {"number": "00042"}),),
        given={"characters": Given("text", "The characters to remove; `a..z` is a range.")},
    ),
    "rtrim": Described(
        (Example("{$url|rtrim:'/'}", "https://shop.example", {"url": "https://shop.example/"}),),
        given={"characters": Given("text", "The characters to remove; `a..z` is a range.")},
    ),
    "strrev": Described(
        (Example("{$text|strrev}", "pmal", {"text": "lamp"}),),
    ),
    "strstr": Described(
        (
            Example("{$email|strstr:'@'}", "@mail.example", {"email": "ann@mail.example"}),
            Example("{$email|strstr:'@':true}", "ann", {"email": "ann@mail.example"}),
        ),
        given={"search": Given("text", "The text to look for."), "before": Given("flag", "Give the part before it.")},
        result="text",
    ),
    "strpos": Described(
        (Example("{$email|strpos:'@'}", "3", {"email": "ann@mail.example"}),),
        given={"search": Given("text", "The text to look for.")},
    ),
    "cat": Described(
        (Example("{$first|cat:' ':$last}", "Ann Lee", {"first": "Ann", "last": "Lee"}),),
        given={"texts": Given("text", "What is appended.")},
        help='Often a double-quoted string is easier to read: `"{$first} {$last}"`.',
    ),
    "replace": Described(
        (
            Example("{$text|replace:'gray':'grey'}", "a grey, grey day", {"text": "a gray, gray day"}),
            Example("{$text|replace:['a','b']:['1','2']}", "1122", {"text": "aabb"}),
        ),
        given={
            "search": Given("text", "The text to look for, or a list of them."),
            "replacement": Given("text", "What stands in its place; a list goes with a list."),
        },
    ),
    "regex_replace": Described(
        (
            Example(
                "{$iban|regex_replace:'/(....)(?=.)/':'$1 '}", "NL91 ABNA 0417 1643 00", {"iban": "NL91ABNA0417164300"}
            ),
        ),
        given={
            "search": Given("text", "A pattern with its delimiters and flags, as in `'/[0-9]+/i'`; or a list."),
            "replacement": Given("text", "What stands in its place; `$1` is the first group."),
            "limit": Given("number", "How many times at most; -1 is no limit."),
        },
        help="Patterns are PHP's. One that could take very long is refused.",
    ),
    "spacify": Described(
        (Example("{$code|spacify:'-'}", "A-1-B-2", {"code": "A1B2"}),),
        given={"between": Given("text", "What is put between the characters.")},
    ),
    "strip": Described(
        (Example("{$text|strip}", "a text on lines", {"text": "a  text\n\n on\tlines"}),),
        given={"replacement": Given("text", "What stands for a run of white space.")},
    ),
    "indent": Described(
        (Example("{$text|indent:2:'>'}", "&gt;&gt;one\n&gt;&gt;two", {"text": "one\ntwo"}),),
        given={"count": Given("number", "How many characters."), "character": Given("text", "Which.")},
    ),
    "nl2br": Described(
        (
            Example(
                "{$address|escape:'force'|nl2br|raw}",
                "Main St 1<br />\nSpringfield &lt;NT&gt;",
                {"address": "Main St 1\nSpringfield <NT>"},
            ),
        ),
        given={"xhtml": Given("flag", "Write `<br />`; otherwise `<br>`.")},
        help=(
            "Under automatic HTML escaping the line breaks would be shown as text: escape first, then "
            "switch that off, as in the example."
        ),
    ),
    "str_repeat": Described(
        (Example("{'★'|str_repeat:$stars}", "★★★★", {"stars": 4}),),
        given={"times": Given("number", "How often.")},
    ),
    "substr": Described(
        (
            Example("{$sku|substr:0:3}", "MUG", {"sku": "MUG-0042"}),
            Example("{$sku|substr:-4}", "0042", {"sku": "MUG-0042"}),
        ),
        given={
            "start": Given("number", "Where it begins, from 0; negative: from the end."),
            "length": Given("number", "How many bytes; negative: leave that many off."),
        },
        help="Counts bytes as PHP does: for texts with accents use |truncate.",
    ),
    "split": Described(
        (Example("{foreach $tags|split:',' as $tag}[{$tag}]{/foreach}", "[new][sale]", {"tags": "new,sale"}),),
        given={"separator": Given("text", "Where to cut."), "limit": Given("number", "How many pieces at most.")},
    ),
    "explode": Described(
        (Example("{foreach explode(',', $tags) as $tag}[{$tag}]{/foreach}", "[new][sale]", {"tags": "new,sale"}),),
        given={"text": Given("text", "The text to cut."), "limit": Given("number", "How many pieces at most.")},
    ),
    "join": Described(
        (Example("{$tags|join:', '}", "new, sale", {"tags": ["new", "sale"]}),),
        given={"separator": Given("text", "What is put between the elements.")},
    ),
    "implode": Described(
        (Example("{$tags|implode:', '}", "new, sale", {"tags": ["new", "sale"]}),),
        given={"separator": Given("text", "What is put between the elements.")},
    ),
    "noprint": Described(
        (Example("[{$text|noprint}]", "[]", {"text": "hidden"}),),
    ),
    "debug_print_var": Described(
        (
            Example(
                "{$tags|debug_print_var|raw}", "<b>Array (1)</b><br><b>0</b> =&gt; &quot;new&quot;", {"tags": ["new"]}
            ),
        ),
        given={
            "depth": Given("number", "How deep to look."),
            "length": Given("number", "How much of a text is shown."),
        },
        help="Only for looking into data while a template is made.",
    ),
    "strval": Described(
        (Example("{if $id|strval === '12'}text{/if}", "text", {"id": 12}),),
    ),
}
