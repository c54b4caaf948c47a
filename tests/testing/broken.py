"""Broken providers by the check that has to complain of them, with words of the complaint."""

from __future__ import annotations

import random
import socket
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

from dovetail.engine.ports import Answer, Ask, Finding, Lifetime, Record, Request, Suggestion
from dovetail.engine.schema import Field
from dovetail.errors import ProviderError
from dovetail.providers.kinds import Setting
from dovetail.testing import Subject
from tests.testing.breaking import (
    address,
    answer,
    before,
    broken,
    card,
    careless,
    check_of,
    check_that_shows,
    connect,
    described,
    each_with_a_request,
    giving,
    impatient,
    member,
    northern,
    numbers,
    offer,
    one_after_the_other,
    provider,
    quoted_badly,
    raising,
    read_all_alike,
    read_and_show,
    read_carelessly,
    read_with_key,
    record,
    refusing,
    schema,
    setting,
    silently,
    with_a_state,
    with_a_substitute,
    with_a_swallowed_error,
    without_end,
)
from tests.testing.cards import CARD, OFFER, SCHEMA, Cards, kind_of, subject

BROKEN: Mapping[str, Mapping[str, tuple[Subject, str]]] = {
    "kind": {
        "no summary": (described(summary=""), "lacks a title or a summary"),
        "a name with capitals": (described(name="Cards"), "use small letters"),
        "a setting without a summary": (setting(summary=""), "the setting `url` has no summary"),
        "a setting with a dash": (setting(name="the-url"), "a setting is called `the-url`"),
        "a setting that all have": (setting(name="timeout"), "`timeout` is a setting that every integration has"),
        "a secret with a default": (
            described(
                settings=(*kind_of(Cards).settings[:2], Setting(name="key", summary="k", secret=True, default="x"))
            ),
            "has a default",
        ),
        "an unknown setting in the test": (
            subject(settings={"url": "https://cards.example", "colour": "red"}),
            "gives a setting `colour`",
        ),
        "a secret that is too short": (
            subject(settings={"url": "https://cards.example", "key": "abc"}),
            "a made-up secret has 3 letters",
        ),
        "no `lifetime`": (provider(lifetime=None), "it has no `lifetime`"),
        "other arguments": (provider(check=lambda self, now: ()), "its `check` is not called with 0 arguments"),
        "an exception for a wrong setting": (
            described(make=careless),
            "a wrong `region` ends in KeyError",
        ),
        "a refusal that shows the secret": (
            described(make=refusing),
            "the refusal of a wrong `region` holds a secret",
        ),
        "secrets that are looked at too early": (
            described(make=impatient),
            "the provider is not made (ValueError",
        ),
    },
    "schema": {
        "no schema": (provider(schema=lambda _: {}), "gives a dict, not a"),
        "another kind": (schema(kind="card"), "the schema is of the kind `card`"),
        "no summary": (schema(summary=""), "the schema has no summary"),
        "no members": (schema(members={}), "nothing stands below the identifier"),
        "a member without a summary": (member("card", summary=""), "the member `card` has no summary"),
        "no word about the key": (member("card", key=""), "does not say what its key is"),
        "an unknown record": (member("card", record="cart"), "records `cart`, which the schema does not describe"),
        "a record without a summary": (record(OFFER, summary=""), "the record `offer` has no summary"),
        "a record without fields": (record(OFFER, fields={}), "the record `offer` has no fields"),
        "a field without a summary": (
            record(OFFER, fields={"name": Field(type="text", summary="")}),
            "the field `offer.name` has no summary",
        ),
        "a record of no use": (
            schema(records={**SCHEMA.records, "shop": replace(OFFER, name="shop")}),
            "the record `shop` is described, and nothing consists of it",
        ),
    },
    "fingerprint": {
        "empty": (provider(fingerprint=""), "a text that is not empty"),
        "always the same": (provider(fingerprint="cards"), "another `url` leaves the fingerprint as it is"),
        "without a setting": (provider(fingerprint=property(lambda self: self.url)), "another `region` leaves"),
        "never the same": (
            provider(fingerprint=property(lambda self: f"{self.url} {next(numbers)}")),
            "two providers of the same settings",
        ),
        "with a secret": (
            provider(fingerprint=property(lambda self: f"{self.url} {self.region} {self.key}")),
            "holds the secret `key`",
        ),
        "with a trace of a secret": (
            provider(fingerprint=property(lambda self: f"{self.url} {self.region} {len(self.key)}")),
            "depends on the secret `key`",
        ),
        "a setting that is refused": (
            described(make=northern),
            'other_settings = {"region": …}',
        ),
    },
    "protocol": {
        "no generator": (provider(resolve=lambda self, asks: {}), "gives a dict instead of a generator"),
        "a request without a list": (
            provider(resolve=lambda self, asks: (each for each in [Request("GET", self.url)])),
            "a list of them belongs there",
        ),
        "an address for a request": (
            provider(resolve=lambda self, asks: (each for each in [[self.url]])),
            "a list with a str in it",
        ),
        "an address for a batch": (provider(resolve=lambda self, asks: (each for each in [5])), "yields a int"),
        "no end": (provider(resolve=without_end), "without coming to an end"),
        "an exception": (provider(resolve=raising(KeyError("jan@example.org"))), "`resolve` raises KeyError"),
        "nothing": (provider(resolve=giving(None)), "returns a NoneType instead of a mapping"),
        "plain values": (provider(resolve=giving({Ask("example", "motto", ""): "Hi"})), "a str instead of an Answer"),
        "texts for asks": (provider(resolve=giving({"motto": Answer("Hi")})), "answers a str"),
        "a connection": (provider(resolve=before(connect)), "`resolve` opens a connection itself"),
        "a name looked up": (
            provider(resolve=before(lambda: socket.getaddrinfo("localhost", 80))),
            "`resolve` looks up a name itself",
        ),
        "chance in an address": (
            address(lambda self, url: f"{url}&nonce={random.random()}"),
            "other requests at the second time",
        ),
        "chance in an answer": (
            answer(lambda ask, found: replace(found, value=str(random.random()))),
            "other answers at the second time",
        ),
        "a state": (provider(resolve=with_a_state()), "other requests at the second time"),
        "requests without need": (
            provider(resolve=lambda self, asks: Cards.resolve(self, [*asks, Ask("example", "motto", "")])),
            "no asks lead to requests",
        ),
    },
    "requests": {
        "another host": (
            address(lambda self, url: url.replace("cards.example", "evil.example")),
            "goes to evil.example",
        ),
        "another scheme": (address(lambda self, url: "file:///etc/passwd"), "is no web address"),
        "no address": (address(lambda self, url: "https://[cards/"), "is no address"),
        "a secret in it": (address(lambda self, url: f"{url}&key=s3cret/key"), "a secret stands in the address"),
        "a quoted secret in it": (
            address(lambda self, url: f"{url}&key=s3cret%2Fkey"),
            "a secret stands in the address",
        ),
        "a secret added late": (
            provider(authorize=lambda self, request: replace(request, url=f"{request.url}&key={self.key}")),
            "a secret stands in the address",
        ),
        "a space": (address(lambda self, url: f"{url}&name=Ann Lee"), "is not percent-encoded"),
        "a letter": (address(lambda self, url: f"{url}&name=Zoë"), "is not percent-encoded"),
        "a fragment": (address(lambda self, url: f"{url}#top"), "has a fragment"),
        "a key that is not quoted": (provider(address=quoted_badly), "changes the address"),
        "another body": (
            provider(authorize=lambda self, request: replace(request, body=b"key")),
            "changes the method or the body",
        ),
        "other headers": (
            provider(authorize=lambda self, request: replace(request, headers={f"x-{next(numbers)}": "1"})),
            "other headers at the second attempt",
        ),
    },
    "members": {
        "not found": (
            answer(lambda ask, found: Answer(None, found=False)),
            '$example.card["1"] exists and is not found',
        ),
        "no value": (answer(lambda ask, found: replace(found, value=None)), "is found and has no value"),
        "an error": (provider(answer=raising(ProviderError("no"))), "is answered with"),
        "all in one error": (provider(resolve=raising(ProviderError("no"))), "raises ProviderError: no"),
        "keys that the test does not tell": (subject(known={}), 'known = {"card"'),
    },
    "shape": {
        "a text for a number": (card(points="5"), "points is not of the type `integer`"),
        "a fraction for a whole number": (
            card(points=5.5),
            "points is not of the type `integer` that the schema promises (float)",
        ),
        "a field that is not declared": (card(colour="red"), "colour is not a field of `card`"),
        "a reference that is not declared": (
            record(CARD, fields={**CARD.fields, "offers": replace(CARD.fields["offers"], live=False)}),
            "is a Ref, and its field is not `live`",
        ),
        "what a reference leads to": (
            record(CARD, fields={**CARD.fields, "offers": Field(type="text", summary="", live=True)}),
            "$example.offer|limit:1 is not of the type `text`",
        ),
        "no title": (offer(lambda record: replace(record, title="")), "has no title"),
        "no key": (offer(lambda record: replace(record, key="")), "has no key"),
        "another collection": (offer(lambda record: replace(record, collection="deal")), "the collection `deal`"),
        "a mapping for a record": (offer(lambda record: record.fields), "a Record has to come"),
        "infinite": (
            offer(lambda record: replace(record, fields={"price": float("inf")})),
            "price is not of the type `money`",
        ),
        "one record for a list": (
            answer(lambda ask, found: replace(found, value=found.value[0]) if ask.collection == "offer" else found),  # type: ignore[index]
            "a list has to come",
        ),
        "more than were asked for": (
            answer(lambda ask, found: replace(found, value=found.value * 3) if ask.collection == "offer" else found),  # type: ignore[operator]
            "$example.offer|limit:3 has 6 records",
        ),
        "no time": (answer(lambda ask, found: replace(found, fetched_at=0.0)), "does not say when it was fetched"),
        "a value of another type": (
            answer(lambda ask, found: replace(found, value=5) if ask.collection == "motto" else found),
            "is not of the type `text`",
        ),
    },
    "unknown": {
        "an error": (
            answer(lambda ask, found: found if found.found else ProviderError("there is no such card")),
            '$example.card["no-such-key"] does not exist and is answered with ProviderError',
        ),
        "an empty record": (
            answer(lambda ask, found: found if found.found else Answer(Record("card", "x", "", {}), fetched_at=1.0)),
            "does not exist and is found",
        ),
        "found, and null": (answer(lambda ask, found: replace(found, found=True)), "does not exist and is found"),
        "nothing for the others": (
            provider(
                resolve=lambda self, asks: Cards.resolve(self, asks) if len(asks) == 1 else giving({})(),
            ),
            '$example.card["1"] is not answered when a key is asked beside it',
        ),
    },
    "batching": {
        "a request for each": (provider(resolve=each_with_a_request), "take 2 requests where 1 will do"),
        "a turn for each": (
            subject(broken(resolve=one_after_the_other), most_requests={"card": 2}),
            "take 2 turns, and one takes 1",
        ),
        "a single known key": (subject(known={"card": ["1"]}), "knows one key of `card` only"),
    },
    "keeping": {
        "a date": (card(points=datetime(2026, 1, 1, tzinfo=UTC)), "cannot be kept as JSON: a datetime cannot be kept"),
        "a number as a key": (card(points={1: "a"}), "is another value after it was kept"),
        "not a number": (card(points=float("nan")), "is another value after it was kept"),
        "half a character": (card(name="\ud800"), "cannot be kept as JSON"),
        "for ever": (provider(lifetime=lambda self, ask: Lifetime(float("inf"))), "is inf seconds"),
        "less than nothing": (provider(lifetime=lambda self, ask: Lifetime(-1.0)), "is -1.0 seconds"),
        "a plain number": (provider(lifetime=lambda self, ask: 60), "is a int"),
    },
    "personal": {
        "a record that is not marked": (
            record(CARD, personal=False),
            "the field `card.email` looks like it is about a person",
        ),
        "a lifetime that is not marked": (provider(lifetime=lambda self, ask: Lifetime(1.0)), "its lifetime is not"),
        "an address in a plain record": (
            offer(lambda record: replace(record, fields={**record.fields, "name": "jan@example.org"})),
            "the field `offer.name` holds an e-mail address",
        ),
        "a reference to persons": (
            record(CARD, fields={**CARD.fields, "offers": replace(CARD.fields["offers"], record="card")}),
            "is personal in the schema, and its lifetime is not",
        ),
    },
    "failures": {
        "errors left out": (provider(resolve=with_a_swallowed_error), "is not found: a mail would have a hole"),
        "a substitute": (provider(resolve=with_a_substitute), "answered otherwise, without a note"),
        "an exception": (provider(read=read_carelessly), "`resolve` raises AttributeError"),
        "the wrong error": (
            provider(read=read_all_alike),
            "with status 401, the error is UnreachableError: it has to be AccessError",
        ),
        "the body in an error": (provider(read=read_and_show), "the error shows the body of the reply"),
        "a secret in an error": (provider(read=read_with_key), "the error shows a secret"),
        "no words": (provider(resolve=silently), "the error says nothing"),
    },
    "suggestions": {
        "too many": (provider(suggest=giving([Suggestion("a", "a")] * 3)), "gives 3 suggestions"),
        "not the members": (provider(suggest=giving([])), "lacks the members card, offers, motto"),
        "texts": (provider(suggest=giving(["card"])), "no Suggestion with `insert` and `label`"),
        "nothing to insert": (provider(suggest=giving([Suggestion("", "card")])), "no Suggestion with `insert`"),
        "no list": (provider(suggest=giving({})), "gives a dict instead of a list"),
        "an error": (provider(suggest=raising(ProviderError("no"))), "raises ProviderError: no"),
        "an exception": (provider(suggest=raising(KeyError("no"))), "`suggest` raises KeyError"),
    },
    "connection": {
        "always content": (provider(check=check_of([Finding(True, "fine")])), "check is content with: status 401"),
        "never content": (provider(check=check_of([Finding(False, "bad", "mend it")])), "although all is well: bad"),
        "no remedy": (provider(check=check_of([Finding(False, "bad")])), "does not say what to do about: status 503"),
        "nothing found": (provider(check=check_of([])), "at least one Finding"),
        "texts": (provider(check=check_of(["fine"])), "no Finding that says `what`"),
        "nothing asked": (provider(check=giving([Finding(True, "fine")])), "check asks nothing"),
        "the body shown": (provider(check=check_that_shows), "shows the body of a reply"),
        "an exception": (provider(check=raising(KeyError("no"))), "`check` raises KeyError"),
    },
}
