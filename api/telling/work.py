"""People's work in words: tasks, assignments, calls, approvals, comments."""

from __future__ import annotations

from api.telling.teller import Teller, joined
from domain import events as ev
from domain.approval.naming import called
from domain.base import Text

_IN_1C = {
    "open": Text(ru="в работе", en="under way"),
    "done": Text(ru="выполнена", en="done"),
    "cancelled": Text(ru="отменена", en="cancelled"),
}


def work(teller: Teller, event: ev.Event) -> Text | None:
    """The sentence of an event about somebody's work; None for any other."""
    return _task(teller, event) or _asked(teller, event) or _call(teller, event) or _approval(event)


def _task(teller: Teller, event: ev.Event) -> Text | None:
    match event:
        case ev.TaskCreated(task=task, key=key, assignee=assignee):
            name, title = teller.person(assignee), teller.task(task, key)
            return Text(ru=f"Задача «{title.ru}» — {name}", en=f"Task “{title.en}”: {name}")
        case ev.TaskReassigned(task=task, assignee=assignee):
            name, title = teller.person(assignee), teller.task(task)
            return Text(ru=f"Задача «{title.ru}» передана: {name}", en=f"Task “{title.en}” goes to {name}")
        case ev.TaskStarted(task=task):
            return _about(teller.task(task), "Начата работа", "Work began")
        case ev.TaskStopped(task=task, seconds=seconds):
            minutes = max(1, round(seconds / 60))
            return _about(teller.task(task), f"Затрачено {minutes} мин", f"{minutes} min spent")
        case ev.TaskCommented(task=task, result=result, text=text, said=said):
            what = said or (Text.same(text) if text else None)
            head = (
                _about(teller.task(task), "Результат", "Result")
                if result
                else _about(teller.task(task), "Комментарий", "Comment")
            )
            return joined(head, what, by=": ")
        case ev.TaskChecked(task=task, item=item, done=done):
            ru, en = ("Отмечен пункт", "Ticked item") if done else ("Снята отметка с пункта", "Unticked item")
            return _about(teller.task(task), f"{ru} {item + 1}", f"{en} {item + 1}")
        case ev.TaskFinished(task=task, outcome=outcome, conclusion=conclusion):
            head = _about(teller.task(task), "Завершена задача", "Finished task")
            return joined(
                head, teller.outcome(task, outcome), Text.same(conclusion) if conclusion else None, by=": "
            )
        case ev.TasksCancelled():
            titles = [teller.task(number) for number in event.tasks]
            titles += [teller.question(number) for number in event.assignments]
            what = joined(*titles, by=", ")
            return Text(ru=f"Больше не нужно: {what.ru}", en=f"Needed no more: {what.en}")
        case ev.TaskDue(task=task, deadline=None):
            return _about(teller.task(task), "Срок снят", "No deadline any more")
        case ev.TaskDue(task=task):
            return _about(teller.task(task), "Новый срок задачи", "New deadline")
        case ev.TaskMirrored(task=task, state=state, number=number):
            head = _about(teller.task(task), "Задача в 1С", "Task in 1C")
            how = _IN_1C.get(state or "") or (Text.same(state) if state else None)
            what = joined(Text.same(number) if number else None, how) if number or how else None
            return joined(head, what, by=": ")
        case _:
            return None


def _about(title: Text, ru: str, en: str) -> Text:
    return Text(ru=f"{ru} «{title.ru}»", en=f"{en} “{title.en}”")


def _asked(teller: Teller, event: ev.Event) -> Text | None:
    match event:
        case ev.AssignmentCreated(assignment=number, key=key, assignee=assignee):
            title, name = teller.question(number, key), teller.person(assignee)
            return Text(ru=f"Поручение «{title.ru}» — {name}", en=f"Assignment “{title.en}”: {name}")
        case ev.AssignmentAnswered(assignment=number, option=option, comment=comment):
            title, chosen = teller.question(number), teller.option(number, option)
            said = Text(ru=f"«{title.ru}»: {chosen.ru}", en=f"“{title.en}”: {chosen.en}")
            return joined(said, Text.same(comment) if comment else None, by=". ")
        case ev.Commented(text=text):
            return Text.same(text)
        case _:
            return None


def _call(teller: Teller, event: ev.Event) -> Text | None:
    match event:
        case ev.CallPlanned(call=number, key=key, assignee=assignee):
            title, name = teller.call(number, key), teller.person(assignee)
            return Text(
                ru=f"Запланирован звонок «{title.ru}» — {name}", en=f"Call “{title.en}” planned: {name}"
            )
        case ev.CallLogged(call=number, outcome=outcome, note=note):
            reached = outcome == "reached"
            head = _about(
                teller.call(number),
                "Дозвонились" if reached else "Не дозвонились",
                "Reached" if reached else "No answer",
            )
            return joined(head, Text.same(note) if note else None, by=": ")
        case ev.CallsCancelled(calls=calls):
            what = joined(*(teller.call(number) for number in calls), by=", ")
            return Text(ru=f"Звонок больше не нужен: {what.ru}", en=f"Call needed no more: {what.en}")
        case _:
            return None


_ENDED = {
    "approved": Text(ru="Согласовано", en="Approved"),
    "rejected": Text(ru="Согласование отклонено", en="The approval was rejected"),
    "withdrawn": Text(ru="Согласование отозвано", en="The approval was withdrawn"),
}


def _approval(event: ev.Event) -> Text | None:
    match event:
        case ev.ApprovalPlanned(plan=plan):
            title = called(plan.title, "согласование", "the approval")
            return Text(ru=f"Началось: {title.ru}", en=f"Begun: {title.en}")
        case ev.ApprovalRecalled():
            return Text(ru="Согласование отзывается", en="The approval is being withdrawn")
        case ev.ApprovalEnded(result=result):
            return joined(
                _ENDED[result.status], Text.same(result.comment) if result.comment else None, by=": "
            )
        case _:
            return None
