"""The Integrations module over HTTP: make, look at, change, try and remove integrations of an account."""

from __future__ import annotations

from typing import Annotated, Any

from litestar import Controller, Response, delete, get, patch, post
from litestar.params import Parameter
from msgspec import UNSET

from dovetail.engine.ports import Finding
from dovetail.errors import DovetailError
from dovetail.providers.kinds import Setting
from dovetail.service.access import Caller
from dovetail.service.backend import Backend
from dovetail.service.conditions import etag, expected, unchanged
from dovetail.service.documented import REFUSALS, After, IdempotencyKey, IfMatch, IfNoneMatch, Limit
from dovetail.service.once import once_only
from dovetail.service.problems import no_integration
from dovetail.service.shapes import (
    IntegrationChange,
    IntegrationPage,
    IntegrationShape,
    KindList,
    KindShape,
    NewIntegration,
    SettingShape,
    SuggestionList,
    SuggestionShape,
    plain,
    shown,
)

Behind = Annotated[str, Parameter(max_length=200, description="The path behind the identifier, such as `product`")]
Typed = Annotated[str, Parameter(max_length=100, description="What has been typed of its next part")]
Most = Annotated[int, Parameter(ge=1, le=100)]
Named = Annotated[str, Parameter(description="The integration's identifier", max_length=64)]


class Integrations(Controller):
    """Integrations of the key's account, by identifier."""

    path = "/integrations"
    tags = ("Integrations",)

    @get("/", sync_to_thread=True, opt={"scope": "read"}, responses=REFUSALS, summary="List integrations")
    def list_(self, caller: Caller, backend: Backend, after: After = "", limit: Limit = 50) -> IntegrationPage:
        """Integrations by identifier."""
        with backend.database.read() as connection:
            found = backend.shelf.list(connection, caller.account, after, limit + 1)
        seen = [each for each in found[:limit] if caller.key.sees(each.identifier)]
        return IntegrationPage(
            found[limit - 1].identifier if len(found) > limit else None, [shown(each) for each in seen]
        )

    @post("/", sync_to_thread=True, opt={"scope": "write"}, responses=REFUSALS, summary="Make an integration")
    def create(
        self, data: NewIntegration, caller: Caller, backend: Backend, idempotency_key: IdempotencyKey = None
    ) -> Response[IntegrationShape]:
        """A new integration; its credentials are encrypted, and never told again."""
        caller.check_sees(data.identifier)
        now = backend.clock()
        with backend.database.write() as connection:

            def make() -> tuple[int, object]:
                made = backend.shelf.create(
                    connection,
                    caller.actor,
                    data.identifier,
                    data.kind,
                    data.settings,
                    data.secrets,
                    now,
                    enabled=data.enabled,
                )
                return 201, shown(made)

            # The request is known again by its digest: of the credentials nothing else is kept.
            status, made = once_only(connection, caller.account, idempotency_key, data, now, make)
        assert isinstance(made, IntegrationShape)
        headers = {"ETag": etag(made.revision), "Location": f"/api/v1/integrations/{made.identifier}"}
        return Response(made, status_code=status, headers=headers)

    @get("/{identifier:str}", sync_to_thread=True, opt={"scope": "read"}, responses=REFUSALS, summary="One integration")
    def one(
        self, identifier: Named, caller: Caller, backend: Backend, if_none_match: IfNoneMatch = None
    ) -> Response[IntegrationShape | None]:
        """One integration, with its ETag."""
        caller.check_sees(identifier)
        with backend.database.read() as connection:
            found = backend.shelf.get(connection, caller.account, identifier)
        if found is None:
            raise no_integration(identifier)
        headers = {"ETag": etag(found.revision)}
        if unchanged(found.revision, if_none_match):
            return Response(None, status_code=304, headers=headers)
        return Response(shown(found), headers=headers)

    @patch(
        "/{identifier:str}",
        sync_to_thread=True,
        opt={"scope": "write"},
        responses=REFUSALS,
        summary="Change an integration",
    )
    def change(
        self, identifier: Named, data: IntegrationChange, caller: Caller, backend: Backend, if_match: IfMatch = None
    ) -> Response[IntegrationShape]:
        """Other settings, other credentials, on or off."""
        caller.check_sees(identifier)
        with backend.database.write() as connection:
            changed = backend.shelf.change(
                connection, caller.actor, identifier, expected(if_match), backend.clock(),
                settings=None if data.settings is UNSET else data.settings,
                secrets=None if data.secrets is UNSET else data.secrets,
                enabled=None if data.enabled is UNSET else data.enabled,
            )  # fmt: skip
        if changed is None:
            raise no_integration(identifier)
        return Response(shown(changed), headers={"ETag": etag(changed.revision)})

    @delete(
        "/{identifier:str}",
        sync_to_thread=True,
        opt={"scope": "write"},
        responses=REFUSALS,
        summary="Remove an integration",
    )
    def remove(self, identifier: Named, caller: Caller, backend: Backend) -> None:
        """Its credentials go with it."""
        caller.check_sees(identifier)
        with backend.database.write() as connection:
            if not backend.shelf.remove(connection, caller.actor, identifier, backend.clock()):
                raise no_integration(identifier)

    @post(
        "/{identifier:str}/check",
        status_code=200,
        sync_to_thread=True,
        opt={"scope": "write"},
        responses=REFUSALS,
        summary="Test the connection",
    )
    def check(self, identifier: Named, caller: Caller, backend: Backend) -> IntegrationShape:
        """What works, and which permission is missing; it is kept with the integration."""
        from dovetail.providers.connections import Connections

        caller.check_sees(identifier)
        with backend.database.read() as connection:
            connected = backend.shelf.connect(connection, caller.account, identifier)
        if connected is None:
            raise no_integration(identifier)
        with Connections([connected]) as connections:
            try:
                findings = list(connections.talk(identifier, connected.provider.check()))
            except DovetailError as error:
                findings = [Finding(ok=False, what=str(error))]
        with backend.database.write() as connection:
            backend.shelf.note_check(connection, caller.account, identifier, findings, backend.clock())
            found = backend.shelf.get(connection, caller.account, identifier)
        if found is None:
            raise no_integration(identifier)
        return shown(found)

    @get(
        "/{identifier:str}/schema",
        sync_to_thread=True,
        opt={"scope": "read"},
        responses=REFUSALS,
        summary="What stands below the identifier",
    )
    def schema(self, identifier: Named, caller: Caller, backend: Backend) -> dict[str, Any]:
        """The integration's variables as data: members, records, fields."""
        caller.check_sees(identifier)
        with backend.database.read() as connection:
            connected = backend.shelf.connect(connection, caller.account, identifier)
        if connected is None:
            raise no_integration(identifier)
        found: dict[str, Any] = plain(connected.provider.schema())  # type: ignore[arg-type]
        return found

    @get(
        "/{identifier:str}/suggest",
        sync_to_thread=True,
        opt={"scope": "read"},
        responses=REFUSALS,
        summary="Live continuations of a path",
    )
    def suggest(
        self, identifier: Named, caller: Caller, backend: Backend,
        path: Behind = "", text: Typed = "", limit: Most = 20,
    ) -> SuggestionList:  # fmt: skip
        """Records by name, number or e-mail address, as an editor completes them."""
        caller.check_sees(identifier)
        with backend.environments.of(caller.account, caller.key.identifiers) as (environment, integrations):
            found = integrations.get(identifier)
            if found is None or environment.connections is None:
                raise no_integration(identifier)
            parts = [part for part in path.split(".") if part]
            items = (
                environment.connections.talk(identifier, found.provider.suggest(parts, text, limit)) if parts else ()
            )
        return SuggestionList([SuggestionShape(each.insert, each.label, each.detail) for each in items])


@get(
    "/kinds",
    sync_to_thread=False,
    opt={"scope": "read"},
    responses=REFUSALS,
    tags=["Integrations"],
    summary="Kinds of integration",
)
def kinds(backend: Backend) -> KindList:
    """The kinds that can be used here, with their settings."""
    return KindList(
        [
            KindShape(
                kind.name, kind.title, kind.summary,
                [_setting(each) for each in kind.settings],
            )
            for kind in backend.shelf.kinds.values()
        ]
    )  # fmt: skip


def _setting(given: Setting) -> SettingShape:
    return SettingShape(
        given.name, given.summary, given.type, given.required, given.secret, given.default, given.example
    )
