"""What an agenda entry will do, as a sentence in two languages."""

from __future__ import annotations

from domain.approval.naming import called
from domain.base import Text
from domain.deal import AgendaEntry, Call, Deal
from domain.decide.involving import PROCESSES
from domain.decide.notices import task_title
from domain.definition import CallRule, Pipeline, Rule

_NOTICE = {
    "reminder": Text(ru="Напоминание: ", en="Reminder: "),
    "control": Text(ru="Контроль: ", en="Control: "),
    "overdue": Text(ru="Просрочка: ", en="Overdue: "),
}
_COMMENT = Text(ru="Комментарий к задаче", en="Comment on the task")


def call_title(definition: Pipeline, key: str) -> Text:
    """What the call is about; its key where the definition does not know it."""
    rule = definition.call_rule(key)
    return rule.title if rule else Text.same(key)


def words(entry: AgendaEntry, deal: Deal, definition: Pipeline) -> Text:
    """The sentence; it falls back on the entry's own short name where the definition says nothing."""
    if entry.task is not None and (task := deal.tasks.get(entry.task)):
        return _about_task(entry, task_title(task, definition.task_rule(task.key)))
    if entry.assignment is not None and (asked := deal.assignments.get(entry.assignment)):
        rule = definition.assignment_rule(asked.key)
        title = rule.title if rule else Text.same(asked.key)
        return Text(ru=f"Напоминание об ответе: «{title.ru}»", en=f"Reminder to answer “{title.en}”")
    if entry.call is not None and (call := deal.calls.get(entry.call)):
        return _about_call(entry, call, definition.call_rule(call.key))
    if about := _about_others(entry, deal, definition):
        return about
    if entry.move is not None:
        title = definition.stages[entry.move].title
        return Text(ru=f"Следующая попытка: «{title.ru}»", en=f"The next attempt: “{title.en}”")
    if entry.rule:
        try:
            return _about_rule(definition.rule(entry.rule), deal, definition)
        except (KeyError, IndexError):
            pass
    return Text.same(entry.what)


def _about_others(entry: AgendaEntry, deal: Deal, definition: Pipeline) -> Text | None:
    """Claims, rows of payment plans and processes."""
    if entry.claim:
        return Text(ru="Никто не взял заявку", en="Nobody has taken the request")
    if entry.payment is not None:
        spec = definition.fields.get(entry.payment)
        title = spec.title if spec else Text.same(entry.payment)
        return Text(
            ru=f"{title.ru}: контроль строки {entry.row}", en=f"{title.en}: control of row {entry.row}"
        )
    if entry.child is not None and (child := deal.children.get(entry.child)):
        rule = definition.processes.get(child.rule.removeprefix(PROCESSES))
        title = rule.title if rule else Text.same(child.pipeline)
        return Text(ru=f"Срок процесса «{title.ru}»", en=f"Deadline of the process “{title.en}”")
    return None


def _about_task(entry: AgendaEntry, title: Text) -> Text:
    match entry.id.rpartition(".")[2]:
        case "remind":
            return Text(ru=f"Напоминание о задаче «{title.ru}»", en=f"Reminder of the task “{title.en}”")
        case "escalate":
            return Text(
                ru=f"Руководителю о просроченной задаче «{title.ru}»",
                en=f"To the head: the task “{title.en}” is overdue",
            )
        case _:
            return Text(ru=f"Срок задачи «{title.ru}»", en=f"Deadline of the task “{title.en}”")


def _about_call(entry: AgendaEntry, call: Call, rule: CallRule | None) -> Text:
    title = rule.title if rule else Text.same(call.key)
    if entry.id.endswith(".unlogged"):
        return Text(ru=f"Контроль звонка «{title.ru}»", en=f"Control of the call “{title.en}”")
    return Text(ru=f"Напоминание о звонке «{title.ru}»", en=f"Reminder of the call “{title.en}”")


def _about_rule(rule: Rule, deal: Deal, definition: Pipeline) -> Text:
    if rule.notify:
        head, text = _NOTICE.get(rule.notify.kind, Text.same("")), rule.notify.text.fill(deal=deal.title)
        return Text(ru=head.ru + text.ru, en=head.en + text.en)
    if rule.move:
        title = definition.stages[rule.move.to].title
        return Text(ru=f"Переход на этап «{title.ru}»", en=f"Move to the stage “{title.en}”")
    if rule.task:
        return Text(ru=f"Задача «{rule.task.title.ru}»", en=f"The task “{rule.task.title.en}”")
    if rule.assign:
        return Text(ru=f"Поручение «{rule.assign.title.ru}»", en=f"The assignment “{rule.assign.title.en}”")
    if rule.call:
        return Text(ru=f"Звонок «{rule.call.title.ru}»", en=f"The call “{rule.call.title.en}”")
    if rule.approve:
        return called(rule.approve.title)
    if rule.open:
        return Text(ru=f"Новая сделка: {rule.open.pipeline}", en=f"A new deal: {rule.open.pipeline}")
    again = definition.task_rule(rule.again or (rule.comment_task.task if rule.comment_task else ""))
    if again:
        what = Text(ru="Задача ещё раз", en="The task again") if rule.again else _COMMENT
        return Text(ru=f"{what.ru}: «{again.title.ru}»", en=f"{what.en}: “{again.title.en}”")
    names = ", ".join(rule.set or {})
    return Text(ru=f"Заполнение полей: {names}", en=f"Fields are set: {names}")
