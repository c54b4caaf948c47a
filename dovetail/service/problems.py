"""Errors as `application/problem+json` (RFC 9457): what is wrong, where, what to do; never a value that is secret."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from litestar import Request, Response
from litestar.exceptions import HTTPException, ValidationException

from dovetail.bridge.inbound.keys import KeysUnreachable
from dovetail.bridge.inbound.refusal import Refused
from dovetail.errors import (
    AccessError,
    DovetailError,
    ProviderError,
    SettingsError,
    TemplateError,
    TemplateNotFound,
    TemplateSyntaxError,
    place_of,
)
from dovetail.integrations.store.stored import Changed, UnfitSettings

log = logging.getLogger("dovetail.service")

TYPE = "application/problem+json"
_TITLES = {
    400: "Bad request", 401: "Not authenticated", 403: "Not allowed", 404: "Not found", 405: "Method not allowed",
    409: "Conflict", 412: "Changed meanwhile", 413: "Too large", 415: "Unsupported media type", 422: "Cannot be taken",
    428: "Condition required", 429: "Too many requests", 500: "Internal error", 502: "The source cannot be asked",
    503: "Not available",
}  # fmt: skip


class Problem(HTTPException):
    """An answer that says no. `errors` are faults of single fields."""

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        errors: list[dict[str, object]] | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(detail=detail, status_code=status, headers=headers)
        self.errors = errors or []


def answer(
    status: int, detail: str, errors: list[dict[str, object]] | None = None, headers: Mapping[str, str] | None = None
) -> Response[Any]:
    """A problem as a response."""
    body: dict[str, object] = {
        "type": "about:blank",
        "title": _TITLES.get(status, "Error"),
        "status": status,
        "detail": detail,
    }
    if errors:
        body["errors"] = errors
    return Response(body, status_code=status, media_type=TYPE, headers=dict(headers or {}))


def no_integration(identifier: str) -> Problem:
    """There is none of that identifier, or none for this key."""
    return Problem(404, f"there is no integration `{identifier}`")


def on_http(_: Request[Any, Any, Any], error: HTTPException) -> Response[Any]:
    """A refusal of ours or of the framework."""
    if isinstance(error, Problem):
        return answer(error.status_code, error.detail, error.errors, error.headers)
    if isinstance(error, ValidationException):
        extra = error.extra if isinstance(error.extra, list) else []
        faults: list[dict[str, object]] = [
            {"field": str(item.get("key", "")), "message": str(item.get("message", ""))}
            for item in extra
            if isinstance(item, dict)
        ]
        return answer(400, "the request is not what it should be", faults)
    return answer(error.status_code, _PLAIN.get(error.status_code, error.detail), headers=error.headers)


_PLAIN = {
    404: "there is nothing here",
    405: "this cannot be done here",
    413: "the request is larger than is taken here",
    500: "something went wrong here; the log says where",
}


def on_dovetail(_: Request[Any, Any, Any], error: DovetailError) -> Response[Any]:
    """What the engine, the integrations and the store say no with."""
    match error:
        case UnfitSettings():
            faults: list[dict[str, object]] = [{"field": each.field, "message": each.message} for each in error.faults]
            return answer(422, "these settings cannot be taken", faults)
        case Refused():
            return answer(error.status, str(error))
        case KeysUnreachable():
            return answer(503, str(error), headers={"Retry-After": "60"})
        case Changed():
            return answer(412, str(error))
        case TemplateNotFound():
            return answer(404, str(error))
        case TemplateSyntaxError():
            return answer(422, "the template has errors", [_finding(item) for item in error.diagnostics])
        case TemplateError():
            return answer(422, str(error))
        case AccessError() | ProviderError():
            return answer(502, str(error))
        case SettingsError():
            return answer(422, str(error))
        case _:
            return answer(422, str(error))


def _finding(item: Any) -> dict[str, object]:
    place = item.source.place(item.span.start)
    return {"code": item.code, "message": item.message, "help": item.help, "line": place.line, "column": place.column}


def on_depth(_: Request[Any, Any, Any], _error: RecursionError) -> Response[Any]:
    """A body with so many brackets in each other that nobody reads it."""
    return answer(400, "the request is nested too deeply")


def on_fault(_: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    """A fault of ours."""
    log_fault(error)
    return answer(500, _PLAIN[500])


def log_fault(error: BaseException) -> None:
    """A fault's kind and place in the log, without its message, which may hold somebody's data."""
    log.error("%s", place_of(error, 8))
