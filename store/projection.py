"""Which rows a decision makes: pure functions from the deal before and after, and its events."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from domain.base import Text
from domain.contacts import points_of
from domain.deal import Assignment, Deal, Task
from domain.definition import Pipeline
from domain.events import (
    AttentionCleared,
    CompanyMade,
    CompanySet,
    DuplicateFound,
    EffectDone,
    EffectFailed,
    EffectPlanned,
    Merged,
    MoveUndone,
    Notified,
    Opened,
    Recorded,
)

TAKEN_BACK = ("tasks", "assignments", "calls", "notifications")  # whose rows an undone move takes out
Row = dict[str, Any]  # column -> what pydantic can write as JSON


def deal_row(deal: Deal) -> Row:
    """The row of `deals`; lists and filters read its columns, everything else its `state`."""
    copied = ("id", "pipeline", "definition", "title", "stage", "status", "responsible", "amount", "seq")
    return {name: getattr(deal, name) for name in copied} | {
        "company_id": deal.company,
        "next_due": deal.next_due(),
        "opened_at": deal.opened_at,
        "moved_at": deal.moved_at,
        "closed_at": None if deal.status == "open" else deal.moved_at,
        "at": deal.at,
        "attention": deal.attention,
        "state": deal,
    }


def event_rows(deal_id: str, events: Iterable[Recorded]) -> list[Row]:
    """Rows of `events`."""
    return [
        {
            "deal_id": deal_id,
            "seq": recorded.seq,
            "at": recorded.at,
            "by": recorded.by,
            "type": recorded.event.type,
            "data": recorded.event,
        }
        for recorded in events
    ]


def task_rows(before: Deal | None, after: Deal, definition: Pipeline) -> list[Row]:
    """Rows of `tasks` for the tasks that are new or changed."""
    known = before.tasks if before else {}
    changed = (task for number, task in after.tasks.items() if known.get(number) != task)
    return [_task_row(after.id, task, definition) for task in changed]


def _task_row(deal_id: str, task: Task, definition: Pipeline) -> Row:
    copied = (
        "number", "key", "assignee", "creator", "co_executors", "observers",
        "status", "deadline", "created_at", "finished_at",
    )  # fmt: skip
    title = task_title(task, definition)
    values = {name: getattr(task, name) for name in copied}
    return values | {"deal_id": deal_id, "title": title, "given_in": task.stage}


def task_title(task: Task, definition: Pipeline) -> Text:
    """What the task is called: its own title, or its rule's; its key where the definition knows neither."""
    if task.title:
        return Text(ru=task.title, en=task.title)
    rule = definition.task_rule(task.key)
    return rule.title if rule else Text(ru=task.key, en=task.key)


def assignment_rows(before: Deal | None, after: Deal, definition: Pipeline) -> list[Row]:
    """Rows of `assignments` for those that are new or changed; changed now means answered at `after.at`."""
    known = before.assignments if before else {}
    changed = (entry for number, entry in after.assignments.items() if known.get(number) != entry)
    return [_assignment_row(after, entry, definition) for entry in changed]


def _assignment_row(deal: Deal, entry: Assignment, definition: Pipeline) -> Row:
    copied = ("number", "key", "assignee", "status", "created_at", "option")
    rule = definition.assignment_rule(entry.key)
    return {name: getattr(entry, name) for name in copied} | {
        "deal_id": deal.id,
        "title": rule.title if rule else Text(ru=entry.key, en=entry.key),
        "options": {name: option.title for name, option in rule.options.items()} if rule else {},
        "answered_at": None if entry.status == "open" else deal.at,
    }


def call_rows(before: Deal | None, after: Deal) -> list[Row]:
    """Rows of `calls` for those that are new or changed."""
    known = before.calls if before else {}
    copied = ("number", "key", "assignee", "status", "due")
    return [
        {"deal_id": after.id} | {name: getattr(call, name) for name in copied}
        for number, call in after.calls.items()
        if known.get(number) != call
    ]


def notification_rows(deal_id: str, events: Iterable[Recorded]) -> list[Row]:
    """Rows of `notifications`: one for each `Notified`."""
    return [
        {
            "deal_id": deal_id,
            "approval_id": "",
            "seq": recorded.seq,
            "recipient": recorded.event.to,
            "kind": recorded.event.kind,
            "text": recorded.event.text,
            "at": recorded.at,
        }
        for recorded in events
        if isinstance(recorded.event, Notified)
    ]


def gone_rows(before: Deal | None, after: Deal, events: Iterable[Recorded]) -> dict[str, list[Row]]:
    """Keys of rows that an undone move takes back, as `{table}_gone`: tasks, questions, and what people were told."""
    if before is None:
        return {}
    undone = [recorded.event for recorded in events if isinstance(recorded.event, MoveUndone)]
    told = [seq for event in undone for seq in range(event.first, event.last + 1)]
    return {
        "tasks_gone": [{"deal_id": after.id, "number": n} for n in before.tasks if n not in after.tasks],
        "assignments_gone": [
            {"deal_id": after.id, "number": n} for n in before.assignments if n not in after.assignments
        ],
        "calls_gone": [{"deal_id": after.id, "number": n} for n in before.calls if n not in after.calls],
        "notifications_gone": [{"deal_id": after.id, "approval_id": "", "seq": seq} for seq in told],
    }


def link_rows(events: Iterable[Recorded]) -> list[Row]:
    """Rows of `deal_links`: parent (which wins over a link to the same deal) and links of `Opened`."""
    rows: list[Row] = []
    for recorded in events:
        opened = recorded.event
        if not isinstance(opened, Opened):
            continue
        kinds = {link.deal: link.kind for link in opened.links}
        if opened.parent:
            kinds[opened.parent.deal] = "parent"
        rows += [
            {"deal_id": opened.deal, "other_id": other, "kind": kind, "at": recorded.at}
            for other, kind in kinds.items()
        ]
    return rows


def duplicate_rows(deal_id: str, events: Iterable[Recorded]) -> list[Row]:
    """Rows of `deal_links` for deals of the same client: known to be one, and in the end merged into it."""
    rows: dict[str, Row] = {}
    for recorded in events:
        match recorded.event:
            case DuplicateFound(deal=other):
                rows[other] = {"deal_id": deal_id, "other_id": other, "kind": "duplicate", "at": recorded.at}
            case Merged(into=other):
                rows[other] = {"deal_id": deal_id, "other_id": other, "kind": "merged", "at": recorded.at}
    return list(rows.values())


def contact_rows(before: Deal | None, after: Deal) -> tuple[list[Row], list[Row]]:
    """Rows of `contact_points`: (those the deal has, those it has no more); nothing where nothing changed."""
    same = before and (before.contact, before.company) == (after.contact, after.company)
    if before and same and before.fields is after.fields:
        return [], []
    known = points_of(before) if before else []
    wanted = points_of(after)
    if before and known == wanted and before.company == after.company:
        return [], []
    made = [
        {"kind": kind, "value": value, "deal_id": after.id, "company_id": after.company, "at": after.at}
        for kind, value in wanted
    ]
    gone = [point for point in known if point not in wanted]
    return made, [{"kind": kind, "value": value, "deal_id": after.id} for kind, value in gone]


def made_company_rows(events: Sequence[Recorded]) -> list[Row]:
    """Companies made in the decision, with what it set of them at once."""
    rows: dict[str, Row] = {}
    for recorded in events:
        match recorded.event:
            case CompanyMade(company=company, name=name):
                at = recorded.at
                rows[company] = {
                    "id": company,
                    "name": name,
                    "fields": {},
                    "created_at": at,
                    "updated_at": at,
                }
            case CompanySet(company=company, fields=fields) if company in rows:
                rows[company]["fields"] |= fields
    return list(rows.values())


def company_rows(events: Sequence[Recorded]) -> list[Row]:
    """What to merge into companies' fields; the later of two settings wins. `name` is a column of its own."""
    rows: dict[str, Row] = {}
    made = {recorded.event.company for recorded in events if isinstance(recorded.event, CompanyMade)}
    for recorded in events:
        if isinstance(recorded.event, CompanySet) and recorded.event.company not in made:
            company = recorded.event.company
            row = rows.setdefault(company, {"id": company, "name": None, "fields": {}})
            fields = dict(recorded.event.fields)
            row["name"] = fields.pop("name", None) or row["name"]
            row["fields"] |= fields
            row["updated_at"] = recorded.at
    return list(rows.values())


def effect_rows(before: Deal | None, deal_id: str, events: Sequence[Recorded]) -> tuple[list[Row], list[Row]]:
    """(planned: whole rows, changed: status, cause and done_at by key); a key is in one of them at most."""
    planned: dict[str, Row] = {}
    changed: dict[str, Row] = {}
    failed = {key for key, effect in (before.effects if before else {}).items() if effect.cause}
    for recorded in events:
        event = recorded.event
        if isinstance(event, EffectPlanned):
            changed.pop(event.key, None)
            planned[event.key] = {
                "key": event.key,
                "deal_id": deal_id,
                "kind": event.kind,
                "name": event.name,
                "detail": event.detail,
                "planned_at": recorded.at,
                **_effect_state("planned"),
            }
        elif isinstance(event, EffectDone):
            failed.discard(event.key)
            _change(planned, changed, event.key, _effect_state("done", done_at=recorded.at))
        elif isinstance(event, EffectFailed):
            failed.add(event.key)
            _change(planned, changed, event.key, _effect_state("unknown", cause=event.cause))
        elif isinstance(event, AttentionCleared):  # what had failed is tried again
            again = failed if event.only is None else failed & {event.only}
            for key in again:
                _change(planned, changed, key, _effect_state("planned"))
            failed = failed - again
    return list(planned.values()), list(changed.values())


def _effect_state(status: str, cause: str | None = None, done_at: datetime | None = None) -> Row:
    return {"status": status, "cause": cause, "done_at": done_at}


def _change(planned: dict[str, Row], changed: dict[str, Row], key: str, state: Row) -> None:
    if key in planned:
        planned[key] |= state
    else:
        changed[key] = {"key": key, **state}
