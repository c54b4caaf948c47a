"""For authors of providers: a conformance kit that pytest runs, and recordings of exchanges.

How it is used stands in docs/writing-a-provider.md.
"""

from __future__ import annotations

from dovetail.testing.checks import CHECKS, complaints
from dovetail.testing.holding import Complaint, Held, UnknownRequest, World, hold
from dovetail.testing.kit import ProviderKit
from dovetail.testing.subject import Subject
from dovetail.testing.tape import Recorder, Tape
from dovetail.testing.worlds import Real

__all__ = [
    "CHECKS",
    "Complaint",
    "Held",
    "ProviderKit",
    "Real",
    "Recorder",
    "Subject",
    "Tape",
    "UnknownRequest",
    "World",
    "complaints",
    "hold",
]
