"""Writes docs/language.md, docs/errors.md, docs/events.md, docs/lints.md, and the lists in docs/compatibility.md,
docs/follow-ups.md and docs/integrations.md: `python docs/generate.py`.

A test compares the files with what this script would write.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

HERE = Path(__file__).resolve().parent
if str(HERE.parent) not in sys.path:
    sys.path.insert(0, str(HERE.parent))

from docs.events_page import NOTE, events_page  # noqa: E402
from docs.followups_page import followups_page  # noqa: E402
from dovetail.engine.environment import Engine  # noqa: E402
from dovetail.engine.error_docs import ERRORS, ErrorDoc  # noqa: E402
from dovetail.engine.loaders import DictLoader  # noqa: E402
from dovetail.engine.modifiers import MODIFIERS  # noqa: E402
from dovetail.engine.modifiers.registry import Modifier, Parameter  # noqa: E402
from dovetail.engine.schema import Field, Member, RecordType, Schema  # noqa: E402
from dovetail.errors import Diagnostic, TemplateError  # noqa: E402
from dovetail.grammar.documentation import TYPE_WORDS, Construct, Example, Given  # noqa: E402
from dovetail.grammar.language_docs import AUDIENCE, OPERATORS, SPECIALS, SYNTAX  # noqa: E402
from dovetail.grammar.tag_docs import BRANCH_SUMMARIES, TAG_DOCS, TAG_GROUPS  # noqa: E402
from dovetail.grammar.tag_spec import TagSpec  # noqa: E402
from dovetail.grammar.vocabulary import TAGS  # noqa: E402
from dovetail.lsp.features.lints.registry import LINTS  # noqa: E402
from dovetail.providers.connections import Connections  # noqa: E402
from dovetail.providers.kinds import Integration, Setting, rules  # noqa: E402
from dovetail.providers.profiles import MemoryProfiles  # noqa: E402
from dovetail.providers.registry import kinds  # noqa: E402

_GROUPS = {
    "text": "Text",
    "escape": "Escaping",
    "numbers": "Numbers and counting",
    "dates": "Dates",
    "lists": "Lists",
    "tests": "Tests and stand-ins",
    "encoding": "Encodings",
}
_FORMS = {
    "if": "{if condition} … {elseif condition} … {else} … {/if}",
    "foreach": "{foreach $list as $element} … {foreachelse} … {/foreach}",
    "for": "{for $i=1 to 10 step 2} … {forelse} … {/for}",
    "while": "{while condition} … {/while}",
    "setfilter": "{setfilter modifier:parameter|modifier} … {/setfilter}",
}


def language_page() -> str:
    """docs/language.md."""
    return "\n".join(_language()) + "\n"


def errors_page() -> str:
    """docs/errors.md."""
    return "\n".join(_errors()) + "\n"


def lints_page() -> str:
    """docs/lints.md."""
    return "\n".join(_lints()) + "\n"


def _language() -> Iterator[str]:
    yield "# The language"
    yield f"\n{NOTE}\n"
    yield (
        "Templates are written in Smarty 5: text with tags in braces. This page lists everything that may stand in a "
        "tag. Each example has been rendered: the first box is the template, the line with `data` what it was given, "
        "the last box what comes out. *Extension* marks what Smarty 5 doesn't have. What differs from Smarty and "
        "how the contradictions of Copernica's documentation are settled: [compatibility.md](compatibility.md). "
        "Error messages: [errors.md](errors.md)."
    )
    yield "\n## Contents\n"
    yield "- [How it is written](#how-it-is-written)"
    yield "- [Operators](#operators)"
    yield "- [Variables of the language](#variables-of-the-language)"
    yield "- [Variables of a mailing](#variables-of-a-mailing)"
    yield f"- [Tags](#tags): {_links(sorted(TAGS), 'tag')}"
    for group, title in _GROUPS.items():
        names = sorted(name for name, modifier in MODIFIERS.items() if modifier.group == group)
        yield f"- [Modifiers: {title}](#{_anchor(f'modifiers-{title}')}): {_links(names, 'modifier')}"
    yield from _constructs("How it is written", SYNTAX)
    yield from _constructs("Operators", OPERATORS)
    yield from _constructs("Variables of the language", SPECIALS)
    yield from _constructs("Variables of a mailing", AUDIENCE)
    yield "\n## Tags"
    for group, tags in TAG_GROUPS.items():
        yield f"\n### {group}"
        for name in tags:
            yield from _tag(TAGS[name])
    yield "\n### Parts of blocks\n"
    for name, summary in BRANCH_SUMMARIES.items():
        yield f"- `{{{name}}}`: {summary}"
    for group, title in _GROUPS.items():
        yield f"\n## Modifiers: {title}"
        for name in sorted(name for name, modifier in MODIFIERS.items() if modifier.group == group):
            yield from _modifier(MODIFIERS[name])


def _anchor(title: str) -> str:
    return title.lower().replace(" ", "-").replace(":", "")


def _links(names: Iterable[str], kind: str) -> str:
    return " · ".join(f"[{name}](#{kind}-{name})" for name in names)


def _constructs(title: str, constructs: Iterable[Construct]) -> Iterator[str]:
    yield f"\n## {title}"
    for construct in constructs:
        yield f"\n**`` {construct.written} ``**: {construct.summary}"
        for example in construct.examples:
            yield from _example(example)


def _tag(spec: TagSpec) -> Iterator[str]:
    described = TAG_DOCS[spec.name]
    yield f'\n<a id="tag-{spec.name}"></a>'
    yield f"\n#### {{{spec.name}}}\n"
    yield spec.summary
    yield f"\n`{_FORMS.get(spec.name) or _form(spec)}`"
    if described.help:
        yield f"\n{described.help}"
    given = {name: described.given[name] for name in dict.fromkeys((*spec.required, *spec.optional, *spec.flags))}
    if given:
        yield "\n| Attribute | | What it is |"
        yield "| --- | --- | --- |"
        for name, said in given.items():
            yield f"| `{name}` | {_attribute(spec, name, said)} | {said.summary.replace('|', chr(92) + '|')} |"
    for example in described.examples:
        yield from _example(example)


def _form(spec: TagSpec) -> str:
    shown = [f"{name}=…" for name in spec.required]
    if set(spec.optional) | set(spec.flags) or spec.open:
        shown.append("…")
    opening = " ".join((spec.name, *shown))
    return f"{{{opening}}} … {{/{spec.name}}}" if spec.block or spec.name == "strip" else f"{{{opening}}}"


def _attribute(spec: TagSpec, name: str, said: Given) -> str:
    words = ["a word alone"] if name in spec.flags and name not in spec.optional else [TYPE_WORDS[said.type]]
    if name in spec.required:
        words.append("needed")
    if name in spec.shorthand:
        place = ("first", "second", "third", "fourth")[spec.shorthand.index(name)]
        words.append(f"may stand {place} without its name")
    return "; ".join(words)


def _modifier(modifier: Modifier) -> Iterator[str]:
    mark = " *(extension)*" if modifier.extension else ""
    yield f'\n<a id="modifier-{modifier.name}"></a>'
    yield f"\n### {modifier.name}{mark}\n"
    yield modifier.summary
    yield f"\n`|{modifier.usage}` gives {TYPE_WORDS[modifier.result]}."
    if modifier.help:
        yield f"\n{modifier.help}"
    if modifier.parameters:
        yield "\n| Parameter | | What it is |"
        yield "| --- | --- | --- |"
        for parameter in modifier.parameters:
            summary = parameter.summary.replace("|", "\\|")
            yield f"| `{parameter.name}` | {_parameter(parameter)} | {summary} |"
    for example in modifier.examples:
        yield from _example(example)


def _parameter(parameter: Parameter) -> str:
    words = TYPE_WORDS[parameter.type]
    if parameter.variadic:
        return f"{words}; any number of them"
    if parameter.required:
        return f"{words}; needed"
    if parameter.default is None or parameter.default == sys.maxsize:
        return words
    return f"{words}; usually `{json.dumps(parameter.default, ensure_ascii=False)}`"


def _box(text: str, language: str = "") -> str:
    fence = "~~~" if "```" in text else "```"
    return f"{fence}{language}\n{text}{'' if text.endswith(chr(10)) else chr(10)}{fence}"


def _example(example: Example) -> Iterator[str]:
    yield "\n" + _box(example.template, "smarty")
    for name, text in example.files.items():
        yield f"\n`{name}`:\n\n{_box(text, 'smarty')}"
    for name, records in example.databases.items():
        yield f"\n`{name}`: `{json.dumps(records, ensure_ascii=False)}`"
    if example.data:
        yield f"\ndata: `{json.dumps(example.data, ensure_ascii=False)}`"
    yield "\n" + _box(example.output, "text")


def _errors() -> Iterator[str]:
    yield "# Messages"
    yield f"\n{NOTE}\n"
    yield (
        "Every message about a template names its file, line and column, says what is wrong, ends with a code in "
        "brackets, and says what to do. `dovetail check` shows all of them without rendering. Below each code: "
        "what it means, a template that has it, what is printed, and the remedy.\n"
    )
    yield "\n".join(f"- [{code}](#{code})" for code in sorted(ERRORS))
    for code, doc in sorted(ERRORS.items()):
        yield f"\n## {code}\n"
        yield doc.explanation
        yield "\n" + _box(doc.shown or doc.template, "smarty")
        for name, text in doc.files.items():
            if text:
                yield f"\n`{name}`:\n\n{_box(text)}"
        if doc.template:
            yield "\n" + _box(finding(doc).render(), "text")
        yield "\n" + doc.remedy.replace("language.md", "[language.md](language.md)")


_LINT_GROUPS = {
    "template": ("The template", "Found in the text alone, in the editor and by `dovetail check`."),
    "live": (
        "What the shops say",
        "Found in the editor as far as it is known there, and by `dovetail check --live`. What is known for more than "
        "an hour is a note with its age, never an error; an integration that cannot be asked is one note.",
    ),
    "mail": ("The mail", "What keeps a mail from being seen, read or delivered."),
}


def _lints() -> Iterator[str]:
    yield "# Lints"
    yield f"\n{NOTE}\n"
    yield (
        "What the editor and `dovetail check` find beyond errors ([errors.md](errors.md)). Each has a code, and is an "
        "error, a warning or a note unless you set it otherwise."
    )
    yield "\n## Say that a finding is meant\n"
    yield "A comment in the line, or in the line above:"
    yield from _code("{* dovetail-ignore missing-default *}\nDear {$profile.firstname},")
    yield "\nFor a whole file, anywhere in it; several codes stand behind each other:"
    yield from _code("{* dovetail-ignore-file no-preheader layout-table *}")
    yield "\nA comment that suppresses nothing is told. Errors that keep a template from being rendered stay."
    yield "\n## Settings\n"
    yield "In `dovetail.toml`:"
    yield from _code(
        '[lint]\nsample = "people.csv"                # sample recipients, for the editor and for --live\n'
        'clients = ["Gmail", "Outlook"]       # the mail clients that matter to you\n'
        'severity = { missing-default = "off", out-of-stock = "error" }   # error, warning, info, hint or off',
        "toml",
    )
    yield "\n## Before sending\n"
    yield "`dovetail check --live` is a gate for CI: it asks the shops, renders the mails of sample recipients, and"
    yield "loads the head of each picture (never from a private network, unless an integration is set to be there)."
    yield from _code(
        "dovetail check mails/ --live --recipients people.csv --sample 50 --format sarif > findings.sarif", "sh"
    )
    yield "\n| Exit code | |"
    yield "| --- | --- |"
    yield "| 0 | All is well; there may be warnings and notes. |"
    yield "| 1 | There is an error (with `--strict`: or a warning), or a file or setting cannot be used. |"
    yield "| 2 | An integration could not be asked, and nothing else is wrong. Or the command is misspelt. |"
    for group, (title, about) in _LINT_GROUPS.items():
        yield f"\n## {title}\n"
        yield about
        for lint in LINTS.values():
            if lint.group == group:
                yield f'\n<a id="{lint.code}"></a>\n'
                yield f"### {lint.code}\n"
                yield f"{lint.summary} {lint.why} *{_SEVERITIES[lint.severity]}*"
                if lint.example:
                    yield from _code(lint.example)
                yield f"\n{lint.remedy}"


_SEVERITIES = {"error": "Error", "warning": "Warning", "info": "Note"}


def _code(text: str, language: str = "smarty") -> Iterator[str]:
    yield f"\n```{language}\n{text}\n```"


def compatibility_page() -> str:
    """docs/compatibility.md: what stands there, with the list of cases renewed."""
    before, rest = (HERE / "compatibility.md").read_text(encoding="utf-8").split("<!-- cases -->\n")
    after = rest.split("<!-- /cases -->")[1]
    return f"{before}<!-- cases -->\n{''.join(f'{line}{chr(10)}' for line in _cases())}<!-- /cases -->{after}"


def _cases() -> Iterator[str]:
    known = json.loads((HERE.parent / "tests" / "conformance" / "known.json").read_text(encoding="utf-8"))
    for group in known:
        yield f"\n**{group['title']}.** {group['reason']}\n"
        for name, reason in group["cases"].items():
            yield f"- {name}: {reason}"
    yield ""


_RULE_GROUPS = {
    "freshness": "Freshness",
    "failure": "Failure",
    "politeness": "Politeness",
    "personal": "Answers about persons",
    "safety": "Safety",
}


def integrations_page() -> str:
    """docs/integrations.md: what stands there, with the tables of settings renewed."""
    before, rest = (HERE / "integrations.md").read_text(encoding="utf-8").split("<!-- settings -->\n")
    after = rest.split("<!-- /settings -->")[1]
    return f"{before}<!-- settings -->\n{''.join(f'{line}{chr(10)}' for line in _settings())}<!-- /settings -->{after}"


def _settings() -> Iterator[str]:
    # What other packages register here is described by them.
    own = {name: made for name, made in kinds().items() if made.make.__module__.startswith("dovetail.")}
    for name, made in own.items():
        yield f'\n## `kind = "{name}"`: {made.title}\n'
        yield f"{made.summary}.\n"
        yield "| Setting | Default | What it is |"
        yield "| --- | --- | --- |"
        for setting in made.settings:
            yield f"| `{setting.name}` | {_default(setting)} | {_cell(setting.summary)} |"
    yield "\n## Settings of every integration"
    for group, title in _RULE_GROUPS.items():
        yield f"\n### {title}\n"
        yield "| Setting | Default | What it does |"
        yield "| --- | --- | --- |"
        for name, rule in rules().items():
            if rule.group == group:
                by_kind = " *By kind.*" if rule.by_kind else ""
                example = f" For example: `{name} = {rule.example}`."
                yield f"| `{name}` | {rule.shown} | {_cell(rule.summary)}.{by_kind}{example} |"
    yield ""


def _default(setting: Setting) -> str:
    if setting.secret:
        return "a secret"
    if setting.required:
        return "needed"
    return f"`{json.dumps(setting.default)}`" if setting.default is not None else ""


def _cell(text: str) -> str:
    return (text[:1].upper() + text[1:]).replace("|", "\\|")


_TITLE = Field(type="text", summary="The title.")
_SHOP = Schema(
    kind="example",
    summary="A shop.",
    members={"product": Member(kind="keyed", collection="product", summary="A product.", record="product")},
    records={"product": RecordType(name="product", summary="A product.", fields={"title": _TITLE}, open=False)},
)


def finding(doc: ErrorDoc) -> Diagnostic:
    """The first finding that the example of a code gives."""
    files = {"mail.tpl": doc.template, **doc.files}
    with Connections([Integration(MemoryProfiles({"Customers": []}))], cache_folder=None) as connections:
        engine = Engine(
            loader=DictLoader(files),
            schemas={"shop": _SHOP} if doc.shop else {},
            limits=doc.limits,
            driver=connections,
        )
        if not doc.runs:
            return engine.check("mail.tpl")[0]
        try:
            engine.get_template("mail.tpl").render()
        except TemplateError as error:
            return error.diagnostic
    raise LookupError(f"this template has no fault: {doc.template}")


PAGES = {
    "language.md": language_page,
    "errors.md": errors_page,
    "events.md": events_page,
    "follow-ups.md": followups_page,
    "lints.md": lints_page,
    "compatibility.md": compatibility_page,
    "integrations.md": integrations_page,
}

if __name__ == "__main__":
    for file, page in PAGES.items():
        (HERE / file).write_text(page(), encoding="utf-8")
