"""What the engine needs from outside, and what a provider is: the one page a provider's author reads.

The engine never fetches. A template that touches integration data notes an `Ask`; a `Driver` gets all
asks of a round at once, has the providers answer them, and the template is rendered again. A provider's
code is a plain generator that yields batches of `Request` and is sent the `Response` for each, so that
the synchronous and the asynchronous face are one code.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, field
from types import CodeType
from typing import Literal, Protocol, TypeAlias, TypeVar

from dovetail.engine.schema import Schema
from dovetail.errors import ProviderError

T = TypeVar("T")

Key: TypeAlias = "int | str"
"""An entity's key. ``product.123`` asks with the int 123; ``product["123"]`` with the str "123"."""

Constant: TypeAlias = "None | bool | int | float | str | tuple[None | bool | int | float | str, ...]"

Operator = Literal["==", "!=", "<", "<=", ">", ">=", "in", "like", "set"]
"""`set` has no value: the field has a value at all."""


@dataclass(frozen=True, slots=True)
class Filter:
    """One condition of a list."""

    field: str
    operator: Operator
    value: Constant = None


@dataclass(frozen=True, slots=True)
class Order:
    """One sort order of a list."""

    field: str
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """Which records of a collection, in which order, how many (None: all, up to the engine's limit)."""

    filters: tuple[Filter, ...] = ()
    order: tuple[Order, ...] = ()
    limit: int | None = None


@dataclass(frozen=True, slots=True)
class Ask:
    """One question to an integration: an entity by its key, or the records of a query. Hashable."""

    identifier: str
    collection: str
    key: Key | Query

    def path(self) -> str:
        """How a designer writes it: `$mywebshop.product.123`."""
        if isinstance(self.key, Query):
            steps = "".join(f"|filter:'{f.field}':'{f.operator}':{_written(f.value)}" for f in self.key.filters)
            steps += "".join(f"|orderby:'{o.field}'" for o in self.key.order)
            limit = f"|limit:{self.key.limit}" if self.key.limit is not None else ""
            return f"${self.identifier}.{self.collection}{steps}{limit}"
        if self.key == "":
            return f"${self.identifier}.{self.collection}"
        if isinstance(self.key, int) or self.key.isidentifier():
            return f"${self.identifier}.{self.collection}.{self.key}"
        return f'${self.identifier}.{self.collection}["{self.key}"]'


def _written(value: object) -> str:
    if value is None or value is True or value is False:
        return {None: "null", True: "true", False: "false"}[value]
    return str(value) if isinstance(value, int | float) else f"'{value}'"


@dataclass(frozen=True, slots=True)
class Ref:
    """A value that is not here yet: reading it asks for (collection, key) of the same integration.

    Providers put it into a record's fields for related records and for values that cost a request.
    """

    collection: str
    key: Key | Query


@dataclass(frozen=True, slots=True)
class Record:
    """One entity: its fields as plain JSON values (str keys), lists, nested mappings, Records and Refs.

    `title` is what `{$mywebshop.product.12345}` prints.
    """

    collection: str
    key: Key
    title: str
    fields: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Answer:
    """What is known about an ask. `value` is a Record, a list of Records, a plain value, or None.

    `found` is False for an id that the other system does not have. `fetched_at` is in Unix seconds;
    `stale` says that the age exceeds the time to live and the other system could not be asked again.
    """

    value: object
    found: bool = True
    fetched_at: float = 0.0
    stale: bool = False
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answers:
    """What a round of asks brought: an answer or the reason why there is none, for each ask, and what it cost.

    `requests` counts HTTP requests that were really sent; `hits` asks that were answered from the cache.
    """

    by_ask: Mapping[Ask, Answer | ProviderError]
    requests: int = 0
    hits: int = 0


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request, as a value. `url` is complete and already percent-encoded, and is sent as it stands.

    `keep_for` (seconds) lets the transport keep the reply: for settings and labels that many answers need.
    `expects`: a 200 whose body is not JSON counts as a passing fault and is asked again.
    Headers that prove who asks are added by `Provider.authorize` at each attempt. `at` is set for that alone: the
    moment by the other side's clock (Unix seconds), as far as its replies showed it, for signatures with a time.
    `safe`: a POST that changes nothing, and may be sent again as a GET may.
    """

    method: Literal["GET", "POST", "PUT", "DELETE"]
    url: str
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    body: bytes = b""
    keep_for: float = 0.0
    expects: Literal["json", "bytes"] = "json"
    at: float = 0.0
    safe: bool = False

    def __hash__(self) -> int:
        return hash((self.method, self.url, self.body))


@dataclass(frozen=True, slots=True)
class Response:
    """One HTTP reply. Header names are lower case. `at` is when it came (Unix seconds)."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    at: float = 0.0


Talk: TypeAlias = "Generator[Sequence[Request], Sequence[Response | ProviderError], T]"
"""A conversation: yields batches of requests, is sent the reply (or why there is none) for each, returns T."""


@dataclass(frozen=True, slots=True)
class Lifetime:
    """How long an answer may be reused, in seconds; `personal` ones never touch a disk in clear."""

    seconds: float
    personal: bool = False


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One continuation of a path, for `explore` and for editors: `insert` completes the path's next segment."""

    insert: str
    label: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """One result of a connection test."""

    ok: bool
    what: str
    help: str = ""


class Provider(Protocol):
    """An integration's data. Implementations do no I/O and keep no state that answers depend on."""

    @property
    def identifier(self) -> str:
        """The name under which the account knows this integration, `mywebshop`."""
        ...

    @property
    def fingerprint(self) -> str:
        """What of the settings changes answers (address, store view), so that caches keep them apart. No secrets."""
        ...

    def schema(self) -> Schema:
        """What stands under `{$identifier.…}`: for the engine, the editor, `check` and the docs."""
        ...

    def resolve(self, asks: Sequence[Ask]) -> Talk[Mapping[Ask, Answer | ProviderError]]:
        """Answer the asks with as few requests as possible.

        May answer more than was asked (records that came along). An ask that is left out counts as not
        found. A fault of one ask is that ask's ProviderError value; raising fails all of them.
        """
        ...

    def lifetime(self, ask: Ask) -> Lifetime:
        """How long an answer to this ask may be kept."""
        ...

    def authorize(self, request: Request) -> Request:
        """The same request with the headers that prove who asks; called anew for every attempt."""
        ...

    def suggest(self, path: Sequence[str], text: str, limit: int) -> Talk[Sequence[Suggestion]]:
        """Live continuations of `path` (without the identifier) whose name begins with or contains `text`."""
        ...

    def check(self) -> Talk[Sequence[Finding]]:
        """Test the connection: what works, what does not, which permission is missing."""
        ...


Rendering: TypeAlias = "Generator[Sequence[Ask], Answers, T]"
"""The rounds of one or more renders: yields the asks of a round, is sent their answers, returns the result."""


class Driver(Protocol):
    """Has the asks of renders answered: the only thing between the engine and the world."""

    def run(self, rendering: Rendering[T]) -> T:
        """Drive to the end, blocking the caller."""
        ...

    async def run_async(self, rendering: Rendering[T]) -> T:
        """Drive to the end on the caller's event loop."""
        ...

    def begin(self, rendering: Rendering[T]) -> Callable[[], T]:
        """Send the first asks without waiting for the answers; what is returned waits, and drives to the end."""
        ...

    def new_run(self) -> None:
        """A mailing begins: what is counted for a mailing is counted anew."""
        ...

    def too_old_to_send(self, answers: Mapping[Ask, Answer | ProviderError]) -> Sequence[Ask]:
        """Of answers that a mailing holds, those that are to be asked again before another mail is made."""
        ...


class Loader(Protocol):
    """Where template texts come from."""

    def load(self, name: str) -> str | None:
        """The text of a template, or None when there is none under that name.

        Raises:
            ValueFault: the name is not allowed (absolute, leaves the folder).
        """
        ...

    def names(self) -> Sequence[str]:
        """All names, for `check`, completion and did-you-mean."""
        ...


@dataclass(frozen=True, slots=True)
class Stored:
    """What a store keeps of a compiled template: JSON texts and Python code, by names that mean nothing to it."""

    texts: Mapping[str, str]
    code: Mapping[str, CodeType]


class Store(Protocol):
    """Keeps compiled templates for other processes. It never raises: what cannot be kept is made again.

    A key is a long text that says all of the template and the environment on which the compiled form depends. What
    depends on the program itself (its version, Python's) is the store's business: it gives nothing that another
    Dovetail or another Python made. Code from a store is run as it is, so that nobody else may write to it.
    """

    def load(self, key: str) -> Stored | None:
        """What is kept under a key; None when there is nothing, or it is damaged."""
        ...

    def save(self, key: str, stored: Stored) -> None:
        """Keep something under a key, in place of what was there."""
        ...
