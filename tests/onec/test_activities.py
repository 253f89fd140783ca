"""The activities: planned effects from the effects table, retries as Temporal is told them, files kept."""

from __future__ import annotations

import contextlib
import logging
import uuid
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

from activities.onec import OneC
from domain.onec_mapping import Mapping
from store import tables
from store.files import DirectoryFiles
from store.writes import UnknownEffect
from tests.onec.double import HASTY, Double
from tests.onec.planned import effect, failure, plan


@pytest.fixture
async def onec(double: Double, mapping: Mapping, engine: AsyncEngine, tmp_path: Path) -> AsyncIterator[OneC]:
    async with double.client() as client:
        yield OneC(client, mapping, engine, DirectoryFiles(tmp_path))


@pytest.fixture
async def hasty(double: Double, mapping: Mapping, engine: AsyncEngine) -> AsyncIterator[OneC]:
    """With little patience, for calls that are not answered."""
    async with double.client(seconds=HASTY) as client:
        yield OneC(client, mapping, engine)


async def test_carries_out_a_planned_task_once(onec: OneC, double: Double, engine: AsyncEngine) -> None:
    key, task = await plan(engine, title="Отгрузить", assignee="logist", deadline="2026-02-03T15:00:00Z")
    state = await ActivityEnvironment().run(onec.effect_onec_task, key)
    assert state
    assert (state["key"], state["status"]) == (task, "open")
    assert await onec.effect_onec_task(key) is None, "done is done"
    row = await effect(engine, key)
    assert (row.status, row.cause, row.attempts) == ("done", None, 1)
    assert double.actions(task) == ["create"]


async def test_closes_and_withdraws(onec: OneC, double: Double, engine: AsyncEngine) -> None:
    made, task = await plan(engine, title="Отгрузить")
    await onec.effect_onec_task(made)
    closing, _ = await plan(engine, operation="complete", key=task, result="Готово")
    state = await onec.effect_onec_task(closing)
    assert state
    assert (state["status"], state["result"]) == ("done", "Готово")
    withdrawing, _ = await plan(engine, operation="cancel", key=task)
    assert (await onec.effect_onec_task(withdrawing) or {})["status"] == "done"
    assert double.actions(task) == ["create", "change", "execute"]


async def test_the_cause_stands_with_the_effect_while_it_is_tried_again(
    onec: OneC, hasty: OneC, double: Double, engine: AsyncEngine
) -> None:
    key, task = await plan(engine, title="Отгрузить")
    double.fault("hang", methods=["POST"])
    error = await failure(hasty, key)
    assert (error.type, error.non_retryable) == ("onec_unavailable", False)
    row = await effect(engine, key)
    assert (row.status, row.cause) == ("sending", "1C did not answer within 2 s")
    await onec.effect_onec_task(key)
    row = await effect(engine, key)
    assert (row.status, row.cause, row.attempts) == ("done", None, 2)
    assert double.actions(task) == ["create"]


@pytest.mark.parametrize(
    ("mode", "kind"),
    [("html", "onec_bad_answer"), ("lock", "onec_failed"), ("error_page", "onec_bad_answer")],
)
async def test_rubbish_is_tried_five_times_then_a_person_looks(
    onec: OneC, double: Double, engine: AsyncEngine, mode: str, kind: str
) -> None:
    key, _ = await plan(engine, title="Отгрузить")
    double.fault(mode, times=None)
    seen = [await failure(onec, key) for _ in range(5)]
    assert [error.non_retryable for error in seen] == [False, False, False, False, True]
    assert {error.type for error in seen} == {kind}
    double.well()
    await onec.effect_onec_task(key)  # the person's «retry»


async def test_a_long_outage_does_not_use_up_the_few_attempts(
    onec: OneC, double: Double, engine: AsyncEngine
) -> None:
    key, task = await plan(engine, title="Отгрузить")
    for mode in ("html", "unavailable", "html", "html", "refuse", "html", "html", "html", "html"):
        double.fault(mode)
        assert not (await failure(onec, key)).non_retryable
    await onec.effect_onec_task(key)
    assert double.actions(task) == ["create"]


async def test_no_retry_where_it_cannot_help(onec: OneC, double: Double, engine: AsyncEngine) -> None:
    key, _ = await plan(engine, title="Отгрузить")
    double.fault("auth")
    error = await failure(onec, key)
    assert (error.type, error.non_retryable) == ("onec_denied", True)
    key, _ = await plan(engine, title="\x01")
    error = await failure(onec, key)
    assert (error.type, error.non_retryable) == ("onec_rejected", True)
    assert 'Поле "Наименование" не заполнено' in str(error)


async def test_an_offer_that_does_not_come_says_why_and_a_person_looks_after_five_attempts(
    onec: OneC, double: Double, engine: AsyncEngine
) -> None:
    deal = str(uuid.uuid4())
    key, _ = await plan(engine, what="offer", deal=deal)
    double.fault("html", times=5)
    seen = []
    for _ in range(5):
        with pytest.raises(ApplicationError) as caught:
            await ActivityEnvironment().run(onec.effect_onec_offer, key)
        seen.append(caught.value.non_retryable)
    assert seen == [False] * 4 + [True]
    row = await effect(engine, key)
    assert (row.attempts, row.status) == (5, "sending")
    assert "an HTML page" in row.cause
    assert await onec.effect_onec_offer(key) == {"offer": None}
    assert (await effect(engine, key)).status == "done"


async def test_closing_waits_as_long_as_it_takes(onec: OneC, engine: AsyncEngine) -> None:
    key, _ = await plan(engine, operation="cancel")
    for _ in range(7):
        error = await failure(onec, key)
        assert (error.type, error.non_retryable) == ("onec_not_there", False)


@pytest.mark.parametrize(
    "detail",
    [
        {},
        {"title": ""},
        {"operation": "delete"},
        {"title": "x", "key": "кириллица"},
        {"title": "x", "deadline": "2026-01-01T10:00"},
    ],
)
async def test_a_detail_without_sense_is_said_at_once(
    onec: OneC, engine: AsyncEngine, detail: dict[str, Any]
) -> None:
    key, _ = await plan(engine, **detail)
    error = await failure(onec, key)
    assert (error.type, error.non_retryable) == ("onec_request", True)


async def test_an_effect_that_nobody_planned(onec: OneC) -> None:
    with pytest.raises(UnknownEffect):
        await onec.effect_onec_task("nowhere/1/1")


async def test_pulls_an_offer_and_keeps_its_file_once(
    onec: OneC, double: Double, engine: AsyncEngine
) -> None:
    deal = str(uuid.uuid4())
    assert await onec.onec_pull({"what": "offer", "deal": deal}) == {"offer": None}
    double.control("POST", "offers", {"deal": deal})
    first = (await ActivityEnvironment().run(onec.onec_pull, {"what": "offer", "deal": deal}))["offer"]
    again = (await onec.onec_pull({"what": "offer", "deal": deal}))["offer"]
    assert first == again
    assert first["lines"][2] == {
        "code": "00-00000103",
        "title": "Кабель монтажный МКЭШ 2×0,75",
        "quantity": "250.5",
        "unit": "м",
        "price": "86.4",
        "vat": "22",
    }
    assert first["amount"] == "145525.2"
    async with engine.connect() as connection:
        query = select(tables.files).where(tables.files.c.id == first["file"]["id"])
        kept = (await connection.execute(query)).one()
    assert (kept.name, kept.type, kept.uploaded_by) == (first["file"]["name"], "application/pdf", "1c")


async def test_pulls_nomenclature_and_changes(onec: OneC, engine: AsyncEngine) -> None:
    items = (await onec.onec_pull({"what": "nomenclature", "codes": ["00-00000104"]}))["items"]
    assert [(item["title"], item["price"]) for item in items] == [("Шкаф управления ШУ-3 «Север»", None)]
    key, task = await plan(engine, title="Отгрузить")
    await onec.effect_onec_task(key)
    seen = await onec.onec_changes({"versions": {task: None, "nowhere.1": "x"}})
    assert [state["status"] for state in seen["changed"]] == ["open"]
    assert seen["missing"] == ["nowhere.1"]
    assert (await onec.onec_changes({"versions": {task: seen["changed"][0]["version"]}}))["changed"] == []


@pytest.mark.parametrize(
    "request_",
    [
        {},
        {"what": "everything"},
        {"what": "offer"},
        {"what": "nomenclature", "limit": 0},
        {"what": "nomenclature", "codes": [""]},
        {"what": "nomenclature", "qeury": "x"},
    ],
)
async def test_a_request_without_sense_is_not_tried_again(onec: OneC, request_: dict[str, Any]) -> None:
    with pytest.raises(ApplicationError) as caught:
        await onec.onec_pull(request_)
    assert (caught.value.type, caught.value.non_retryable) == ("onec_request", True)


async def test_titles_people_and_passwords_are_in_no_log(
    hasty: OneC, double: Double, engine: AsyncEngine, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    key, _ = await plan(engine, title="Секретный груз", description="Иванов, +7 900 111-22-33")
    for mode in ("html", "hang", "lock"):
        double.fault(mode, methods=["POST"])
    double.fault("values", methods=["POST"], values={"Executed": "Иванов"})
    told = []
    for _ in range(4):
        with contextlib.suppress(ApplicationError):
            await hasty.effect_onec_task(key)
        told.append(str((await effect(engine, key)).cause))
    double.well()
    for secret in ("Секретный", "Иванов", "пароль", "0L/QsNGA"):
        assert secret not in caplog.text + "".join(told)
