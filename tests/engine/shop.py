"""A small integration for engine tests: real provider port and driver, data in memory, counting what is asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from dovetail.engine.environment import Engine
from dovetail.engine.loaders import DictLoader
from dovetail.engine.ports import Answer, Answers, Ask, Query, Record, Ref, Rendering, T
from dovetail.engine.schema import Field, Member, RecordType, Schema
from dovetail.errors import ProviderError, UnreachableError

SCHEMA = Schema(
    kind="test",
    summary="A shop in memory.",
    members={
        "product": Member(kind="keyed", collection="product", record="product", summary="One product."),
        "products": Member(kind="list", collection="product", record="product", summary="All products."),
        "customer": Member(kind="keyed", collection="customer", record="customer", summary="One customer."),
        "motto": Member(kind="value", collection="motto", type="text", summary="What stands over the door."),
    },
    records={
        "product": RecordType(
            name="product",
            summary="A product.",
            fields={
                "title": Field(type="text", summary="Its name."),
                "price": Field(type="money", summary="Its price."),
                "maker": Field(type="record", record="customer", summary="Who made it."),
            },
            open=False,
        ),
        "customer": RecordType(
            name="customer", summary="A customer.", fields={"name": Field(type="text", summary="The name.")}
        ),
    },
)


def product(number: int) -> Record:
    fields = {
        "title": f"P<{number}>",
        "price": number * 1.5,
        "maker": Ref("customer", number % 3),
        "colours": ["red", "blue"],
    }
    return Record("product", number, f"P<{number}>", fields)


@dataclass
class Shop:
    """Answers asks and keeps a ledger of the rounds; `down` makes it unreachable."""

    rounds: list[tuple[Ask, ...]] = field(default_factory=list)
    down: bool = False

    def run(self, rendering: Rendering[T]) -> T:
        try:
            asks = next(rendering)
            while True:
                self.rounds.append(tuple(asks))
                asks = rendering.send(Answers(self._answers(asks), requests=1))
        except StopIteration as stop:
            result: T = stop.value
            return result

    def begin(self, rendering: Rendering[T]) -> Callable[[], T]:
        result = self.run(rendering)
        return lambda: result

    def new_run(self) -> None:
        pass

    def too_old_to_send(self, answers: Mapping[Ask, Answer | ProviderError]) -> Sequence[Ask]:
        return ()

    async def run_async(self, rendering: Rendering[T]) -> T:
        return self.run(rendering)

    def _answers(self, asks: Sequence[Ask]) -> Mapping[Ask, Answer | ProviderError]:
        if self.down:
            return {ask: UnreachableError("the shop `myshop` does not answer", help="try again later") for ask in asks}
        return {ask: answer for ask in asks if (answer := self._answer(ask)) is not None}

    def _answer(self, ask: Ask) -> Answer | None:
        key = ask.key
        if isinstance(key, Query):
            numbers = range(1, 11) if key.limit is None else range(1, 11)[: key.limit]
            return Answer([product(number) for number in numbers])
        if ask.collection == "motto":
            return Answer("Open & honest")
        if ask.collection == "customer":
            return Answer(Record("customer", key, f"C{key}", {"name": f"C{key}"}))
        if key == "SKU-1":
            return Answer(product(1))
        return Answer(product(key)) if isinstance(key, int) and key < 1000 else None


def engine(shop: Shop | None = None, **templates: str) -> Engine:
    """An engine with the shop as `$myshop`; templates are given as `name=text`, named `name.tpl`."""
    return Engine(
        loader=DictLoader({f"{name}.tpl": text for name, text in templates.items()}),
        schemas={"myshop": SCHEMA},
        driver=shop or Shop(),
        clock=lambda: 1_700_000_000.0,
    )
