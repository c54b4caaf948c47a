"""Parameters and examples of the modifiers for escaping, numbers, dates, lists, tests and encodings."""

from __future__ import annotations

from collections.abc import Mapping

from dovetail.grammar.documentation import Described, Example, Given

VALUES: Mapping[str, Described] = {
    "escape": Described(
        (
            Example("{$title|escape}", "Salt &amp; &quot;Pepper&quot;", {"title": 'Salt & "Pepper"'}),
            Example(
                "https://shop.example/?q={$query|escape:'url'}",
                "https://shop.example/?q=salt%20%26%20pepper",
                {"query": "salt & pepper"},
            ),
            Example("{$email|escape:'mail'}", "ann [AT] mail [DOT] example", {"email": "ann@mail.example"}),
        ),
        given={
            "mode": Given(
                "text",
                (
                    "The place: html, htmlall, url, urlpathinfo, quotes, hex, hexentity, decentity, "
                    "javascript, mail, nonstd; force escapes once more."
                ),
            ),
            "charset": Given("text", "Has no effect: texts are UTF-8."),
            "double": Given("flag", "false: leave entities that are there already."),
        },
        help="HTML mails are escaped without it; it doesn't escape twice. In links use `'url'`.",
    ),
    "unescape": Described(
        (Example("{$title|unescape:'htmlall'}", "Café € 3", {"title": "Caf&eacute; &euro; 3"}),),
        given={
            "mode": Given("text", "html: the five special characters; htmlall or entity: all."),
            "charset": Given("text", "Has no effect: texts are UTF-8."),
        },
    ),
    "raw": Described(
        (Example("{$html|raw}", "<b>Sale</b>", {"html": "<b>Sale</b>"}),),
        help="For HTML that you trust. Never for what a customer typed.",
        result="any",
    ),
    "htmlspecialchars": Described(
        (Example("{$title|htmlspecialchars|raw}", "Salt &amp; Pepper", {"title": "Salt & Pepper"}),),
    ),
    "html_entity_decode": Described(
        (Example("{$title|html_entity_decode}", "Café", {"title": "Caf&eacute;"}),),
    ),
    "count": Described(
        (
            Example(
                "{$products|count} products",
                "3 products",
                {
                    "products": [
                        {"name": "Cup", "price": 12},
                        {"name": "Vase", "price": 30},
                        {"name": "Bowl", "price": 8},
                    ]
                },
            ),
        ),
        given={"mode": Given("number", "1 counts the elements of the elements too.")},
    ),
    "count_characters": Described(
        (Example("{$text|count_characters} {$text|count_characters:true}", "7 8", {"text": "über uns"}),),
        given={"include_spaces": Given("flag", "Count white space too.")},
    ),
    "count_words": Described(
        (Example("{$text|count_words}", "4", {"text": "It's a well-known fact"}),),
    ),
    "count_sentences": Described(
        (Example("{$text|count_sentences}", "3", {"text": "Really? Yes. Come in!"}),),
    ),
    "count_paragraphs": Described(
        (Example("{$text|count_paragraphs}", "2", {"text": "One.\n\nTwo."}),),
    ),
    "strlen": Described(
        (Example("{$text|strlen}", "5", {"text": "über"}),),
    ),
    "round": Described(
        (
            Example("{$price|round:1}", "12.3", {"price": 12.25}),
            Example("{$price|round:-1}", "1230", {"price": 1234}),
        ),
        given={
            "precision": Given("number", "How many decimals; negative: tens, hundreds …"),
            "mode": Given("number", "PHP's rounding mode: 1 half up, 2 half down, 3 half even, 4 half odd."),
        },
    ),
    "number_format": Described(
        (Example("€ {$price|number_format:2:',':'.'}", "€ 1.234,50", {"price": 1234.5}),),
        given={
            "decimals": Given("number", "How many decimals."),
            "point": Given("text", "The decimal point."),
            "thousands": Given("text", "What stands between groups of three digits."),
        },
    ),
    "string_format": Described(
        (
            Example(
                "{$price|string_format:'%.2f'} {$number|string_format:'%05d'}",
                "3.14 00042",
                {"price": 3.14159, "number": 42},
            ),
        ),
        given={"format": Given("text", "A pattern as for PHP's sprintf: `%d`, `%.2f`, `%05d`, `%s`, `%x` …")},
    ),
    "ceil": Described(
        (Example("{$n|ceil}", "5", {"n": 4.2}),),
    ),
    "floor": Described(
        (Example("{$n|floor}", "4", {"n": 4.8}),),
    ),
    "abs": Described(
        (Example("{$n|abs}", "5", {"n": -5}),),
        result="number",
    ),
    "intval": Described(
        (Example("{$text|intval}", "12", {"text": "12 pieces"}),),
    ),
    "floatval": Described(
        (Example("{$text|floatval}", "12.5", {"text": "12.50 EUR"}),),
    ),
    "date_format": Described(
        (
            Example("{$date|date_format:'%d.%m.%Y'}", "05.03.2024", {"date": "2024-03-05"}),
            Example(
                "{$date|date_format:'l j F Y, H:i'}", "Tuesday 5 March 2024, 14:07", {"date": "2024-03-05 14:07:09"}
            ),
            Example("{$date|date_format}", "Mar  5, 2024", {"date": 1709647629}),
            Example("{'+1 week'|date_format:'Y-m-d'}", "2024-03-12"),
        ),
        given={
            "format": Given("text", "With `%` as in strftime (`%d.%m.%Y`), otherwise PHP's date letters (`d.m.Y`)."),
            "default": Given("date", "The date to show when the value is empty."),
            "formatter": Given("text", "auto, or date or strftime to choose how the format is read."),
        },
        help=(
            "Reads timestamps, dates as text (`2024-03-05`, `5 March 2024`, `+1 week`) and date-times "
            "with a zone. Day and month names are those of the mailing's language."
        ),
    ),
    "datetime": Described(
        (
            Example(
                "{$d = $date|datetime}{$d.year} {$d.month} {$d.time}",
                "2024 3 14:07:09",
                {"date": "2024-03-05 14:07:09"},
            ),
            Example("{$d = $date|datetime}{$d}", "2024-03-05 14:07:09", {"date": 1709647629}),
        ),
        result="date",
    ),
    "date_mod": Described(
        (Example("{$date|date_mod:'+2 days'|date_format:'d.m.Y'}", "07.03.2024", {"date": "2024-03-05"}),),
        given={"change": Given("text", "The step, as in `'+2 days'`, `'-1 week'`, `'first day of next month'`.")},
        result="date",
    ),
    "json_encode": Described(
        (
            Example(
                "{$product|json_encode:256|raw}", '{"name":"Café","price":3}', {"product": {"name": "Café", "price": 3}}
            ),
        ),
        given={"flags": Given("number", "PHP's numbers added up: 64 plain slashes, 128 pretty, 256 plain letters.")},
    ),
    "to_charset": Described(
        (Example("{$text|to_charset:'ISO-8859-1'|escape:'hex'}", "%e9", {"text": "é"}),),
        given={"charset": Given("text", "The charset, as in `'ISO-8859-1'`.")},
    ),
    "from_charset": Described(
        (Example("{$text|to_charset:'ISO-8859-1'|from_charset:'ISO-8859-1'}", "é", {"text": "é"}),),
        given={"charset": Given("text", "The charset, as in `'ISO-8859-1'`.")},
    ),
    "md5": Described(
        (Example("{$text|md5}", "263addb7611158a2c3db7c164a20cc2f", {"text": "lamp"}),),
        help="A hash hides nothing that can be guessed: don't put hashes of addresses into links.",
    ),
    "sha1": Described(
        (Example("{$text|sha1}", "bc4edcce8a85405e660f240a208e8e03efd3298d", {"text": "lamp"}),),
        help="A hash hides nothing that can be guessed: don't put hashes of addresses into links.",
    ),
    "sha256": Described(
        (
            Example(
                "{$text|sha256}", "c98e85f249002f03068e2a61e1a1df5c0db035d6cdf41d00ff6056ed63060947", {"text": "lamp"}
            ),
        ),
        help="A hash hides nothing that can be guessed: don't put hashes of addresses into links.",
    ),
    "sha512": Described(
        (
            Example(
                "{$text|sha512}",
                (
                    ""
                    "e96aa31768a1ebdc41e8a242f72dda239342db8347e3ebe10152a9b94b92936e175704dafe9ffb5739422e296f397a62225fb7f93ffea054cab4510513aa2941"
                ),
                {"text": "lamp"},
            ),
        ),
        help="A hash hides nothing that can be guessed: don't put hashes of addresses into links.",
    ),
    "base64_encode": Described(
        (Example("{$text|base64_encode}", "bGFtcA==", {"text": "lamp"}),),
    ),
    "base64_decode": Described(
        (Example("{$text|base64_decode}", "lamp", {"text": "bGFtcA=="}),),
    ),
    "urlencode": Described(
        (Example("{$query|urlencode}", "salt+%26+pepper", {"query": "salt & pepper"}),),
        help="`|escape:'url'` writes blanks as %20, which is right in every part of a link.",
    ),
    "urldecode": Described(
        (Example("{$query|urldecode}", "salt &amp; pepper", {"query": "salt+%26+pepper"}),),
    ),
    "http_build_query": Described(
        (
            Example(
                "https://shop.example/?{$fields|http_build_query|raw}",
                "https://shop.example/?color=red&size=M",
                {"fields": {"color": "red", "size": "M"}},
            ),
        ),
    ),
    "range": Described(
        (
            Example(
                "{foreach $products|range:1:3 as $p}{$p.name} {/foreach}",
                "Vase Bowl ",
                {
                    "products": [
                        {"name": "Cup", "price": 12},
                        {"name": "Vase", "price": 30},
                        {"name": "Bowl", "price": 8},
                    ]
                },
            ),
        ),
        given={
            "start": Given("number", "Where it begins, from 0; alone: how many from the start."),
            "end": Given("number", "The first element that is left out."),
        },
        result="list",
    ),
    "filter": Described(
        (
            Example(
                "{foreach $products|filter:'price':'<':15 as $p}{$p.name} {/foreach}",
                "Cup Bowl ",
                {
                    "products": [
                        {"name": "Cup", "price": 12},
                        {"name": "Vase", "price": 30},
                        {"name": "Bowl", "price": 8},
                    ]
                },
            ),
            Example(
                "{$vase = $products|filter:'name':'Vase'|first}{$vase.price}",
                "30",
                {
                    "products": [
                        {"name": "Cup", "price": 12},
                        {"name": "Vase", "price": 30},
                        {"name": "Bowl", "price": 8},
                    ]
                },
            ),
        ),
        given={
            "field": Given("text", "The field that is looked at."),
            "condition": Given(
                "any",
                (
                    "A value the field must equal; or an operator (`'=='`, `'!='`, `'<'`, `'<='`, `'>'`, "
                    "`'>='`, `'in'`) and a value; nothing: the field must not be empty."
                ),
            ),
        },
        help=("On a list of an integration the condition is sent to the shop, so that only what is needed is fetched."),
        result="list",
    ),
    "orderby": Described(
        (
            Example(
                "{foreach $products|orderby:'price':'desc' as $p}{$p.name} {/foreach}",
                "Vase Cup Bowl ",
                {
                    "products": [
                        {"name": "Cup", "price": 12},
                        {"name": "Vase", "price": 30},
                        {"name": "Bowl", "price": 8},
                    ]
                },
            ),
        ),
        given={"field": Given("text", "The field that decides."), "direction": Given("text", "`'asc'` or `'desc'`.")},
        result="list",
    ),
    "limit": Described(
        (
            Example(
                "{foreach $products|limit:2 as $p}{$p.name} {/foreach}",
                "Cup Vase ",
                {
                    "products": [
                        {"name": "Cup", "price": 12},
                        {"name": "Vase", "price": 30},
                        {"name": "Bowl", "price": 8},
                    ]
                },
            ),
        ),
        given={"count": Given("number", "How many elements at most.")},
        result="list",
    ),
    "first": Described(
        (
            Example(
                "{$product = $products|orderby:'price'|first}{$product.name}",
                "Bowl",
                {
                    "products": [
                        {"name": "Cup", "price": 12},
                        {"name": "Vase", "price": 30},
                        {"name": "Bowl", "price": 8},
                    ]
                },
            ),
        ),
        result="any",
    ),
    "default": Described(
        (
            Example("Dear {$name|default:'reader'}", "Dear reader", {"name": ""}),
            Example("{$nick|default:$name:'reader'}", "Ann", {"name": "Ann"}),
        ),
        given={"stand_ins": Given("any", "What to take instead; of several the first that is neither null nor empty.")},
        help="0 and false stay.",
        result="any",
    ),
    "isset": Described(
        (Example("{if isset($name)}Dear {$name}{else}Hello{/if}", "Dear Ann", {"name": "Ann"}),),
    ),
    "empty": Described(
        (Example("{if empty($products)}Nothing today.{/if}", "Nothing today.", {"products": []}),),
    ),
    "is_array": Described(
        (Example("{if $tags|is_array}a list{/if}", "a list", {"tags": ["new"]}),),
    ),
    "in_array": Described(
        (Example("{if $size|in_array:['S', 'M']}small{/if}", "small", {"size": "S"}),),
        given={"values": Given("list", "The list."), "strict": Given("flag", "Types must be equal too.")},
        help="`is in` says the same: `{if $size is in ['S', 'M']}`.",
    ),
}
