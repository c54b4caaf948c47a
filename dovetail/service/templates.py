"""Templates of an account over HTTP, and renders of them."""

from __future__ import annotations

from typing import Annotated

from litestar import Controller, Response, delete, get, post, put
from litestar.params import Parameter

from dovetail.integrations.store import templates as store
from dovetail.integrations.store.accounts import trail
from dovetail.service.access import Caller
from dovetail.service.backend import Backend
from dovetail.service.conditions import etag, expected, unchanged
from dovetail.service.documented import REFUSALS, After, IfMatch, IfNoneMatch, Limit
from dovetail.service.problems import Problem
from dovetail.service.shapes import (
    EntryPage,
    RenderRequest,
    RenderShape,
    TemplateLine,
    TemplatePage,
    TemplateShape,
    TemplateText,
    entry_shown,
    moment,
    template_shown,
)

Named = Annotated[str, Parameter(description="The template's name, such as `parts/footer.tpl`", max_length=301)]


class Templates(Controller):
    """Templates of the key's account, by the names by which they include each other."""

    path = "/templates"
    tags = ("Templates",)

    @get("/", sync_to_thread=True, opt={"scope": "read"}, responses=REFUSALS, summary="List templates")
    def list_(self, caller: Caller, backend: Backend, after: After = "", limit: Limit = 50) -> TemplatePage:
        """Templates by name, without their texts."""
        with backend.database.read() as connection:
            found = store.names(connection, caller.account, after, limit + 1)
        lines = [TemplateLine(each.name, each.revision, moment(each.changed_at)) for each in found[:limit]]
        return TemplatePage(found[limit - 1].name if len(found) > limit else None, lines)

    @get("/{name:path}", sync_to_thread=True, opt={"scope": "read"}, responses=REFUSALS, summary="One template")
    def one(
        self, name: Named, caller: Caller, backend: Backend, if_none_match: IfNoneMatch = None
    ) -> Response[TemplateShape | None]:
        """A template's text, with its ETag."""
        with backend.database.read() as connection:
            found = store.get(connection, caller.account, name.lstrip("/"))
        if found is None:
            raise Problem(404, "there is no template of this name")
        headers = {"ETag": etag(found.revision)}
        if unchanged(found.revision, if_none_match):
            return Response(None, status_code=304, headers=headers)
        return Response(template_shown(found), headers=headers)

    @put("/{name:path}", sync_to_thread=True, opt={"scope": "write"}, responses=REFUSALS, summary="Write a template")
    def put(
        self, name: Named, data: TemplateText, caller: Caller, backend: Backend, if_match: IfMatch = None
    ) -> Response[TemplateShape]:
        """A new template; with If-Match one that takes the place of that revision. Errors in it are told by renders."""
        revision = None if if_match is None else expected(if_match)
        with backend.database.write() as connection:
            made = store.put(connection, caller.actor, name.lstrip("/"), data.text, revision, backend.clock())
        return Response(template_shown(made), headers={"ETag": etag(made.revision)})

    @delete(
        "/{name:path}", sync_to_thread=True, opt={"scope": "write"}, responses=REFUSALS, summary="Remove a template"
    )
    def remove(self, name: Named, caller: Caller, backend: Backend) -> None:
        """Templates that include it fail from now on."""
        with backend.database.write() as connection:
            if not store.remove(connection, caller.actor, name.lstrip("/"), backend.clock()):
                raise Problem(404, "there is no template of this name")


@post(
    "/render",
    status_code=200,
    sync_to_thread=True,
    opt={"scope": "render"},
    responses=REFUSALS,
    tags=["Rendering"],
    summary="Render one mail",
)
def render(data: RenderRequest, caller: Caller, backend: Backend) -> RenderShape:
    """A stored template or a text, with variables and the account's integrations."""
    if (data.template is None) == (data.source is None):
        raise Problem(422, "give either `template`, a name, or `source`, a text")
    with backend.environments.of(caller.account, caller.key.identifiers) as (environment, _):
        if data.template is not None:
            loaded = environment.get_template(data.template)
        else:
            loaded = environment.from_string(data.source or "")
        made = loaded.render(data.variables)
    return RenderShape(str(made), made.report.as_json())


@get(
    "/audit", sync_to_thread=True, opt={"scope": "keys"}, responses=REFUSALS, tags=["Trail"], summary="Who changed what"
)
def audit(
    caller: Caller, backend: Backend, before: Annotated[int | None, Parameter(ge=1, le=2**53)] = None, limit: Limit = 50
) -> EntryPage:
    """The trail of changes, the latest first."""
    with backend.database.read() as connection:
        found = trail(connection, caller.account, before, limit + 1)
    items = [entry_shown(each) for each in found[:limit]]
    return EntryPage(str(found[limit - 1].number) if len(found) > limit else None, items)
