"""One template for very many: shared work once, one snapshot, requests while others are rendered, mails in order."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import pytest

from dovetail.engine.environment import Engine
from dovetail.engine.loaders import DictLoader
from dovetail.engine.ports import Answer, Ask, Record, Rendering, T
from dovetail.engine.rendered import Rendered
from dovetail.errors import DovetailError, ProviderError, RenderError
from dovetail.mailing.mailing import SPECIALISE_FROM, Mailing
from tests.engine.shop import SCHEMA, Shop

MANY = SPECIALISE_FROM + 10


@dataclass
class Watched(Shop):
    """A shop that tells when asks are sent and when their mails are made, and whose prices rise with each request."""

    told: list[str] = field(default_factory=list)
    price: int = 0

    def begin(self, rendering: Rendering[T]) -> Callable[[], T]:
        try:
            asks = next(rendering)
        except StopIteration as stop:
            result: T = stop.value
            return lambda: result
        number = len([word for word in self.told if word.startswith("asked")])
        self.told.append(f"asked {number}")

        def end() -> T:
            self.told.append(f"rendered {number}")
            return self.run(_resumed(rendering, asks))

        return end

    def _answer(self, ask: Ask) -> Answer | None:
        if ask.collection == "product":
            self.price += 1
            return Answer(Record("product", str(ask.key), "P", {"title": "P", "price": self.price}))
        return super()._answer(ask)


def _resumed(rendering: Rendering[T], asks: Sequence[Ask]) -> Rendering[T]:
    while True:
        answers = yield asks
        try:
            asks = rendering.send(answers)
        except StopIteration as stop:
            result: T = stop.value
            return result


def mailing(text: str, shop: Shop | None = None, **shared: object) -> Mailing:
    engine = Engine(loader=DictLoader({"main": text}), schemas={"myshop": SCHEMA}, driver=shop or Shop())
    return Mailing(engine.get_template("main"), shared)


def people(count: int) -> list[dict[str, object]]:
    return [{"profile": {"id": number, "name": f"N<{number}>"}} for number in range(count)]


def test_mails_come_in_the_order_of_their_recipients_whatever_their_number() -> None:
    text = "{$profile.name}: {foreach $products as $p}{$p.title}{if $p.id == $profile.id}!{/if} {/foreach}"
    products = [{"id": 2, "title": "a&b"}, {"id": 3, "title": "c"}]
    expected = [
        f"N&lt;{n}&gt;: " + "".join(f"{title}{'!' if n == i else ''} " for i, title in ((2, "a&amp;b"), (3, "c")))
        for n in range(MANY)
    ]
    for count in (3, MANY):
        for chunk in (1, 7, 1000):
            made = mailing(text, products=products)
            assert list(made.render_many(people(count), chunk=chunk)) == expected[:count]
            assert list(made.render_bytes(people(count), chunk=chunk)) == [mail.encode() for mail in expected[:count]]


def test_a_recipient_who_brings_a_shared_name_gets_their_own() -> None:
    made = mailing("{$greeting} {$profile.name}", greeting="Hello")
    row = people(MANY)
    row[5]["greeting"] = "Hi"
    mails = list(made.render_bytes(row))
    assert mails[4:7] == [b"Hello N&lt;4&gt;", b"Hi N&lt;5&gt;", b"Hello N&lt;6&gt;"]
    assert mails == [
        mail.encode() for mail in map(str, mailing("{$greeting} {$profile.name}", greeting="Hello").render_many(row))
    ]


@pytest.mark.parametrize("encoded", [False, True])
def test_each_recipient_gets_the_aliases_of_what_they_bring(encoded: bool) -> None:
    text = "{$destination.n|default:'-'}{$trigger.t|default:'-'}{$event.t|default:'-'}{$timestamp}{$shop}{$n};"
    brought: list[dict[str, object]] = [
        {"n": 1},
        {"n": 2, "profile": {"n": "p"}},
        {"n": 3, "profile": {"n": "p"}, "subprofile": {"n": "s"}},
        {"n": 4, "event": {"t": "bought", "timestamp": 9}},
        {"n": 5, "shop": "other"},
        {"n": 6, "mailing": {"trigger": {"t": "left"}}},
    ]
    recipients = brought * MANY
    shared: dict[str, object] = {"shop": "ours", "mailing": {"sendtimestamp": 7, "trigger": {"t": "sent"}}}
    template = Engine(loader=DictLoader({"main": text})).get_template("main")
    expected = [str(template.render({**shared, **own})) for own in recipients]
    many = Mailing(template, shared)
    made = many.render_bytes(recipients) if encoded else many.render_many(recipients)
    assert [mail.decode() if isinstance(mail, bytes) else str(mail) for mail in made] == expected


def test_a_template_that_is_specialised_already_keeps_what_it_knows() -> None:
    template = Engine(loader=DictLoader({"main": "{$shop}{$n}{include 'part'}", "part": "{$shop}"})).get_template(
        "main"
    )
    mails = Mailing(template.specialize(shop="ours")).render_many([{"n": n} for n in range(3)])
    assert [str(mail) for mail in mails] == ["ours0ours", "ours1ours", "ours2ours"]


def test_a_mail_that_fails_leaves_the_others_as_they_are() -> None:
    made = mailing("{$profile.name}{10 / $profile.id}", hello="x")
    mails = list(made.render_bytes(people(MANY)))
    assert isinstance(mails[0], RenderError)
    assert [type(mail) for mail in mails[1:]] == [bytes] * (MANY - 1)
    assert mails[2] == b"N&lt;2&gt;5"


@pytest.mark.parametrize("live", [False, True])
def test_what_all_mails_miss_is_told_once(live: bool) -> None:
    made = mailing("{$nothing}{$profile.name}" + "{$myshop.customer.1.name}" * live)
    assert len(list(made.render_bytes(people(3)))) == 3
    assert made.undefined == {"nothing"}


def test_the_asks_of_a_chunk_are_sent_while_the_one_before_is_rendered() -> None:
    shop = Watched()
    made = mailing("{$myshop.product.1.title}{$myshop.customer[$profile.id].name}", shop)
    mails = made.render_bytes(people(40), chunk=10)
    for _ in range(10):
        next(mails)
    assert shop.told == ["asked 0", "rendered 0"], "the first chunk alone asks for what all share"
    next(mails)
    assert shop.told[2:] == ["asked 1", "asked 2", "rendered 1"]
    assert len(list(mails)) == 29
    assert shop.told[5:] == ["asked 3", "rendered 2", "rendered 3"]


def test_asks_fly_beside_rendering_where_nothing_is_shared_too() -> None:
    shop = Watched()
    mails = mailing("{$myshop.customer[$profile.id].name}", shop).render_bytes(people(30), chunk=10)
    for _ in range(11):
        next(mails)
    assert shop.told == ["asked 0", "rendered 0", "asked 1", "asked 2", "rendered 1"]


def test_a_mail_of_known_data_tells_what_is_to_be_said_of_them() -> None:
    class Stale(Watched):
        def _answer(self, ask: Ask) -> Answer | None:
            return Answer(Record("product", str(ask.key), "P", {"price": 1}), notes=("the price is of yesterday",))

    made = mailing("{$myshop.product[$profile.id * 0 + 1].price}", Stale())
    reports = [mail.report for mail in made.render_many(people(30), chunk=10) if isinstance(mail, Rendered)]
    assert [(report.asks, report.notes) for report in reports] == [(1, ("the price is of yesterday",))] * 30


def test_output_filters_get_text_whatever_is_wanted_in_the_end() -> None:
    engine = Engine(output_filters=[lambda text: f"<{text}>"])
    made = Mailing(engine.from_string("{$profile.name}"))
    assert list(made.render_bytes([{"profile": {"name": "é"}}] * 3)) == ["<é>".encode()] * 3


def test_all_mails_see_one_state_of_what_they_share() -> None:
    made = mailing("{$myshop.product.1.price}|{$myshop.customer[$profile.id].name}", Watched())
    mails = [mail for mail in made.render_bytes(people(60), chunk=7) if isinstance(mail, bytes)]
    assert len(mails) == 60
    assert {mail.split(b"|")[0] for mail in mails} == {b"1"}


def test_what_must_be_fresh_is_asked_again_before_each_chunk() -> None:
    class Fresh(Watched):
        def too_old_to_send(self, answers: Mapping[Ask, Answer | ProviderError]) -> Sequence[Ask]:
            return [ask for ask in answers if ask.collection == "product"]

    made = mailing("{$myshop.product.1.price}|{$myshop.customer[$profile.id].name}", Fresh())
    mails = [mail for mail in made.render_bytes(people(30), chunk=10) if isinstance(mail, bytes)]
    assert [mail.split(b"|")[0] for mail in mails[::10]] == [b"1", b"2", b"3"]


def test_a_fault_that_passes_is_that_of_the_mails_which_met_it_only() -> None:
    class Recovering(Watched):
        def _answers(self, asks: Sequence[Ask]) -> Mapping[Ask, Answer | ProviderError]:
            self.down = len(self.rounds) < 2
            return super()._answers(asks)

    made = mailing("{$myshop.product.1.title}|{$myshop.customer[$profile.id].name}", Recovering())
    kinds = [type(mail).__name__ for mail in made.render_bytes(people(30), chunk=10)]
    assert kinds[:10] == ["RenderError"] * 10
    assert kinds[10:] == ["bytes"] * 20


def test_what_one_recipient_asked_for_is_forgotten() -> None:
    made = mailing("{$myshop.product.1.price}|{$myshop.customer[$profile.id].name}")
    for _ in made.render_bytes(people(200), chunk=10):
        assert len(made._snapshot.answers) <= 1


def test_a_mail_without_a_letter_is_one_too() -> None:
    for count in (1, MANY):
        made = mailing("{if $profile.id > 0}x{/if}", hello="x")
        assert list(made.render_bytes(people(count))) == [b"", *[b"x"] * (count - 1)]
        assert list(mailing("", hello="x").render_bytes(people(count))) == [b""] * count


def test_errors_of_specialised_mails_are_those_of_the_template() -> None:
    text = "{foreach $list as $x}\n{$x / $profile.id}\n{/foreach}"
    (first, *_) = mailing(text, list=[1, 2]).render_bytes(people(MANY))
    (alone,) = mailing(text, list=[1, 2]).render_many(people(1))
    assert isinstance(first, DovetailError)
    assert isinstance(alone, DovetailError)
    assert str(first) == str(alone)
