"""Tasks: lists, time tracking, comments, checklists, ends; and answers to assignments."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Annotated, Literal

from fastapi import APIRouter, Body, Depends, Query
from fastapi.responses import Response

from api import examples
from api.agenda_words import call_title
from api.bodies import AnswerBody, CallBody, CheckBody, FinishBody, TaskCommentBody
from api.deps import Acting, Limit, Reading, World
from api.examples_intake import CALL
from api.replies import COMMAND, deal_and_number, do, problem_responses
from api.task_texts import ChecklistItem, checklist_of, description_of
from domain.base import Text
from domain.commands import Answer, CheckTask, LogCall, StartTask, StopTask
from domain.definition import Pipeline
from store import queries

router = APIRouter(prefix="/api", tags=["tasks"])
_LIST = problem_responses(401, 422, 503)


@dataclass(frozen=True, kw_only=True)
class CallShown(queries.CallRow):
    """A call in a list, by its title."""

    title: Text


@dataclass(frozen=True, kw_only=True)
class TaskShown(queries.TaskRow):
    """A task in a list, with what is to be done."""

    description: Text | None
    checklist: list[ChecklistItem]


def _task(task_id: str) -> tuple[str, int]:
    return deal_and_number(task_id, "unknown_task", "Задачи {} нет.", "There is no task {}.")


def _wanted(
    caller: Reading,
    assignee: Annotated[str | None, Query(description="`me`: the caller")] = None,
    status: Literal["open", "finished", "cancelled"] | None = None,
    deal: str | None = None,
    cursor: str | None = None,
    limit: Limit = 50,
) -> queries.Wanted:
    person = caller.id if assignee == "me" else assignee
    return queries.Wanted(person, status, deal, cursor, limit)


Wanted = Annotated[queries.Wanted, Depends(_wanted)]


@router.get("/tasks", responses=_LIST)
async def list_tasks(deps: World, wanted: Wanted, overdue: bool | None = None) -> queries.Page[TaskShown]:
    """Задачи, ближайший срок сверху · Tasks, the nearest deadline first."""
    async with deps.engine.connect() as connection:
        page = await queries.list_tasks(connection, wanted, overdue=overdue, now=deps.now())
        definitions = {
            row.definition: await deps.definitions.get(row.definition, connection) for row in page.items
        }
    return queries.Page([_shown(row, definitions[row.definition]) for row in page.items], page.next)


def _shown(row: queries.ListedTask, definition: Pipeline) -> TaskShown:
    rule = definition.task_rule(row.key)
    return TaskShown(
        **{one.name: getattr(row, one.name) for one in fields(queries.TaskRow)},
        description=description_of(row.own, rule),
        checklist=checklist_of(row.checked, rule),
    )


@router.post("/tasks/{task_id}/start", responses=COMMAND)
async def start(task_id: str, caller: Acting, deps: World) -> Response:
    """Начать учёт времени · Start the clock."""
    deal, number = _task(task_id)
    return await do(deps, caller, deal, StartTask(task=number))


@router.post("/tasks/{task_id}/stop", responses=COMMAND)
async def stop(task_id: str, caller: Acting, deps: World) -> Response:
    """Остановить учёт времени · Stop the clock."""
    deal, number = _task(task_id)
    return await do(deps, caller, deal, StopTask(task=number))


@router.post("/tasks/{task_id}/comments", responses=COMMAND)
async def comment(
    task_id: str,
    body: Annotated[TaskCommentBody, Body(openapi_examples=examples.TASK_COMMENT)],
    caller: Acting,
    deps: World,
) -> Response:
    """Комментарий или результат · A comment, or the result with `result`."""
    deal, number = _task(task_id)
    return await do(deps, caller, deal, body.command(number))


@router.post("/tasks/{task_id}/checklist/{item}", responses=COMMAND)
async def check(
    task_id: str, item: int, caller: Acting, deps: World, body: CheckBody | None = None
) -> Response:
    """Отметить пункт чек-листа, считая с 1 · Tick an item, counted from 1; `{done: false}` unticks it."""
    deal, number = _task(task_id)
    done = body.done if body else True
    return await do(deps, caller, deal, CheckTask(task=number, item=item, done=done))


@router.post("/tasks/{task_id}/finish", responses=COMMAND)
async def finish(
    task_id: str,
    caller: Acting,
    deps: World,
    body: Annotated[FinishBody | None, Body(openapi_examples=examples.FINISH)] = None,
) -> Response:
    """Завершить задачу · Finish, with outcome and result where the task asks for them."""
    deal, number = _task(task_id)
    return await do(deps, caller, deal, (body or FinishBody()).command(number))


@router.get("/assignments", tags=["assignments"], responses=_LIST)
async def list_assignments(deps: World, wanted: Wanted) -> queries.Page[queries.AssignmentRow]:
    """Поручения · Assignments: questions that wait for an answer."""
    async with deps.engine.connect() as connection:
        return await queries.list_assignments(connection, wanted)


@router.post("/assignments/{assignment_id}/answer", tags=["assignments"], responses=COMMAND)
async def answer(
    assignment_id: str,
    body: Annotated[AnswerBody, Body(openapi_examples=examples.ANSWER)],
    caller: Acting,
    deps: World,
) -> Response:
    """Ответить на поручение · Answer with one of the options."""
    deal, number = deal_and_number(
        assignment_id, "unknown_assignment", "Поручения {} нет.", "There is no assignment {}."
    )
    command = Answer(assignment=number, option=body.option, comment=body.comment, date=body.date)
    return await do(deps, caller, deal, command)


@router.get("/calls", tags=["calls"], responses=_LIST)
async def list_calls(deps: World, wanted: Wanted) -> queries.Page[CallShown]:
    """Звонки, ближайший сверху · Calls, the nearest first."""
    async with deps.engine.connect() as connection:
        page = await queries.list_calls(connection, wanted)
        definitions = {
            row.definition: await deps.definitions.get(row.definition, connection) for row in page.items
        }
    return queries.Page(
        [
            CallShown(**vars(row), title=call_title(definitions[row.definition], row.key))
            for row in page.items
        ],
        page.next,
    )


@router.post("/calls/{call_id}/log", tags=["calls"], responses=COMMAND)
async def log_call(
    call_id: str, body: Annotated[CallBody, Body(openapi_examples=CALL)], caller: Acting, deps: World
) -> Response:
    """Отметить звонок · Log a call: reached, or no answer."""
    deal, number = deal_and_number(call_id, "unknown_call", "Звонка {} нет.", "There is no call {}.")
    command = LogCall(call=number, outcome=body.outcome, note=body.note, next_at=body.next_at)
    return await do(deps, caller, deal, command)
