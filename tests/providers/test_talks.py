from __future__ import annotations

from collections.abc import Sequence

import pytest

from dovetail.engine.ports import Request, Response, Talk
from dovetail.errors import ProviderError
from dovetail.providers.talks import together


def asking(*rounds: Sequence[str]) -> Talk[list[int]]:
    """A talk with batches of these addresses; returns the statuses of all replies."""
    found: list[int] = []
    for names in rounds:
        replies = yield [Request("GET", name) for name in names]
        found += [reply.status for reply in replies if isinstance(reply, Response)]
    return found


def failing(after: Sequence[str]) -> Talk[list[int]]:
    yield [Request("GET", name) for name in after]
    raise ProviderError("no more")


def lead(talk: Talk[object], batches: list[list[str]]) -> object:
    """Answer each request with its number as the status."""
    number = 0
    try:
        batch = next(talk)
        while True:
            batches.append([request.url for request in batch])
            replies: list[Response | ProviderError] = []
            for _ in batch:
                number += 1
                replies.append(Response(number, {}, b""))
            batch = talk.send(replies)
    except StopIteration as done:
        return done.value


def test_the_requests_of_all_talks_go_out_together_and_replies_find_their_talk() -> None:
    batches: list[list[str]] = []
    result = lead(together([asking(["a", "b"], ["c"]), asking(["d"])]), batches)
    assert batches == [["a", "b", "d"], ["c"]]
    assert result == [[1, 2, 4], [3]]


def test_a_talk_that_fails_has_its_error_as_result_and_the_others_go_on() -> None:
    result = lead(together([failing(["a"]), asking(["b"], ["c"])]), [])
    assert isinstance(result, list)
    assert isinstance(result[0], ProviderError)
    assert result[1] == [2, 3]


def test_talks_without_a_question_end_at_once() -> None:
    batches: list[list[str]] = []
    assert lead(together([asking(), asking()]), batches) == [[], []]
    assert batches == []
    assert lead(together([]), batches) == []


def test_a_bug_is_not_hidden() -> None:
    def broken() -> Talk[object]:
        yield []
        raise KeyError("x")

    with pytest.raises(KeyError):
        lead(together([broken()]), [])
