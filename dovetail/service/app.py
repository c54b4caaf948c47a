"""The ASGI application: routes, who may, what is refused and how, health and metrics."""

from __future__ import annotations

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from litestar import Litestar, Request, Response, Router, get
from litestar.config.response_cache import ResponseCacheConfig
from litestar.datastructures import State
from litestar.di import Provide
from litestar.exceptions import HTTPException
from litestar.middleware import ASGIMiddleware, DefineMiddleware
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import Components, SecurityScheme
from litestar.plugins.prometheus import PrometheusConfig
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, generate_latest

from dovetail.errors import DovetailError
from dovetail.service import problems
from dovetail.service.access import Authentication, allowed, provide_backend, provide_caller
from dovetail.service.answers import answers, schemas
from dovetail.service.backend import Backend
from dovetail.service.console import console_file, editor_file, page
from dovetail.service.events import Events
from dovetail.service.followups import Followups
from dovetail.service.hooks import Hooked, HookOfIntegration
from dovetail.service.instances import Instances
from dovetail.service.integrations import Integrations, kinds
from dovetail.service.keys import Keys
from dovetail.service.language import converse, ticket
from dovetail.service.mailings import MailingsController
from dovetail.service.once import Repeated, repeated
from dovetail.service.secrets import SecretsController
from dovetail.service.shapes import Health
from dovetail.service.statistics import feeds, statistics
from dovetail.service.templates import Templates, audit, render

LARGEST = 2_000_000
"""Bytes of a request: a template has a megabyte at most."""


@get(
    "/health",
    sync_to_thread=False,
    opt={"public": True},
    tags=["Operation"],
    summary="Whether the process lives",
    security=[{}],
)
def health(backend: Backend) -> Health:
    """Answers as long as the process does."""
    return Health("ok", backend.version)


@get(
    "/ready",
    sync_to_thread=True,
    opt={"public": True},
    tags=["Operation"],
    summary="Whether it can do its work",
    security=[{}],
)
def ready(backend: Backend) -> Response[Health]:
    """Whether the database answers: 200, or 503."""
    try:
        with backend.database.read() as connection:
            connection.exec_driver_sql("select 1")
    except Exception as error:  # noqa: BLE001  # whatever is wrong with it, the answer is the same
        logging.getLogger("dovetail.service").warning("the database does not answer: %s", type(error).__name__)
        return Response(Health("failing", backend.version), status_code=503)
    return Response(Health("ok", backend.version))


@get("/metrics", sync_to_thread=True, opt={"public": True}, include_in_schema=False)
def metrics() -> Response[bytes]:
    """Counts and times for Prometheus. Not by Litestar's controller: counting rows would stop all other requests."""
    return Response(generate_latest(REGISTRY), media_type=CONTENT_TYPE_LATEST)


AT_ONCE = 64
"""Requests that may wait for shops, disks and the database at the same time in one process."""


async def _make_room(_: Litestar) -> None:
    """A shop that takes twenty seconds keeps a thread for so long: a handful of them must not stop all others."""
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(AT_ONCE, "dovetail-request"))


def _without_null(request: Request[Any, Any, Any]) -> None:
    """PostgreSQL has no text with a null character in it, so that nothing of that name is here.

    Raises:
        Problem: 400.
    """
    if "\x00" in request.scope["path"] or b"%00" in request.scope["query_string"]:
        raise problems.Problem(400, "no name and no text here has a null character in it")


def make_app(backend: Backend, tracing: ASGIMiddleware | None = None) -> Litestar:
    """The application over a backend, which it does not close. `tracing` sees each request first."""
    api = Router(
        "/api/v1",
        route_handlers=[
            kinds,
            Integrations,
            HookOfIntegration,
            Keys,
            Templates,
            render,
            schemas,
            answers,
            audit,
            ticket,
            MailingsController,
            Events,
            SecretsController,
            Followups,
            Instances,
            feeds,
            statistics,
        ],
        middleware=[DefineMiddleware(Authentication, exclude_http_methods=[])],
        guards=[allowed],
    )
    return Litestar(
        route_handlers=[api, Hooked, health, ready, metrics, converse, page, console_file, editor_file],
        dependencies={
            "backend": Provide(provide_backend, sync_to_thread=False),
            "caller": Provide(provide_caller, sync_to_thread=False),
        },
        exception_handlers={
            HTTPException: problems.on_http,
            DovetailError: problems.on_dovetail,
            Repeated: repeated,
            RecursionError: problems.on_depth,
            Exception: problems.on_fault,
        },
        middleware=[
            *([tracing] if tracing else []),
            PrometheusConfig(app_name="dovetail", prefix="dovetail", group_path=True).middleware,
        ],
        openapi_config=OpenAPIConfig(
            title="Dovetail",
            version=backend.version,
            description="Mail templates and the systems their content lives in.",
            path="/openapi.json",
            render_plugins=[JsonRenderPlugin(path="/")],
            components=Components(security_schemes={"key": SecurityScheme(type="http", scheme="bearer")}),
            security=[{"key": []}],
            use_handler_docstrings=True,
        ),
        before_request=_without_null,
        on_startup=[_make_room],
        request_max_body_size=LARGEST,
        response_cache_config=ResponseCacheConfig(default_expiration=None),
        state=State({"backend": backend}),
        logging_config=None,
        debug=False,
        pdb_on_exception=False,
    )
