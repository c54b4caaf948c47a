"""The look at a shop before sending: the same findings as in the editor, with the answers that they want fetched."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlsplit

from dovetail.engine.ports import Answer, Ask
from dovetail.engine.schema import Schema
from dovetail.errors import Diagnostic, ProviderError, TemplateError, ValueFault
from dovetail.integrations.environment import Environment
from dovetail.integrations.folder import FolderLoader
from dovetail.integrations.settings import Settings
from dovetail.lsp.features.html.hygiene import clipping, leads_out
from dovetail.lsp.features.lints import findings, graded
from dovetail.lsp.features.lints.registry import LINTS
from dovetail.lsp.features.prose import clean, shortened
from dovetail.lsp.features.reading import Reading, read
from dovetail.lsp.features.view import Preferences, Sample, Suggestions, View
from dovetail.lsp.followups.folder import NAME, Followups
from dovetail.mailing.plain_text import plain_text
from dovetail.source import Span

_ROUNDS = 12
"""Answers name further records (a product its stock); no template goes deeper."""


@dataclass(slots=True)
class Templates:
    """The templates of a folder, each read once (a `Folder` of the features)."""

    environment: Environment
    loader: FolderLoader
    _names: Sequence[str] | None = None
    _readings: dict[str, Reading | None] = field(default_factory=dict[str, "Reading | None"])

    def names(self) -> Sequence[str]:
        """The names of all templates."""
        if self._names is None:
            self._names = self.loader.names()
        return self._names

    def reading(self, name: str) -> Reading | None:
        """A template by name."""
        if name not in self._readings:
            try:
                text = self.loader.load(name)
            except ValueFault:
                # It leaves the folder, or is no UTF-8: whoever checks that template is told.
                text = None
            options = self.environment.engine.options
            self._readings[name] = None if text is None else read(name, text, None, options)
        return self._readings[name]


@dataclass(slots=True)
class Fetched:
    """What was fetched so far (a `Live` of the features). `wanted` are asks without an answer yet."""

    environment: Environment
    now: float
    answers: dict[Ask, Answer | ProviderError] = field(default_factory=dict[Ask, "Answer | ProviderError"])
    wanted: dict[Ask, None] = field(default_factory=dict[Ask, None])

    @property
    def schemas(self) -> Mapping[str, Schema]:
        """What stands under each identifier."""
        return self.environment.engine.schemas

    def answer(self, ask: Ask) -> Answer | ProviderError | None:
        """The answer, why there is none, or None: it is wanted now."""
        known = self.answers.get(ask)
        if known is None:
            self.wanted[ask] = None
        return known

    def suggestions(self, identifier: str, path: Sequence[str], text: str, limit: int) -> Suggestions:
        """Nothing is completed here."""
        return Suggestions()

    def failure(self, identifier: str) -> str:
        """Why an integration could not be asked; '' when all is well."""
        failed = (each for ask, each in self.answers.items() if ask.identifier == identifier)
        return next((each.message for each in failed if isinstance(each, ProviderError)), "")

    def fetch(self) -> bool:
        """Have what is wanted asked; whether there was something.

        Raises:
            SettingsError: a credential is missing.
        """
        asks = [ask for ask in self.wanted if ask not in self.answers]
        self.wanted.clear()
        if not asks or self.environment.connections is None:
            return False
        got = self.environment.connections.answers(asks).by_ask
        self.answers.update({ask: got[ask] for ask in asks if ask in got})
        return True


def own_hosts(settings: Settings) -> frozenset[str]:
    """The hosts that may be in the own network, as the settings of integrations say."""
    addresses = (
        str(item.plain.get("url", "")) for item in settings.integrations if item.policy.allow_private_addresses
    )
    return frozenset(host for address in addresses if (host := urlsplit(address).hostname))


@dataclass(slots=True)
class Checking:
    """Checks templates of a folder. `live`: shops are asked, and the mails of `samples` rendered and looked at.

    `hosts`: those whose pictures may come from the own network.
    """

    environment: Environment
    loader: FolderLoader
    preferences: Preferences = Preferences()
    samples: Sequence[Sample] = ()
    hosts: frozenset[str] = frozenset()
    live: bool = False
    unreachable: set[str] = field(default_factory=set[str])
    pictures: dict[str, list[tuple[Reading, Span]]] = field(default_factory=dict[str, list[tuple[Reading, Span]]])

    _folder: Templates = field(init=False)
    _fetched: Fetched = field(init=False)
    _followups: Followups = field(init=False)

    def __post_init__(self) -> None:
        self._followups = Followups(self.loader.folder / NAME)
        self._folder = Templates(self.environment, self.loader)
        self._fetched = Fetched(self.environment, time.time())

    def check(self, name: str) -> Sequence[Diagnostic]:
        """All findings of a template, in the order of its text.

        Raises:
            TemplateNotFound: it is not there, or no UTF-8 text.
            SettingsError: a credential is missing.
        """
        reading = self._folder.reading(name)
        if reading is None:
            return self.environment.check(name)
        trigger = self._followups.trigger(name)
        view = View(reading, self._folder, self._fetched, self.samples, self.preferences, trigger)
        found = findings(view)
        if not self.live:
            return found
        for _ in range(_ROUNDS):
            if not self._fetched.fetch():
                break
            found = findings(view)
        unreachable = {each for each in self._fetched.schemas if self._fetched.failure(each)}
        self.unreachable |= unreachable
        if unreachable or any(item.severity == "error" and item.code not in LINTS for item in found):
            # What its mails look like, nobody can tell.
            return found
        shown = [graded(self.preferences, item) for item in self._mails(view, found)]
        return sorted([*found, *(item for item in shown if item is not None)], key=lambda item: (item.span, item.code))

    def _mails(self, view: View, found: Sequence[Diagnostic]) -> Iterator[Diagnostic]:
        """The findings about the mails of the sample recipients."""
        reading = view.reading
        template = self.environment.get_template(reading.name)
        mails, failed = list[str](), dict[tuple[Span, str], list[Diagnostic]]()
        for sample in self.samples or [Sample("", {})]:
            try:
                mails.append(str(template.render(sample.variables)))
            except TemplateError as error:
                for item in error.diagnostics[:1]:
                    failed.setdefault((item.span, item.message), []).append(item)
        for items in failed.values():
            first = items[0]
            place = first.span if first.source.name == reading.name else Span(0, 0)
            count = f" (for {len(items)} of {len(self.samples)} sample recipients)" if self.samples else ""
            yield Diagnostic("render-error", first.message + count, reading.source, place, first.help)
        whole = [mail for mail in mails if "<body" in mail.lower()]
        top = Span(0, 0)
        if clipped := clipping(max((len(mail.encode()) for mail in mails), default=0)):
            yield self._said(reading, "too-large", clipped, top)
        codes = {item.code for item in found}
        if "no-unsubscribe" not in codes and any(not leads_out(mail) for mail in whole):
            yield self._said(reading, "no-unsubscribe", "the mail has no link to unsubscribe", top)
        if any(not plain_text(mail).strip() for mail in whole):
            yield self._said(reading, "no-plain-text", "the mail has no words without its pictures", top)
        for address in dict.fromkeys(each for mail in mails for each in _pictures(mail)):
            at = reading.text.find(address)
            span = Span(at, at + len(address)) if at >= 0 else top
            self.pictures.setdefault(address, []).append((reading, span))

    def _said(self, reading: Reading, code: str, message: str, span: Span) -> Diagnostic:
        lint = LINTS[code]
        return Diagnostic(
            code, message, reading.source, span, lint.remedy[:1].lower() + lint.remedy[1:-1], lint.severity
        )

    def dead_pictures(self) -> Iterator[Diagnostic]:
        """The findings about pictures of the mails that were rendered; their servers are asked."""
        from dovetail.providers.pictures import faults_of

        for address, fault in faults_of(list(self.pictures), self.hosts).items():
            for reading, span in self.pictures[address]:
                # What stands behind the `?` may be about the recipient.
                which = "this picture" if span.end else f"the picture {shortened(clean(address.partition('?')[0]))}"
                made = graded(self.preferences, self._said(reading, "dead-image", f"{which} {fault}", span))
                if made is not None:
                    yield made


def _pictures(mail: str) -> Sequence[str]:
    parser = _Pictures()
    parser.feed(mail)
    return parser.found


class _Pictures(HTMLParser):
    """The addresses of a mail's pictures."""

    def __init__(self) -> None:
        super().__init__()
        self.found = list[str]()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the address of a picture."""
        address = dict(attrs).get("src") if tag == "img" else None
        if address and address.startswith(("http://", "https://")):
            self.found.append(address)
