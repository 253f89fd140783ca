"""What tests of the core are built from: an organisation, short definitions, and a desk to play a deal at."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from domain import commands as cmd
from domain import events as ev
from domain.deal import Deal, Task
from domain.decide import Decision, Moment, decide
from domain.definition import Pipeline
from domain.errors import Refusal
from domain.facts import Company, Employee, Facts, FileRef, Organisation
from domain.holidays_ru import russian_calendar
from domain.loading import load_text

DEAL = "00000000-0000-4000-8000-000000000001"
PIPELINES = Path(__file__).parents[2] / "pipelines"
FILES = ("offer.pdf", "contract.docx", "recount.xlsx", "invoice.pdf")
_HEADS = {
    "director": None,
    "head": "director",
    "sales": "head",
    "boris": "head",
    "warehouse": "director",
    "lawyer": "director",
    "accountant": "director",
}


def moscow(text: str) -> dt.datetime:
    """`2026-11-23T10:00` on the organisation's wall, UTC."""
    return dt.datetime.fromisoformat(text + "+03:00").astimezone(dt.UTC)


MONDAY = moscow("2026-11-23T10:00")


def organisation() -> Organisation:
    """Seven people and one who has left; role `office` has two, role `empty` nobody."""
    employees = {who: Employee(id=who, name=who.title(), head=head) for who, head in _HEADS.items()}
    employees["former"] = Employee(id="former", name="Former", active=False)
    roles = {who: (who,) for who in _HEADS} | {"office": ("lawyer", "accountant"), "empty": ()}
    return Organisation(name="Test", employees=employees, roles=roles, calendar=russian_calendar())


def facts(**company: Any) -> Facts:
    """One company, `romashka`, with these fields, and a file of each name in FILES, whose id is the name."""
    return Facts(
        organisation=organisation(),
        companies={"romashka": Company(id="romashka", name="ООО «Ромашка»", fields=company)},
        files={name: FileRef(id=name, name=name) for name in FILES},
    )


def shipped(name: str) -> Pipeline:
    """A definition that the product ships, such as `fulfilment/quote`."""
    path = PIPELINES / f"{name}.yaml"
    loaded = load_text(path.read_text(encoding="utf-8"), str(path))
    assert isinstance(loaded, Pipeline), loaded
    return loaded


def small(stages: str, **fields: str) -> Pipeline:
    """A definition from the YAML of its stages, titles left out, and the types of its fields."""
    data = {
        "pipeline": "test.small",
        "title": _text("Test"),
        "fields": {name: {"type": kind, "title": _text(name)} for name, kind in fields.items()},
        "stages": {name: _stage(name, stage or {}) for name, stage in yaml.safe_load(stages).items()},
    }
    return Pipeline.model_validate(data)


def _text(text: str) -> dict[str, str]:
    return {"ru": text, "en": text}


def _stage(name: str, stage: dict[str, Any]) -> dict[str, Any]:
    return {"title": _text(name), **_titled(stage)}


def _titled(data: Any) -> Any:
    """Task and assignment rules get their id as title, texts written as one word both languages."""
    if isinstance(data, list):
        return [_titled(part) for part in data]
    if not isinstance(data, dict):
        return data
    made = {key: _titled(value) for key, value in data.items()}
    for key in ("task", "assign"):
        if isinstance(made.get(key), dict):
            made[key] = {"title": _text(made[key]["id"]), **made[key]}
    if isinstance(made.get("text"), str):
        made["text"] = _text(made["text"])
    for key in ("options", "reasons"):
        if isinstance(made.get(key), list):
            made[key] = {name: _text(name) for name in made[key]}
    if isinstance(made.get("checklist"), list):
        made["checklist"] = [_text(item) if isinstance(item, str) else item for item in made["checklist"]]
    for key in ("gates", "enter_when", "finish_when"):
        if isinstance(made.get(key), list):
            made[key] = [{"message": _text(gate["id"]), **gate} for gate in made[key]]
    return made


@dataclass
class Desk:
    """Plays one deal: each command at `now`, events kept in order, the company's fields carried along."""

    definition: Pipeline
    facts: Facts = field(default_factory=facts)
    now: dt.datetime = MONDAY
    state: Deal | None = None
    events: list[ev.Recorded] = field(default_factory=list)

    @property
    def deal(self) -> Deal:
        """The deal after everything so far."""
        assert self.state is not None
        return self.state

    def decide(self, command: cmd.Command, by: str = "sales") -> Decision:
        """The decision, kept whatever it is."""
        moment = Moment(now=self.now, by=by, deal=DEAL)
        decision = decide(self.definition, self.state, command, moment, self.facts)
        self.state = decision.deal
        self.events.extend(decision.events)
        for recorded in decision.events:
            if isinstance(recorded.event, ev.CompanySet):
                self._set_company(recorded.event)
        return decision

    def _set_company(self, event: ev.CompanySet) -> None:
        known = self.facts.companies[event.company]
        changed = known.model_copy(update={"fields": {**known.fields, **event.fields}})
        companies = {**self.facts.companies, event.company: changed}
        self.facts = self.facts.model_copy(update={"companies": companies})

    def do(self, command: cmd.Command, by: str = "sales") -> list[ev.Event]:
        """The events of a command that must not be refused."""
        decision = self.decide(command, by)
        assert decision.refusal is None, decision.refusal
        return [recorded.event for recorded in decision.events]

    def refused(self, command: cmd.Command, by: str = "sales") -> Refusal:
        """The refusal of a command that must be refused and change nothing."""
        before = self.state
        decision = self.decide(command, by)
        assert decision.refusal is not None
        assert decision.events == ()
        assert self.state == before
        return decision.refusal

    def open(self, **given: Any) -> Desk:
        """Opens the deal of `sales` with these fields of `Open`."""
        opening = {"pipeline": self.definition.pipeline, "responsible": "sales", **given}
        self.do(cmd.Open.model_validate(opening))
        return self

    def move(self, to: str, by: str = "sales", **given: Any) -> list[ev.Event]:
        """A move that must not be refused."""
        return self.do(cmd.Move(to=to, **given), by)

    def wait(self, **span: float) -> list[ev.Event]:
        """Lets time pass and the worker wake up once at its end."""
        self.now += dt.timedelta(**span)
        return self.do(cmd.Tick(), "system")

    def task(self, key: str) -> Task:
        """The newest task of this key."""
        task = self.deal.latest_task(key)
        assert task is not None
        return task

    def due(self) -> dict[str, str]:
        """The agenda: entry id to Moscow time."""
        zone = dt.timezone(dt.timedelta(hours=3))
        return {
            name: f"{entry.due.astimezone(zone):%Y-%m-%dT%H:%M}" for name, entry in self.deal.agenda.items()
        }


def told(events: list[ev.Event], kind: str | None = None) -> list[str]:
    """Who was notified, in order."""
    return [
        event.to
        for event in events
        if isinstance(event, ev.Notified) and (kind is None or event.kind == kind)
    ]


def types(events: list[ev.Event]) -> list[str]:
    """The events' types, notices left out."""
    return [event.type for event in events if not isinstance(event, ev.Notified)]
