"""An event: something that happened, with a name that is the same however often it is found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened. `time` in Unix seconds.

    `id` is unique in the account, and made of what happened, so that the same is never logged twice. `source` is the
    identifier of an integration, or `api`, `cli`, `mail`, `followup`. `subject` names the record (`order/17`).
    `person`: an e-mail address in small letters, "" when it is about nobody. `cause`: the id of the event that led to
    it, `depth` how many led to it one after the other.
    """

    id: str
    source: str
    type: str
    subject: str
    person: str
    time: float
    data: Mapping[str, object]
    cause: str = ""
    depth: int = 0

    def trigger(self) -> Mapping[str, object]:
        """What templates and conditions know as `{$trigger.…}`: its data, and what is true of each event."""
        return {
            **self.data,
            "type": self.type,
            "timestamp": int(self.time),
            "source": self.source,
            "subject": self.subject,
            "event": self.id,
        }

    def cloudevent(self) -> Mapping[str, object]:
        """In the structured JSON form of CloudEvents 1.0."""
        return {
            "specversion": "1.0",
            "id": self.id,
            "source": f"/dovetail/{self.source}",
            "type": self.type,
            "subject": self.subject,
            "time": datetime.fromtimestamp(self.time, UTC).isoformat().replace("+00:00", "Z"),
            "datacontenttype": "application/json",
            "data": dict(self.data),
        }
