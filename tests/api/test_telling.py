"""The timeline in words: every kind of event says something, or is known to say nothing."""

from __future__ import annotations

import re

from httpx import AsyncClient

from api.telling import Teller, tell
from domain.approval.plan import ApprovalPlan, StepPlan
from domain.base import Text
from domain.events import ApprovalPlanned, AttentionCleared, EffectPlanned, Recorded
from domain.evolve import fold
from domain.work_parts import DocumentRule
from tests.api.helpers import approving, open_task
from tests.store.samples import DEFINITION, opened, record
from tests.store.test_projection import _every_event

SILENT = {
    "scheduled", "unscheduled", "fired", "agenda_cleared", "effect_done", "deal_started", "result_reported",
    "approval_started", "recall_sent", "control_started",
}  # fmt: skip
ID = re.compile(r"\b[a-z]+_[a-z_]+\b")


def told() -> dict[str, dict[str, object]]:
    """What is said of one event of every kind."""
    records: list[Recorded] = record(_every_event("d1"))
    deal = fold(None, records)
    assert deal
    teller = Teller(deal, DEFINITION, {})
    return {recorded.event.type: tell(teller, recorded) for recorded in records}


def test_every_kind_of_event_is_told_in_both_languages() -> None:
    said = told()
    assert {kind for kind, line in said.items() if line["words"] is None} == SILENT
    for kind, line in said.items():
        words = line["words"]
        if isinstance(words, dict) and kind not in ("commented", "effect_late"):  # people's own words
            assert re.search("[а-яё]", words["ru"], re.IGNORECASE), (kind, words)
            assert words["en"] != words["ru"], kind


async def test_a_line_names_stage_task_and_person_by_their_titles(
    sales: AsyncClient, director: AsyncClient
) -> None:
    card = await approving(sales)
    task = open_task(card, "approve_offer")
    body = {"outcome": "changes_requested", "comment": "Дорого"}
    await director.post(f"/api/tasks/{task['id']}/finish", json=body)
    lines = (await sales.get(f"/api/deals/{card['id']}/timeline")).json()["items"]
    said = [line["words"]["ru"] for line in lines if line["words"]]
    assert any("Согласовать КП" in line and "Дорого" in line for line in said), said
    assert any("Дорохова Анна Сергеевна" in line for line in said), said
    assert not [line for line in said if ID.search(line)], "ids are for machines"


async def test_a_task_that_is_gone_with_an_undone_move_keeps_its_title(sales: AsyncClient) -> None:
    card = await approving(sales)
    undone = await sales.post(f"/api/deals/{card['id']}/undo", json={"seq": card["undo"]["seq"]})
    assert undone.json()["tasks"] == []
    lines = (await sales.get(f"/api/deals/{card['id']}/timeline")).json()["items"]
    [said] = [line["words"] for line in lines if line["type"] == "task_created"]
    assert said["ru"].startswith("Задача «Согласовать КП» — ")


def test_a_document_that_is_prepared_is_named() -> None:
    invoice = DocumentRule(title=Text(ru="Счет", en="Invoice"), template="invoice", field="paper")
    definition = DEFINITION.model_copy(update={"documents": {"invoice": invoice}})
    [opening] = record([opened("d1")])
    deal = fold(None, [opening])
    assert deal
    planned = EffectPlanned(key="k", kind="document", name="invoice", detail={})
    [line] = record([planned], after=1)
    said = tell(Teller(deal, definition, {}), line)
    assert said["words"] == {"ru": "Готовится документ: Счет", "en": "A document is being prepared: Invoice"}


def test_a_retry_of_one_effect_is_not_told_as_a_retry_of_all() -> None:
    [opening, every, one] = record([opened("d1"), AttentionCleared(), AttentionCleared(only="k")])
    deal = fold(None, [opening])
    assert deal
    teller = Teller(deal, DEFINITION, {})
    assert tell(teller, every)["words"] == {"ru": "Попытка повторена", "en": "Tried again"}
    assert tell(teller, one)["words"] == {
        "ru": "Повторяется одно действие",
        "en": "One action is tried again",
    }


def test_an_approval_is_not_called_one_twice() -> None:
    title = Text(ru="Согласование документов", en="Approval of the documents")
    step = StepPlan(id="s", title=Text.same("s"), approvers=("head",))
    plan = ApprovalPlan(title=title, steps=(step,))
    planned = ApprovalPlanned(key="a", name="a", approval="approval", plan=plan)
    [opening, line] = record([opened("d1"), planned])
    deal = fold(None, [opening])
    assert deal
    assert tell(Teller(deal, DEFINITION, {}), line)["words"] == {
        "ru": "Началось: «Согласование документов»",
        "en": "Begun: “Approval of the documents”",
    }
