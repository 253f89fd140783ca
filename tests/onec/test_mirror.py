"""Mirrored tasks: once in 1C, whatever happens to the calls."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from activities.onec import OneC
from activities.onec_client.errors import (
    BadAnswer,
    Denied,
    Failed,
    NotConfigured,
    OneCError,
    Rejected,
    Unavailable,
)
from activities.onec_client.shapes import TaskWish
from activities.onec_client.tasks import own_reference
from domain.onec_mapping import Mapping
from tests.onec.double import HASTY, Double
from tests.onec.tasks import TASK, in_1c, wish


async def until_mirrored(onec: OneC, task: TaskWish, attempts: int = 5) -> int:
    """Repeats as the workflow does; returns the number of attempts it took."""
    for attempt in range(1, attempts):
        try:
            await onec.mirror_task(task)
            return attempt
        except (Unavailable, BadAnswer, Failed):  # each of them is tried again
            continue
    await onec.mirror_task(task)
    return attempts


async def test_makes_the_task_with_everything_the_mapping_names(onec: OneC, double: Double) -> None:
    task = wish(description="Склад 2\nдо обеда")
    state = await onec.mirror_task(task)
    assert (state.key, state.status, state.result, state.done_at) == (task.key, "open", "", None)
    [made] = in_1c(double, task.key)
    assert made["Description"] == "Отгрузить товар"
    assert made["Описание"] == "Склад 2\nдо обеда"
    assert made["СрокИсполнения"] == "2026-02-03T18:00:00", "1C keeps the base's local time"
    assert made["ВоронкаСделка"] == task.deal
    assert made["Исполнитель"] == "5d0e6c1a-0000-4000-8000-000000000001"
    assert made["Исполнитель_Type"] == "StandardODATA.Catalog_Пользователи"
    assert made["Ref_Key"] == own_reference(task.key) == state.ref
    assert not made["Date"].startswith("0001")
    assert made["Number"] == state.number != ""


async def test_a_repeat_changes_nothing(onec: OneC, double: Double) -> None:
    task = wish()
    first = await onec.mirror_task(task)
    assert await onec.mirror_task(task) == first
    assert double.actions(task.key) == ["create"]


async def test_whom_1c_does_not_know_is_left_to_1c(onec: OneC, double: Double) -> None:
    task = wish(assignee="driver", deadline=None)
    await onec.mirror_task(task)
    [made] = in_1c(double, task.key)
    assert (made["Исполнитель"], made["СрокИсполнения"]) == ("", "0001-01-01T00:00:00")


async def test_a_long_title_goes_on_in_the_description(onec: OneC, double: Double) -> None:
    task = wish(title="Отгрузить " * 40, description="Подробно\x00")
    await onec.mirror_task(task)
    [made] = in_1c(double, task.key)
    assert len(made["Description"]) <= 150
    assert made["Description"].endswith("…")
    assert made["Описание"] == ("Отгрузить " * 40).strip() + "\n\nПодробно"


@pytest.mark.parametrize(
    ("mode", "more", "attempts"),
    [
        ("drop", {}, 2),
        ("refuse", {}, 2),
        ("unavailable", {}, 2),
        ("lock", {"times": 1}, 2),
        # The answer to the creation is rubbish: the task is there, and found at once.
        ("html", {}, 1),
        ("xml", {}, 1),
        ("empty", {}, 1),
        ("truncated", {}, 1),
        ("cp1251", {}, 1),
        ("not_packed", {}, 1),
        ("huge", {}, 1),
        ("error_page", {}, 1),
        ("values", {"values": {"ВоронкаКлюч": "чужой"}}, 1),
        ("values", {"values": {"Executed": "нет"}}, 1),
        ("values", {"values": {"Ref_Key": None}}, 1),
        ("values", {"values": {"DataVersion": "верс\nия"}}, 1),
        ("redirect", {}, 2),
    ],
)
async def test_one_task_however_the_creation_goes(
    onec: OneC, double: Double, mode: str, more: dict[str, Any], attempts: int
) -> None:
    task = wish()
    double.fault(mode, methods=["POST"], **more)
    assert await until_mirrored(onec, task) == attempts
    assert double.actions(task.key) == ["create"]
    assert len(in_1c(double, task.key)) == 1


@pytest.mark.parametrize("fault", [{"mode": "hang"}, {"mode": "slow", "seconds": HASTY + 0.5}])
async def test_one_task_though_nobody_waited_for_the_answer(
    onec: OneC, hasty: OneC, double: Double, fault: dict[str, Any]
) -> None:
    task = wish()
    double.fault(**fault, methods=["POST"])
    with pytest.raises(Unavailable):
        await hasty.mirror_task(task)
    assert await until_mirrored(onec, task) == 1
    if fault["mode"] == "slow":
        await asyncio.sleep(1)  # the first creation arrives last
    assert double.actions(task.key) == ["create"]
    assert len(in_1c(double, task.key)) == 1


async def test_two_at_once_make_one(onec: OneC, double: Double) -> None:
    task = wish()
    double.fault("slow", methods=["POST"], seconds=0.2)
    first, second = await asyncio.gather(onec.mirror_task(task), onec.mirror_task(task))
    assert first == second
    assert double.actions(task.key) == ["create"]


async def test_without_references_of_our_own_the_key_alone_finds_it(double: Double, mapping: Mapping) -> None:
    plain = mapping.model_copy(update={"task": mapping.task.model_copy(update={"own_reference": False})})
    task = wish()
    double.fault("hang", methods=["POST"])
    async with double.client(seconds=HASTY) as client:
        onec = OneC(client, plain)
        assert await until_mirrored(onec, task) == 2
        state = await onec.task_state(task.key)
    assert state
    assert state.ref != own_reference(task.key)
    assert double.actions(task.key) == ["create"]


@pytest.mark.parametrize("own_reference", [True, False])
async def test_a_1c_that_drops_our_key_gets_no_second_task(
    double: Double, mapping: Mapping, own_reference: bool
) -> None:
    """Each repeat would make another one, so there is none."""
    task = mapping.task.model_copy(update={"own_reference": own_reference})
    before = len(double.objects(TASK))
    double.fault("forget", methods=["POST"], values={"ВоронкаКлюч": ""})
    async with double.client() as client:
        onec = OneC(client, mapping.model_copy(update={"task": task}))
        with pytest.raises(Rejected, match="did not keep our key in `ВоронкаКлюч`"):
            await onec.mirror_task(wish())
    assert len(double.objects(TASK)) == before + 1


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"title": "\x01"}, "не заполнено"),
        ({"deal": "д" * 100}, None),
    ],
)
async def test_1cs_own_refusal_is_told(
    onec: OneC, double: Double, changed: dict[str, str], said: str | None
) -> None:
    task = wish(**changed)
    if said is None:
        await onec.mirror_task(task)
        return
    with pytest.raises(Rejected, match=said):
        await onec.mirror_task(task)
    assert in_1c(double, task.key) == []


@pytest.mark.parametrize(
    ("mode", "more", "error", "says"),
    [
        ("drop", {}, Unavailable, "not reachable"),
        ("refuse", {}, Unavailable, "not reachable"),
        ("unavailable", {}, Unavailable, "HTTP 503"),
        ("busy", {}, Unavailable, "HTTP 429"),
        ("auth", {}, Denied, "user, password and rights"),
        ("lock", {}, Failed, "Конфликт блокировок"),
        ("html", {}, BadAnswer, "expected JSON in UTF-8, got an HTML page"),
        ("xml", {}, BadAnswer, "expected JSON in UTF-8, got XML"),
        ("empty", {}, BadAnswer, "got nothing"),
        ("truncated", {}, BadAnswer, "expected JSON in UTF-8, got [0-9]+ bytes of something else"),
        ("cp1251", {}, BadAnswer, "expected JSON in UTF-8"),
        ("not_packed", {}, BadAnswer, "not packed as it says"),
        ("huge", {}, BadAnswer, "at most 8000000 bytes"),
        ("error_page", {}, BadAnswer, "HTTP 404, an HTML page"),
        ("redirect", {}, BadAnswer, "HTTP 302"),
        ("rows", {"rows": "нет"}, BadAnswer, "a list of objects in `value`, got a text"),
        ("rows", {"rows": [1]}, BadAnswer, "a list of objects"),
        ("rows", {"rows": [{}] * 21}, BadAnswer, "at most 20 objects, got 21"),
        ("rows", {"rows": [{}]}, BadAnswer, "has no `Ref_Key`"),
        ("values", {"values": {"Executed": "да"}}, BadAnswer, "`Executed` should be yes/no"),
        ("values", {"values": {"Executed": None}}, BadAnswer, "`Executed` should be yes/no"),
        ("values", {"values": {"Ref_Key": "x"}}, BadAnswer, "`Ref_Key` should be a reference"),
        ("values", {"values": {"Number": 5}}, BadAnswer, "`Number` should be a text"),
        ("values", {"values": {"ДатаИсполнения": "вчера"}}, BadAnswer, "should be a date"),
        ("values", {"values": {"DataVersion": ""}}, BadAnswer, "1C's version"),
    ],
)
async def test_says_what_is_wrong_and_whether_to_try_again(
    onec: OneC, double: Double, mode: str, more: dict[str, Any], error: type[OneCError], says: str
) -> None:
    task = wish()
    await onec.mirror_task(task)
    double.fault(mode, **more)
    with pytest.raises(error, match=says) as caught:
        await onec.task_state(task.key)
    assert task.title not in str(caught.value)
    assert (await onec.task_state(task.key)) is not None, "well again, all is well"


@pytest.mark.parametrize(
    "fault", [{"mode": "hang"}, {"mode": "drip"}, {"mode": "slow", "seconds": HASTY + 0.5}]
)
async def test_a_silent_1c_is_not_waited_for_longer_than_allowed(
    onec: OneC, hasty: OneC, double: Double, fault: dict[str, Any]
) -> None:
    task = wish()
    await onec.mirror_task(task)
    double.fault(**fault)
    with pytest.raises(Unavailable, match="did not answer within 2 s"):
        await hasty.task_state(task.key)
    assert (await onec.task_state(task.key)) is not None, "well again, all is well"


async def test_another_task_in_the_answer_is_not_taken_for_ours(onec: OneC, double: Double) -> None:
    other = await onec.mirror_task(wish())
    rows = [task for task in double.objects(TASK) if task["Ref_Key"] == other.ref]
    double.fault("rows", rows=rows)
    with pytest.raises(BadAnswer, match="the task with the key asked for, got another"):
        await onec.mirror_task(wish())


async def test_wrong_password_and_no_1c_at_all(double: Double, mapping: Mapping) -> None:
    async with double.client(password="wrong") as client:
        with pytest.raises(Denied):
            await OneC(client, mapping).mirror_task(wish())
    with pytest.raises(NotConfigured):
        await OneC(None, mapping).mirror_task(wish())
