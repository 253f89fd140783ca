"""1C:Enterprise: pulls nomenclature and offers, mirrors tasks and takes their state back.

How to set up 1C for it: docs/onec.md. Which errors are tried again: `activities.onec_client.errors`.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator, Awaitable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import httpx
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.lateness import late
from activities.onec_client.checking import check
from activities.onec_client.errors import FEW, Behind, OneCError, Unavailable
from activities.onec_client.odata import OData
from activities.onec_client.requests import CHANGES, DETAIL, PULL, MirrorTask, PullItems, read
from activities.onec_client.shapes import Changes, Content, Item, Offer, TaskState, TaskWish
from activities.onec_client.tasks import Tasks
from activities.onec_client.trade import Trade, media_type
from domain.onec_mapping import Mapping
from store import outbox, tables, turns, writes
from store.files import FileStore

TOTAL_SECONDS = 25.0  # of one attempt; the workflow allows 30
_TURN = timedelta(seconds=30)  # as long as the workflow allows
_PATIENCE = 3.0  # seconds to wait for one's turn; with an attempt they stay within what is allowed
_PAUSE = 0.2
_FILES = uuid.UUID("2d9f2c1e-55a1-5c55-8f0e-8b8b7d1c2a10")
_BY = "1c"  # who uploaded the files that come from there

T = TypeVar("T")


class OneC:
    """1C by its standard OData interface. `client` is None where the product has no 1C: every call says so.

    The plain methods raise the errors of `activities.onec_client.errors`; the activities raise
    ApplicationError of the same types.
    """

    def __init__(
        self,
        client: httpx.AsyncClient | None,
        mapping: Mapping,
        engine: AsyncEngine | None = None,
        files: FileStore | None = None,
    ) -> None:
        self._odata = OData(client)
        self._trade = Trade(self._odata, mapping)
        self._tasks = Tasks(self._odata, mapping)
        self._mapping = mapping
        self._engine = engine
        self._files = files
        self._failures: dict[str, int] = {}  # of effects, in a row, where only a few attempts make sense

    async def pull_nomenclature(
        self, query: str = "", codes: Sequence[str] = (), limit: int = 50
    ) -> list[Item]:
        """The items of these codes, in their order without the unknown ones; else those with `query` in them."""
        return await self._trade.by_codes(codes) if codes else await self._trade.search(query, limit)

    async def pull_offer(self, deal: str) -> Offer | None:
        """The newest offer of the deal, with the file attached to it; None where 1C has no offer yet."""
        return await self._trade.offer(deal)

    async def mirror_task(self, wish: TaskWish) -> TaskState:
        """Has the task in 1C: found by our key or made, once however often it is called."""
        return await self._tasks.mirror(wish)

    async def task_state(self, key: str) -> TaskState | None:
        """The task as 1C has it now; None where it has none of this key."""
        return await self._tasks.state(key)

    async def complete_task(self, key: str, result: str = "") -> TaskState:
        """Closes the task in 1C, unless it is closed or withdrawn there."""
        return await self._tasks.complete(key, result, datetime.now(UTC))

    async def cancel_task(self, key: str) -> TaskState:
        """Withdraws the task in 1C, unless it is closed there: look at the state that comes back."""
        return await self._tasks.cancel(key)

    async def changed_tasks(self, versions: dict[str, str | None]) -> Changes:
        """Which mirrored tasks changed since the version known of each; for where no webhook comes through."""
        return await self._tasks.changed(versions)

    async def check(self) -> list[str]:
        """What of the mapping this 1C does not have or does not show, a sentence each. Reads only."""
        return await check(self._odata, self._mapping)

    @activity.defn(name="effect_onec_task")
    async def effect_onec_task(self, key: str) -> dict[str, Any] | None:
        """Carries out the planned effect: mirrors, closes or withdraws a task. Its state in 1C, or None if done.

        What its deal planned before goes first: after an outage 1C gets everything in the order of planning. Of one
        deal one attempt is under way at a time, also where a person has it tried at once beside a running one.
        """
        engine, turn = self._require(self._engine), await self._turn(key)
        try:
            async with engine.begin() as connection:
                detail = await _detail(connection, key)
                if await writes.start_effect(connection, key) is None:
                    return None
                earlier = await outbox.earlier_effects(connection, key)
                first = [(one, await _detail(connection, one)) for one in earlier]
            return await self._noted(key, self._in_turn(first, key, detail))
        finally:
            async with engine.begin() as connection:
                await turns.end_turn(connection, key, turn)

    async def _turn(self, key: str) -> datetime:
        """Until when the deal's turn is this attempt's. What is quick is waited for; the rest is tried again later."""
        engine, waits = self._require(self._engine), 0.0
        while True:
            async with engine.begin() as connection:
                await _detail(connection, key)
                if turn := await turns.take_turn(connection, key, _TURN):
                    return turn
            if waits >= _PATIENCE:
                raise self._failure(Behind("another attempt of this deal is under way"), "")
            await asyncio.sleep(_PAUSE)
            waits += _PAUSE

    @activity.defn(name="effect_onec_offer")
    async def effect_onec_offer(self, key: str) -> dict[str, Any]:
        """The offer that the planned effect asks for, as `onec_pull` gives it. Reading again does no harm."""
        async with self._require(self._engine).begin() as connection:
            detail = await _detail(connection, key)
            await writes.start_effect(connection, key)
        return await self._noted(key, self._pull(detail, key))

    async def _noted(self, key: str, work: Awaitable[dict[str, Any]]) -> dict[str, Any]:
        """The work's result; what keeps it from being done stands with the effect, for people to read."""
        engine = self._require(self._engine)
        try:
            result = await work
        except ApplicationError as error:
            async with engine.begin() as connection:
                await writes.note_effect_cause(connection, key, error.message)
            if waits := await late(engine, key, error):
                return waits
            raise
        async with engine.begin() as connection:
            await writes.finish_effect(connection, key)
        return result

    async def _in_turn(
        self, first: Sequence[tuple[str, dict[str, Any]]], key: str, detail: dict[str, Any]
    ) -> dict[str, Any]:
        state = await self._answer(self._after(first, key, detail), key)
        return state.model_dump(mode="json")

    async def _after(
        self, first: Sequence[tuple[str, dict[str, Any]]], key: str, detail: dict[str, Any]
    ) -> TaskState:
        for one, earlier in first:
            try:
                await self._carry_out(one, earlier)
            except Unavailable:
                raise
            except OneCError as error:
                if (
                    error.retry != "never"
                ):  # what is hopeless holds up nothing; its own attempt tells the deal
                    raise Behind(f"an earlier task of the deal goes first ({error})") from None
            except ApplicationError:
                continue  # nothing that 1C could be asked for
        return await self._carry_out(key, detail)

    @activity.defn(name="onec_pull")
    async def onec_pull(self, request: dict[str, Any]) -> dict[str, Any]:
        """`{what: nomenclature, query | codes, limit}` -> `{items}`; `{what: offer, deal}` -> `{offer}` or null.

        An offer's file is stored and comes as `{id, name}`.
        """
        return await self._pull(request)

    async def _pull(self, request: dict[str, Any], effect: str = "") -> dict[str, Any]:
        wanted = read(PULL, request)
        if isinstance(wanted, PullItems):
            items = await self._answer(
                self.pull_nomenclature(wanted.query, wanted.codes, wanted.limit), effect
            )
            return {"items": [item.model_dump(mode="json") for item in items]}
        offer = await self._answer(self.pull_offer(wanted.deal), effect)
        if offer is None:
            return {"offer": None}
        file = await self._keep(offer.file) if offer.file else None
        return {"offer": {**offer.model_dump(mode="json", exclude={"file"}), "file": file}}

    @activity.defn(name="onec_changes")
    async def onec_changes(self, request: dict[str, Any]) -> dict[str, Any]:
        """`{versions: {key: version or null}}` -> `{changed: [state…], missing: [key…]}`."""
        wanted = read(CHANGES, request)
        return (await self._answer(self.changed_tasks(dict(wanted.versions)))).model_dump(mode="json")

    async def _carry_out(self, effect: str, detail: dict[str, Any]) -> TaskState:
        wanted = read(DETAIL, {"key": effect, **detail})
        if isinstance(wanted, MirrorTask):
            return await self.mirror_task(wanted)
        if wanted.operation == "complete":
            return await self.complete_task(wanted.key, wanted.result)
        return await self.cancel_task(wanted.key)

    async def _answer(self, call: Awaitable[T], effect: str = "") -> T:
        """The call's answer within the time of an attempt; errors as Temporal knows them."""
        try:
            async with asyncio.timeout(TOTAL_SECONDS):
                answer = await call
        except TimeoutError:
            late = Unavailable(f"1C did not answer within {TOTAL_SECONDS:g} s")
            raise self._failure(late, effect) from None
        except OneCError as error:
            raise self._failure(error, effect) from None
        self._failures.pop(effect, None)
        return answer

    def _failure(self, error: OneCError, effect: str) -> ApplicationError:
        final = error.retry == "never"
        if error.retry == "few" and effect:
            self._failures[effect] = self._failures.get(effect, 0) + 1
            final = self._failures[effect] >= FEW
        if final or error.retry == "always":
            self._failures.pop(effect, None)
        return ApplicationError(str(error), type=error.type, non_retryable=final)

    async def _keep(self, content: Content) -> dict[str, str]:
        """Stores the file, once for each of its versions."""
        engine, files = self._require(self._engine), self._require(self._files)
        id = str(uuid.uuid5(_FILES, f"{content.ref}/{content.version}"))
        info = await files.put(id, _chunks(content.content), max_bytes=len(content.content))
        file = writes.NewFile(id, content.name, info.size, media_type(content.name), info.sha256, _BY)
        async with engine.begin() as connection:
            await writes.add_file(connection, file)
        return {"id": id, "name": content.name}

    def _require(self, part: T | None) -> T:
        if part is None:
            raise RuntimeError("this OneC was made without a database or a file store")
        return part


async def _detail(connection: AsyncConnection, key: str) -> dict[str, Any]:
    """What the effect is to do. Raises UnknownEffect."""
    detail: dict[str, Any] | None = await connection.scalar(
        select(tables.effects.c.detail).where(tables.effects.c.key == key)
    )
    if detail is None:
        raise writes.UnknownEffect(key)
    return detail


async def _chunks(content: bytes) -> AsyncIterator[bytes]:
    yield content
