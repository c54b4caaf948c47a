"""Keeps what a reply's headers say out of logs: the HTTP library's own debugging would write them there."""

from __future__ import annotations

import logging

_TELLS = logging.getLogger("httpcore.http11")


class _WithoutHeaders(logging.Filter):
    """Drops the records that hold headers, which may be secrets or about persons."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether a record may be written."""
        return "receive_response_headers.complete" not in record.getMessage()


_FILTER = _WithoutHeaders()


def keep_headers_out_of_logs() -> None:
    """From now on; may be called again."""
    _TELLS.addFilter(_FILTER)
