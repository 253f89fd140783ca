"""What an `expect` step finds to be otherwise, each as one sentence: what was expected, what was found."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from domain import payment_plan
from domain.calendar import WorkingCalendar
from domain.deal import Deal, Task
from domain.events import EffectDone, EffectPlanned, Notified, Opened, Recorded
from domain.facts import Company
from simulate import expected
from simulate.approvals import Seen, approval_mismatches
from simulate.compare import local_time, same, shown
from simulate.spelling import Fields


@dataclass(frozen=True)
class View:
    """What the checks look at. `recent`: the deal's events since its last `expect`; `all`: every one."""

    deal: Deal
    company: Company | None
    recent: Sequence[Recorded]
    all: Sequence[Recorded]
    opened_by_it: Sequence[Deal]
    calendar: WorkingCalendar
    approvals: Seen = field(default_factory=Seen)


def mismatches(expect: expected.Expect, view: View) -> Iterator[str]:
    """Every expectation of the step that does not hold."""
    yield from _head(expect, view)
    yield from _fields(expect.fields, view.deal, view.calendar, "field ")
    yield from _company(expect, view)
    yield from _tasks(expect, view)
    yield from _assignments(expect, view)
    yield from _calls(expect, view)
    yield from _payments(expect, view)
    yield from approval_mismatches(expect.approval, view.approvals.approvals, view.calendar)
    yield from _deals(expect, view)
    yield from _agenda(expect, view)
    yield from _told(expect, view)


def _head(expect: expected.Expect, view: View) -> Iterator[str]:
    for name in ("stage", "status", "responsible", "title", "amount", "reason"):
        wanted, found = getattr(expect, name), getattr(view.deal, name)
        if wanted is not None and not same(found, wanted, view.calendar):
            yield f"{name}: expected {shown(wanted)}, found {shown(found)}"
    if expect.attention is not None and expect.attention is not (view.deal.attention is not None):
        wanted = "some" if expect.attention else "none"
        yield f"attention: expected {wanted}, found {shown(view.deal.attention and view.deal.attention.en)}"


def _fields(wanted: Fields, deal: Deal, calendar: WorkingCalendar, what: str) -> Iterator[str]:
    for name, value in wanted.items():
        found = deal.fields.get(name, getattr(deal, name, None) if name in _HEAD else None)
        if not same(found, value, calendar):
            yield f"{what}{name}: expected {shown(value)}, found {shown(found)}"


_HEAD = ("amount", "title", "responsible", "company", "contact", "source", "reason", "reason_comment")


def _company(expect: expected.Expect, view: View) -> Iterator[str]:
    for name, value in expect.company.items():
        found = view.company.value(name) if view.company else None
        if not same(found, value, view.calendar):
            yield f"company field {name}: expected {shown(value)}, found {shown(found)}"


def _tasks(expect: expected.Expect, view: View) -> Iterator[str]:
    if expect.open_tasks is not None:
        found = sorted(_known_as(task) for task in view.deal.open_tasks())
        if found != sorted(expect.open_tasks):
            yield f"open_tasks: expected {shown(sorted(expect.open_tasks))}, found {shown(found)}"
    for key, wanted in expect.tasks.items():
        named = [task for task in view.deal.tasks.values() if key in (task.key, task.title)]
        if not named:
            yield f"tasks: expected a task {key}, found none"
            continue
        parts = _task_parts(max(named, key=lambda one: one.number), view.calendar)
        for name in sorted(wanted.model_fields_set):
            value = getattr(wanted, name)
            value = value.span.total_seconds() if name == "spent" and value else value
            if not same(parts[name], value, view.calendar):
                yield f"task {key}, {name}: expected {shown(value)}, found {shown(parts[name])}"


def _known_as(task: Task) -> str:
    """A task made by hand without a key is known by its title."""
    return task.title if task.title and task.key == f"task_{task.number}" else task.key


def _task_parts(task: Task, calendar: WorkingCalendar) -> dict[str, Any]:
    """The task as scenarios speak of it: local times, checklist items from 1, time spent in seconds."""
    parts: dict[str, Any] = {name: getattr(task, name) for name in ("status", "assignee", "creator")}
    return parts | {
        "outcome": task.outcome,
        "conclusion": task.conclusion,
        "deadline": local_time(task.deadline, calendar) if task.deadline else None,
        "checked": [item + 1 for item in task.checked],
        "spent": task.seconds,
    }


def _assignments(expect: expected.Expect, view: View) -> Iterator[str]:
    if isinstance(expect.assignments, tuple):
        found = sorted(one.key for one in view.deal.assignments.values() if one.status == "open")
        if found != sorted(expect.assignments):
            yield f"assignments: expected {shown(sorted(expect.assignments))} open, found {shown(found)}"
        return
    for key, wanted in (expect.assignments or {}).items():
        assignment = view.deal.latest_assignment(key)
        if assignment is None:
            yield f"assignments: expected {key}, found none"
            continue
        for name in wanted.model_fields_set:
            if getattr(assignment, name) != getattr(wanted, name):
                yield (
                    f"assignment {key}, {name}: expected {shown(getattr(wanted, name))}, "
                    f"found {shown(getattr(assignment, name))}"
                )


def _calls(expect: expected.Expect, view: View) -> Iterator[str]:
    """The keys of open calls, exactly."""
    if expect.calls is None:
        return
    found = sorted(call.key for call in view.deal.calls.values() if call.status == "open")
    if found != sorted(expect.calls):
        yield f"calls: expected {shown(sorted(expect.calls))} open, found {shown(found)}"


def _payments(expect: expected.Expect, view: View) -> Iterator[str]:
    """How the rows of the deal's payment plan stand, in their order."""
    if expect.payments is None:
        return
    kept = [value for value in view.deal.fields.values() if payment_plan.read(value)]
    found = tuple(row.state for row in payment_plan.read(kept[0])) if kept else ()
    if found != expect.payments:
        yield f"payments: expected {shown(expect.payments)}, found {shown(found)}"


def _deals(expect: expected.Expect, view: View) -> Iterator[str]:
    if expect.no_deals and view.opened_by_it:
        yield f"no_deals: expected none, found {_listed(view.opened_by_it)}"
    if not matched_deals(expect.deals, view):
        for wanted in expect.deals:
            if not any(_is_deal(wanted, deal, view.calendar) for deal in view.opened_by_it):
                yield f"deals: expected {_spoken(wanted)}, found {_listed(view.opened_by_it) or 'none'}"
                return
        if expect.deals:
            yield f"deals: expected {len(expect.deals)} different deals, found {_listed(view.opened_by_it)}"


def matched_deals(wanted: Sequence[expected.DealMatch], view: View) -> list[tuple[expected.DealMatch, Deal]]:
    """Each expected deal with its own deal, in the order of opening; empty if that cannot be."""
    return _assign(list(wanted), list(view.opened_by_it), view.calendar) or []


def _assign(
    wanted: list[expected.DealMatch], deals: list[Deal], calendar: WorkingCalendar
) -> list[tuple[expected.DealMatch, Deal]] | None:
    if not wanted:
        return []
    for deal in deals:
        if _is_deal(wanted[0], deal, calendar):
            rest = _assign(wanted[1:], [other for other in deals if other is not deal], calendar)
            if rest is not None:
                return [(wanted[0], deal), *rest]
    return None


def _is_deal(wanted: expected.DealMatch, deal: Deal, calendar: WorkingCalendar) -> bool:
    head = wanted.model_dump(exclude={"as_", "fields"}, exclude_none=True)
    if any(not same(getattr(deal, name), value, calendar) for name, value in head.items()):
        return False
    return not list(_fields(wanted.fields, deal, calendar, ""))


def _spoken(
    wanted: expected.DealMatch | expected.NoticeMatch | expected.MessageMatch | expected.AgendaMatch,
) -> str:
    given = wanted.model_dump(exclude_none=True, exclude_defaults=True, exclude={"as_", "times"})
    return "{" + ", ".join(f"{name}: {shown(value)}" for name, value in given.items()) + "}"


def _listed(deals: Sequence[Deal]) -> str:
    return ", ".join(f"{deal.pipeline} at {deal.stage} ({deal.status})" for deal in deals)


def _agenda(expect: expected.Expect, view: View) -> Iterator[str]:
    scheduled = [*view.deal.agenda.values(), *view.approvals.agenda()]
    entries = [(local_time(entry.due, view.calendar), entry.what) for entry in scheduled]
    for wanted in expect.agenda:
        if not any(wanted.at in (None, at) and wanted.what in (None, what) for at, what in entries):
            found = ", ".join(f"{at:%Y-%m-%dT%H:%M} {what}" for at, what in sorted(entries)) or "nothing"
            yield f"agenda: expected {_spoken(wanted)}, found {found}"


def _told(expect: expected.Expect, view: View) -> Iterator[str]:
    notices = [record.event for record in view.recent if isinstance(record.event, Notified)]
    notices += view.approvals.notices()
    seen = "; ".join(f"{one.to} {one.kind} “{one.text.en}”" for one in notices) or "nobody was told anything"
    for wanted in expect.notified:
        count = sum(_is_notice(wanted, one, view.deal) for one in notices)
        yield from _counted("notified", wanted, count, seen)
    for wanted in expect.not_notified:
        if any(_is_notice(wanted, one, view.deal) for one in notices):
            yield f"not_notified: expected no {_spoken(wanted)} since the last expect, found {seen}"
    sent = list(_sent(view))
    posted = "; ".join(f"{one.name} to {one.detail.get('to')}" for one in sent) or "no message was sent"
    for message in expect.messages:
        yield from _counted("messages", message, sum(_is_message(message, one) for one in sent), posted)


def _counted(
    key: str, wanted: expected.NoticeMatch | expected.MessageMatch, count: int, seen: str
) -> Iterator[str]:
    if wanted.times is None and count == 0:
        yield f"{key}: expected {_spoken(wanted)} since the last expect, found {seen}"
    elif wanted.times is not None and count != wanted.times:
        times = f"{wanted.times} times since the last expect"
        yield f"{key}: expected {_spoken(wanted)} {times}, found {count}: {seen}"


def _is_notice(wanted: expected.NoticeMatch, notice: Notified, deal: Deal) -> bool:
    task = deal.tasks.get(notice.task) if notice.task else None
    about = (
        wanted.about is None
        or (task is not None and task.key == wanted.about)
        or any(wanted.about.casefold() in text.casefold() for text in (notice.text.ru, notice.text.en))
    )
    return wanted.to in (None, notice.to) and wanted.kind in (None, notice.kind) and about


def _sent(view: View) -> Iterator[EffectPlanned]:
    """Messages that went out recently; they may have been planned earlier."""
    planned = {one.event.key: one.event for one in view.all if isinstance(one.event, EffectPlanned)}
    for record in view.recent:
        plan = planned.get(record.event.key) if isinstance(record.event, EffectDone) else None
        if plan is not None and plan.kind == "message":
            yield plan


def _is_message(wanted: expected.MessageMatch, message: EffectPlanned) -> bool:
    detail = message.detail
    texts = (detail.get("subject", ""), detail.get("text", ""))
    said = [str(one) for text in texts for one in (text.values() if isinstance(text, dict) else (text,))]
    about = (
        wanted.about is None
        or wanted.about == message.name
        or any(wanted.about.casefold() in text.casefold() for text in said)
    )
    return wanted.to in (None, detail.get("to")) and wanted.channel in (None, detail.get("channel")) and about


def opened_by(deal: Deal, opened: Opened) -> bool:
    """Whether the deal that opened so was opened by `deal`: as its child, or with a link to it."""
    is_child = opened.parent is not None and opened.parent.deal == deal.id
    return is_child or any(link.deal == deal.id for link in opened.links)
