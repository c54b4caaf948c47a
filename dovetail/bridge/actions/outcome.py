"""How an action fails: whether to try again, and when."""

from __future__ import annotations

from dovetail.errors import DovetailError


class Undelivered(DovetailError):
    """An action did not reach its goal, or may not have.

    `reason` is for people, and is kept and shown: it never holds a body, a secret, an address or a value of
    a customer. `again` says whether a later try may help, `after` the seconds that the other side asked to
    wait. `disable` says that the destination wants no more of anything. `away`: whether the other side is not there,
    or not well; unless said, whoever may be tried again is.
    """

    def __init__(
        self,
        reason: str,
        *,
        again: bool,
        after: float | None = None,
        disable: bool = False,
        away: bool | None = None,
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.again = again
        self.after = after
        self.disable = disable
        self.away = again if away is None else away


class Held(DovetailError):
    """Nothing was tried: it is too early. `after`: seconds until it may be."""

    def __init__(self, reason: str, after: float) -> None:
        super().__init__(reason)
        self.reason = reason
        self.after = after
