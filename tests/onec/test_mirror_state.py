"""Mirrored tasks: their state back, closing and withdrawing, polling, and a double killed at the worst moment."""

from __future__ import annotations

import asyncio
from pathlib import Path

import httpx
import pytest

from activities.onec import OneC
from activities.onec_client.errors import (
    BadAnswer,
    Failed,
    NotThere,
    Unavailable,
)
from activities.onec_client.tasks import own_reference
from domain.onec_mapping import Mapping
from tests.onec.double import Double, eventually
from tests.onec.tasks import TASK, in_1c, wish


async def test_state_comes_back_and_copies_made_by_people_do_not_confuse(onec: OneC, double: Double) -> None:
    task = wish()
    await onec.mirror_task(task)
    async with double.client() as client:
        copy = {"Description": "Копия", "ВоронкаКлюч": task.key}
        assert (await client.post(f"{TASK}?$format=json", json=copy)).status_code == 201
    double.control("POST", f"tasks/{task.key}/complete", {"result": "Отгружено, ТТН 17"})
    state = await onec.task_state(task.key)
    assert state
    assert (state.status, state.result, state.ref) == ("done", "Отгружено, ТТН 17", own_reference(task.key))
    assert state.done_at
    assert state.done_at.tzinfo


async def test_completes_once_and_leaves_what_1c_closed(onec: OneC, double: Double) -> None:
    task = wish()
    await onec.mirror_task(task)
    done = await onec.complete_task(task.key, "Готово")
    assert await onec.complete_task(task.key, "Ещё раз") != done.model_copy(update={"result": "Ещё раз"})
    assert double.actions(task.key) == ["create", "change", "execute"]
    assert (await onec.cancel_task(task.key)).status == "done", "what is done stays done"
    [made] = in_1c(double, task.key)
    assert (made["Executed"], made["DeletionMark"], made["РезультатВыполнения"]) == (True, False, "Готово")


@pytest.mark.parametrize("mode", ["hang", "drop", "html"])
async def test_completes_once_though_the_answer_is_lost(
    onec: OneC, hasty: OneC, double: Double, mode: str
) -> None:
    task = wish()
    await onec.mirror_task(task)
    double.fault(mode, methods=["POST"], address="ExecuteTask")
    with pytest.raises((Unavailable, BadAnswer)):
        await hasty.complete_task(task.key)
    await onec.complete_task(task.key)
    assert double.actions(task.key).count("execute") == 1


async def test_withdraws_and_does_not_close_what_is_withdrawn(onec: OneC, double: Double) -> None:
    task = wish()
    await onec.mirror_task(task)
    await onec.cancel_task(task.key)
    await onec.cancel_task(task.key)
    state = await onec.complete_task(task.key, "поздно")
    assert state.status == "cancelled"
    assert double.actions(task.key) == ["create", "change"]


async def test_a_change_between_reading_and_writing_is_not_lost(
    onec: OneC, double: Double, mapping: Mapping
) -> None:
    task = wish()
    await onec.mirror_task(task)
    sent: list[str] = []

    async def be_first(request: httpx.Request) -> None:
        sent.append(request.method)
        if sent[-1] == "PATCH" and sent.count("PATCH") == 1:
            double.control("POST", f"tasks/{task.key}/complete", {"result": "Успел"})

    async with double.client() as client:
        client.event_hooks = {"request": [be_first]}
        state = await OneC(client, mapping).cancel_task(task.key)
    assert sent[:2] == ["GET", "PATCH"]
    assert (state.status, state.result) == ("done", "Успел")
    assert double.actions(task.key) == ["create"]


async def test_closing_waits_for_the_task_to_be_made(onec: OneC) -> None:
    for call in (onec.cancel_task, onec.complete_task):
        with pytest.raises(NotThere) as caught:
            await call(wish().key)
        assert caught.value.retry == "always"


async def test_polling_tells_what_changed_and_what_is_gone(onec: OneC, double: Double) -> None:
    tasks = [wish() for _ in range(23)]  # three filters
    states = [await onec.mirror_task(task) for task in tasks]
    versions: dict[str, str | None] = {state.key: state.version for state in states}
    assert await onec.changed_tasks(versions) == await onec.changed_tasks({})
    double.control("POST", f"tasks/{tasks[3].key}/complete", {"result": "да"})
    await onec.cancel_task(tasks[20].key)
    versions[tasks[5].key] = None
    versions["nowhere.1"] = None
    seen = await onec.changed_tasks(versions)
    assert {state.key: state.status for state in seen.changed} == {
        tasks[3].key: "done",
        tasks[5].key: "open",
        tasks[20].key: "cancelled",
    }
    assert seen.missing == ("nowhere.1",)


@pytest.mark.parametrize("own_death", [True, False])
async def test_killed_between_writing_and_answering(
    tmp_path: Path, mapping: Mapping, own_death: bool
) -> None:
    double = Double(tmp_path)
    double.start()
    task, before = wish(), wish()
    async with double.client() as client:
        onec = OneC(client, mapping)
        await onec.mirror_task(before)
        double.fault("die" if own_death else "hang", methods=["POST"])
        call = asyncio.create_task(onec.mirror_task(task))
        await eventually(lambda: double.actions(task.key) == ["create"])
        double.kill()
        with pytest.raises(Unavailable):
            await call
        with pytest.raises(Unavailable, match="not reachable"):  # nobody listens
            await onec.mirror_task(task)
        double.start()
        assert (await onec.mirror_task(task)).status == "open"
        assert (await onec.mirror_task(before)).status == "open"
    keys = [line["key"] for line in double.ledger() if line["action"] == "create"]
    assert keys == [before.key, task.key]
    double.kill()


@pytest.mark.parametrize("own", [True, False], ids=["closed", "withdrawn"])
async def test_a_1c_that_undoes_the_closing_is_said_and_not_asked_for_ever(
    onec: OneC, double: Double, own: bool
) -> None:
    task = wish()
    await onec.mirror_task(task)
    double.fault("values", methods=["GET"], values={"Executed": False, "DeletionMark": False}, times=2)
    with pytest.raises(Failed, match="left it open"):
        await (onec.complete_task(task.key) if own else onec.cancel_task(task.key))
