"""Plays a scenario on an engine, step by step, and stops at the first step that does not go as written."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from domain.approval.decide import unknown
from domain.approval.events import Recorded as ApprovalRecorded
from domain.deal import Deal
from domain.errors import Refusal, refuse
from domain.events import SYSTEM, Opened, Recorded
from domain.past import is_by_hand
from simulate import acts, expected
from simulate.approvals import Seen, approval_command
from simulate.checks import View, matched_deals, mismatches, opened_by
from simulate.compare import local_time
from simulate.engine import Engine, EngineFailure, Setup, World
from simulate.parsing import InvalidScenario, Problem
from simulate.scenario import Scenario, Step
from simulate.translate import NoSuchThing, Translator
from simulate.words import timeline
from simulate.world import build_world


@dataclass(frozen=True)
class Failure:
    """A step that did not go as written. `at` is local; `timeline` is the deal's story so far, in words."""

    file: str
    line: int
    step: str
    at: str
    deal: str | None
    message: str
    timeline: list[str]


@dataclass
class Played:
    """How a scenario went. `records` holds every deal's events, by the deal's id; `names` the deals named."""

    file: str
    title: str
    world: World
    failures: list[Failure] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)
    deals: dict[str, Deal] = field(default_factory=dict)
    records: dict[str, list[Recorded]] = field(default_factory=dict)
    approvals: dict[str, list[ApprovalRecorded]] = field(default_factory=dict)  # by the approval's id
    steps: int = 0

    @property
    def ok(self) -> bool:
        """Whether every expectation held."""
        return not self.failures

    def name_of(self, deal: str) -> str:
        """The deal's name in the scenario, or its id."""
        return next((name for name, id in self.names.items() if id == deal), deal)


class _Failed(Exception):
    """The step did not go as written; the text says what was expected and what was found."""


async def play(scenario: Scenario, file: str, setup: Setup, engine: Engine) -> Played:
    """Plays the story and closes the engine. Raises InvalidScenario where the file asks the impossible."""
    world = build_world(scenario, setup, file)
    story = _Story(scenario, file, world, engine)
    try:
        await engine.start(world)
        await story.run()
    finally:
        await engine.close()
    return story.played


class _Story:
    """The state of one play."""

    def __init__(self, scenario: Scenario, file: str, world: World, engine: Engine) -> None:
        self.scenario, self.file, self.world, self.engine = scenario, file, world, engine
        self.calendar = world.organisation.calendar
        self.translator = Translator(scenario.title, world)
        self.played = Played(file, scenario.title, world)
        self.now = world.start
        self.current: str | None = None
        self.seen: dict[str, int] = {}  # deal -> number of its last event at its last `expect`

    async def run(self) -> None:
        for step in self.scenario.steps:
            try:
                await self._play(step)
            except (_Failed, EngineFailure) as failed:
                await self._fail(step, str(failed))
                break
            self.played.steps += 1
        for deal in await self.engine.deals():
            self.played.deals[deal] = await self.engine.deal(deal)
            self.played.records[deal] = await self.engine.events(deal)
            for approval in await self.engine.approvals(deal):
                self.played.approvals[approval.id] = await self.engine.approval_events(approval.id)

    async def _play(self, step: Step) -> None:
        if step.deal is not None:
            self.current = self.played.names[step.deal]
        match step.act:
            case acts.Use():
                pass
            case acts.OpenDeal():
                await self._open(step, step.act)
            case acts.Wait():
                await self._advance(self.calendar.add(self.now, step.act.duration))
            case acts.Until():
                moment = self.calendar.at(step.act.moment.date(), step.act.moment.time())
                if moment < self.now:
                    now = f"{self._local():%Y-%m-%dT%H:%M}"
                    raise self._invalid(step, f"`until` lies in the past: it is {now}")
                await self._advance(moment)
            case acts.Restart():
                await self.engine.restart_worker()
            case expected.Expect():
                await self._expect(step.act)
            case acts.Approval():
                await self._act_on_approval(step, step.act)
            case _:
                await self._act(step)

    def _invalid(self, step: Step, reason: str) -> InvalidScenario:
        return InvalidScenario(self.file, [Problem(step.line, reason)])

    def _local(self) -> dt.datetime:
        return local_time(self.now, self.calendar)

    async def _advance(self, moment: dt.datetime) -> None:
        await self.engine.advance_to(moment)
        self.now = moment
        await self.engine.settle()

    async def _open(self, step: Step, what: acts.OpenDeal) -> None:
        if what.pipeline not in self.world.definitions:
            known = ", ".join(self.world.definitions)
            raise self._invalid(step, f"there is no pipeline `{what.pipeline}`; there are {known}")
        command = self.translator.open(what, step.by)
        await self._keep_files()
        deal = self.translator.new_deal_id(what.as_)
        refusal = await self.engine.send(deal, command, step.by or command.responsible)
        await self.engine.settle()
        _check_refusal(step, refusal)
        if refusal is None:
            self.current = deal
            self._name(what.as_, deal)

    def _name(self, name: str | None, deal: str) -> None:
        if name is not None:
            self.played.names[name] = deal

    async def _keep_files(self) -> None:
        for file in self.translator.files:
            await self.engine.keep_file(file)
        self.translator.files.clear()

    async def _act(self, step: Step) -> None:
        deal = await self.engine.deal(self._current())
        outside = isinstance(step.act, acts.Outside)  # told by another system, unless the step says who
        by = step.by or (SYSTEM if outside else deal.responsible)
        if isinstance(step.act, acts.Merge):
            into = self.played.names.get(step.act.into, step.act.into)
            step = step.model_copy(update={"act": acts.Merge(into=into)})
        if isinstance(step.act, acts.Undo):
            moves = [one.seq for one in await self.engine.events(deal.id) if is_by_hand(one)]
            step = step.model_copy(update={"act": acts.Undo(what="move", seq=max(moves, default=1))})
        try:
            command = self.translator.command(step, deal, by, self.now)
        except NoSuchThing as nothing:
            text = str(nothing)
            refusal: Refusal | None = refuse("not_allowed", text, text).refusal
        else:
            await self._keep_files()
            refusal = await self.engine.send(deal.id, command, by)
            await self.engine.settle()
        _check_refusal(step, refusal)

    async def _act_on_approval(self, step: Step, what: acts.Approval) -> None:
        deal = await self.engine.deal(self._current())
        approvals = await self.engine.approvals(deal.id)
        refusal: Refusal | None = unknown(f"of {deal.title}").refusal
        if approvals:
            by = step.by or deal.responsible
            command = approval_command(step.verb, what)
            refusal = await self.engine.send_approval(approvals[-1].id, command, by)
            await self.engine.settle()
        _check_refusal(step, refusal)

    def _current(self) -> str:
        if self.current is None:
            raise _Failed("no deal is open: opening it was refused")
        return self.current

    async def _expect(self, expect: expected.Expect) -> None:
        view = await self._view(self._current())
        wrong = list(mismatches(expect, view))
        if wrong:
            raise _Failed("\n".join(wrong))
        for match, deal in matched_deals(expect.deals, view):
            self._name(match.as_, deal.id)
        self.seen[view.deal.id] = view.deal.seq if not view.all else view.all[-1].seq
        self.seen |= {approval.id: approval.seq for approval in view.approvals.approvals}

    async def _view(self, deal_id: str) -> View:
        deal = await self.engine.deal(deal_id)
        records = await self.engine.events(deal_id)
        return View(
            deal=deal,
            company=await self.engine.company(deal.company) if deal.company else None,
            recent=[record for record in records if record.seq > self.seen.get(deal_id, 0)],
            all=records,
            opened_by_it=await self._others(deal),
            calendar=self.calendar,
            approvals=await self._approvals(deal_id),
        )

    async def _approvals(self, deal_id: str) -> Seen:
        approvals = await self.engine.approvals(deal_id)
        records = [
            (one.id, record) for one in approvals for record in await self.engine.approval_events(one.id)
        ]
        recent = [record for id, record in records if record.seq > self.seen.get(id, 0)]
        return Seen(approvals, recent)

    async def _others(self, deal: Deal) -> list[Deal]:
        found = []
        for other in await self.engine.deals():
            first: Any = (await self.engine.events(other))[0].event
            if isinstance(first, Opened) and opened_by(deal, first):
                found.append(await self.engine.deal(other))
        return found

    async def _fail(self, step: Step, message: str) -> None:
        records = await self.engine.events(self.current) if self.current else []
        self.played.failures.append(
            Failure(
                file=self.file,
                line=step.line,
                step=step.verb,
                at=f"{self._local():%Y-%m-%d %H:%M}",
                deal=self.played.name_of(self.current) if self.current else None,
                message=message,
                timeline=timeline(records, self.calendar),
            )
        )


def _check_refusal(step: Step, refusal: Refusal | None) -> None:
    """Raises _Failed unless the answer is the one that the step's `refused` asks for."""
    wanted = step.refused
    if wanted is False:
        if refusal is not None:
            raise _Failed(f"{step.verb}: expected it to be done, found a refusal: {_said(refusal)}")
        return
    if refusal is None:
        raise _Failed(f"{step.verb}: expected a refusal, found that it was done")
    if isinstance(wanted, str):
        wanted = expected.RefusedWith(code=wanted)
    elif isinstance(wanted, tuple):
        wanted = expected.RefusedWith(missing=wanted)
    if isinstance(wanted, expected.RefusedWith) and not _is_refusal(wanted, refusal):
        asked = wanted.model_dump(exclude_none=True)
        raise _Failed(f"{step.verb}: expected a refusal with {asked}, found {_said(refusal)}")


def _is_refusal(wanted: expected.RefusedWith, refusal: Refusal) -> bool:
    gates = sorted(gate.id for gate in refusal.gates)
    return (
        (wanted.code is None or wanted.code == refusal.code)
        and (wanted.missing is None or sorted(wanted.missing) == sorted(refusal.missing))
        and (wanted.gates is None or sorted(wanted.gates) == gates)
    )


def _said(refusal: Refusal) -> str:
    missing = f", missing: {', '.join(refusal.missing)}" if refusal.missing else ""
    gates = f", gates: {', '.join(gate.id for gate in refusal.gates)}" if refusal.gates else ""
    return f"{refusal.code}{missing}{gates} ({refusal.message.en})"
