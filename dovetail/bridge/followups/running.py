"""Runs instances: a step at a time, each with its end in one transaction; what goes out carries the instance's key."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from dovetail.bridge.actions.outcome import Held, Undelivered
from dovetail.bridge.actions.webhook import retry_delay
from dovetail.bridge.events.event import Event
from dovetail.bridge.followups.delivering import deliver, has_turn
from dovetail.bridge.followups.followup import (
    END,
    Call,
    ChangeProfile,
    Check,
    Followup,
    Mail,
    Outgoing,
    Publish,
    Raise,
    Split,
    Step,
    Wait,
    WaitFor,
    WaitUntil,
    WaitUntilMoment,
    Webhook,
    action_of,
)
from dovetail.bridge.followups.moments import after_quiet, chance_of, chosen, moment_of, next_time, zone_of
from dovetail.bridge.followups.ports import Outlet, Texts, Variables, variables_of
from dovetail.bridge.followups.starting import Current, emit, starter
from dovetail.bridge.store import instances, log, queue, versions
from dovetail.bridge.store.instances import DeliveryState, Instance
from dovetail.bridge.store.queue import Task
from dovetail.bridge.worker import Commit
from dovetail.errors import DovetailError, ProviderError, TemplateError

if TYPE_CHECKING:
    from dovetail.integrations.store.database import Connection, Database

_AGAIN = (60.0, 300.0, 1800.0, 7200.0, 18_000.0, 36_000.0)
"""Seconds between attempts of a step whose data cannot be had: a shop that is down comes back."""
_TURN = 60.0
"""Seconds after which it is looked whether a turn has come, if nobody said so."""

RuleOf = Callable[["Connection", str, str, int], Followup | None]
"""A follow-up of an account by its name and version."""


@dataclass(frozen=True, slots=True)
class _Scene:
    """All that a step needs to know."""

    instance: Instance
    rule: Followup
    event: Event
    number: int
    variables: Variables

    def told(self) -> Mapping[str, object]:
        """The event as others are told of it."""
        return {**self.event.cloudevent(), "followup": self.rule.name, "instance": self.instance.id}


class Running:
    """Handles the tasks of instances."""

    def __init__(
        self,
        database: Database,
        texts: Texts,
        outlet: Outlet,
        rule_of: RuleOf,
        current: Current,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._database = database
        self._texts = texts
        self._outlet = outlet
        self._rule_of = rule_of
        self._current = current
        self._clock = clock

    async def handle(self, task: Task) -> Commit:
        """Do the next step of an instance."""
        scene = await asyncio.to_thread(self._scene, task)
        if scene is None:
            return lambda connection: queue.finish(connection, task)
        if scene.instance.step != "":
            return await self._attempted(task, scene, self._next(task, scene))
        if scene.rule.when or scene.rule.cap is not None:
            return await self._attempted(task, scene, self._begin(task, scene))
        return await self._onward(task, scene, scene.rule.steps[0].name, "began")

    async def _onward(self, task: Task, scene: _Scene, to: str, what: str) -> Commit:
        """Move to a step, and do it at once."""
        onward = replace(scene, instance=replace(scene.instance, step=to))
        later = replace(task, payload={"began": self._clock()})
        then = await self._attempted(later, onward, self._next(later, onward))

        def commit(connection: Connection) -> None:
            now = self._clock()
            _note(connection, scene, what, now)
            instances.move(connection, scene.instance.id, now, step=to)
            then(connection)

        return commit

    async def _next(self, task: Task, scene: _Scene) -> Commit:
        step = scene.rule.step(scene.instance.step)
        return self._ended(task, scene, "done", "") if step is None else await self._step(task, scene, step)

    async def _attempted(self, task: Task, scene: _Scene, work: Awaitable[Commit]) -> Commit:
        """What is to be written of a step, however it ended."""
        try:
            return await work
        except TemplateError as error:
            if error.diagnostic.code == "provider":
                return self._once_more(task, scene, error.diagnostic.message)
            return self._ended(task, scene, "failed", error.diagnostic.message, bury=True)
        except ProviderError as error:
            return self._once_more(task, scene, error.message)
        except Undelivered as error:
            return self._undelivered(task, scene, error)
        except Held as error:
            return self._held(task, error)
        except DovetailError as error:
            return self._ended(task, scene, "failed", str(error), bury=True)

    def _scene(self, task: Task) -> _Scene | None:
        with self._database.read() as connection:
            instance = instances.get(connection, task.account, task.key)
            if instance is None or instance.state != "waiting":
                return None
            rule = self._rule_of(connection, task.account, instance.followup, instance.version)
            logged = log.get(connection, task.account, instance.event)
            if rule is None or logged is None:
                return None
            event = logged.event
            variables = variables_of(connection, task.account, event)
        return _Scene(instance, rule, event, logged.number, variables)

    # --- the beginning

    async def _begin(self, task: Task, scene: _Scene) -> Commit:
        rule, instance = scene.rule, scene.instance
        if rule.when and not await self._holds(scene, rule.when):
            return self._ended(task, scene, "stopped", "its condition does not hold")
        if rule.cap is None or not instance.person:
            return self._moved(task, scene, rule.steps[0].name, "began")
        cap, now = rule.cap, self._clock()

        def commit(connection: Connection) -> None:
            # Of two that begin at once, the second sees the first.
            versions.hold(connection, instance.account, instance.followup)
            if instances.times(connection, instance, now - cap.per) >= cap.times:
                self._ended(task, scene, "stopped", "this person had it often enough")(connection)
            else:
                self._moved(task, scene, rule.steps[0].name, "began")(connection)

        return commit

    async def _holds(self, scene: _Scene, condition: str) -> bool:
        text = f"{{if {condition}}}1{{/if}}"
        return await self._texts.text(text, scene.variables) == "1"

    # --- steps

    async def _step(self, task: Task, scene: _Scene, step: Step) -> Commit:
        rule, following = scene.rule, scene.rule.after(step)
        match step.act:
            case Wait(seconds):
                over = seconds > 0 and self._began(task) + seconds <= self._clock()
                if over and following != END:
                    return await self._onward(task, scene, following, "waited")
                return self._waited(task, scene, step, self._began(task) + seconds)
            case WaitUntil(at, zone):
                name = await self._texts.text(zone, scene.variables) if "{" in zone else zone
                return self._waited(task, scene, step, next_time(self._began(task), at, zone_of(name)))
            case WaitUntilMoment(moment):
                text = await self._texts.text(moment, scene.variables)
                return self._waited(task, scene, step, moment_of(text))
            case WaitFor(event, within):
                return self._wait_for(task, scene, step, event, within)
            case Check(condition):
                if await self._holds(scene, condition):
                    return self._moved(task, scene, following, "the condition holds")
                return self._moved(task, scene, step.otherwise, "the condition does not hold")
            case Split(ways):
                to = chosen(ways, chance_of(rule, step, scene.event))
                return self._moved(task, scene, to, f"by chance to `{to}`")
            case Mail() as mail:
                if rule.quiet is not None and (end := after_quiet(self._clock(), rule.quiet)) is not None:
                    return self._later(task, scene, end, "quiet hours")
                await self._outlet.mail(mail, scene.variables, scene.instance.key)
                return self._delivered(task, scene, following, step.act, (self._mail_event(scene, "mail-sent"),))
            case Webhook() as webhook:
                if webhook.ordered and not await asyncio.to_thread(self._has_turn, scene, webhook):
                    return self._queued(task, scene, webhook)
                await self._outlet.webhook(webhook, scene.told(), scene.instance.key)
                return self._delivered(task, scene, following, webhook)
            case Publish() as publish:
                subject = (await self._texts.text(publish.subject, scene.variables)).strip()
                await self._outlet.publish(publish, subject, scene.told(), scene.instance.key)
                return self._delivered(task, scene, following, publish)
            case Call(_, arguments) as call:
                await self._outlet.call(call, await self._rendered(scene, arguments), scene.instance.key)
                return self._delivered(task, scene, following, call)
            case ChangeProfile(email, fields, remove):
                address = (await self._texts.text(email, scene.variables)).strip()
                return self._profile(
                    task, scene, following, address, await self._rendered(scene, fields), remove=remove
                )
            case Raise(event, data):
                return self._raised(task, scene, following, event, await self._rendered(scene, data))

    async def _rendered(self, scene: _Scene, texts: Mapping[str, str]) -> dict[str, str]:
        return {name: await self._texts.text(text, scene.variables) for name, text in texts.items()}

    def _began(self, task: Task) -> float:
        began = task.payload.get("began")
        return began if isinstance(began, float) else self._clock()

    def _waited(self, task: Task, scene: _Scene, step: Step, until: float) -> Commit:
        if until <= self._clock():
            return self._moved(task, scene, scene.rule.after(step), "waited")
        began = self._began(task)
        return lambda connection: queue.again(connection, task, until, payload={"began": began})

    def _wait_for(self, task: Task, scene: _Scene, step: Step, event: str, within: float) -> Commit:
        if "met" in task.payload:
            return self._moved(task, scene, scene.rule.after(step), f"`{event}` came")
        if scene.instance.awaits and self._clock() >= self._began(task) + within:
            return self._moved(task, scene, step.otherwise, f"`{event}` did not come")
        began = self._began(task)

        def commit(connection: Connection) -> None:
            instances.move(connection, scene.instance.id, self._clock(), step=step.name, awaits=event)
            queue.again(connection, task, began + within, payload={"began": began})

        return commit

    # --- what is written

    def _emit(self, connection: Connection, task: Task, events: Sequence[Event], now: float) -> None:
        emit(connection, task.account, events, now, starter(task.account, self._current, self._clock))

    def _moved(self, task: Task, scene: _Scene, to: str, what: str) -> Commit:
        def commit(connection: Connection) -> None:
            now = self._clock()
            _note(connection, scene, what, now)
            if to == END:
                instances.move(connection, scene.instance.id, now, step=END, state="done")
                queue.finish(connection, task)
            else:
                instances.move(connection, scene.instance.id, now, step=to)
                queue.again(connection, task, now, payload={"began": now})

        return commit

    def _ended(
        self, task: Task, scene: _Scene, state: instances.InstanceState, reason: str, *, bury: bool = False
    ) -> Commit:
        def commit(connection: Connection) -> None:
            now, instance = self._clock(), scene.instance
            if reason:
                _note(connection, scene, reason, now)
            instances.move(connection, instance.id, now, step=instance.step, state=state, reason=reason)
            if bury:
                queue.bury(connection, task, reason)
            else:
                queue.finish(connection, task)

        return commit

    def _later(self, task: Task, scene: _Scene, due: float, why: str) -> Commit:
        def commit(connection: Connection) -> None:
            _note(connection, scene, f"put off: {why}", self._clock())
            queue.again(connection, task, due)

        return commit

    def _once_more(self, task: Task, scene: _Scene, reason: str) -> Commit:
        if task.attempt > len(_AGAIN):
            return self._ended(task, scene, "failed", reason, bury=True)

        def commit(connection: Connection) -> None:
            due = self._clock() + _AGAIN[task.attempt - 1]
            _note(connection, scene, f"tried again later: {reason}", self._clock())
            queue.again(connection, task, due, reason=reason, attempts=task.attempt)

        return commit

    def _has_turn(self, scene: _Scene, webhook: Webhook) -> bool:
        with self._database.read() as connection:
            return has_turn(connection, scene.instance, webhook)

    def _queued(self, task: Task, scene: _Scene, webhook: Webhook) -> Commit:
        """Behind those that came before; who is done wakes the next."""

        def commit(connection: Connection) -> None:
            now = self._clock()
            deliver(connection, scene.instance, scene.number, webhook, "waiting", task.attempt - 1, "", now)
            due = now if has_turn(connection, scene.instance, webhook) else now + _TURN
            queue.again(connection, task, due, attempts=task.attempt - 1)

        return commit

    def _delivered(self, task: Task, scene: _Scene, to: str, act: Outgoing, events: tuple[Event, ...] = ()) -> Commit:
        def commit(connection: Connection) -> None:
            now = self._clock()
            deliver(connection, scene.instance, scene.number, act, "done", task.attempt, "", now)
            self._emit(connection, task, events, now)
            self._moved(task, scene, to, f"{action_of(act)} went out")(connection)

        return commit

    def _undelivered(self, task: Task, scene: _Scene, error: Undelivered) -> Commit:
        step = scene.rule.step(scene.instance.step)
        act = step.act if step is not None else None
        assert isinstance(act, Mail | Webhook | Publish | Call), "nothing else goes out"
        # The first entry of the schedule is the attempt that was just made.
        pause = retry_delay(task.attempt + 1, random.random()) if error.again else None  # noqa: S311  # jitter

        def commit(connection: Connection) -> None:
            now = self._clock()
            state: DeliveryState = "waiting" if pause is not None else "dead"
            deliver(connection, scene.instance, scene.number, act, state, task.attempt, error.reason, now)
            if pause is not None:
                _note(connection, scene, f"not taken: {error.reason}", now)
                due = now + max(pause, error.after or 0.0)
                queue.again(connection, task, due, reason=error.reason, attempts=task.attempt)
                return
            if isinstance(act, Mail):
                self._emit(connection, task, [self._mail_event(scene, "mail-failed")], now)
            self._ended(task, scene, "failed", error.reason, bury=True)(connection)

        return commit

    def _held(self, task: Task, error: Held) -> Commit:
        """Once more later: it is no attempt, and nothing to tell of each time."""
        return lambda connection: queue.again(
            connection, task, self._clock() + error.after, reason=error.reason, attempts=task.attempt - 1
        )

    def _mail_event(self, scene: _Scene, name: str) -> Event:
        data = {"email": scene.instance.person, "followup": scene.rule.name}
        return self._caused(scene, name, f"{name}/{scene.instance.key}", "mail", data)

    def _caused(self, scene: _Scene, name: str, id: str, source: str, data: Mapping[str, object]) -> Event:  # noqa: A002
        by = scene.event
        return Event(id, source, name, by.subject, scene.instance.person, self._clock(), data, by.id, by.depth + 1)

    def _profile(
        self, task: Task, scene: _Scene, to: str, email: str, fields: dict[str, str], *, remove: bool
    ) -> Commit:
        def commit(connection: Connection) -> None:
            now = self._clock()
            if "@" not in email:
                self._moved(task, scene, to, "there is no address: no profile was changed")(connection)
                return
            if remove:
                instances.remove_profile(connection, task.account, email)
            else:
                instances.change_profile(connection, task.account, email, fields, now)
            self._moved(task, scene, to, "the profile was removed" if remove else "the profile was changed")(connection)

        return commit

    def _raised(self, task: Task, scene: _Scene, to: str, name: str, data: dict[str, str]) -> Commit:
        event = self._caused(
            scene, name, f"{name}/{scene.instance.key}", "followup", {"email": scene.instance.person, **data}
        )

        def commit(connection: Connection) -> None:
            self._emit(connection, task, [event], self._clock())
            self._moved(task, scene, to, f"`{name}` was raised")(connection)

        return commit


def _note(connection: Connection, scene: _Scene, what: str, now: float) -> None:
    instances.note(connection, scene.instance.id, scene.instance.step, what, now)
