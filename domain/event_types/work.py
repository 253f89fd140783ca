"""Work on a deal: tasks, assignments, calls."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import JsonValue

from domain.base import Lasting, Text
from domain.durations import Duration


class TaskCreated(Lasting):
    """A task was given to a person. `within`: see `domain.deal.Task`."""

    type: Literal["task_created"] = "task_created"
    task: int
    key: str
    assignee: str
    creator: str
    title: str | None = None
    description: str | None = None
    co_executors: tuple[str, ...] = ()
    observers: tuple[str, ...] = ()
    deadline: datetime | None = None
    within: Duration | None = None


class TaskReassigned(Lasting):
    """An open task went to another person."""

    type: Literal["task_reassigned"] = "task_reassigned"
    task: int
    assignee: str


class TaskStarted(Lasting):
    """A person's clock runs on the task."""

    type: Literal["task_started"] = "task_started"
    task: int


class TaskStopped(Lasting):
    """The person's clock stopped after so many seconds."""

    type: Literal["task_stopped"] = "task_stopped"
    task: int
    seconds: int


class TaskCommented(Lasting):
    """A comment on a task. Only what the rules need is folded: whether it is the result, and its file.

    `interim`: a result before the task may end. `said`: the product's own words, `text` being the Russian ones.
    """

    type: Literal["task_commented"] = "task_commented"
    task: int
    result: bool = False
    interim: bool = False
    has_file: bool = False
    text: str | None = None
    said: Text | None = None
    files: tuple[dict[str, JsonValue], ...] = ()


class TaskChecked(Lasting):
    """An item of the checklist (from 0) was ticked or unticked."""

    type: Literal["task_checked"] = "task_checked"
    task: int
    item: int
    done: bool = True


class TaskFinished(Lasting):
    """The task is done; `auto` when the product closed it because the deal went on."""

    type: Literal["task_finished"] = "task_finished"
    task: int
    outcome: str | None = None
    conclusion: str | None = None
    auto: bool = False


class TasksCancelled(Lasting):
    """Open tasks that nobody needs any more."""

    type: Literal["tasks_cancelled"] = "tasks_cancelled"
    tasks: tuple[int, ...] = ()
    assignments: tuple[int, ...] = ()


class AssignmentCreated(Lasting):
    """A question was put to a person."""

    type: Literal["assignment_created"] = "assignment_created"
    assignment: int
    key: str
    assignee: str


class AssignmentAnswered(Lasting):
    """The question is answered."""

    type: Literal["assignment_answered"] = "assignment_answered"
    assignment: int
    option: str
    comment: str | None = None
    date: datetime | None = None


class CallPlanned(Lasting):
    """A call was put on a person's list, or to another moment."""

    type: Literal["call_planned"] = "call_planned"
    call: int
    key: str
    assignee: str
    due: datetime


class CallLogged(Lasting):
    """The call was tried: `reached` or `no_answer`."""

    type: Literal["call_logged"] = "call_logged"
    call: int
    outcome: str
    note: str | None = None


class CallsCancelled(Lasting):
    """Open calls that nobody needs any more."""

    type: Literal["calls_cancelled"] = "calls_cancelled"
    calls: tuple[int, ...]
