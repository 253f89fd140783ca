from __future__ import annotations

import base64
import json
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from domain import events as ev
from domain.base import Text
from domain.deal import AgendaEntry, DealLink, Parent
from store import queries
from store.queries import DealFilter, InvalidCursor
from store.writes import NewFile, add_file, create_company, mark_read
from tests.store.samples import START, happen, new_id, opened

NOTE = Text(ru="Новость", en="News")


async def _open(connection: AsyncConnection, *more: ev.Event, day: int = 0, **changes: Any) -> str:
    deal_id = new_id()
    await happen(connection, deal_id, opened(deal_id, **changes), *more, at=START + timedelta(days=day))
    return deal_id


def _task(number: int = 1, **changes: Any) -> ev.TaskCreated:
    values: dict[str, Any] = {"task": number, "key": "check", "assignee": "sales", "creator": "head"}
    return ev.TaskCreated(**(values | changes))


@pytest.mark.parametrize("sort", [sign + name for name in queries.SORTS for sign in ("", "-")])
async def test_pages_give_every_deal_once_and_in_order(connection: AsyncConnection, sort: str) -> None:
    titles = ["Бета", "Альфа", "Бета", "Гамма", "Бета"]
    amounts = ["10", None, "9.99", None, "10"]
    due = AgendaEntry(id="x", due=START, base=START, what="task", visit=1)
    for n, (title, amount) in enumerate(zip(titles, amounts, strict=True)):
        agenda = [ev.Scheduled(entry=due)] if n % 2 else []
        await _open(connection, *agenda, day=n // 2, title=title, amount=amount)
    whole = await queries.list_deals(connection, sort=sort)
    assert whole.next is None
    assert len(whole.items) == 5
    found, cursor = [], None
    for _ in range(3):
        page = await queries.list_deals(connection, sort=sort, cursor=cursor, limit=2)
        found += page.items
        cursor = page.next
    assert cursor is None
    assert found == whole.items
    name = sort.removeprefix("-")
    keys = [getattr(deal, name) for deal in found if getattr(deal, name) is not None]
    assert keys == sorted(keys, reverse=sort.startswith("-"))


async def test_a_deal_that_comes_between_pages_shifts_nothing(connection: AsyncConnection) -> None:
    ids = [await _open(connection, day=day) for day in range(4)]
    first = await queries.list_deals(connection, limit=2)
    await _open(connection, day=9)
    second = await queries.list_deals(connection, limit=2, cursor=first.next)
    assert [deal.id for deal in first.items + second.items] == ids[::-1]


def _forged(*parts: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode()


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "%",
        "абв",
        "e30",
        _forged("-opened_at"),
        _forged("-opened_at", "yesterday", "x"),
        _forged("-opened_at", None, "x"),
        _forged("-opened_at", "2026-01-01T00:00:00+00:00", "\x00"),
        _forged("-opened_at", "2026-01-01T00:00:00+00:00", {"a": 1}),
        _forged("title", "a", "x"),
        _forged("amount", "NaN!", "x"),
    ],
)
async def test_a_cursor_of_something_else_is_refused(connection: AsyncConnection, cursor: str) -> None:
    with pytest.raises(InvalidCursor):
        await queries.list_deals(connection, cursor=cursor)


async def test_a_client_is_found_by_what_the_card_says_of_them(connection: AsyncConnection) -> None:
    client = {
        "contact_name": "Анна",
        "contact_phone": "8 (999) 123-45-67",
        "contact_email": "Anna@Example.com",
    }
    lead = await _open(connection, fields=client)
    await _open(connection, fields={"contact_name": "Борис", "contact_phone": "+79990000000"})
    for words in ("анна", "123-45", "+7 999 123 45 67", "89991234567", "anna@example.com"):
        page = await queries.list_deals(connection, DealFilter(q=words))
        assert [deal.id for deal in page.items] == [lead], words


async def test_filters_of_deals(connection: AsyncConnection) -> None:
    now = START + timedelta(days=3)
    await create_company(connection, "acme", "ООО «Рога и копыта»", {})
    named = await _open(connection, company="acme", title="100% скидка", responsible="head")
    late = await _open(connection, _task(deadline=START), contact={"name": "Пётр", "phone": "+7 911"})
    won = await _open(connection, ev.Moved(stage="won", previous="zeta", status="won", visit=2))
    stuck = await _open(connection, ev.AttentionNeeded(cause="!"), pipeline="other")

    async def found(**where: Any) -> set[str]:
        page = await queries.list_deals(connection, DealFilter(**where), now=now)
        return {deal.id for deal in page.items}

    assert await found() == {named, late, won, stuck}
    assert await found(pipeline="other") == {stuck}
    assert await found(stage="won") == await found(status="won") == {won}
    assert await found(responsible="head") == await found(company="acme") == {named}
    assert await found(q="рога") == await found(q="0% ск") == {named}
    assert await found(q="пётр") == await found(q="911") == await found(q=late) == {late}
    assert await found(q="%") == {named}, "a percent sign is only a percent sign"
    assert await found(overdue=True) == {late}
    assert await found(overdue=False) == {named, won, stuck}
    assert await found(attention=True) == {stuck}
    assert await queries.count_deals(connection, DealFilter(pipeline="sample")) == {
        ("sample", "zeta"): 2,
        ("sample", "won"): 1,
    }
    row = next(d for d in (await queries.list_deals(connection, now=now)).items if d.id == late)
    assert (row.open_tasks, row.overdue_tasks, row.company) == (1, 1, None)


async def test_the_card(connection: AsyncConnection) -> None:
    await create_company(connection, "acme", "Акме", {"inn": "1"})
    await add_file(connection, NewFile("f1", "offer.pdf", 3, "application/pdf", "00", "sales"))
    mother = await _open(connection, title="Мать")
    deal_id = await _open(
        connection,
        ev.Filled(
            fields={"offer": {"id": "f1", "name": "offer.pdf"}, "photos": [{"id": "gone", "name": "x"}]}
        ),
        ev.EffectPlanned(key="e1", kind="message", name="hi", detail={"to": "client"}),
        company="acme",
        amount="12.30",
        parent=Parent(deal=mother, pipeline="sample", key="k", wait=True),
        links=(DealLink(deal="not-there", pipeline="p", kind="chain"),),
    )
    card = await queries.deal_card(connection, deal_id)
    assert card is not None
    assert card.company is not None
    assert (card.company.name, card.deal.amount, card.definition) == (
        "Акме",
        Decimal("12.30"),
        card.deal.definition,
    )
    assert [(link.deal, link.kind, link.title, link.outgoing) for link in card.links] == [
        (mother, "parent", "Мать", True)
    ]
    assert [(effect.key, effect.status) for effect in card.effects] == [("e1", "planned")]
    assert [file.id for file in card.files] == ["f1"]
    back = await queries.deal_card(connection, mother)
    assert back is not None
    assert [(link.deal, link.outgoing) for link in back.links] == [(deal_id, False)]
    assert await queries.deal_card(connection, "none") is None


async def test_the_timeline_goes_back_in_pages(connection: AsyncConnection) -> None:
    deal_id = await _open(connection, *(ev.Commented(text=str(n)) for n in range(4)))
    first = await queries.timeline(connection, deal_id, limit=3)
    assert [found.seq for found in first] == [5, 4, 3]
    rest = await queries.timeline(connection, deal_id, before_seq=first[-1].seq, limit=3)
    assert [found.seq for found in rest] == [2, 1]
    assert isinstance(rest[-1].event, ev.Opened)


async def test_the_agenda_is_in_order_of_time(connection: AsyncConnection) -> None:
    entries = [
        AgendaEntry(id=name, due=START + timedelta(days=day), base=START, what="task", visit=1)
        for name, day in (("c", 3), ("a", 1), ("b", 2))
    ]
    deal_id = await _open(connection, *(ev.Scheduled(entry=entry) for entry in entries))
    assert [entry.id for entry in await queries.agenda(connection, deal_id)] == ["a", "b", "c"]
    assert await queries.agenda(connection, "none") == []


async def test_tasks_by_deadline_in_pages(connection: AsyncConnection) -> None:
    now = START + timedelta(days=2)
    one = await _open(connection, _task(1, deadline=START + timedelta(days=5)), _task(2), title="Первая")
    two = await _open(connection, _task(1, deadline=START), _task(2, assignee="head", deadline=START))
    await happen(connection, two, ev.TaskFinished(task=2))

    async def found(overdue: bool | None = None, **where: Any) -> list[str]:
        ids: list[str] = []
        cursor = None
        while True:
            wanted = queries.Wanted(cursor=cursor, limit=1, **where)
            page = await queries.list_tasks(connection, wanted, overdue=overdue, now=now)
            ids += [task.id for task in page.items]
            cursor = page.next
            if cursor is None:
                return ids

    assert await found(assignee="sales") == [f"{two}.1", f"{one}.1", f"{one}.2"]
    assert await found(status="finished") == [f"{two}.2"]
    assert await found(overdue=True) == [f"{two}.1"]
    assert set(await found(overdue=False)) == {f"{one}.1", f"{one}.2", f"{two}.2"}
    assert await found(deal=one) == [f"{one}.1", f"{one}.2"]
    task = await queries.find_task(connection, f"{one}.1")
    assert task is not None
    assert (task.deal_title, task.stage, task.title.en, task.number) == ("Первая", "zeta", "Check", 1)
    assert await queries.find_task_deal(connection, f"{one}.2") == (one, 2)
    for wrong in (f"{one}.3", one, "", ".", ".1", f"{one}.²", f"{one}.-1", f"{one}.{10**30}"):
        assert await queries.find_task_deal(connection, wrong) is None
    assert (await queries.count_open_tasks(connection))["sales"] == 3


async def test_assignments(connection: AsyncConnection) -> None:
    asked = [ev.AssignmentCreated(assignment=n, key="react", assignee="sales") for n in (1, 2)]
    deal_id = await _open(connection, *asked)
    await happen(connection, deal_id, ev.AssignmentAnswered(assignment=1, option="yes"))
    page = await queries.list_assignments(connection, queries.Wanted("sales", "open"))
    assert [(found.id, found.title.en) for found in page.items] == [(f"{deal_id}.2", "What next?")]
    answered = await queries.find_assignment(connection, f"{deal_id}.1")
    assert answered is not None
    assert (answered.option, list(answered.options)) == ("yes", ["yes", "a_no"])
    assert answered.answered_at is not None


async def test_notifications_newest_first(connection: AsyncConnection) -> None:
    told = [ev.Notified(to="sales", kind="info", text=NOTE) for _ in range(3)]
    deal_id = await _open(connection, *told, ev.Notified(to="head", kind="task", text=NOTE))
    first = await queries.notifications(connection, "sales", limit=2)
    rest = await queries.notifications(connection, "sales", limit=2, cursor=first.next)
    assert [note.seq for note in first.items + rest.items] == [4, 3, 2]
    assert await mark_read(connection, "sales", [(deal_id, 4), (deal_id, 5)]) == 1, "5 is for someone else"
    assert await queries.count_unread(connection, "sales") == 2
    assert await mark_read(connection, "sales") == 2
    assert (await queries.notifications(connection, "sales", unread=True)).items == []
