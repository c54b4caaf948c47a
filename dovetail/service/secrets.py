"""What an account's follow-ups sign their webhooks with, by name: put, replaced and removed over HTTP, never told."""

from __future__ import annotations

from typing import Annotated

from litestar import Controller, delete, get, put
from litestar.params import Parameter

from dovetail.bridge.actions.webhook import new_signing_secret, signing_key
from dovetail.service.access import Caller
from dovetail.service.backend import Backend
from dovetail.service.documented import REFUSALS
from dovetail.service.followup_shapes import NewSecret, SecretList, SecretShape
from dovetail.service.problems import Problem
from dovetail.service.shapes import moment

Named = Annotated[str, Parameter(description="The secret's name: letters, digits and _", max_length=63)]


class SecretsController(Controller):
    """Secrets of the key's account."""

    path = "/secrets"
    tags = ("Follow-ups",)

    @get("/", sync_to_thread=True, opt={"scope": "read"}, responses=REFUSALS, summary="List secrets")
    def list_(self, caller: Caller, backend: Backend) -> SecretList:
        """Their names, and when each was put."""
        with backend.database.read() as connection:
            found = backend.secrets.names(connection, caller.account)
        return SecretList([SecretShape(each.name, moment(each.changed_at)) for each in found])

    @put("/{name:str}", sync_to_thread=True, opt={"scope": "write"}, responses=REFUSALS, summary="Put a secret")
    def put(self, name: Named, data: NewSecret, caller: Caller, backend: Backend) -> SecretShape:
        """In place of the one of that name; `webhook = { secrets = ["NAME"] }` of a follow-up signs with it.

        Without a secret one is made. It is told this once.
        """
        text = data.secret or new_signing_secret()
        signing_key(text)
        with backend.database.write() as connection:
            made = backend.secrets.put(connection, caller.actor, name, text, backend.clock())
        return SecretShape(made.name, moment(made.changed_at), text)

    @delete("/{name:str}", sync_to_thread=True, opt={"scope": "write"}, responses=REFUSALS, summary="Remove a secret")
    def remove(self, name: Named, caller: Caller, backend: Backend) -> None:
        """What was signed with it is signed no more: its follow-ups fail, or sign with another one they name."""
        with backend.database.write() as connection:
            if not backend.secrets.remove(connection, caller.actor, name, backend.clock()):
                raise Problem(404, f"there is no secret `{name}`")
