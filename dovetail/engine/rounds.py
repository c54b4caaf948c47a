"""The rounds: render, gather what is missing, have it answered, render again. Generators; nothing waits here.

A *job* is one set of variables. All jobs of a call share the answers, and the asks of all of them are
fetched together, so that a thousand recipients who each show their last order cost a handful of requests.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from time import perf_counter
from typing import cast

from dovetail.engine import native
from dovetail.engine.audience import with_aliases
from dovetail.engine.frames import Frame, LimitReached, Missing, Output
from dovetail.engine.ports import Answer, Ask, Record, Ref, Rendering, T
from dovetail.engine.rendered import Rendered, Report
from dovetail.engine.runtime import Programs, Runtime
from dovetail.engine.setting import Setting
from dovetail.errors import Diagnostic, DovetailError, LimitError, OddAnswerError, ProviderError, RenderError
from dovetail.source import Span


@dataclass(slots=True)
class Snapshot:
    """The answers that renders share. All mails of a mailing see the same ones."""

    answers: dict[Ask, Answer | ProviderError] = field(default_factory=dict[Ask, "Answer | ProviderError"])

    shared: set[Ask] = field(default_factory=set[Ask])
    """Asks that more than one job of this snapshot made, or that were planned."""

    def fork(self) -> Snapshot:
        """A snapshot that begins with the same answers."""
        return Snapshot(dict(self.answers))

    def adopt(self, other: Snapshot) -> None:
        """Take what another snapshot holds by now, before other answers to the same asks come in."""
        for ask, answer in other.answers.items():
            self.answers.setdefault(ask, answer)

    def keep(self, other: Snapshot) -> None:
        """Take over what several jobs of another snapshot used; what one recipient asked for is left.

        Failures are left too: a fault that passes must not be that of all mails to come.
        """
        for ask in other.shared:
            answer = other.answers[ask]
            if isinstance(answer, Answer):
                self.answers.setdefault(ask, answer)

    def add(self, found: Mapping[Ask, Answer | ProviderError], asked: Sequence[Ask]) -> None:
        """Take in what a round brought. An ask that got no answer at all does not exist over there."""
        for ask, answer in found.items():
            if ask not in self.answers:
                self.answers[ask] = _bound(answer, ask.identifier) if isinstance(answer, Answer) else answer
        for ask in asked:
            if ask not in self.answers:
                self.answers[ask] = Answer(None, found=False)


class LiveMap(dict[str, object]):
    """A mapping with values that are asked for when they are read: compiled look-ups take no short cut in it."""


def _bound(answer: Answer, identifier: str) -> Answer | ProviderError:
    try:
        return replace(answer, value=bind(answer.value, identifier))
    except RecursionError:
        message = f"`{identifier}` answered with data that are nested too deeply"
        return OddAnswerError(message, identifier=identifier)


def bind(value: object, identifier: str) -> object:
    """The same value with every `Ref` made an `Ask` of the integration it came from."""
    if isinstance(value, Ref):
        return Ask(identifier, value.collection, value.key)
    if isinstance(value, Record):
        return replace(value, fields={name: bind(item, identifier) for name, item in value.fields.items()})
    if isinstance(value, Mapping):
        bound = {name: bind(item, identifier) for name, item in cast("Mapping[str, object]", value).items()}
        return LiveMap(bound) if Ask in map(type, bound.values()) else bound
    if isinstance(value, list | tuple):
        return [bind(item, identifier) for item in cast("Sequence[object]", value)]
    return value


Finish = Callable[[str | bytes, Report | float], T]
"""Makes the result of a render from its text (or, if it was to be encoded, perhaps UTF-8) and its report; the
report is a number of seconds where nothing else is to be told."""


def rendered(text: str | bytes, report: Report | float) -> Rendered:
    """A `Finish` for text."""
    assert isinstance(text, str), "only encoded renders give bytes"
    return Rendered(text, report)


def rendering(
    setting: Setting,
    jobs: Sequence[Mapping[str, object]],
    planned: Sequence[Ask],
    snapshot: Snapshot,
    finish: Finish[T],
    *,
    encoded: bool = False,
    tried: bool = False,
) -> Rendering[list[T | DovetailError]]:
    """Render a template once for each job; a job that fails gives its error in its place.

    `planned` are asks that the template needs whatever happens: round 1 begins with them. `encoded`: UTF-8
    is wanted, where the quick form gives it. `tried`: the quick form gave up already.
    """
    begun = perf_counter()
    results: list[T | DovetailError | None] = [None] * len(jobs)
    waiting = list(range(len(jobs)))
    asks = [ask for ask in planned if ask not in snapshot.answers]
    rounds = requests = hits = 0
    now = setting.clock()
    spent = [0.0] * len(jobs)
    snapshot.shared.update(asks)
    programs: Programs = {}
    while True:
        if asks:
            rounds += 1
            brought = yield tuple(asks)
            requests += brought.requests
            hits += brought.hits
            snapshot.add(brought.by_ask, asks)
        wanted: Counter[Ask] = Counter()
        still: list[int] = []
        for number in waiting:
            started = perf_counter()
            runtime = Runtime(
                setting,
                snapshot.answers,
                now,
                started - spent[number],
                programs,
                quick=bool(rounds) or not tried,
                # An output filter works on text.
                encoded=encoded and not setting.output_filters,
            )
            try:
                text, runtime = _made(runtime, jobs[number])
                if encoded and isinstance(text, str):
                    text = _in_utf8(setting, text)
            except Missing:
                gathered = _gather(runtime, jobs[number]) or runtime.missing
                wanted.update(gathered.keys())
                still.append(number)
                spent[number] += perf_counter() - started
            except DovetailError as error:
                results[number] = error
            else:
                report = report_of(runtime, perf_counter() - begun, rounds=rounds, requests=requests, hits=hits)
                results[number] = finish(text, report)
        asks = list(wanted)
        snapshot.shared.update(ask for ask, jobs_asking in wanted.items() if jobs_asking > 1)
        if not asks:
            break
        if rounds >= setting.limits.rounds:
            for number in still:
                results[number] = _too_many_rounds(setting, asks)
            snapshot.shared.intersection_update(snapshot.answers)
            break
        waiting = still
    finished = [result for result in results if result is not None]
    if len(finished) != len(jobs):
        raise AssertionError("a job ended without a text and without an error")
    return finished


def quickly(runtime: Runtime, frame: Frame, output: Output) -> str | bytes | None:
    """The text by the quick form; None where only the plain form can say what is to be said.

    After None, the runtime is of no use but for what is `missing`.
    """
    form = runtime.setting.program.quick_form(encoded=runtime.encoded)
    body = form.body()
    if body is None:
        return None
    try:
        body(runtime, frame, output)
        return _joined(runtime, output)
    except Missing:
        return None
    except Exception as error:  # noqa: BLE001  # whatever it is, the plain form says it in the user's words
        form.failed(error)
        return None


def _made(runtime: Runtime, variables: Mapping[str, object]) -> tuple[str | bytes, Runtime]:
    """The text, and the runtime that made it: this one by the quick form, or else another by the plain form."""
    setting = runtime.setting
    if runtime.quick:
        text = quickly(runtime, _frame(setting, variables, runtime.now), Output())
        if text is not None:
            return text, runtime
        if runtime.missing:
            raise Missing
    plain = Runtime(setting, runtime.answers, runtime.now, runtime.begun, runtime.programs)
    # What this one has to wait for is told by the one that the caller knows.
    plain.missing = runtime.missing
    output = Output()
    # The time limit holds for all passes of a job together.
    setting.program.run(plain, _frame(setting, variables, plain.now), output)
    return _joined(plain, output), plain


def _frame(setting: Setting, variables: Mapping[str, object], now: float) -> Frame:
    return Frame(whole(setting, variables, now), setting.program.source.name)


def whole(setting: Setting, variables: Mapping[str, object], now: float) -> dict[str, object]:
    """The variables with all that a template finds beside them: the integrations, and the customary aliases."""
    found = with_aliases(variables, now)
    return {**setting.roots, **found} if setting.roots else found


def _joined(runtime: Runtime, output: Output) -> str | bytes:
    setting = runtime.setting
    try:
        text = native.join(output, setting.limits.output)
    except OverflowError:
        raise _too_long(setting) from None
    if not text and runtime.encoded:
        # Of no pieces nobody knows what they would have been.
        return b""
    if not setting.output_filters:
        return text
    for output_filter in setting.output_filters:
        text = output_filter(text)
    if len(text) > setting.limits.output:
        raise _too_long(setting)
    return text


def _too_long(setting: Setting) -> LimitError:
    source = setting.program.source
    message = f"the result is longer than {setting.limits.output:,} characters"
    return LimitError([Diagnostic("limit", message, source, Span(0, 1), "shorten the template or its loops")])


def _in_utf8(setting: Setting, text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        letter = text[error.start].encode("ascii", "backslashreplace").decode()
        message = f"the mail has `{letter}` in it, half of a character, which no mail can carry"
        finding = Diagnostic("value", message, setting.program.source, Span(0, 1), "look where its data come from")
        raise RenderError([finding]) from None


def _gather(before: Runtime, variables: Mapping[str, object]) -> dict[Ask, None]:
    """The asks that one pass can find, each statement tried on its own."""
    setting = before.setting
    runtime = Runtime(setting, before.answers, before.now, before.begun, before.programs, gathering=True)
    try:
        setting.program.run(runtime, _frame(setting, variables, before.now), Output())
    except (Missing, LimitReached, DovetailError):
        # Whatever ends this pass early shows again in the real one.
        return runtime.missing
    return runtime.missing


def report_of(runtime: Runtime, seconds: float, *, rounds: int = 0, requests: int = 0, hits: int = 0) -> Report:
    """How a runtime's text came about."""
    notes = dict.fromkeys(runtime.notes)
    oldest = 0.0
    for ask in runtime.used:
        answer = runtime.answers[ask]
        if not isinstance(answer, Answer):
            continue
        if not answer.found:
            notes[f"{ask.path()} does not exist"] = None
        notes.update(dict.fromkeys(answer.notes))
        if answer.fetched_at:
            oldest = max(oldest, runtime.now - answer.fetched_at)
    return Report(
        asks=len(runtime.used),
        requests=requests,
        hits=hits,
        rounds=rounds,
        seconds=seconds,
        oldest=oldest,
        notes=tuple(notes),
        undefined=tuple(runtime.undefined),
    )


def _too_many_rounds(setting: Setting, asks: Sequence[Ask]) -> LimitError:
    source = setting.program.source
    message = f"after {setting.limits.rounds} rounds the template still asks for more: `{asks[0].path()}`"
    return LimitError([Diagnostic("rounds", message, source, Span(0, 1), "data that depend on data are too deep here")])
