"""A small kind of integration, complete but without a network: its settings have every type there is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dovetail.engine.ports import Answer, Ask, Finding, Lifetime, Request, Suggestion, Talk
from dovetail.engine.schema import Member, Schema
from dovetail.errors import ProviderError
from dovetail.providers.kinds import Kind, Setting


@dataclass(frozen=True)
class Weather:
    identifier: str
    settings: Mapping[str, object]

    @property
    def fingerprint(self) -> str:
        return f"{self.settings['url']} {self.settings.get('place')}"

    def schema(self) -> Schema:
        now = Member(kind="value", collection="now", summary="The weather now", type="text")
        return Schema(kind="weather", summary="Weather", members={"now": now})

    def resolve(self, asks: Sequence[Ask]) -> Talk[Mapping[Ask, Answer | ProviderError]]:
        yield []
        return {ask: Answer("sunny") for ask in asks}

    def lifetime(self, ask: Ask) -> Lifetime:
        return Lifetime(60.0)

    def authorize(self, request: Request) -> Request:
        return Request(request.method, request.url, {**request.headers, "x-token": str(self.settings["token"])})

    def suggest(self, path: Sequence[str], text: str, limit: int) -> Talk[Sequence[Suggestion]]:
        yield []
        return []

    def check(self) -> Talk[Sequence[Finding]]:
        yield []
        return [Finding(True, "the sky is there")]


def _make(identifier: str, settings: Mapping[str, object]) -> Weather:
    if settings.get("place") == "Atlantis":
        raise ValueError("no such place: Atlantis")
    return Weather(identifier, settings)


WEATHER = Kind(
    name="weather",
    title="Weather",
    summary="The weather at a place",
    settings=(
        Setting(
            name="url", summary="the service's address", type="url", required=True, example="https://weather.example"
        ),
        Setting(name="place", summary="the place", example="Utrecht"),
        Setting(name="token", summary="the access token", secret=True),
        Setting(name="days", summary="days ahead", type="number", default=3, example="5"),
        Setting(name="metric", summary="degrees Celsius", type="boolean", default=True, example="false"),
    ),
    make=_make,
)
KINDS = {"weather": WEATHER}
