"""Traces that an operator asked for: joined to the caller's, named by operation, without what was asked for."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from tests.service.conftest import Service

TRACE = "0af7651916cd43dd8448eb211c80319c"


class Collector(ThreadingHTTPServer):
    """What an OpenTelemetry collector is to the service."""

    def __init__(self) -> None:
        self.spans: list[Span] = []
        self.names: set[str] = set()
        super().__init__(("127.0.0.1", 0), Receiver)


class Receiver(BaseHTTPRequestHandler):
    server: Collector

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.headers.get("Content-Encoding") == "gzip":
            import gzip

            body = gzip.decompress(body)
        for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
            self.server.names |= {each.value.string_value for each in resource.resource.attributes}
            for scope in resource.scope_spans:
                self.server.spans += scope.spans
        self.send_response(200)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # its base's name
        return


@pytest.fixture
def collector() -> Iterator[Collector]:
    made = Collector()
    threading.Thread(target=made.serve_forever, daemon=True).start()
    yield made
    made.shutdown()
    made.server_close()


def test_spans_are_sent_and_say_nothing_of_persons(tmp_path: Path, collector: Collector) -> None:
    address = f"http://127.0.0.1:{collector.server_address[1]}"
    service = Service(
        tmp_path, ("--traces",), {"OTEL_EXPORTER_OTLP_ENDPOINT": address, "OTEL_SERVICE_NAME": "our-dovetail"}
    )
    service.start()
    with service.client(service.first_key) as client:
        parent = {"traceparent": f"00-{TRACE}-b7ad6b7169203331-01"}
        assert client.post("/render", json={"source": "x"}, headers=parent).status_code == 200
        client.get("/integrations/shop/suggest", params={"path": "customer", "text": "ann@example.com"})
        assert client.get("/templates/ann-secret.tpl").status_code == 404
    service.stop()
    spans = {span.name: span for span in collector.spans}
    assert set(spans) == {
        "POST /api/v1/render",
        "GET /api/v1/integrations/{identifier}/suggest",
        "GET /api/v1/templates/{name}",
    }
    render = spans["POST /api/v1/render"]
    assert render.trace_id.hex() == TRACE
    assert {each.key: each.value.int_value for each in render.attributes}["http.response.status_code"] == 200
    assert "our-dovetail" in collector.names
    said = "".join(map(str, collector.spans))
    assert "ann" not in said
    assert service.first_key not in said


def test_without_the_option_nothing_is_sent(tmp_path: Path, collector: Collector) -> None:
    address = f"http://127.0.0.1:{collector.server_address[1]}"
    service = Service(tmp_path, (), {"OTEL_EXPORTER_OTLP_ENDPOINT": address})
    service.start()
    with service.client(service.first_key) as client:
        assert client.get("/kinds").status_code == 200
    service.stop()
    assert not collector.spans
