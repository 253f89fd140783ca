"""The agenda: what fires when if nobody acts. One entry a rule or reminder; the workflow holds one timer."""

from __future__ import annotations

from datetime import datetime

from domain.base import Text
from domain.deal import AgendaEntry, Assignment, Task
from domain.decide import people
from domain.decide.notices import about_task, tell
from domain.decide.turn import Turn
from domain.definition import NoticeKind, Remind, Rule
from domain.durations import Duration
from domain.events import Scheduled

ESCALATE_AFTER = Duration.parse("1wd")


def due_after(turn: Turn, base: datetime, duration: Duration, working: bool = False) -> datetime:
    """The moment `duration` after `base` by the organisation's calendar."""
    return turn.facts.organisation.calendar.add(base, duration, working=working)


def next_repeat(turn: Turn, last: datetime, every: Duration, working: bool = False) -> datetime:
    """The next occurrence after the present: after days without a worker one reminder comes, not many."""
    upcoming = due_after(turn, last, every, working)
    while upcoming <= turn.wall:
        upcoming = due_after(turn, upcoming, every, working)
    return upcoming


def schedule_rule(turn: Turn, path: str, rule: Rule, child: str | None = None) -> None:
    """Puts a delayed or repeating rule on the agenda; `child`: whose end has set it off."""
    first = rule.after or rule.every
    if first is None:
        raise ValueError(f"rule {path} has neither `after` nor `every`")
    entry = AgendaEntry(
        id=path,
        due=due_after(turn, turn.now, first, rule.working),
        base=turn.now,
        what=what_it_does(rule),
        visit=turn.deal.visit,
        rule=path,
        keep=rule.on_leave == "keep",
        source_child=child,
    )
    turn.by_itself(Scheduled(entry=entry))


def what_it_does(rule: Rule) -> str:
    """One word for the entry: a notice's kind, or the action."""
    return rule.notify.kind if rule.notify else rule.actions()[0]


def schedule_task(turn: Turn, task: Task, remind: Remind | None) -> None:
    """Puts the task's reminder and its deadline on the agenda; they live as long as the task is open."""
    if remind:
        _put(
            turn, f"task.{task.number}.remind", "reminder", due_after(turn, turn.now, remind.every), task=task
        )
    schedule_deadline(turn, task)


def schedule_deadline(turn: Turn, task: Task) -> None:
    """Puts the task's deadline, where it has one, on the agenda."""
    if task.deadline:
        _put(turn, f"task.{task.number}.overdue", "overdue", task.deadline, task=task)


def schedule_assignment(turn: Turn, assignment: Assignment, remind: Remind | None) -> None:
    """Puts the assignment's reminder on the agenda."""
    if remind:
        entry_id = f"assignment.{assignment.number}.remind"
        _put(turn, entry_id, "reminder", due_after(turn, turn.now, remind.every), assignment=assignment)


def _put(
    turn: Turn,
    entry_id: str,
    what: str,
    due: datetime,
    task: Task | None = None,
    assignment: Assignment | None = None,
) -> None:
    entry = AgendaEntry(
        id=entry_id,
        due=due,
        base=turn.now,
        what=what,
        visit=turn.deal.visit,
        task=task.number if task else None,
        assignment=assignment.number if assignment else None,
        keep=True,
    )
    turn.by_itself(Scheduled(entry=entry))


def fire_task_entry(turn: Turn, entry: AgendaEntry, task: Task) -> None:
    """A reminder, the deadline, or the word to the head one working day after it."""
    rule = turn.definition.task_rule(task.key)
    kind = entry.id.rpartition(".")[2]
    if kind == "remind" and rule and rule.remind:
        told = people.resolve(turn, rule.remind.to, task)
        usual = about_task(
            "Напоминание: задача «{task}» ждёт вас.", "Reminder: the task “{task}” waits for you.", task, rule
        )
        tell(turn, told, "reminder", rule.remind.text or usual, task.number)
        _put(turn, entry.id, "reminder", next_repeat(turn, entry.due, rule.remind.every), task=task)
    elif kind == "overdue":
        _tell_overdue(turn, task, people.resolve(turn, ("assignee", "creator", "responsible"), task))
        due = due_after(turn, entry.due, ESCALATE_AFTER)
        _put(turn, f"task.{task.number}.escalate", "overdue", due, task=task)
    elif kind == "escalate":
        _tell_overdue(turn, task, people.resolve(turn, ("head",), task))


def _tell_overdue(turn: Turn, task: Task, told: list[str]) -> None:
    kind: NoticeKind = "overdue"
    text = about_task(
        "Просрочена задача «{task}» в сделке «{deal}».",
        "The task “{task}” of the deal “{deal}” is overdue.",
        task,
        turn.definition.task_rule(task.key),
    )
    tell(turn, told, kind, text, task.number)


def fire_assignment_entry(turn: Turn, entry: AgendaEntry, assignment: Assignment) -> None:
    """Reminds of a question that nobody has answered."""
    rule = turn.definition.assignment_rule(assignment.key)
    if rule is None or rule.remind is None:
        return
    usual = Text(
        ru=f"Напоминание: ответьте на вопрос «{rule.title.ru}».", en=f"Reminder: answer “{rule.title.en}”."
    )
    tell(turn, people.resolve(turn, rule.remind.to, assignment), "reminder", rule.remind.text or usual)
    _put(turn, entry.id, "reminder", next_repeat(turn, entry.due, rule.remind.every), assignment=assignment)
