"""One story: two accounts, alike in everything but their shop's data, send mailings through changing weather."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from time import perf_counter
from typing import get_args

from dovetail import Environment, Integration, Mailing
from dovetail.engine.environment import Template
from dovetail.providers.magento2.oauth import Credentials
from dovetail.providers.magento2.provider import Magento2
from dovetail.providers.magento2.wire import Shop as Address
from tests.chaos import weather
from tests.chaos.cases import Case
from tests.chaos.judge import IDENTIFIER, TEMPLATE, Findings, Mail, Verdict, judged
from tests.chaos.shops import SHOWN
from tests.chaos.simulated_time import SimulatedTime
from tests.chaos.truth import Truth

CHUNKS = (6, 15, 30)
"""Recipients whose data are asked for together: few, so that many requests meet the weather, and for the shop that
takes twenty ids at once also some that need several requests at the same time."""

OUTAGE = (35.0, 25.0, 60.0, 60.0, 60.0, 60.0)
"""Five minutes of simulated time for which a shop is gone: seconds before each of the mailings in it."""

Event = Callable[[], None]


@dataclass(slots=True)
class Figures:
    """What came of a story. `requests` and `peak` as the shops counted them (`peak` of the busiest one);
    `in_calm` is about the mailings before and long after all trouble, `in_outage` about those that began in it."""

    peak: int = 0
    requests: int = 0
    seconds: float = 0.0
    all: Findings = field(default_factory=Findings)
    in_calm: Findings = field(default_factory=Findings)
    in_outage: Findings = field(default_factory=Findings)

    def line(self) -> str:
        """For people."""
        counted = ", ".join(f"{self.all.verdicts[name]} {name}" for name in get_args(Verdict))
        return (
            f"{self.all.verdicts.total()} mails: {counted}, {len(self.all.faults)} WRONG; "
            f"{self.requests} requests, peak {self.peak}, {self.seconds:.1f} s"
        )


class Alike(Magento2):
    """A shop that nothing but the account tells from the other one: as if both had one address."""

    __slots__ = ()

    @property
    def fingerprint(self) -> str:
        return "alike"


class Account:
    """One account's shop, and the environment through which it mails."""

    def __init__(
        self, name: str, truth: Truth, template: Template, case: Case, regulars: Sequence[int], choices: Random
    ) -> None:
        self.name = name
        self.truth = truth
        self.template = template
        self.case = case
        self.choices = choices
        self.regulars = regulars

    def weather(self, faults: Sequence[weather.Fault]) -> None:
        weather.becomes(self.truth.shop, faults)

    def change(self, *, prices: int, people: int) -> None:
        """The shop goes on living: other prices, other names, new orders."""
        for number in self.choices.sample(sorted(self.truth.products), prices):
            self.truth.new_price(number, self.choices.randrange(100, 100_000) / 100)
        for customer in (
            *self.choices.sample(self.regulars, people),
            *self.choices.sample(sorted(self.truth.emails), people),
        ):
            self.truth.new_name(customer, f"Jo <{self.choices.randrange(10**6)}> & Co")
            self.truth.new_order(customer)

    def mail(self, number: int, events: Mapping[int, Event]) -> Findings:
        """A mailing to regular and other customers; `events` happen when the recipient of that number is taken."""
        people = sorted(self.truth.emails)
        taken: list[tuple[int, float]] = []

        def recipients() -> Iterator[Mapping[str, object]]:
            for at in range(number):
                if at in events:
                    events[at]()
                # The regulars first: their data are kept from the mailing before.
                customer = self.regulars[at] if at < len(self.regulars) else self.choices.choice(people)
                taken.append((customer, self.truth.clock()))
                yield {"profile": {"customer_id": customer, "email": self.truth.emails[customer]}}

        mailing = Mailing(self.template, {"shown": list(self.truth.products)})
        findings = Findings()
        began = self.truth.clock()
        made = 0
        shared: set[bytes] = set()
        for result in mailing.render_bytes(recipients(), chunk=self.choices.choice(CHUNKS)):
            customer, asked = taken[made]
            made += 1
            verdict = judged(Mail(customer, result, began, asked, self.truth.clock()), self.case, self.truth)
            if verdict in get_args(Verdict):
                findings.verdicts[verdict] += 1  # type: ignore[index]  # it is one of them
            else:
                findings.faults.append(f"{self.name}, customer {customer}: {verdict}")
            if isinstance(result, bytes):
                shared.add(result[result.index(b"product=") : result.index(b"to=")])
            else:
                findings.reasons[str(result).splitlines()[0]] += 1
        if made != number:
            findings.faults.append(f"{self.name}: {made} results for {number} recipients")
        if len(shared) > 1 and not self.case.rechecked:
            findings.faults.append(f"{self.name}: the mails of one mailing show {len(shared)} states of what all share")
        if findings.verdicts["without order"] and not any("empty" in note for note in mailing.notes):
            findings.faults.append(f"{self.name}: mails without their order, and no note of it: {mailing.notes}")
        return findings


class Story:
    """The two accounts, their mailings at the same time, and the clock that is theirs."""

    def __init__(self, accounts: Sequence[Account], clock: SimulatedTime, mails: int) -> None:
        self.accounts = accounts
        self.clock = clock
        # A tenth of an account's mails; a chunk at least comes before and after what happens within a mailing.
        self.part = max(2 * max(CHUNKS), mails // len(accounts) // 10)
        self.figures = Figures()
        self._threads = ThreadPoolExecutor(len(accounts))

    def tell(self) -> None:
        """From calm weather through all that can go wrong to calm weather."""
        part = self.part
        self._weather(lambda _: weather.CALM)
        # One after the other: what the first one kept, the second one could find.
        self.figures.in_calm += self._mail(part, in_turn=True)
        self._weather(lambda _: weather.squall())
        self._live(prices=6, people=5)
        self._mail(2 * part, events=lambda account: {part: lambda: self._time_passes(account)})
        self.clock.advance(61)
        self._weather(lambda account: (*weather.squall(), *weather.refusals(account.choices)))
        self._live(prices=6, people=5)
        self._mail(2 * part)
        self._outage()
        self._weather(lambda _: weather.CALM)
        self.clock.advance(31)
        self._mail(part)
        self.clock.advance(61)
        self._weather(lambda _: weather.CALM)
        self._mail(part // 2, events=lambda account: {part // 4: lambda: account.weather(weather.shut(100))})
        self._weather(lambda _: weather.CALM)
        self.clock.advance(101)
        self._live(prices=6, people=5)
        self._mail(part // 2)
        self.clock.advance(125)
        self.figures.in_calm += self._mail(part)

    def _outage(self) -> None:
        """It begins within a mailing, lasts five minutes, and all that mails show is different meanwhile."""

        def begins(account: Account) -> Mapping[int, Event]:
            return {self.part - max(CHUNKS): lambda: account.weather(weather.outage(account.choices))}

        self.clock.advance(121)
        self._weather(lambda _: weather.CALM)
        self._mail(self.part, events=begins)
        for account in self.accounts:
            # For mailings of fewer recipients than that.
            account.weather(weather.outage(account.choices))
        self._live(prices=SHOWN, people=25)
        for seconds in OUTAGE:
            self.clock.advance(seconds)
            self.figures.in_outage += self._mail(self.part // len(OUTAGE))

    def _time_passes(self, account: Account) -> None:
        account.change(prices=12, people=3)
        if account is self.accounts[0]:
            self.clock.advance(45)

    def _weather(self, becomes: Callable[[Account], Sequence[weather.Fault]]) -> None:
        for account in self.accounts:
            account.weather(becomes(account))

    def _live(self, *, prices: int, people: int) -> None:
        for account in self.accounts:
            account.change(prices=prices, people=people)

    def _mail(
        self,
        number: int,
        *,
        events: Callable[[Account], Mapping[int, Event]] = lambda _: {},
        in_turn: bool = False,
    ) -> Findings:
        found = Findings()
        flights: list[Future[Findings]] = []
        for account in self.accounts:
            flights.append(self._threads.submit(account.mail, number, events(account)))
            if in_turn:
                wait(flights)
        for flight in flights:
            found += flight.result()
        self.figures.all += found
        return found

    def close(self) -> None:
        self._threads.shutdown()


def told(case: Case, truths: Sequence[Truth], *, mails: int, seed: int, folder: Path) -> Figures:
    """Tell a story of about so many mails; all accounts keep their answers in one folder."""
    begun = perf_counter()
    clock = SimulatedTime()
    with clock.installed(), ExitStack() as stack:
        # The same ids in both.
        regulars = Random(f"{seed} {case.name}").sample(sorted(truths[0].emails), 30)
        accounts: list[Account] = []
        for number, truth in enumerate(truths):
            truth.shop.clear()
            truth.begin(clock.time)
            name = f"account {number}"
            integrations = [_integration(truth, case, clock)]
            environment = stack.enter_context(Environment(integrations=integrations, account=name, cache_folder=folder))
            template = environment.from_string(TEMPLATE)
            accounts.append(Account(name, truth, template, case, regulars, Random(f"{seed} {case.name} {number}")))
        story = Story(accounts, clock, mails)
        stack.callback(story.close)
        story.tell()
    figures = story.figures
    for truth in truths:
        stats = truth.shop.control("stats")
        figures.peak = max(figures.peak, stats["peak_concurrency"])
        figures.requests += len(truth.shop.log())
        truth.shop.clear()
    figures.seconds = perf_counter() - begun
    return figures


def _integration(truth: Truth, case: Case, clock: SimulatedTime) -> Integration:
    shop = Address(IDENTIFIER, truth.shop.url, "nl", ".html", follow=False, stock_id=0)
    return Integration(Alike(shop, Credentials(**truth.shop.oauth), clock=clock.time), case.policy)
