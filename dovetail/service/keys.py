"""API keys of an account over HTTP. A key makes none that may more than itself."""

from __future__ import annotations

from typing import Annotated

from litestar import Controller, delete, get, post
from litestar.params import Parameter

from dovetail.integrations.store.keys import key_of, keys_of, make_key, revoke
from dovetail.service.access import Caller
from dovetail.service.backend import Backend
from dovetail.service.documented import REFUSALS, IdempotencyKey
from dovetail.service.once import once_only
from dovetail.service.problems import Problem
from dovetail.service.shapes import KeyList, KeyShape, MadeKey, NewKey, key_shown

Named = Annotated[str, Parameter(description="The key's id", max_length=40)]


class Keys(Controller):
    """API keys of the key's account."""

    path = "/keys"
    tags = ("Keys",)

    @get("/", sync_to_thread=True, opt={"scope": "keys"}, responses=REFUSALS, summary="List keys")
    def list_(self, caller: Caller, backend: Backend) -> KeyList:
        """All keys, by what is seen of them."""
        with backend.database.read() as connection:
            return KeyList([key_shown(key) for key in keys_of(connection, caller.account)])

    @post("/", sync_to_thread=True, opt={"scope": "keys"}, responses=REFUSALS, summary="Make a key")
    def create(self, data: NewKey, caller: Caller, backend: Backend, idempotency_key: IdempotencyKey = None) -> MadeKey:
        """A new key; its text is shown this once."""
        own = caller.key
        beyond = sorted(set(data.scopes) - own.scopes)
        if beyond:
            raise Problem(403, f"this key is not for `{beyond[0]}`, so it makes none that is")
        if own.identifiers is not None and not (
            data.identifiers is not None and own.identifiers.issuperset(data.identifiers)
        ):
            raise Problem(403, "this key is for some integrations only, so it makes none that is for others")
        now = backend.clock()
        texts = list[str]()
        with backend.database.write() as connection:

            def make() -> tuple[int, object]:
                expires = None if data.expires_at is None else data.expires_at.timestamp()
                key, text = make_key(
                    connection, caller.actor, data.name, data.scopes, now,
                    identifiers=data.identifiers, expires_at=expires, rate=data.rate,
                )  # fmt: skip
                texts.append(text)
                # What is kept for a repeated request is without the text: that is nowhere.
                return 201, MadeKey(key_shown(key), None)

            _, made = once_only(connection, caller.account, idempotency_key, data, now, make)
        assert isinstance(made, MadeKey)
        return MadeKey(made.key, texts[0])

    @get("/{key_id:str}", sync_to_thread=True, opt={"scope": "keys"}, responses=REFUSALS, summary="One key")
    def one(self, key_id: Named, caller: Caller, backend: Backend) -> KeyShape:
        """One key, without its text."""
        with backend.database.read() as connection:
            found = key_of(connection, caller.account, key_id)
        if found is None:
            raise Problem(404, "there is no such key")
        return key_shown(found)

    @delete(
        "/{key_id:str}",
        status_code=200,
        sync_to_thread=True,
        opt={"scope": "keys"},
        responses=REFUSALS,
        summary="Revoke a key",
    )
    def revoke(self, key_id: Named, caller: Caller, backend: Backend) -> KeyShape:
        """It opens nothing from now on; it stays in the list."""
        with backend.database.write() as connection:
            found = revoke(connection, caller.actor, key_id, backend.clock())
        if found is None:
            raise Problem(404, "there is no such key")
        return key_shown(found)
