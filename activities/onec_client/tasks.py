"""Mirroring tasks in 1C: made once, found again by our own key, closed and withdrawn, watched for changes."""

from __future__ import annotations

import re
import uuid
from collections.abc import Awaitable, Callable, Sequence
from collections.abc import Mapping as Mapped
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from activities.onec_client.errors import (
    BadAnswer,
    Denied,
    Failed,
    NotThere,
    OneCError,
    Rejected,
    Unavailable,
    VersionChanged,
)
from activities.onec_client.odata import OData, Row, Select, guid, text
from activities.onec_client.reading import Reader
from activities.onec_client.shapes import Changes, TaskState, TaskStatus, TaskWish
from domain.onec_mapping import Mapping

BATCH = 10  # keys in one filter: they are long, and Cyrillic names take six characters a letter in an address
_COPIES = 20  # people copy tasks in 1C, and our key with them
_TRIES = 3  # when somebody changes the task just when we do
_NAMESPACE = uuid.UUID("7f0d1b0e-5a0c-5f3e-9a52-0f6c6f0e1c1c")
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]"
)  # XML, so 1C, has none of them


def own_reference(key: str) -> str:
    """The GUID that a task of this key is created under. For ever the same."""
    return str(uuid.uuid5(_NAMESPACE, key))


class Tasks:
    """The mirrored tasks. Errors: those of `activities.onec_client.errors`."""

    def __init__(self, odata: OData, mapping: Mapping) -> None:
        self._odata = odata
        self._map = mapping.task
        self._employees = mapping.employees
        self._zone = ZoneInfo(mapping.time_zone)

    async def mirror(self, wish: TaskWish) -> TaskState:
        """Has the task in 1C, once however often this is called: what is there already is left as it is."""
        if found := await self.state(wish.key):
            return found
        try:
            row = await self._odata.create(self._map.entity, self._values(wish))
            return self._read(row, wish.key, just_made=True)
        except (Unavailable, Denied):
            raise  # the next attempt reads first
        except OneCError:
            # Refused because an earlier call, still under way then, has made it meanwhile? Or made, and the answer
            # was rubbish? Then it is there.
            if made := await self.state(wish.key):
                return made
            raise

    async def state(self, key: str) -> TaskState | None:
        """The task of this key as 1C has it now, or None."""
        where = f"{self._map.key} eq {text(key)}"
        if self._map.own_reference:
            where += f" or Ref_Key eq {guid(own_reference(key))}"
        rows = await self._odata.select(Select(self._map.entity, where, self._fields(), top=_COPIES))
        return self._pick([self._read(row, key) for row in rows])

    async def complete(self, key: str, result: str, now: datetime) -> TaskState:
        """Closes the task, unless 1C has closed or withdrawn it. Raises NotThere."""
        return await self._close(key, lambda state: self._execute(state, result, now))

    async def cancel(self, key: str) -> TaskState:
        """Withdraws the task, unless 1C has closed it: then that stays. Raises NotThere."""
        return await self._close(key, self._withdraw)

    async def changed(self, versions: Mapped[str, str | None]) -> Changes:
        """Which of the tasks changed since the version given with each key (None: never seen)."""
        keys = list(versions)
        found: dict[str, TaskState] = {}
        for start in range(0, len(keys), BATCH):
            found |= await self._states(keys[start : start + BATCH])
        changed = [state for key, state in found.items() if state.version != versions[key]]
        return Changes(changed=tuple(changed), missing=tuple(key for key in keys if key not in found))

    async def _states(self, keys: Sequence[str]) -> dict[str, TaskState]:
        where = " or ".join(f"{self._map.key} eq {text(key)}" for key in keys)
        select = Select(self._map.entity, where, self._fields(), top=len(keys) * _COPIES)
        of_key: dict[str, list[TaskState]] = {key: [] for key in keys}
        for row in await self._odata.select(select):
            key = Reader(self._map.entity, row).text(self._map.key)
            if key not in of_key:
                raise BadAnswer(
                    f"1C, {self._map.entity}: expected tasks with the keys asked for, got another"
                )
            of_key[key].append(self._read(row, key))
        return {key: state for key, rows in of_key.items() if (state := self._pick(rows))}

    async def _close(self, key: str, step: Callable[[TaskState], Awaitable[None]]) -> TaskState:
        for attempt in range(1, _TRIES + 1):
            state = await self._known(key)
            if state.status != "open":
                return state
            try:
                await step(state)
            except VersionChanged:
                if attempt == _TRIES:
                    raise
                continue
            closed = await self._known(key)
            if closed.status == "open":
                raise Failed("1C closed the task and left it open; does code of the configuration undo it?")
            return closed
        raise AssertionError("unreachable")

    async def _known(self, key: str) -> TaskState:
        if state := await self.state(key):
            return state
        raise NotThere("1C has no task with this key yet")

    async def _execute(self, state: TaskState, result: str, now: datetime) -> None:
        values: dict[str, Any] = {}
        if self._map.result and result:
            values[self._map.result] = _clean(result)
        if self._map.done_at:
            values[self._map.done_at] = self._local(now)
        if not self._map.execute:
            values[self._map.done] = True
        if values:
            await self._odata.change(self._map.entity, state.ref, values, state.version)
        if self._map.execute:
            await self._odata.act(self._map.entity, state.ref, self._map.execute)

    async def _withdraw(self, state: TaskState) -> None:
        await self._odata.change(self._map.entity, state.ref, {self._map.cancelled: True}, state.version)

    def _values(self, wish: TaskWish) -> dict[str, Any]:
        map, values = self._map, dict[str, Any](self._map.constants)
        title, rest = _shortened(_clean(wish.title), map.title_length)
        description = "\n\n".join(part for part in (rest, _clean(wish.description)) if part)
        optional = {
            map.description: description,
            map.deadline: self._local(wish.deadline) if wish.deadline else "",
            map.deal: wish.deal,
            map.date: self._local(datetime.now(self._zone)),  # 1C does not date what comes by OData
        }
        values |= {map.key: wish.key, map.title: title}
        values |= {name: value for name, value in optional.items() if name and value}
        if map.assignee and wish.assignee in self._employees:
            values[map.assignee.field] = self._employees[wish.assignee]
            if map.assignee.type:
                values[map.assignee.field + "_Type"] = f"StandardODATA.{map.assignee.type}"
        if map.own_reference:
            values["Ref_Key"] = own_reference(wish.key)
        return values

    def _fields(self) -> list[str]:
        map = self._map
        names = (
            "Ref_Key",
            "DataVersion",
            map.key,
            map.number,
            map.done,
            map.done_at,
            map.result,
            map.cancelled,
        )
        return [name for name in names if name]

    def _read(self, row: Row, key: str, *, just_made: bool = False) -> TaskState:
        map, task = self._map, Reader(self._map.entity, row)
        ref = task.reference("Ref_Key")
        if ref is None:
            raise task.wrong("Ref_Key", "the task's reference")
        if task.text(map.key) != key:
            raise self._not_ours(made_by_us=just_made or ref == own_reference(key))
        done, cancelled = task.flag(map.done), task.flag(map.cancelled)
        status: TaskStatus = "done" if done else "cancelled" if cancelled else "open"
        return TaskState(
            key=key,
            ref=ref,
            number=task.text(map.number) if map.number else "",
            status=status,
            done_at=task.moment(map.done_at, self._zone) if map.done_at else None,
            result=task.text(map.result) if map.result else "",
            version=task.version(),
        )

    def _not_ours(self, *, made_by_us: bool) -> OneCError:
        if made_by_us:
            # Never to be repeated: without the key, each repeat could make another task.
            return Rejected(
                f"1C made the task but did not keep our key in `{self._map.key}`; check that the requisite "
                "exists, is a text of 100, and that code of the configuration does not clear it"
            )
        return BadAnswer(f"1C, {self._map.entity}: expected the task with the key asked for, got another")

    def _pick(self, states: list[TaskState]) -> TaskState | None:
        """Of copies that people made, the one that we made; else one that is not withdrawn."""
        ranked = sorted(
            states, key=lambda s: (s.ref != own_reference(s.key), s.status == "cancelled", s.number, s.ref)
        )
        return ranked[0] if ranked else None

    def _local(self, moment: datetime) -> str:
        return moment.astimezone(self._zone).replace(tzinfo=None).isoformat(timespec="seconds")


def _clean(value: str) -> str:
    return _UNPRINTABLE.sub("", value).strip()


def _shortened(title: str, most: int) -> tuple[str, str]:
    """The title as 1C can keep it, and the whole of it where that is less."""
    if len(title) <= most:
        return title, ""
    return title[: most - 1].rstrip() + "…", title
