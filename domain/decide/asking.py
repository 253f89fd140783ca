"""Assignments: questions put to a person, each answered once with one of its options."""

from __future__ import annotations

from datetime import datetime

from domain.commands import Answer
from domain.deal import Assignment
from domain.decide import agenda, people
from domain.decide.notices import tell
from domain.decide.reading import numbered
from domain.decide.turn import Batch, Turn
from domain.definition import AssignmentRule, Option
from domain.errors import refuse
from domain.events import AssignmentAnswered, AssignmentCreated


def ask(turn: Turn, rule: AssignmentRule) -> None:
    """Puts the question; one that is still open is not put twice."""
    latest = turn.deal.latest_assignment(rule.id)
    if latest and latest.status == "open":
        return
    number = turn.next_number()
    assignee = people.pick(turn, rule.assignee)
    turn.by_itself(AssignmentCreated(assignment=number, key=rule.id, assignee=assignee))
    tell(turn, [assignee], "assignment", rule.title)
    agenda.schedule_assignment(turn, turn.deal.assignments[number], rule.remind)


def answer(turn: Turn, command: Answer) -> None:
    """Answers an assignment with one of its options, once."""
    assignment = _find(turn, command.assignment)
    rule = turn.definition.assignment_rule(assignment.key)
    if assignment.status != "open":
        said = people.who_and_when(turn, assignment.answered_by, None)
        raise refuse(
            "assignment_closed",
            f"На этот вопрос уже ответили: {said.ru}." if assignment.answered_by else "Этот вопрос уже снят.",
            f"This question is answered already: {said.en}."
            if assignment.answered_by
            else "This question is closed.",
            stage=turn.deal.stage,
        )
    if not people.may_answer(turn, assignment):
        asked = people.name_of(turn, assignment.assignee)
        raise refuse(
            "not_allowed",
            f"На этот вопрос отвечает {asked}, ответственный за сделку или их руководитель.",
            f"This question is answered by {asked}, the deal's responsible, or one of their heads.",
            stage=turn.deal.stage,
            allowed=(assignment.assignee, turn.deal.responsible),
        )
    options = rule.options if rule else {}
    if command.option not in options:
        raise refuse(
            "unknown_option",
            f"Выберите один из вариантов: {', '.join(options)}.",
            f"Choose one of the options: {', '.join(options)}.",
            allowed=tuple(options),
        )
    date = _date(turn, options[command.option], command)
    event = AssignmentAnswered(assignment=assignment.number, option=command.option, comment=command.comment)
    turn.emit(event.model_copy(update={"date": date}) if date else event)
    handlers = turn.stage.when_assignment.get(assignment.key, {})
    if command.option in handlers:
        path = f"{turn.deal.stage}.when_assignment.{assignment.key}.{command.option}"
        concluded = command.comment or command.option
        turn.run_later(Batch(path, handlers[command.option], conclusion=concluded, date=date))


def _date(turn: Turn, option: Option, command: Answer) -> datetime | None:
    """The answer's date, checked with its comment."""
    if option.comment == "required" and not (command.comment or "").strip():
        raise refuse(
            "comment_required",
            "Для этого ответа напишите комментарий.",
            "This answer needs a comment.",
            missing=("comment",),
        )
    if option.date == "none":
        return None
    if command.date is not None:
        given = command.date
        return given if given.tzinfo else turn.facts.organisation.calendar.at(given.date(), given.time())
    if option.default_date:
        return agenda.due_after(turn, turn.now, option.default_date)
    if option.date == "required":
        raise refuse("invalid_value", "Укажите дату.", "Give the date.", missing=("date",))
    return None


def _find(turn: Turn, name: int | str) -> Assignment:
    deal = turn.deal
    number = numbered(name)
    found = deal.latest_assignment(str(name)) if number is None else deal.assignments.get(number)
    if found is None:
        open_keys = tuple(entry.key for entry in deal.assignments.values() if entry.status == "open")
        raise refuse(
            "unknown_assignment",
            f"В сделке нет вопроса «{name}».",
            f"The deal has no question “{name}”.",
            allowed=open_keys,
        )
    return found
