from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from pydantic import JsonValue
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from domain import events as ev
from domain.approval.plan import ApprovalPlan, StepPlan
from domain.aside import Aside
from domain.base import Text
from domain.deal import AgendaEntry, ApprovalResult, ChildResult, DealLink, Parent
from domain.evolve import fold
from domain.facts import Company
from store import tables
from store.decisions import load, missed
from store.writes import create_company
from tests.store.samples import DEFINITION, START, happen, new_id, opened, record, rows_of

NOTE = Text(ru="Новая задача", en="A new task")


def _every_event(deal: str) -> list[ev.Event]:
    """One event of every kind at least, in an order that makes sense."""
    agenda = AgendaEntry(id="sla", due=START + timedelta(days=2), base=START, what="task", visit=1)
    later = agenda.model_copy(update={"id": "later", "due": START + timedelta(days=1)})
    result = ChildResult(key="c1", deal="child", status="won", stage="done")
    return [
        opened(
            deal,
            company="acme",
            amount="100.50",
            contact={"name": "Иван", "phone": "+7"},
            fields={"z": 1, "a": [True, None, {"id": "x"}]},
            parent=Parent(deal="mother", pipeline="sample", key="k", wait=True),
            links=tuple(DealLink(deal=name, pipeline="p", kind="chain") for name in ("mother", "aunt")),
        ),
        ev.Filled(fields={"checker": "head", "a": None}),
        ev.Changed(title="Сделка «Ё» \\u0041 🙂", responsible="head", amount=Decimal("250000.00")),
        ev.CompanySet(company="acme", fields={"contract_signed": True, "inn": "1"}),
        ev.CompanySet(company="acme", fields={"inn": "2", "name": "Акме"}),
        ev.TaskCreated(
            task=1, key="check", assignee="sales", creator="head", observers=("head",), deadline=START
        ),
        ev.TaskCreated(task=2, key="adhoc", title="Позвонить", assignee="sales", creator="sales"),
        ev.TaskReassigned(task=2, assignee="head"),
        ev.TaskStarted(task=1),
        ev.TaskStopped(task=1, seconds=60),
        ev.TaskCommented(task=1, result=True, has_file=True, text="ок", files=({"id": "f"},)),
        ev.TaskChecked(task=1, item=0),
        ev.TaskFinished(task=1, outcome="passed", conclusion="ок"),
        ev.AssignmentCreated(assignment=3, key="react", assignee="sales"),
        ev.AssignmentAnswered(assignment=3, option="yes"),
        ev.AssignmentCreated(assignment=4, key="react", assignee="sales"),
        ev.TasksCancelled(tasks=(2,), assignments=(4,)),
        ev.Scheduled(entry=agenda),
        ev.Scheduled(entry=later),
        ev.Fired(id="later"),
        ev.DealPlanned(key="c1", deal="child", pipeline="sample", rule="zeta.rules.0", wait=True),
        ev.DealStarted(key="c1"),
        ev.ChildEnded(result=result),
        ev.ResultReported(),
        ev.EffectPlanned(key=f"{deal}/1", kind="message", name="hello", detail={"to": "client"}),
        ev.EffectPlanned(key=f"{deal}/2", kind="message", name="bye"),
        ev.EffectPlanned(key=f"{deal}/3", kind="onec", name="order"),
        ev.EffectDone(key=f"{deal}/1"),
        ev.EffectFailed(key=f"{deal}/2", cause="550"),
        ev.AttentionNeeded(cause="look", text=NOTE),
        ev.AttentionCleared(),
        ev.EffectFailed(key=f"{deal}/3", cause="1C is down"),
        ev.Notified(to="sales", kind="task", text=NOTE, task=1),
        ev.Notified(to="head", kind="control", text=NOTE),
        ev.Commented(text="ура", files=({"id": "f", "name": "a.pdf"},)),
        ev.SignalRefused(command="move", code="missing_fields", message=NOTE),
        ev.HappenedOutside(kind="call.incoming", detail={"from": "+7"}),
        ev.Scheduled(entry=later.model_copy(update={"id": "dated", "anchor": "due", "dated": "2026-03-04"})),
        ev.Unscheduled(entry=later.model_copy(update={"id": "dated", "anchor": "due"})),
        ev.TaskDue(task=1, deadline=START),
        ev.MoveDropped(to="alpha"),
        ev.MoveBlocked(to="alpha", missing=("x",)),
        ev.Moved(stage="alpha", previous="zeta", visit=2),
        ev.Moved(stage="won", previous="alpha", status="won", visit=3),
        ev.MoveUndone(move=43, first=43, last=43, stage="alpha", previous="won", back={"status": "open"}),
        ev.Reopened(stage="alpha", previous="won", visit=4),
        ev.CallPlanned(call=7, key="ring", assignee="sales", due=START),
        ev.CallLogged(call=7, outcome="reached", note="да"),
        ev.CallsCancelled(calls=(7,)),
        ev.ClaimOffered(asked=("sales", "boris")),
        ev.ClaimDeclined(reason="занят"),
        ev.Claimed(),
        ev.ClaimUnanswered(),
        ev.TaskMirrored(task=1, state="open", number="0001"),
        ev.ControlStarted(field="payment_plan"),
        ev.PaymentRecorded(field="payment_plan", rows=(1,)),
        ev.AgendaCleared(entries=("nothing",)),
        ev.EffectLate(key=f"{deal}/3", cause="450", text=NOTE),
        ev.DuplicateFound(deal="other", pipeline="sample", title="Другая", by=("phone",)),
        ev.Merged(into="other", pipeline="sample", title="Другая"),
        ev.CompanyMade(company="made", name="ООО Новое"),
        ev.ApprovalPlanned(
            key="a",
            name="a",
            approval="approval",
            plan=ApprovalPlan(title=NOTE, steps=(StepPlan(id="s", title=NOTE, approvers=("head",), mode=2),)),
        ),
        ev.ApprovalStarted(key="a"),
        ev.ApprovalRecalled(key="a"),
        ev.RecallSent(key="a"),
        ev.ApprovalEnded(result=ApprovalResult(key="a", status="withdrawn", by="system", at=START)),
        ev.SignalSetAside(signal=Aside(id="s1", command="move", body={"to": "won"}, cause="KeyError: 'won'")),
        ev.SignalSetAside(signal=Aside(id="s2", command="fill", cause="KeyError: 'x'")),
        ev.SignalTakenUp(id="s1"),
    ]  # fmt: skip


@pytest.mark.parametrize("together", [True, False], ids=["one decision", "a decision each"])
async def test_every_kind_of_event_comes_back_as_it_was(connection: AsyncConnection, together: bool) -> None:
    deal_id = new_id()
    await create_company(connection, "acme", "ООО Акме", {"inn": "0", "kpp": "9"})
    events = _every_event(deal_id)
    assert {type(event) for event in events} == set(ev.EVENT_TYPES.values())
    for part in [events] if together else [[event] for event in events]:
        await happen(connection, deal_id, *part)

    loaded = await load(connection, deal_id)
    assert loaded.deal == fold(None, record(events))
    assert loaded.deal is not None
    assert loaded.deal.model_dump_json() == fold(None, record(events)).model_dump_json()  # type: ignore[union-attr]
    assert loaded.definition == DEFINITION.content_hash()
    assert await missed(connection, deal_id, 0) == record(events)
    last = len(events)
    assert [found.seq for found in await missed(connection, deal_id, last - 2)] == [last - 1, last]
    company: dict[str, JsonValue] = {"inn": "2", "kpp": "9", "contract_signed": True}
    assert loaded.companies == {"made": Company(id="made", name="ООО Новое")}
    named = (await load(connection, new_id(), company_id="acme")).companies
    assert named == {"acme": Company(id="acme", name="Акме", fields=company)}


@pytest.mark.parametrize("together", [True, False], ids=["one decision", "a decision each"])
async def test_read_models_follow_the_events(connection: AsyncConnection, together: bool) -> None:
    deal_id = new_id()
    events = _every_event(deal_id)
    for part in [events] if together else [[event] for event in events]:
        await happen(connection, deal_id, *part)

    tasks = await rows_of(connection, "tasks", deal_id)
    assert [(t["number"], t["status"], t["assignee"], t["title"]) for t in tasks] == [
        (1, "finished", "sales", {"ru": "Проверить", "en": "Check"}),
        (2, "cancelled", "head", {"ru": "Позвонить", "en": "Позвонить"}),
    ]
    assert tasks[0]["observers"] == ["head"]
    assert tasks[0]["given_in"] == "zeta"
    assert tasks[0]["deadline"] == START
    assert tasks[0]["finished_at"] == START + timedelta(seconds=13)
    assignments = await rows_of(connection, "assignments", deal_id)
    assert [(a["number"], a["status"], a["option"]) for a in assignments] == [
        (3, "finished", "yes"),
        (4, "cancelled", None),
    ]
    assert list(assignments[0]["options"]) == ["yes", "a_no"], "options keep their order"
    assert [
        (n["seq"], n["recipient"], n["kind"]) for n in await rows_of(connection, "notifications", deal_id)
    ] == [
        (33, "sales", "task"),
        (34, "head", "control"),
    ]
    effects = await rows_of(connection, "effects", deal_id)
    assert [(e["status"], e["cause"]) for e in effects] == [
        ("done", None),
        ("planned", None),
        ("unknown", "1C is down"),
    ]
    assert effects[0]["detail"] == {"to": "client"}
    links = await rows_of(connection, "deal_links", deal_id)
    assert {link["other_id"]: link["kind"] for link in links} == {
        "mother": "parent",
        "aunt": "chain",
        "other": "merged",
    }


@pytest.mark.parametrize("together", [True, False], ids=["one decision", "a decision each"])
@pytest.mark.parametrize("all_of_them", [True, False])
async def test_what_was_given_up_is_planned_again_all_or_only_the_one(
    connection: AsyncConnection, together: bool, all_of_them: bool
) -> None:
    deal_id = new_id()
    bill, mail = f"{deal_id}/1", f"{deal_id}/2"
    again = ev.EffectPlanned(key=bill, kind="document", name="bill", detail={"version": "later"})
    events = [
        opened(deal_id),
        ev.EffectPlanned(key=bill, kind="document", name="bill"),
        ev.EffectPlanned(key=mail, kind="message", name="offer"),
        ev.EffectFailed(key=mail, cause="550"),
        ev.EffectFailed(key=bill, cause="no template"),
        *([ev.AttentionCleared()] if all_of_them else [ev.AttentionCleared(only=bill), again]),
    ]
    for part in [events] if together else [[event] for event in events]:
        await happen(connection, deal_id, *part)
    effects = await rows_of(connection, "effects", deal_id)
    left = ("planned", None) if all_of_them else ("unknown", "550")
    assert [(e["status"], e["cause"]) for e in effects] == [("planned", None), left]
    assert effects[0]["detail"] == ({} if all_of_them else {"version": "later"})
    deal = (await load(connection, deal_id)).deal
    assert deal is not None
    assert deal.attention == (None if all_of_them else Text.same("550"))


async def test_only_the_one_is_planned_again_without_being_planned_anew(connection: AsyncConnection) -> None:
    deal_id = new_id()
    keys = [f"{deal_id}/{number}" for number in (1, 2)]
    planned = [ev.EffectPlanned(key=key, kind="message", name="offer") for key in keys]
    await happen(connection, deal_id, opened(deal_id), *planned)
    await happen(connection, deal_id, *(ev.EffectFailed(key=key, cause="550") for key in keys))
    await happen(connection, deal_id, ev.AttentionCleared(only=keys[1]))
    statuses = [effect["status"] for effect in await rows_of(connection, "effects", deal_id)]
    assert statuses == ["unknown", "planned"]


async def test_the_deals_row_has_what_lists_need(connection: AsyncConnection) -> None:
    deal_id = new_id()
    due = AgendaEntry(id="sla", due=START + timedelta(days=2), base=START, what="task", visit=1, keep=True)
    await happen(connection, deal_id, opened(deal_id, company="acme", amount="0.10"), ev.Scheduled(entry=due))
    query = select(tables.deals).where(tables.deals.c.id == deal_id)
    row = (await connection.execute(query)).one()
    assert (row.company_id, str(row.amount), row.seq, row.next_due) == ("acme", "0.10", 2, due.due)
    assert (row.status, row.closed_at, row.opened_at) == ("open", None, START + timedelta(seconds=1))
    await happen(connection, deal_id, ev.Moved(stage="won", previous="zeta", status="won", visit=2))
    row = (await connection.execute(query)).one()
    assert (row.stage, row.status, row.seq, row.next_due) == ("won", "won", 3, None)
    assert row.closed_at == row.moved_at == START + timedelta(seconds=3)
