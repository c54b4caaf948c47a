"""What is remembered of live data: asked once, waited for no longer than allowed, never lost, never older than new."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping, Sequence

import pytest

from dovetail.engine.ports import Answer, Ask, Lifetime, Suggestion
from dovetail.engine.schema import Member, RecordType, Schema
from dovetail.errors import AccessError, ProviderError, UnreachableError
from dovetail.lsp.catalogue import Catalogue
from dovetail.lsp.live import Look, Memory, Search

SCHEMA = Schema(
    kind="shop",
    summary="A shop",
    members={
        "product": Member(kind="keyed", collection="product", summary="One product", record="product"),
        "customer": Member(kind="keyed", collection="customer", summary="One customer", record="customer"),
    },
    records={
        "product": RecordType(name="product", summary="", fields={}),
        "customer": RecordType(name="customer", summary="", fields={}, personal=True),
    },
)
PRODUCTS = [Suggestion(str(number), f"Mug {number}", f"SKU-{number}") for number in range(30)]
MUG = Ask("shop", "product", 1)


class Shop:
    """Live data that answer when the test lets them. `asked` and `searched` are what came through."""

    def __init__(self) -> None:
        self.schemas: Mapping[str, Schema] = {"shop": SCHEMA}
        self.asked: list[Sequence[Ask]] = []
        self.searched: list[str] = []
        self.open = asyncio.Event()
        self.open.set()
        self.error: ProviderError | None = None
        self.value = "blue"
        self.fetched_at: float | None = None
        self.now = 1000.0
        self.closed = False

    def lifetime(self, ask: Ask) -> Lifetime:
        return Lifetime(60.0)

    async def answers(self, asks: Sequence[Ask]) -> Mapping[Ask, Answer | ProviderError]:
        self.asked.append(tuple(asks))
        error, value, at = self.error, self.value, self.fetched_at or self.now
        await self.open.wait()
        return {ask: error or Answer(value, fetched_at=at) for ask in asks}

    async def suggestions(self, identifier: str, path: Sequence[str], text: str, limit: int) -> Sequence[Suggestion]:
        self.searched.append(text)
        await self.open.wait()
        if self.error is not None:
            raise self.error
        return [item for item in PRODUCTS if text.casefold() in item.label.casefold()][:limit]

    def close(self) -> None:
        self.closed = True


class Bench:
    """A memory over a shop, with a clock that the test moves."""

    def __init__(self) -> None:
        self.shop = Shop()
        self.news = 0
        self.catalogue = Catalogue(None, "me", lambda name, member: member == "customer")
        self.memory = Memory(self.shop, self.catalogue, self._changed, lambda: self.shop.now)

    def _changed(self) -> None:
        self.news += 1

    async def see(self, ask: Ask = MUG, seconds: float = 5.0) -> Answer | ProviderError | None:
        look = self.memory.look()
        look.answer(ask)
        await self.memory.grant(look, seconds)
        return self.memory.look().answer(ask)

    async def find(self, text: str, limit: int = 100, seconds: float = 5.0, member: str = "product") -> list[str]:
        look = self.memory.look()
        look.suggestions("shop", [member], text, limit)
        await self.memory.grant(look, seconds)
        return [item.insert for item in self.memory.look().suggestions("shop", [member], text, limit).items]


def live(test: Callable[[Bench], Coroutine[object, object, None]]) -> Callable[[], None]:
    """A test that runs on an event loop of its own."""

    def run() -> None:
        async def all_of_it() -> None:
            bench = Bench()
            try:
                await test(bench)
            finally:
                bench.shop.open.set()
                bench.memory.close()
                bench.catalogue.close()

        asyncio.run(all_of_it())

    run.__name__ = test.__name__
    run.__doc__ = test.__doc__
    return run


async def settled() -> None:
    """All that is going on without waiting for the test has happened."""
    for _ in range(50):
        await asyncio.sleep(0)


@live
async def test_what_is_not_known_is_asked_and_then_known(bench: Bench) -> None:
    look = bench.memory.look()
    assert look.answer(MUG) is None
    assert await bench.memory.grant(look, 5.0)
    known = bench.memory.look().answer(MUG)
    assert isinstance(known, Answer)
    assert known.value == "blue"
    assert bench.news == 0, "who waited for it needs no news of it"


@live
async def test_what_is_known_is_not_asked_until_it_is_old(bench: Bench) -> None:
    await bench.see()
    bench.shop.now += 59.0
    await bench.see()
    assert len(bench.shop.asked) == 1
    bench.shop.now += 1.0
    bench.shop.value = "red"
    look = bench.memory.look()
    shown = look.answer(MUG)
    assert isinstance(shown, Answer)
    assert shown.value == "blue", "an old value is shown at once"
    assert not await bench.memory.grant(look, 5.0), "and nobody waits for the new one"
    await settled()


@live
async def test_many_who_want_the_same_ask_once(bench: Bench) -> None:
    bench.shop.open.clear()
    looks = [bench.memory.look() for _ in range(20)]
    for look in looks:
        look.answer(MUG)
    waiting = [asyncio.create_task(bench.memory.grant(look, 5.0)) for look in looks]
    await asyncio.sleep(0)
    bench.shop.open.set()
    assert all(await asyncio.gather(*waiting))
    assert bench.shop.asked == [(MUG,)]


@live
async def test_the_wishes_of_a_look_go_out_together(bench: Bench) -> None:
    asks = [Ask("shop", "product", number) for number in range(50)]
    look = bench.memory.look()
    for ask in asks:
        look.answer(ask)
    await bench.memory.grant(look, 5.0)
    assert bench.shop.asked == [tuple(asks)]


@live
async def test_nobody_waits_beyond_the_deadline_and_what_comes_late_is_news(bench: Bench) -> None:
    bench.shop.open.clear()
    look = bench.memory.look()
    look.answer(MUG)
    assert not await bench.memory.grant(look, 0.01)
    assert bench.news == 0
    bench.shop.open.set()
    await settled()
    assert isinstance(bench.memory.look().answer(MUG), Answer)


@live
async def test_who_stops_waiting_does_not_stop_the_answer(bench: Bench) -> None:
    bench.shop.open.clear()
    look = bench.memory.look()
    look.answer(MUG)
    waiting = asyncio.create_task(bench.memory.grant(look, 5.0))
    await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.sleep(0)
    bench.shop.open.set()
    assert isinstance(await bench.see(), Answer)
    assert len(bench.shop.asked) == 1


@live
async def test_a_late_answer_is_not_put_over_a_newer_one(bench: Bench) -> None:
    bench.shop.fetched_at = 2000.0
    await bench.see()
    bench.shop.now, bench.shop.fetched_at, bench.shop.value = 3000.0, 1500.0, "older"
    await bench.see()
    await settled()
    assert bench.memory.answers[MUG].value == "blue"


@live
async def test_a_shop_that_fails_is_left_alone_for_a_while_and_said_once(bench: Bench) -> None:
    bench.shop.error = UnreachableError("the shop does not answer", identifier="shop", retryable=True)
    for _ in range(10):
        found = await bench.see()
        assert isinstance(found, ProviderError)
        assert "does not answer" in found.message
    assert len(bench.shop.asked) == 1
    assert bench.news == 1
    assert bench.memory.look().failure("shop") == "the shop does not answer"
    for pause, times in ((2.0, 2), (5.0, 3), (15.0, 4), (60.0, 5), (60.0, 6)):
        bench.shop.now += pause - 0.5
        await bench.see()
        assert len(bench.shop.asked) == times - 1
        bench.shop.now += 0.5
        await bench.see()
        assert len(bench.shop.asked) == times
    assert bench.news == 1


@live
async def test_a_shop_that_is_back_is_news(bench: Bench) -> None:
    bench.shop.error = UnreachableError("refused", identifier="shop", retryable=True)
    await bench.see()
    bench.shop.error, bench.shop.now = None, bench.shop.now + 2.0
    assert isinstance(await bench.see(), Answer)
    assert bench.memory.look().failure("shop") == ""
    assert bench.news == 2


@live
async def test_what_was_known_stays_while_the_shop_is_down(bench: Bench) -> None:
    await bench.see()
    assert len(await bench.find("mug")) == 30
    bench.shop.now += 700.0
    bench.shop.error = UnreachableError("refused", identifier="shop", retryable=True)
    known = await bench.see()
    await settled()
    assert isinstance(known, Answer)
    assert known.fetched_at == 1000.0
    found = bench.memory.look().suggestions("shop", ["product"], "mug 7", 100)
    assert [item.insert for item in found.items] == ["7", "17", "27"]
    assert found.failure == "refused"
    assert found.fetched_at == 1000.0


@live
async def test_what_cannot_be_had_at_all_is_an_answer(bench: Bench) -> None:
    bench.shop.error = AccessError("this key may not read products", identifier="shop")
    found = await bench.see()
    assert isinstance(found, Answer)
    assert not found.found
    assert found.notes == ("this key may not read products",)
    assert bench.memory.look().failure("shop") == ""


@live
async def test_a_search_that_found_everything_answers_the_longer_ones(bench: Bench) -> None:
    assert len(await bench.find("mug")) == 30
    found = bench.memory.look().suggestions("shop", ["product"], "mug 29", 100)
    assert [item.insert for item in found.items] == ["29"]
    assert found.complete
    assert bench.shop.searched == ["mug"]


@live
async def test_a_search_that_was_cut_asks_again_behind_what_was_seen(bench: Bench) -> None:
    assert len(await bench.find("mug", limit=10)) == 10
    bench.shop.open.clear()
    look = bench.memory.look()
    seen = look.suggestions("shop", ["product"], "m", 10)
    assert len(seen.items) == 10
    assert not seen.complete
    assert not await bench.memory.grant(look, 5.0), "with ten to choose from nobody waits"
    await asyncio.sleep(0)
    assert bench.shop.searched == ["mug", "m"]


@live
async def test_typing_fast_does_not_flood_the_shop(bench: Bench) -> None:
    bench.shop.open.clear()
    for length in range(1, 9):
        look = bench.memory.look()
        look.suggestions("shop", ["product"], "stonewar"[:length], 10)
        assert not await bench.memory.grant(look, 0.0)
    await asyncio.sleep(0)
    assert len(bench.shop.searched) == 2


@live
async def test_refreshing_asks_at_once_whatever_failed_before(bench: Bench) -> None:
    bench.shop.error = UnreachableError("refused", identifier="shop", retryable=True)
    await bench.see()
    bench.shop.error = None
    bench.memory.forget()
    assert isinstance(await bench.see(), Answer)


@live
async def test_persons_are_found_again_from_memory_only(bench: Bench) -> None:
    await bench.find("mug 1", member="customer")
    assert bench.memory.seen(_search("customer", "mug"))[0]
    assert bench.memory.seen(_search("product", "mug")) == ((), 0.0)


def _search(member: str, text: str) -> Search:
    return Search("shop", (member,), text, 10)


def test_closing_ends_the_data() -> None:
    async def run() -> Bench:
        bench = Bench()
        bench.shop.open.clear()
        look = bench.memory.look()
        look.answer(MUG)
        bench.memory.start(look)
        bench.memory.close()
        return bench

    bench = asyncio.run(run())
    assert bench.shop.closed


@pytest.mark.parametrize("text", ["", "mug"])
def test_a_look_names_only_what_it_looked_at(text: str) -> None:

    async def run() -> Look:
        look = Bench().memory.look()
        look.suggestions("shop", ["product"], text, 5)
        return look

    look = asyncio.run(run())
    assert list(look.missing) == [Search("shop", ("product",), text, 5)]
    assert not look.old
