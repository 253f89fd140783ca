"""The card of a deal as clients see it: one pure function from the deal's state to JSON.

Every text for people is an object `{"ru": …, "en": …}`, so that an answer does not depend on who asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from pydantic import JsonValue
from pydantic_core import to_jsonable_python

from api.agenda_words import words
from api.involved import involved
from api.task_texts import checklist_of, description_of
from domain.base import Text
from domain.deal import AgendaEntry, Assignment, Call, Deal, Task
from domain.decide.documents import is_under_way, lacking_for, offered
from domain.decide.notices import task_title
from domain.decide.requirements import Lacking, lacking, lacking_to_finish
from domain.decide.turn import Moment, Turn
from domain.definition import DocumentRule, MessageTemplate, Option, Pipeline, Stage, TaskRule
from domain.documents.content import format_of
from domain.events import SYSTEM
from domain.facts import Facts

Json = dict[str, Any]
_HEAD = {
    "id", "title", "pipeline", "definition", "stage", "status", "moved_at", "opened_at", "at", "responsible",
    "creator", "contact", "source", "amount", "reason", "reason_comment", "fields", "attention",
}  # fmt: skip


def public_id(deal: str, number: int) -> str:
    """The id of a task or assignment outside its deal."""
    return f"{deal}.{number}"


def card(
    deal: Deal, definition: Pipeline, facts: Facts, links: Sequence[object], effects: Sequence[object]
) -> Json:
    """Everything about the deal as JSON. `links` and `effects` are rows, shown as they are."""
    stage = definition.stages[deal.stage]
    turn = Turn(definition, deal, Moment(now=deal.at, by=SYSTEM, deal=deal.id), facts)
    company = facts.companies.get(deal.company) if deal.company else None
    return {
        **deal.model_dump(mode="json", include=_HEAD),
        "version": deal.seq,
        "pipeline_title": _text(definition.title),
        "stage_title": _text(stage.title),
        "company": company.model_dump(mode="json") if company else None,
        "tasks": [_task(turn, task) for task in deal.tasks.values()],
        "assignments": [_assignment(deal, asked, definition) for asked in deal.assignments.values()],
        "calls": [_call(deal, call, definition) for call in deal.calls.values()],
        "links": to_jsonable_python(list(links)),
        "agenda": [
            _entry(entry, deal, definition)
            for entry in sorted(deal.agenda.values(), key=lambda entry: (entry.due, entry.id))
        ],
        "effects": to_jsonable_python(list(effects)),
        "pending_move": deal.pending_move.model_dump(mode="json") if deal.pending_move else None,
        "moves": _moves(turn),
        "messages": [
            _message(key, template) for key, template in {**definition.messages, **stage.messages}.items()
        ],
        "documents": [_document(turn, name, rule) for name, rule in offered(definition, deal).items()],
        **involved(deal, definition),
        "workflow_id": f"deal-{deal.id}",
    }


def _task(turn: Turn, task: Task) -> Json:
    rule = turn.definition.task_rule(task.key)
    description = description_of(task.description, rule)
    mirror = turn.deal.mirrored.get(task.number)
    return {
        **task.model_dump(mode="json", exclude={"title", "description", "running", "checked"}),
        "id": public_id(turn.deal.id, task.number),
        "title": _text(task_title(task, rule)),
        "description": _text(description) if description else None,
        "running": sorted(task.running),
        "running_since": {person: _moment(since) for person, since in sorted(task.running.items())},
        "mirror": mirror.model_dump(mode="json") if mirror else None,
        **_from_rule(task, rule),
        "finish": _finish(turn, rule) if task.status == "open" else None,
    }


def _finish(turn: Turn, rule: TaskRule | None) -> Json:
    """Whether the deal lets the task be finished now; what its outcome and result ask for stands beside."""
    needs = lacking_to_finish(turn, rule) if rule else Lacking((), ())
    return {"ready": not needs, **_lacking(needs)}


def _lacking(needs: Lacking) -> Json:
    gates = [{"id": gate.id, "message": _text(gate.message)} for gate in needs.gates]
    return {"missing": list(needs.fields), "gates": gates}


def _from_rule(task: Task, rule: TaskRule | None) -> Json:
    """What the definition asks of the task; an ad-hoc task has none of it."""
    if rule is None:
        return {"result": "none", "outcomes": {}, "checklist": [], "time_tracking": True}
    outcomes = {
        name: {"title": _text(outcome.title or _said(name)), "comment": outcome.comment}
        for name, outcome in rule.outcomes.items()
    }
    return {
        "result": rule.result,
        "outcomes": outcomes,
        "checklist": to_jsonable_python(checklist_of(task.checked, rule)),
        "time_tracking": rule.time_tracking,
    }


def _assignment(deal: Deal, asked: Assignment, definition: Pipeline) -> Json:
    rule = definition.assignment_rule(asked.key)
    return {
        **asked.model_dump(mode="json"),
        "id": public_id(deal.id, asked.number),
        "title": _text(rule.title if rule else _said(asked.key)),
        "options": {name: _option(option) for name, option in rule.options.items()} if rule else {},
    }


def _option(option: Option) -> Json:
    return {**option.title.model_dump(), "comment": option.comment, "date": option.date}


def _call(deal: Deal, call: Call, definition: Pipeline) -> Json:
    rule = definition.call_rule(call.key)
    title = _text(rule.title if rule else _said(call.key))
    return {**call.model_dump(mode="json"), "id": public_id(deal.id, call.number), "title": title}


def _entry(entry: AgendaEntry, deal: Deal, definition: Pipeline) -> Json:
    return {
        "id": entry.id,
        "at": _moment(entry.due),
        "what": entry.what,
        "words": _text(words(entry, deal, definition)),
        "task": public_id(deal.id, entry.task) if entry.task is not None else None,
        "assignment": public_id(deal.id, entry.assignment) if entry.assignment is not None else None,
    }


def _moves(turn: Turn) -> list[Json]:
    """The stages a person may choose now, with what is missing for each; none for a closed deal."""
    if turn.deal.status != "open":
        return []
    stages = turn.definition.stages.items()
    return [_move(name, stage, turn) for name, stage in stages if name != turn.deal.stage]


def _move(name: str, stage: Stage, turn: Turn) -> Json:
    needs = lacking(turn, name)
    return {
        "to": name,
        "title": _text(stage.title),
        "kind": stage.kind,
        "ready": not needs,
        **_lacking(needs),
        "reason": stage.kind == "lost",
        "reasons": {key: _text(text) for key, text in stage.reasons.items()},
    }


def _message(key: str, template: MessageTemplate) -> Json:
    return {"id": key, "title": _text(template.title), "to": template.to, "attach": list(template.attach)}


def _document(turn: Turn, name: str, rule: DocumentRule) -> Json:
    """A document on offer: `ready` to be made, or what is missing; `preparing`: it is being made."""
    needs, preparing = lacking_for(turn, rule), is_under_way(turn.deal, name)
    return {
        "id": name,
        "title": _text(rule.title),
        "field": rule.field,
        "format": format_of(rule.template),
        "preparing": preparing,
        "ready": not needs and not preparing,
        **_lacking(needs),
    }


def _said(text: str | None) -> Text | None:
    """A person's own words stand for both languages."""
    return None if text is None else Text.same(text)


def _text(text: Text | None) -> JsonValue:
    return None if text is None else {"ru": text.ru, "en": text.en}


def _moment(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")
