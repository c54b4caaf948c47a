"""Conversations with integrations: a provider's requests sent, its faults put into words."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from dovetail.engine.ports import Response, Talk
from dovetail.errors import (
    AccessError,
    DovetailError,
    OddAnswerError,
    ProviderError,
    SettingsError,
    did_you_mean,
    place_of,
)
from dovetail.providers.kinds import Integration

if TYPE_CHECKING:
    from dovetail.providers.transport import Transport

log = logging.getLogger(__name__)

R = TypeVar("R")


class Conversations:
    """Leads the talks of providers; used from one event loop.

    `folder`: where the processes of this machine count their requests together.
    """

    def __init__(self, integrations: Mapping[str, Integration], folder: Path | None) -> None:
        self._integrations = integrations
        self._folder = folder
        self._transport: Transport | None = None

    @property
    def requests(self) -> int:
        """HTTP requests sent since the start."""
        return self._transport.sent.requests if self._transport else 0

    async def close(self) -> None:
        """End all connections."""
        if self._transport is not None:
            await self._transport.close()

    def forget(self) -> None:
        """Forget replies that are kept for several talks."""
        if self._transport is not None:
            self._transport.forget()

    def new_run(self) -> None:
        """Begin new budgets of requests."""
        if self._transport is not None:
            self._transport.new_run()

    async def hold(self, identifier: str, conversation: Talk[R]) -> R:
        """Send what a provider's generator yields until it has its result.

        Raises:
            ProviderError: it raised one, or has a fault of its own.
            SettingsError: a secret is missing.
        """
        if identifier not in self._integrations:
            raise self.unknown(identifier)
        sender = self._sender()
        try:
            requests = next(conversation)
            while True:
                replies: list[Response | ProviderError] = list(
                    await asyncio.gather(*(sender.send(identifier, request) for request in requests))
                )
                requests = conversation.send(replies)
        except StopIteration as stop:
            result: R = stop.value
            return result
        except SettingsError:
            raise
        except Exception as error:
            raise fault(identifier, error) from error

    def unknown(self, identifier: str) -> ProviderError:
        """That there is no such integration, with the nearest."""
        advice = did_you_mean(identifier, sorted(self._integrations)) or "add it to dovetail.toml"
        return ProviderError(f"there is no integration `{identifier}`", identifier=identifier, help=advice)

    def _sender(self) -> Transport:
        if self._transport is None:
            # Rendering from the cache must not cost the import of an HTTP client.
            from dovetail.providers.transport import Transport

            self._transport = Transport(self._integrations, self._folder)
        return self._transport


def fault(identifier: str, error: Exception) -> ProviderError:
    """Any exception of a provider as a sentence for people."""
    if isinstance(error, ProviderError):
        error.identifier = error.identifier or identifier
        if identifier not in error.message:
            # A mailing may use several shops: the sentence says whose it is.
            error.message = f"`{identifier}`: {error.message}"
        return error
    if isinstance(error, DovetailError):
        return AccessError(str(error), identifier=identifier)
    # Where, but not what: the text of somebody else's exception may hold a customer's data.
    log.error("the provider of %s failed: %s", identifier, place_of(error))
    return OddAnswerError(
        f"the provider of `{identifier}` failed: {place_of(error)}",
        identifier=identifier,
        help="this is a fault of the provider; please report it",
    )
