"""Parameters and refusals that many operations share, as the OpenAPI document tells them."""

from __future__ import annotations

from typing import Annotated

from litestar.openapi.datastructures import ResponseSpec
from litestar.params import HeaderParameter, Parameter

from dovetail.service.problems import TYPE
from dovetail.service.shapes import ProblemShape

After = Annotated[
    str, Parameter(max_length=300, description="The list goes on behind this one: `next` of the page before")
]
Limit = Annotated[int, Parameter(ge=1, le=200, description="Entries of a page, at most")]
IdempotencyKey = Annotated[
    str | None, HeaderParameter(name="Idempotency-Key", description="The same key is the same request: it is done once")
]
IfMatch = Annotated[
    str | None, HeaderParameter(name="If-Match", description="The ETag of the revision that is changed")
]
IfNoneMatch = Annotated[
    str | None, HeaderParameter(name="If-None-Match", description="An ETag: 304 when it still is the present one")
]

_SAYS = {
    400: "The request is not what it should be",
    401: "No key, or one that is wrong, expired or revoked",
    403: "The key is not for this",
    404: "It is not there",
    409: "It does not go with what is there",
    412: "It was changed meanwhile",
    413: "It is too large",
    415: "It is no JSON",
    422: "It cannot be taken; `errors` says why",
    428: "If-Match is needed",
    429: "Too many requests",
    502: "The source cannot be asked",
    503: "It cannot be said at this moment; `Retry-After` says when",
}
REFUSALS = {
    status: ResponseSpec(ProblemShape, description=says, media_type=TYPE, generate_examples=False)
    for status, says in _SAYS.items()
}
