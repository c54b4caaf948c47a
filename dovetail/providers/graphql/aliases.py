"""Many entities by one query: the query for one, repeated under aliases, each with a variable of its own. Pure.

`query($key: ID!) { user(id: $key) { name } }` for two keys becomes
`query($key_0: ID!, $key_1: ID!) { k0: user(id: $key_0) { name } k1: user(id: $key_1) { name } }`.
"""

from __future__ import annotations

from dovetail.providers.graphql.documents import Document, Selection, Token


def why_not(document: Document, variable: str) -> str:
    """Why a document cannot be repeated, as a part of a sentence; '' when it can."""
    if len(document.selections) != 1 or not document.selections[0].field:
        return "it selects more than one field at its top"
    top = document.selections[0]
    for each in document.variables:
        if each.name.startswith(f"{variable}_"):
            return f"its variable ${each.name} could be taken for one of ${variable}"
    for name, fragment in document.fragments.items():
        if _uses(document, fragment, variable):
            return f"its fragment {name} uses ${variable}"
    if not _uses(document, top, variable):
        return f"its field {top.key} does not use ${variable}"
    return ""


def alias(number: int) -> str:
    """The name in the reply under which the entity of a key stands."""
    return f"k{number}"


def key_variable(variable: str, number: int) -> str:
    """The name of the variable of a key."""
    return f"{variable}_{number}"


def repeated(document: Document, variable: str, count: int) -> str:
    """The text of a query for `count` entities. `why_not` is ''."""
    declared: list[str] = []
    for each in document.variables:
        if each.name == variable:
            declared += [f"${key_variable(variable, number)}: {each.type}" for number in range(count)]
        else:
            declared.append(_declaration(document, each.name))
    top = document.selections[0]
    fields = [f"{alias(number)}: {_renamed(document, top, variable, number)}" for number in range(count)]
    head = f"query {document.name}({', '.join(declared)}) {document.directives}".rstrip()
    start, end = document.span
    rest = f"{document.text[:start]} {document.text[end:]}".strip()
    return "\n".join([f"{head} {{", *fields, "}", *([rest] if rest else [])])


def _declaration(document: Document, name: str) -> str:
    """A variable's declaration as it stands, with its default value."""
    tokens = document.tokens
    first = next(
        at
        for at in range(len(tokens) - 1)
        if tokens[at].start >= document.span[0] and tokens[at].text == "$" and tokens[at + 1].text == name
    )
    depth = 0
    last = first + 1
    for at in range(first + 2, len(tokens)):
        text = tokens[at].text if tokens[at].kind == "mark" else ""
        if depth == 0 and text in {")", "$"}:
            break
        depth += (text in {"[", "{", "("}) - (text in {"]", "}", ")"})
        last = at
    return document.text[tokens[first].start : tokens[last].end]


def _uses(document: Document, selection: Selection, variable: str) -> bool:
    return any(True for _ in _places(document, selection, variable))


def _places(document: Document, selection: Selection, variable: str) -> list[Token]:
    """The name tokens of `$variable` within a selection; what stands in quotes is no variable."""
    tokens = document.tokens
    return [
        tokens[at + 1]
        for at in range(len(tokens) - 1)
        if selection.start <= tokens[at].start < selection.end
        and tokens[at].kind == "mark"
        and tokens[at].text == "$"
        and tokens[at + 1].text == variable
    ]


def _renamed(document: Document, top: Selection, variable: str, number: int) -> str:
    """The top field without its own alias, its variable renamed."""
    text = document.text
    start = top.start
    if top.key != top.field:
        mine = [token for token in document.tokens if token.start >= top.start]
        # Its alias, the colon, and then the field.
        start = mine[2].start
    found: list[str] = []
    for token in _places(document, top, variable):
        found.append(text[start : token.start] + key_variable(variable, number))
        start = token.end
    return "".join(found) + text[start : top.end]
