"""Traces (OpenTelemetry), for operators who want them: one span a request, joined to that of who asks.

A span names the operation and never what was asked for: paths and parameters may hold names of persons. Where spans go
is said by OpenTelemetry's own environment variables (OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_SERVICE_NAME, …).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.propagate import extract
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import SpanKind, StatusCode

if TYPE_CHECKING:
    from litestar.types import ASGIApp, Message, Receive, Scope, Send


class Tracing(ASGIMiddleware):
    """Spans by the conventions for HTTP servers. Close it, so that the last ones are sent."""

    scopes = (ScopeType.HTTP,)

    def __init__(self, version: str) -> None:
        self._provider = TracerProvider(resource=Resource.create({"service.version": version}))
        self._provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
        self._tracer = self._provider.get_tracer("dovetail.service", version)

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        """A request within its span."""
        given = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        method, route = str(scope.get("method")), str(scope.get("path_template", ""))
        attributes = {"http.request.method": method, "http.route": route, "url.scheme": scope["scheme"]}
        with self._tracer.start_as_current_span(
            f"{method} {route}".strip(),
            context=extract(given),
            kind=SpanKind.SERVER,
            attributes=attributes,
            # Its text may be somebody's data: the log names its kind and its place.
            record_exception=False,
            set_status_on_exception=False,
        ) as span:

            async def sending(message: Message) -> None:
                if message["type"] == "http.response.start":
                    span.set_attribute("http.response.status_code", message["status"])
                    if message["status"] >= 500:
                        span.set_status(StatusCode.ERROR)
                await send(message)

            await next_app(scope, receive, sending)

    def close(self) -> None:
        """Send what is left."""
        self._provider.shutdown()
