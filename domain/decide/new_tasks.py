"""New tasks: made by rules or by hand, told to the people they concern, put on the agenda."""

from __future__ import annotations

from datetime import datetime

from domain.commands import CreateTask
from domain.deal import Task
from domain.decide import agenda, dates, people
from domain.decide.notices import about_task, tell
from domain.decide.turn import Turn
from domain.definition import TaskRule
from domain.errors import refuse
from domain.events import TaskCreated, TaskReassigned


def create_by_rule(turn: Turn, rule: TaskRule, conclusion: str | None = None) -> None:
    """Makes the task, or one for each of `each`; one that is open already is kept, and goes to who is now named.

    `conclusion`: what `{conclusion}` means in its description, the words that ended what sets it off.
    """
    known = {task.assignee: task for task in turn.deal.open_tasks(rule.id)}
    wanted = dict.fromkeys(people.pick(turn, recipient, known) for recipient in rule.each or (rule.assignee,))
    spare = [task for person, task in known.items() if person not in wanted]
    for person in wanted:
        if person not in known and spare:
            _reassign(turn, spare.pop(), rule, person)
        elif person not in known:
            _create(turn, rule, person, _description(turn, rule, conclusion))


def create_on_request(turn: Turn, rule: TaskRule, said: str | None, deadline: datetime | None) -> None:
    """Makes a task that a person asked for, who is its creator; `said` in their own words, by `deadline` if given."""
    number = turn.next_number()
    event = TaskCreated(
        task=number,
        key=rule.id,
        assignee=people.pick(turn, rule.assignee),
        creator=turn.by if people.is_active(turn, turn.by) else turn.deal.responsible,
        description=said,
        deadline=moment_of(turn, deadline) or dates.deadline_of(turn, rule),
        within=None if deadline else rule.deadline,
    )
    turn.emit(event)
    _announce(turn, turn.deal.tasks[number], rule)


def _description(turn: Turn, rule: TaskRule, conclusion: str | None) -> str | None:
    """The task's own words where the definition's alone will not do: other rules make the same task, or it quotes."""
    if rule.description is None or (
        rule == turn.definition.task_rule(rule.id) and "{" not in rule.description.ru
    ):
        return None
    return rule.description.fill(conclusion=conclusion or "").ru.strip()


def _create(turn: Turn, rule: TaskRule, assignee: str, description: str | None) -> None:
    number = turn.next_number()
    event = TaskCreated(
        task=number,
        key=rule.id,
        assignee=assignee,
        creator=people.pick(turn, rule.creator),
        co_executors=tuple(people.resolve(turn, rule.co_executors)),
        observers=tuple(people.resolve(turn, rule.observers)),
        description=description,
        deadline=dates.deadline_of(turn, rule),
    )
    turn.by_itself(event)
    _announce(turn, turn.deal.tasks[number], rule)


def _reassign(turn: Turn, task: Task, rule: TaskRule, assignee: str) -> None:
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
            deadline=moment_of(turn, command.deadline),
        )
    )
    _announce(turn, turn.deal.tasks[number], None)


def moment_of(turn: Turn, wanted: datetime | None) -> datetime | None:
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
