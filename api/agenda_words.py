"""What an agenda entry will do, as a sentence in two languages."""

from __future__ import annotations

from domain.base import Text
from domain.deal import AgendaEntry, Deal, Task
from domain.definition import Pipeline, Rule, TaskRule

_NOTICE = {
    "reminder": Text(ru="Напоминание: ", en="Reminder: "),
    "control": Text(ru="Контроль: ", en="Control: "),
    "overdue": Text(ru="Просрочка: ", en="Overdue: "),
}


def task_title(task: Task, rule: TaskRule | None) -> Text:
    """The task's title, whether it came from a rule or from a person."""
    if task.title is not None or rule is None:
        return _same(task.title or task.key)
    return rule.title


def words(entry: AgendaEntry, deal: Deal, definition: Pipeline) -> Text:
    """The sentence; it falls back on the entry's own short name where the definition says nothing."""
    if entry.task is not None and (task := deal.tasks.get(entry.task)):
        return _about_task(entry, task_title(task, definition.task_rule(task.key)))
    if entry.assignment is not None and (asked := deal.assignments.get(entry.assignment)):
        rule = definition.assignment_rule(asked.key)
        title = rule.title if rule else _same(asked.key)
        return Text(ru=f"Напоминание об ответе: «{title.ru}»", en=f"Reminder to answer “{title.en}”")
    if entry.rule:
        try:
            return _about_rule(definition.rule(entry.rule), deal, definition)
        except (KeyError, IndexError):
            pass
    return _same(entry.what)


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


def _about_rule(rule: Rule, deal: Deal, definition: Pipeline) -> Text:
    if rule.notify:
        head, text = _NOTICE.get(rule.notify.kind, _same("")), rule.notify.text.fill(deal=deal.title)
        return Text(ru=head.ru + text.ru, en=head.en + text.en)
    if rule.move:
        title = definition.stages[rule.move.to].title
        return Text(ru=f"Переход на этап «{title.ru}»", en=f"Move to the stage “{title.en}”")
    if rule.task:
        return Text(ru=f"Задача «{rule.task.title.ru}»", en=f"The task “{rule.task.title.en}”")
    if rule.assign:
        return Text(ru=f"Поручение «{rule.assign.title.ru}»", en=f"The assignment “{rule.assign.title.en}”")
    if rule.open:
        return Text(ru=f"Новая сделка: {rule.open.pipeline}", en=f"A new deal: {rule.open.pipeline}")
    names = ", ".join(rule.set or {})
    return Text(ru=f"Заполнение полей: {names}", en=f"Fields are set: {names}")


def _same(text: str) -> Text:
    return Text(ru=text, en=text)
