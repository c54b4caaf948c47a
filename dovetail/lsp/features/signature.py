"""How the modifier, function or tag that is being written is written, with the parameter at the cursor."""

from __future__ import annotations

from dovetail.engine.modifiers import MODIFIERS
from dovetail.engine.modifiers.registry import Modifier
from dovetail.grammar.documentation import TYPE_WORDS
from dovetail.grammar.tag_docs import TAG_DOCS
from dovetail.grammar.vocabulary import TAGS
from dovetail.lsp.features.bindings import Binding, bindings_of
from dovetail.lsp.features.cursor import Argument, AttributeName, AttributeValue, here
from dovetail.lsp.features.prose import prose
from dovetail.lsp.features.results import Signature, SignatureParameter
from dovetail.lsp.features.view import View
from dovetail.lsp.features.words import parameter_line
from dovetail.source import Span


def signature(view: View, offset: int) -> Signature | None:
    """The signature at an offset; None where nothing with parameters is being written."""
    match here(view.reading, offset).cursor:
        case Argument(form=form, name=name, index=index):
            modifier = MODIFIERS.get(name)
            return _modifier(modifier, index, form) if modifier is not None and modifier.parameters else None
        case AttributeName(tag=tag, typed=typed):
            return _tag(view, tag, typed)
        case AttributeValue(tag=tag, attribute=attribute, index=index):
            spec = TAGS.get(tag)
            if not attribute and spec is not None and index < len(spec.shorthand):
                attribute = spec.shorthand[index]
            return _tag(view, tag, attribute)
        case _:
            return None


def _modifier(modifier: Modifier, index: int, form: str) -> Signature:
    between, label = (":", f"|{modifier.name}") if form == "modifier" else (", ", f"{modifier.name}(")
    first = 0
    parameters = list[SignatureParameter]()
    if form == "function":
        # The value is the first argument of the function of the same name.
        label, first = label + "value", 1
    for number, parameter in enumerate(modifier.parameters):
        label += between
        shown = parameter.name if parameter.required else f"[{parameter.name}]"
        shown += "…" if parameter.variadic else ""
        parameters.append(
            SignatureParameter(Span(len(label), len(label) + len(shown)), prose(parameter_line(modifier, number)))
        )
        label += shown
    active = index - first
    if modifier.parameters[-1].variadic:
        active = min(active, len(parameters) - 1)
    within = 0 <= active < len(parameters)
    return Signature(label + (")" if first else ""), prose(modifier.summary), parameters, active if within else None)


def _tag(view: View, tag: str, attribute: str) -> Signature | None:
    spec, described = TAGS.get(tag), TAG_DOCS.get(tag)
    if spec is None:
        return _function(view, tag, attribute)
    names = [*spec.required, *spec.optional]
    if not names:
        return None
    label = tag
    parameters = list[SignatureParameter]()
    for name in names:
        shown = f"{name}=…" if name in spec.required else f"[{name}=…]"
        given = described.given.get(name) if described is not None else None
        words = prose(f"{TYPE_WORDS[given.type]}. {given.summary}") if given is not None else None
        parameters.append(SignatureParameter(Span(len(label) + 1, len(label) + 1 + len(shown)), words))
        label += f" {shown}"
    return Signature(label, prose(spec.summary), parameters, names.index(attribute) if attribute in names else None)


def _function(view: View, tag: str, attribute: str) -> Signature | None:
    bindings = view.reading.once(bindings_of)
    defined = next((call for call in bindings.calls if call.definition and call.name == tag), None)
    if defined is None:
        return None
    own: list[Binding] = [each for each in bindings.bindings if each.kind == "parameter" and each.tag is defined.tag]
    label = tag
    parameters = list[SignatureParameter]()
    for binding in own:
        shown = f"[{binding.name}=…]"
        parameters.append(SignatureParameter(Span(len(label) + 1, len(label) + 1 + len(shown))))
        label += f" {shown}"
    names = [binding.name for binding in own]
    return Signature(
        label, prose("A function of this template."), parameters, names.index(attribute) if attribute in names else None
    )
