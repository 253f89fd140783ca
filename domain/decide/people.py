"""Recipients become people only here, when a decision is made, so open deals follow a change of roles."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from domain.base import Text
from domain.deal import Assignment, Deal, Task
from domain.decide.turn import Turn
from domain.errors import refuse
from domain.events import SYSTEM, TaskCreated
from domain.facts import Facts

_BY_ITSELF = Text(ru="автоматически", en="by itself")
OPERATOR = "operator"  # someone with access to Temporal itself
DIRECTOR = "director"  # the role that is never empty: settings refuse to be left without one
SPEAK_FOR_SYSTEMS = (
    "integration",
    "admin",
    DIRECTOR,
)  # roles: another system's own token, and who runs the product


class Scene(Protocol):
    """What people are found in: a turn of the deal, or of one of its approvals."""

    @property
    def deal(self) -> Deal:
        """The deal that recipients are seen from."""

    @property
    def facts(self) -> Facts:
        """The organisation, among others."""


def resolve(turn: Scene, recipients: tuple[str, ...], about: Task | Assignment | None = None) -> list[str]:
    """The active people behind the recipients, each once, in order; the responsible stands in for nobody."""
    people: list[str] = []
    for recipient in recipients:
        for person in _one(turn, recipient, about) or [turn.deal.responsible]:
            if person not in people:
                people.append(person)
    return people


def pick(turn: Scene, recipient: str, holders: Collection[str] = ()) -> str:
    """The one person who gets a task or an assignment: of several one of `holders`, else who has the least to do."""
    found = resolve(turn, (recipient,))
    found = [person for person in found if person in holders] or found
    if len(found) == 1 or not turn.facts.load:
        return found[0]
    return min(found, key=lambda person: (_open_tasks(turn, person), person))


def _open_tasks(turn: Scene, person: str) -> int:
    """Open tasks of the person, of all deals, with those that this decision has made."""
    records = turn.events if isinstance(turn, Turn) else ()
    made = sum(isinstance(one.event, TaskCreated) and one.event.assignee == person for one in records)
    return turn.facts.load.get(person, 0) + made


def found(turn: Scene, recipient: str) -> list[str]:
    """The active people behind one recipient; here nobody stands in for nobody."""
    return _one(turn, recipient, None)


def _one(turn: Scene, recipient: str, about: Task | Assignment | None) -> list[str]:
    kind, _, name = recipient.partition(":")
    match kind:
        case "responsible":
            found = [turn.deal.responsible]
        case "head":
            found = _head_of(turn, turn.deal.responsible)
        case "assignee":
            found = [about.assignee] if about else []
        case "creator":
            found = [about.creator] if isinstance(about, Task) else [turn.deal.creator]
        case "role":
            found = list(turn.facts.organisation.roles.get(name, ()))
        case "field":
            found = [str(turn.deal.fields[name])] if turn.deal.fields.get(name) else []
        case _:
            found = [recipient]
    return [person for person in found if is_active(turn, person)]


def _head_of(turn: Scene, person: str) -> list[str]:
    employee = turn.facts.organisation.employees.get(person)
    return [employee.head] if employee and employee.head else []


def is_active(turn: Scene, person: str) -> bool:
    """Whether the person works here now."""
    employee = turn.facts.organisation.employees.get(person)
    return employee is not None and employee.active


def stand_in(facts: Facts, person: str) -> str:
    """Who takes over from a person who has left: the nearest head who works here, else a director, else nobody.

    Then the person's own id stays: whoever is made a director finds the deals under it. Somebody who works here
    stays themselves.
    """
    employees = facts.organisation.employees
    seen: list[str] = []
    above: str | None = person
    while above is not None and above in employees and above not in seen:
        if employees[above].active:
            return above
        seen.append(above)
        above = employees[above].head
    directors = [one for one in facts.organisation.roles.get(DIRECTOR, ()) if one in employees]
    working = [one for one in directors if employees[one].active]
    return min(working, key=lambda one: (facts.load.get(one, 0), one), default=person)


def must_work_here(turn: Scene, person: str) -> None:
    """Refuses an unknown or former employee."""
    if not is_active(turn, person):
        raise refuse(
            "unknown_employee",
            f"Сотрудника «{person}» нет или он больше не работает. Выберите другого.",
            f"There is no employee “{person}”, or they have left. Choose another.",
        )


def name_of(turn: Scene, person: str) -> str:
    """The person's name, or the id of one who is not known."""
    employee = turn.facts.organisation.employees.get(person)
    return employee.name if employee else person


def who_and_when(turn: Scene, person: str | None, moment: datetime | None) -> Text:
    """`Анна Юрист, 24.11.2026 10:00` by the organisation's clock: whose act it was that another comes too late for."""
    who = Text.same(name_of(turn, person)) if person and person != SYSTEM else _BY_ITSELF
    if moment is None:
        return who
    at = f"{moment.astimezone(ZoneInfo(turn.facts.organisation.calendar.timezone)):%d.%m.%Y %H:%M}"
    return Text(ru=f"{who.ru}, {at}", en=f"{who.en}, {at}")


def must_speak_for_onec(turn: Scene, by: str) -> None:
    """Refuses words of 1C from somebody who is not 1C: they would close a task past all that it asks for."""
    roles = turn.facts.organisation.roles
    if by in (SYSTEM, OPERATOR) or any(by in roles.get(role, ()) for role in SPEAK_FOR_SYSTEMS):
        return
    raise refuse(
        "not_allowed",
        "О задачах в 1С сообщает сама 1С. Сделали работу — завершите саму задачу (POST /api/tasks/{id}/finish). "
        "Передаёте слова 1С — подпишите вызов (POST /api/hooks/1c) или попросите директора дать вам роль integration.",
        "What became of a task in 1C is told by 1C itself. If the work is done, finish the task (POST "
        "/api/tasks/{id}/finish). If you pass 1C's words on, sign the hook (POST /api/hooks/1c), or ask a director "
        "for the role integration.",
        allowed=tuple(f"role:{role}" for role in SPEAK_FOR_SYSTEMS),
    )


def may_finish(turn: Turn, task: Task) -> bool:
    """A task is finished by those it concerns: assignee, co-executors, creator, responsible, their heads."""
    return _is_one_of(turn, {task.assignee, *task.co_executors, task.creator, turn.deal.responsible})


def may_answer(turn: Turn, assignment: Assignment) -> bool:
    """A question is answered by whom it was put to, the deal's responsible, or one of their heads."""
    return _is_one_of(turn, {assignment.assignee, turn.deal.responsible})


def _is_one_of(turn: Turn, concerned: set[str]) -> bool:
    """Whether these people, one of their heads, or nobody in person is acting."""
    if turn.by in (SYSTEM, OPERATOR):
        return True
    heads = {head for person in concerned for head in _head_of(turn, person)}
    return turn.by in concerned | heads
