"""New tasks: made by rules or by hand, told to the people they concern, put on the agenda."""

from __future__ import annotations

from datetime import datetime

from domain.commands import CreateTask
from domain.deal import Task
from domain.decide import agenda, people
from domain.decide.notices import about_task, tell
from domain.decide.turn import Turn
from domain.definition import TaskRule
from domain.errors import refuse
from domain.events import TaskCreated, TaskReassigned


def create_by_rule(turn: Turn, rule: TaskRule) -> None:
    """Makes the task; one that is open already is kept, and goes to the person now named."""
    assignee = people.pick(turn, rule.assignee)
    latest = turn.deal.latest_task(rule.id)
    if latest and latest.status == "open":
        _reassign(turn, latest, rule, assignee)
        return
    number = turn.next_number()
    deadline = agenda.due_after(turn, turn.now, rule.deadline) if rule.deadline else None
    event = TaskCreated(
        task=number,
        key=rule.id,
        assignee=assignee,
        creator=people.pick(turn, rule.creator),
        co_executors=tuple(people.resolve(turn, rule.co_executors)),
        observers=tuple(people.resolve(turn, rule.observers)),
        deadline=deadline,
    )
    turn.by_itself(event)
    _announce(turn, turn.deal.tasks[number], rule)


def _reassign(turn: Turn, task: Task, rule: TaskRule, assignee: str) -> None:
    if assignee != task.assignee:
        turn.by_itself(TaskReassigned(task=task.number, assignee=assignee))
        _tell_of_task(turn, turn.deal.tasks[task.number], rule, [assignee])


def _announce(turn: Turn, task: Task, rule: TaskRule | None) -> None:
    told = [task.assignee, *(person for person in task.co_executors if person != task.assignee)]
    _tell_of_task(turn, task, rule, told)
    agenda.schedule_task(turn, task, rule.remind if rule else None)


def _tell_of_task(turn: Turn, task: Task, rule: TaskRule | None, told: list[str]) -> None:
    text = about_task(
        "Новая задача: «{task}», сделка «{deal}».", "New task: “{task}”, deal “{deal}”.", task, rule
    )
    tell(turn, told, "task", text, task.number)


def resume_timers(turn: Turn, closed_at: datetime) -> None:
    """A closed deal is silent; reopened, its open tasks remind again, and so do deadlines not yet told."""
    for task in turn.deal.open_tasks():
        rule = turn.definition.task_rule(task.key)
        told = task.deadline is not None and task.deadline <= closed_at
        due = task.model_copy(update={"deadline": None}) if told else task
        agenda.schedule_task(turn, due, rule.remind if rule else None)


def create(turn: Turn, command: CreateTask) -> None:
    """An ad-hoc task from a person."""
    if turn.deal.status != "open":
        raise refuse(
            "deal_closed",
            "Сделка закрыта.",
            "The deal is closed.",
            stage=turn.deal.stage,
            allowed=("reopen",),
        )
    for person in (command.assignee, *command.co_executors, *command.observers):
        must = person.partition(":")[0]
        if must not in ("role", "responsible", "head", "field"):
            people.must_work_here(turn, person)
    if not command.title.strip():
        raise refuse("invalid_value", "Дайте задаче название.", "Give the task a title.", missing=("title",))
    if command.key and turn.definition.task_rule(command.key):
        raise refuse(
            "invalid_value",
            f"Ключ «{command.key}» занят задачей воронки. Дайте другой.",
            f"The key “{command.key}” belongs to a task of the pipeline. Give another.",
            missing=("key",),
        )
    number = turn.next_number()
    creator = turn.by if people.is_active(turn, turn.by) else turn.deal.responsible
    turn.emit(
        TaskCreated(
            task=number,
            key=command.key or f"task_{number}",
            title=command.title,
            description=command.description,
            assignee=people.pick(turn, command.assignee),
            creator=creator,
            co_executors=tuple(people.resolve(turn, command.co_executors)),
            observers=tuple(people.resolve(turn, command.observers)),
            deadline=_deadline(turn, command.deadline),
        )
    )
    _announce(turn, turn.deal.tasks[number], None)


def _deadline(turn: Turn, wanted: datetime | None) -> datetime | None:
    """The deadline as an aware moment; without a zone it is a clock time of the organisation."""
    if wanted is None:
        return None
    calendar = turn.facts.organisation.calendar
    try:
        moment = wanted if wanted.utcoffset() is not None else calendar.at(wanted.date(), wanted.time())
        agenda.due_after(turn, moment, agenda.ESCALATE_AFTER)
    except (ValueError, OverflowError):
        raise refuse(
            "invalid_value",
            "Срок задачи вне календаря. Укажите другой.",
            "The deadline is outside the calendar. Give another.",
            missing=("deadline",),
        ) from None
    return moment
