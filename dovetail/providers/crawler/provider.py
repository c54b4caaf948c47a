"""A website as a provider: `page["/path"]`, and `pages`, the list of those in its sitemap."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence

from dovetail.engine.modifiers.lists import select
from dovetail.engine.ports import Answer, Ask, Filter, Finding, Lifetime, Query, Record, Request, Suggestion, Talk
from dovetail.engine.schema import Schema
from dovetail.errors import ProviderError
from dovetail.providers.crawler import fetching, robots, sitemaps
from dovetail.providers.crawler.fetching import COLLECTION, Page
from dovetail.providers.crawler.robots import Rules
from dovetail.providers.crawler.schema import FIELDS, schema
from dovetail.providers.crawler.site import Site, path_of
from dovetail.providers.described.suggestions import suggest
from dovetail.providers.talks import together

Answered = Mapping[Ask, Answer | ProviderError]

USUAL = Lifetime(3600.0)

_BY_ADDRESS = frozenset({"path", "url"})
"""What is known of a page before it is read."""


class Crawler:
    """Reads a website's pages."""

    __slots__ = ("_clock", "_site")

    def __init__(self, site: Site, *, clock: Callable[[], float] = time.time) -> None:
        self._site = site
        self._clock = clock

    @property
    def identifier(self) -> str:
        """The name under which templates know the site."""
        return self._site.identifier

    @property
    def fingerprint(self) -> str:
        """The sitemap, who asks (robots.txt may tell crawlers apart), and the bounds."""
        site = self._site
        return f"crawler {json.dumps([site.sitemap, site.agent, site.max_pages, site.max_page_bytes, site.max_bytes])}"

    def schema(self) -> Schema:
        """What is known of a page."""
        return schema(self._site)

    def resolve(self, asks: Sequence[Ask]) -> Talk[Answered]:
        """Answer the asks: robots.txt first, then pages by their addresses, or by the sitemap.

        Pages that a list reads are answers for themselves too.
        """
        now = self._clock()
        answered: dict[Ask, Answer | ProviderError] = {}
        wanted: dict[Ask, str] = {}
        queries: list[Ask] = []
        for ask in asks:
            if ask.collection != COLLECTION:
                answered[ask] = self._error(f"has no {ask.collection}", "there is: page, pages")
            elif isinstance(ask.key, Query):
                queries.append(ask)
            else:
                address = self._site.address(ask.key)
                if address is None:
                    answered[ask] = Answer(None, found=False, fetched_at=now)
                elif not self._site.owns(address):
                    answered[ask] = self._error("is asked for a page of another host", "name a page of this site")
                else:
                    wanted[ask] = address
        if not wanted and not queries:
            yield from ()
            return answered
        rules = yield from robots.ask(self._site)
        talks: list[Talk[Answered]] = [self._page(rules, ask, address) for ask, address in wanted.items()]
        talks += [self._list(rules, ask) for ask in queries]
        # One after the other where the site wants pauses.
        groups = [[talk] for talk in talks] if rules.delay else [talks]
        for group in groups:
            for part in (yield from together(group)):
                if isinstance(part, ProviderError):
                    raise part
                answered = {**part, **answered}
        return answered

    def lifetime(self, ask: Ask) -> Lifetime:
        """An hour."""
        return USUAL

    def authorize(self, request: Request) -> Request:
        """The request as it is: whoever may see a site needs no proof."""
        return request

    def suggest(self, path: Sequence[str], text: str, limit: int) -> Talk[Sequence[Suggestion]]:
        """What is there below a path, live: the sitemap's paths behind `page`."""
        return suggest(self.identifier, self.schema(), self.resolve, self._search, path, text, limit)

    def check(self) -> Talk[Sequence[Finding]]:
        """robots.txt, the sitemap, and its first page."""
        findings: list[Finding] = []
        try:
            rules = yield from robots.ask(self._site)
            what = "allows a part of the site" if rules.file else "is not there: everything may be read"
            findings.append(Finding(True, f"robots.txt {what}"))
            if rules.delay:
                advice = (
                    f"set rate = {1 / rules.delay:.4g} for `{self.identifier}` in dovetail.toml, if it is not lower"
                )
                findings.append(Finding(True, f"robots.txt wants {rules.delay:g} s between two requests", advice))
            listed = yield from sitemaps.read(self._site, rules)
            findings.append(
                Finding(bool(listed.pages), f"the sitemap names {len(listed.pages):,} pages that may be read")
            )
            findings += [Finding(True, note) for note in listed.notes]
            if listed.pages:
                first = yield from fetching.page(self._site, rules, listed.pages[0])
                findings.append(_seen(first))
        except ProviderError as error:
            findings.append(Finding(False, error.message, error.help))
        return findings

    def _page(self, rules: Rules, ask: Ask, address: str) -> Talk[Answered]:
        try:
            found = yield from fetching.page(self._site, rules, address)
        except ProviderError as error:
            return {ask: error}
        return {ask: _answer(found)}

    def _list(self, rules: Rules, ask: Ask) -> Talk[Answered]:
        query = ask.key if isinstance(ask.key, Query) else Query()
        if query.limit == 0:
            yield from ()
            return {ask: Answer([], fetched_at=self._clock())}
        try:
            listed = yield from sitemaps.read(self._site, rules)
            before = tuple(each for each in query.filters if each.field in _BY_ADDRESS)
            rest = tuple(each for each in query.filters if each.field not in _BY_ADDRESS)
            by_address = all(each.field in _BY_ADDRESS for each in query.order)
            first = Query(before, query.order if by_address else ())
            chosen = [str(each["url"]) for each in _dicts(select([_known(each) for each in listed.pages], first))]
            enough = query.limit if by_address else None
            crawled = yield from fetching.crawl(self._site, rules, chosen, enough, lambda each: _meets(each, rest))
        except ProviderError as error:
            return {ask: error}
        rows = [dict(each.fields or {}, _at=position) for position, each in enumerate(crawled.pages)]
        left = Query(rest, () if by_address else query.order, query.limit)
        pages = [crawled.pages[int(str(row["_at"]))] for row in _dicts(select(rows, left))]
        oldest = min([listed.at, *(each.at for each in crawled.pages)])
        notes = (*listed.notes, *crawled.notes)
        answered: dict[Ask, Answer | ProviderError] = {
            Ask(self.identifier, COLLECTION, path_of(each.address)): _answer(each) for each in crawled.pages
        }
        answered[ask] = Answer([each.record() for each in pages], fetched_at=oldest, notes=notes)
        return answered

    def _search(self, name: str, text: str, limit: int) -> Talk[Sequence[Record]]:
        rules = yield from robots.ask(self._site)
        listed = yield from sitemaps.read(self._site, rules)
        paths = [path_of(each) for each in listed.pages]
        hits = [each for each in paths if text.casefold() in each.casefold()]
        return [Record(COLLECTION, each, each, {}) for each in hits[:limit]]

    def _error(self, what: str, help: str) -> ProviderError:  # noqa: A002
        return ProviderError(f"`{self.identifier}` {what}", identifier=self.identifier, help=help)


def _known(address: str) -> dict[str, object]:
    return {"url": address, "path": path_of(address)}


def _dicts(found: Sequence[object]) -> list[dict[str, object]]:
    return [each for each in found if isinstance(each, dict)]


def _meets(page: Page, filters: tuple[Filter, ...]) -> bool:
    return bool(select([page.fields], Query(filters)))


def _answer(page: Page) -> Answer:
    if page.fields is None:
        return Answer(None, found=False, fetched_at=page.at)
    return Answer(page.record(), fetched_at=page.at)


def _seen(page: Page) -> Finding:
    if page.fields is None:
        return Finding(False, f"{path_of(page.address)} is in the sitemap and not there (404)", "mend the sitemap")
    there = [name for name in FIELDS if page.fields.get(name)]
    return Finding(True, f"{path_of(page.address)} has {', '.join(there)}")
