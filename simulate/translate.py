"""A scenario's steps as commands of the core: names become ids, file names become small stored files."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from pydantic import JsonValue

from domain import commands as cmd
from domain.deal import Deal, Task
from domain.definition import Pipeline
from domain.durations import Duration
from domain.facts import FileRef
from simulate import acts
from simulate.engine import World
from simulate.scenario import Step
from simulate.spelling import Fields

_SPACE = uuid.UUID("2f1d6c1e-6f5b-5d0a-9a43-0d9b6f6f2a10")  # so that a story has the same ids in every run
_HEAD = ("title", "responsible", "amount", "contact")
_OnTask = acts.FinishTask | acts.CommentTask | acts.StartTask | acts.StopTask | acts.CheckTask


class NoSuchThing(Exception):
    """The pipelines do not know the step's verb; the text says which."""


class Translator:
    """Makes commands of one story's steps. `files` grows with the files that the commands name."""

    def __init__(self, title: str, world: World) -> None:
        self._title = title
        self._world = world
        self._deals = 0
        self._made = 0
        self.files: list[FileRef] = []

    def new_deal_id(self, name: str | None) -> str:
        """The id of the story's next deal: the same in every run."""
        self._deals += 1
        return str(uuid.uuid5(_SPACE, f"{self._title}/deal/{self._deals}/{name or ''}"))

    def open(self, step: acts.OpenDeal, by: str | None) -> cmd.Open:
        """The command that opens a deal; without `responsible` the person who opens it, or sales."""
        pipeline = self._world.definitions[step.pipeline]
        fields, head = self._split(pipeline, step.fields)
        contact = {"name": step.contact} if isinstance(step.contact, str) else step.contact
        values = {"title": step.title, "company": step.company, "contact": contact, "amount": step.amount}
        given = {name: value for name, value in values.items() if value is not None}
        known = {**head, **given, "responsible": step.responsible or head.get("responsible") or by or "sales"}
        return cmd.Open.model_validate(
            {"pipeline": step.pipeline, "source": step.source, "fields": fields, **known}
        )

    def command(self, step: Step, deal: Deal, by: str, now: dt.datetime) -> cmd.Command:
        """The command of a step on this deal; raises NoSuchThing for what no pipeline has yet."""
        what = step.act
        if isinstance(what, _OnTask):
            return self._task(what, deal, by)
        match what:
            case acts.FillCard():
                return self._fill(self._world.definitions[deal.pipeline], what.values)
            case acts.MoveTo():
                fields = self._fields(self._world.definitions[deal.pipeline], what.fields)
                return cmd.Move(to=what.to, reason=what.reason, comment=what.comment, fields=fields)
            case acts.Undo():
                return cmd.UndoMove(seq=what.seq)
            case acts.ReopenAt():
                return cmd.Reopen(to=what.to)
            case acts.SendMessage():
                return cmd.SendMessage(message=what.message)
            case acts.CreateTask():
                return self._create(what.create, now)
            case acts.AnswerAssignment():
                return self._answer(what)
            case acts.Call():
                return self._call(what)
            case acts.Claim():
                return cmd.Claim()
            case acts.Decline():
                return cmd.Decline(reason=what.reason)
            case acts.OfKind():
                return self._of_kind(step.verb, what, now)
            case acts.PrepareDocument():
                return cmd.PrepareDocument(document=what.document)
            case acts.Merge():
                return cmd.Merge(into=what.into)
            case acts.Pay():
                return cmd.Pay(row=what.row, amount=what.amount)
            case acts.Outside():
                return cmd.Happened(kind=what.type, detail=what.detail())
        raise NoSuchThing(f"this pipeline has no such thing: {step.verb}")

    def _of_kind(self, verb: str, what: acts.OfKind, now: dt.datetime) -> cmd.Command:
        deadline = self._deadline(what.deadline, now)
        if verb == "request":
            return cmd.Request(kind=what.kind, text=what.text, deadline=deadline)
        return cmd.StartProcess(kind=what.kind, deadline=deadline)

    def _answer(self, what: acts.AnswerAssignment) -> cmd.Answer:
        day = None
        if what.date is not None:
            moment = dt.datetime.fromisoformat(what.date)
            calendar = self._world.organisation.calendar
            whole_day = len(what.date) == len("2026-11-23")
            day = (
                calendar.start_of_working_day(moment.date())
                if whole_day
                else calendar.at(moment.date(), moment.time())
            )
        return cmd.Answer(assignment=what.assignment, option=what.option, comment=what.comment, date=day)

    def _call(self, what: acts.Call) -> cmd.LogCall:
        calendar = self._world.organisation.calendar
        again = calendar.at(what.next_at.date(), what.next_at.time()) if what.next_at else None
        return cmd.LogCall.model_validate(
            {"call": what.call, "outcome": what.log, "note": what.note, "next_at": again}
        )

    def _task(self, what: _OnTask, deal: Deal, by: str) -> cmd.Command:
        match what:
            case acts.FinishTask():
                comment = what.result if isinstance(what.result, str) else what.comment
                return cmd.FinishTask(
                    task=_task_named(deal, what.finish, by),
                    outcome=what.outcome,
                    comment=comment,
                    result=bool(what.result),
                    files=self._files(what.file),
                )
            case acts.CommentTask():
                return cmd.CommentTask(
                    task=_task_named(deal, what.comment, by),
                    text=what.text,
                    result=what.result,
                    files=self._files(what.file),
                )
            case acts.StartTask():
                return cmd.StartTask(task=_task_named(deal, what.start, by))
            case acts.StopTask():
                return cmd.StopTask(task=_task_named(deal, what.stop, by))
            case acts.CheckTask():
                return cmd.CheckTask(task=_task_named(deal, what.check, by), item=what.item, done=what.done)

    def _create(self, new: acts.NewTask, now: dt.datetime) -> cmd.CreateTask:
        return cmd.CreateTask(
            title=new.title,
            assignee=new.assignee,
            key=new.key,
            description=new.description,
            deadline=self._deadline(new.deadline, now),
            co_executors=new.co_executors,
            observers=new.observers,
        )

    def _deadline(self, deadline: dt.datetime | Duration | None, now: dt.datetime) -> dt.datetime | None:
        calendar = self._world.organisation.calendar
        if isinstance(deadline, Duration):
            return calendar.add(now, deadline)
        return calendar.at(deadline.date(), deadline.time()) if deadline else None

    def _fill(self, pipeline: Pipeline, values: Fields) -> cmd.Fill:
        fields, head = self._split(pipeline, values)
        return cmd.Fill.model_validate({"fields": fields, **head})

    def _split(self, pipeline: Pipeline, values: Fields) -> tuple[Fields, dict[str, Any]]:
        """Fields of the pipeline, and what belongs to the card's head or to the company."""
        fields: Fields = {}
        head: dict[str, Any] = {}
        for name, value in values.items():
            if name in pipeline.fields:
                fields[name] = value
            elif name == "company" and isinstance(value, dict):
                head["company_fields"] = value
            elif name in _HEAD or name == "company":
                head[name] = {"name": value} if name == "contact" and isinstance(value, str) else value
            else:
                fields[name] = value  # the core says that the pipeline has no such field
        return self._fields(pipeline, fields), head

    def _fields(self, pipeline: Pipeline, values: Fields) -> Fields:
        return {name: self._value(pipeline, name, value) for name, value in values.items()}

    def _value(self, pipeline: Pipeline, name: str, value: JsonValue) -> JsonValue:
        kind = pipeline.fields[name].type if name in pipeline.fields else None
        if kind not in ("file", "files") or not value:
            return value
        names = value if isinstance(value, list) else [value]
        ids: list[JsonValue] = [self._file(str(one)) for one in names]
        return ids if kind == "files" else ids[0]

    def _files(self, names: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(self._file(name) for name in names)

    def _file(self, name: str) -> str:
        self._made += 1
        file = FileRef(id=str(uuid.uuid5(_SPACE, f"{self._title}/file/{self._made}")), name=name)
        self.files.append(file)
        return file.id


def _task_named(deal: Deal, name: str, by: str) -> int | str:
    """The task of this key or title: an open one rather than a closed, the person's own, the newest."""
    named = [task for task in deal.tasks.values() if name in (task.key, task.title)]

    def rank(task: Task) -> tuple[bool, bool, int]:
        return task.status == "open", task.assignee == by, task.number

    return max(named, key=rank).number if named else name
